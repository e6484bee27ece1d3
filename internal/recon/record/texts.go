package record

// BlockRows is how many values of a column lie together in one block.
const BlockRows = 4096

// Texts are the values of a column. They lie in blocks, so that many rows make few objects and nothing is moved as they grow; blocks may be
// parts of a file that is mapped into memory. A value may have as many bytes as a row of a source, so that a block's fit 32 bits.
type Texts struct {
	blocks []block
	length int
	picked []int32 // where these texts are some of others': their numbers there
}

// block holds values one after another. One without ends holds empty values.
type block struct {
	data []byte
	ends []uint32
}

// Add appends a value.
func (t *Texts) Add(value []byte) {
	if t.length%BlockRows == 0 {
		size := 0
		if n := len(t.blocks); n > 0 { // about as much as the one before, so that little is left over
			size = len(t.blocks[n-1].data)
			size += size / 16
		}
		t.blocks = append(t.blocks, block{data: make([]byte, 0, size), ends: make([]uint32, 0, BlockRows)})
	}
	b := &t.blocks[len(t.blocks)-1]
	b.data = append(b.data, value...)
	b.ends = append(b.ends, uint32(len(b.data))) //nolint:gosec // see above
	t.length++
}

// Release lets the system take back the memory of what is mapped from a file; it is read again when somebody looks at it.
func (s *Set) Release() {
	if len(s.mapped) > 0 {
		release(s.mapped)
	}
}

// Len is how many values there are.
func (t *Texts) Len() int { return t.length }

// At returns the value of a record, from 0. It must not be changed.
func (t *Texts) At(i int) []byte {
	if t.picked != nil {
		i = int(t.picked[i])
	}
	b := &t.blocks[i/BlockRows]
	i %= BlockRows
	if b.ends == nil {
		return nil
	}
	start := uint32(0)
	if i > 0 {
		start = b.ends[i-1]
	}
	return b.data[start:b.ends[i]]
}

// pick returns some of the texts, by their numbers, without copying them.
func (t *Texts) pick(numbers []int32) Texts {
	if t.picked == nil {
		return Texts{blocks: t.blocks, length: len(numbers), picked: numbers}
	}
	within := make([]int32, len(numbers))
	for k, i := range numbers {
		within[k] = t.picked[i]
	}
	return Texts{blocks: t.blocks, length: len(numbers), picked: within}
}

// Pick returns a set of some records, by their numbers from 0, which shares their values with s and what its columns were taken for.
func (s *Set) Pick(numbers []int32) *Set {
	picked := &Set{mapped: s.mapped, Name: s.Name, Rows: make([]int32, len(numbers)), Columns: make([]Column, len(s.Columns))}
	for k, i := range numbers {
		picked.Rows[k] = s.Rows[i]
	}
	for k := range s.Columns {
		c := &s.Columns[k]
		picked.Columns[k] = Column{Name: c.Name, Values: c.Values.pick(numbers), Profile: c.Profile}
	}
	return picked
}

// AddColumn adds a column whose values are empty so far and returns its place.
func (s *Set) AddColumn(name string) int {
	s.Columns = append(s.Columns, Column{Name: name})
	if len(s.Columns) > 1 {
		for range s.Columns[0].Values.Len() {
			s.Columns[len(s.Columns)-1].Values.Add(nil)
		}
	}
	return len(s.Columns) - 1
}
