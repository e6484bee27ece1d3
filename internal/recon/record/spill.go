package record

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"unsafe"
)

// Spill writes the records of a set into a file while they are read, block by block, so that a set may be larger than the memory. The file
// is for the machine that wrote it: it holds a magic word; for each block and column the ends of the values and then the values, both at
// multiples of four bytes; the rows; a description in JSON; its length, the checksum (CRC-32C) of all before, and the magic word again.
type Spill struct {
	path   string
	f      *os.File
	w      *bufio.Writer
	sum    uint32
	at     int64
	blocks []int // how many columns each block has
	last   int   // records of the last block
	err    error
}

const spillMagic = "378set1\n"

// trailerSize is that of the description's length, the checksum and the magic word.
const trailerSize = 8 + 4 + len(spillMagic)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// spilled is the description at the end of the file.
type spilled struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Blocks  []int    `json:"blocks"`
	Records int      `json:"records"`
}

// ErrTorn says that a file is not what was written: it was cut off or changed.
var ErrTorn = errors.New("the file of records is torn")

// NewSpill begins a file, which appears under its name when it is whole.
func NewSpill(path string) (*Spill, error) {
	f, err := os.Create(path + ".part")
	if err != nil {
		return nil, err
	}
	s := &Spill{path: path, f: f, w: bufio.NewWriterSize(f, 1<<20), last: BlockRows}
	s.write([]byte(spillMagic))
	return s, nil
}

// Keep moves the values that a set holds into the file, where they make a block: every block but the last has BlockRows of them.
func (f *Spill) Keep(s *Set) error {
	n := 0
	if len(s.Columns) > 0 {
		n = s.Columns[0].Values.Len()
	}
	if n == 0 || f.err != nil {
		return f.err
	}
	if n > BlockRows || f.last != BlockRows {
		return fmt.Errorf("a block of %d records after one of %d", n, f.last)
	}
	f.last = n
	f.blocks = append(f.blocks, len(s.Columns))
	for i := range s.Columns {
		values := &s.Columns[i].Values
		b := &values.blocks[0]
		f.write(bytesOf(b.ends))
		f.write(b.data)
		f.write(make([]byte, -len(b.data)&3))
		*values = Texts{}
	}
	return f.err
}

func (f *Spill) write(p []byte) {
	if f.err != nil {
		return
	}
	f.sum = crc32.Update(f.sum, castagnoli, p)
	f.at += int64(len(p))
	_, f.err = f.w.Write(p)
}

// Close keeps what the set still holds, ends the file (the checksum tells whether it outlived a machine that went down), and leaves the values of the set where they lie in the file: they are mapped into
// memory until the returned function is called.
func (f *Spill) Close(s *Set) (unmap func() error, err error) {
	if err := f.Keep(s); err != nil {
		return nil, errors.Join(err, f.Drop())
	}
	f.write(bytesOf(s.Rows))
	d := spilled{Name: s.Name, Blocks: f.blocks, Records: s.Len()}
	for i := range s.Columns {
		d.Columns = append(d.Columns, s.Columns[i].Name)
	}
	description, err := json.Marshal(d)
	if err != nil {
		return nil, errors.Join(err, f.Drop())
	}
	f.write(description)
	f.write(binary.LittleEndian.AppendUint64(nil, uint64(len(description))))
	sum := f.sum
	f.write(binary.LittleEndian.AppendUint32(nil, sum))
	f.write([]byte(spillMagic))
	if err := errors.Join(f.err, f.w.Flush()); err != nil {
		return nil, errors.Join(err, f.Drop())
	}
	if err := errors.Join(f.f.Close(), os.Rename(f.path+".part", f.path)); err != nil {
		return nil, err
	}
	whole, unmap, err := openSpilled(f.path, false)
	if err != nil {
		return nil, err
	}
	for i := range s.Columns {
		s.Columns[i].Values = whole.Columns[i].Values
	}
	s.mapped = whole.mapped
	return unmap, nil
}

// Drop gives the file up.
func (f *Spill) Drop() error { return errors.Join(f.f.Close(), os.Remove(f.path+".part")) }

// OpenSpilled returns the set of a file, whose values are mapped into memory until the returned function is called. The columns have no
// profile. It returns ErrTorn (in the chain) where the file is not as it was written.
func OpenSpilled(path string) (*Set, func() error, error) { return openSpilled(path, true) }

func openSpilled(path string, verify bool) (s *Set, unmap func() error, err error) {
	content, unmap, err := MapFile(path)
	if err != nil {
		return nil, nil, err
	}
	if s, err = parseSpilled(content, verify); err != nil {
		return nil, nil, errors.Join(err, unmap())
	}
	return s, unmap, nil
}

func parseSpilled(content []byte, verify bool) (*Set, error) {
	end := len(content) - trailerSize
	if end < len(spillMagic) || string(content[:len(spillMagic)]) != spillMagic || string(content[len(content)-len(spillMagic):]) != spillMagic {
		return nil, ErrTorn
	}
	if verify && crc32.Checksum(content[:end+8], castagnoli) != binary.LittleEndian.Uint32(content[end+8:]) {
		return nil, ErrTorn
	}
	length := binary.LittleEndian.Uint64(content[end:])
	if length > uint64(end) {
		return nil, ErrTorn
	}
	var d spilled
	if err := json.Unmarshal(content[end-int(length):end], &d); err != nil { //nolint:gosec // at most end
		return nil, errors.Join(ErrTorn, err)
	}
	from := &cursor{content: content[:end-int(length)], at: len(spillMagic)} //nolint:gosec // at most end
	s := &Set{Name: d.Name, Columns: make([]Column, len(d.Columns)), mapped: content}
	for i, name := range d.Columns {
		s.Columns[i].Name = name
	}
	for k, columns := range d.Blocks {
		n := min(BlockRows, d.Records-k*BlockRows)
		for i := range s.Columns {
			t := &s.Columns[i].Values
			var b block
			if i < columns {
				b.ends = numbersOf[uint32](from, n)
				if len(b.ends) > 0 {
					b.data = from.next(int(b.ends[n-1]))
					from.next(-len(b.data) & 3)
				}
			}
			t.blocks = append(t.blocks, b)
			t.length += n
		}
	}
	s.Rows = numbersOf[int32](from, d.Records)
	if from.at != len(from.content) || from.torn {
		return nil, ErrTorn
	}
	return s, nil
}

// cursor walks through a file in memory.
type cursor struct {
	content []byte
	at      int
	torn    bool // it asked for more than there is
}

func (c *cursor) next(n int) []byte {
	if n < 0 || n > len(c.content)-c.at {
		c.torn = true
		return nil
	}
	c.at += n
	return c.content[c.at-n : c.at : c.at]
}

// numbersOf returns the next n numbers as they lie in the file, which keeps them at multiples of four bytes.
func numbersOf[T uint32 | int32](c *cursor, n int) []T {
	p := c.next(4 * n)
	if len(p) == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&p[0])), n) //nolint:gosec // aligned, and as long as it is mapped
}

func bytesOf[T uint32 | int32](numbers []T) []byte {
	if len(numbers) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&numbers[0])), 4*len(numbers)) //nolint:gosec // to be written as they lie
}

// readWhole stands in for a map where the system has none.
func readWhole(f *os.File) ([]byte, func() error, error) {
	content, err := io.ReadAll(f)
	return content, func() error { return nil }, err
}
