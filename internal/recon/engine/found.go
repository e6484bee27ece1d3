package engine

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"runtime"
	"sync"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// What matching found is kept in a file of its own between the stages: a magic word, a line with what it was found for, matches with their
// evidence, open records, counts, then every text once, then the place where these begin, a checksum (CRC-32C), and the magic word again.
// Numbers are varints. Evidence is read when it is asked for, so that a million matches need little memory.
const foundMagic = "378fnd1\n"

const foundTrailer = 8 + 4 + len(foundMagic)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// foundWriter writes such a file.
type foundWriter struct {
	w     *bufio.Writer
	sum   uint32
	at    int64
	err   error
	texts map[string]uint64
	list  []string
	room  []byte
}

func (f *foundWriter) raw(p []byte) {
	if f.err == nil {
		f.sum = crc32.Update(f.sum, castagnoli, p)
		f.at += int64(len(p))
		_, f.err = f.w.Write(p)
	}
}

func (f *foundWriter) flush() {
	f.raw(f.room)
	f.room = f.room[:0]
}

func (f *foundWriter) uint(n uint64) { f.room = binary.AppendUvarint(f.room, n) }
func (f *foundWriter) int(n int64)   { f.room = binary.AppendVarint(f.room, n) }
func (f *foundWriter) float(x float64) {
	f.room = binary.LittleEndian.AppendUint64(f.room, math.Float64bits(x))
}

func (f *foundWriter) text(s string) {
	n, ok := f.texts[s]
	if !ok {
		n = uint64(len(f.list))
		f.texts[s] = n
		f.list = append(f.list, s)
	}
	f.uint(n)
}

func (f *foundWriter) member(m result.Member) { f.uint(uint64(m.Row)<<3 | uint64(m.Side)) } //nolint:gosec // eight sides, rows from 1

func (f *foundWriter) amount(a money.Amount) {
	f.int(a.Minor)
	f.text(string(a.Currency))
}

func (f *foundWriter) sum2(s result.Sum) {
	f.int(int64(s.Count))
	f.int(s.Minor)
}

// writeFound writes what was found for a fingerprint, and returns where the evidence of each match begins, and all texts.
func writeFound(ctx context.Context, path, of string, r *result.Result) (evidence []int64, texts []string, err error) {
	f := &foundWriter{texts: map[string]uint64{}}
	err = writeWith(path, func(to io.Writer) error {
		f.w = bufio.NewWriterSize(to, 1<<20)
		f.raw([]byte(foundMagic + of + "\n"))
		evidence = f.matches(ctx, r)
		if err := ctx.Err(); err != nil {
			return err
		}
		f.open(r)
		f.counts(r)
		f.flush()
		place := f.at
		f.uint(uint64(len(f.list)))
		for _, s := range f.list {
			f.uint(uint64(len(s)))
			f.room = append(f.room, s...)
			f.flush()
		}
		f.flush()
		f.raw(binary.LittleEndian.AppendUint64(nil, uint64(place))) //nolint:gosec // not below 0
		sum := f.sum
		f.raw(binary.LittleEndian.AppendUint32(nil, sum))
		f.raw([]byte(foundMagic))
		return errors.Join(f.err, f.w.Flush())
	})
	return evidence, f.list, err
}

// matchesAtOnce are those whose evidence is asked for in one go.
const matchesAtOnce = 4096

// evidenceOf asks for the evidence of all matches on all processors, and hands it on in the order of the matches, some at a time. It ends
// early with its context.
func evidenceOf(ctx context.Context, r *result.Result, take func(from int, parts [][]result.Part)) {
	workers := runtime.GOMAXPROCS(0)
	ready := make(chan [][]result.Part, 1)
	go func() {
		defer close(ready)
		for from := 0; from < len(r.Matches) && ctx.Err() == nil; from += matchesAtOnce {
			parts := make([][]result.Part, min(matchesAtOnce, len(r.Matches)-from))
			var group sync.WaitGroup
			for w := range workers {
				group.Go(func() {
					for i := w * len(parts) / workers; i < (w+1)*len(parts)/workers; i++ {
						parts[i] = r.Parts(&r.Matches[from+i])
					}
				})
			}
			group.Wait()
			ready <- parts
		}
	}()
	from := 0
	for parts := range ready {
		take(from, parts)
		from += len(parts)
	}
}

func (f *foundWriter) matches(ctx context.Context, r *result.Result) (evidence []int64) {
	f.uint(uint64(len(r.Matches)))
	evidence = make([]int64, len(r.Matches))
	var own foundWriter
	own.texts, own.list = f.texts, f.list
	evidenceOf(ctx, r, func(from int, all [][]result.Part) {
		for i, parts := range all {
			m := &r.Matches[from+i]
			for _, text := range [...]string{string(m.Kind), string(m.Status), m.Pass, m.Settled, m.Cause} {
				f.text(text)
			}
			f.float(m.Confidence)
			f.amount(m.Amount)
			f.amount(m.Difference)
			f.int(int64(m.Days))
			f.uint(uint64(len(m.Members)))
			for _, member := range m.Members {
				f.member(member)
			}
			own.room, own.list = own.room[:0], f.list
			own.uint(uint64(len(parts)))
			for _, p := range parts {
				own.text(p.Field)
				own.text(p.Finding)
				own.float(p.Weight)
			}
			f.list = own.list
			f.uint(uint64(len(own.room)))
			evidence[from+i] = f.at + int64(len(f.room))
			f.room = append(f.room, own.room...)
			f.flush()
		}
	})
	return evidence
}

func (f *foundWriter) open(r *result.Result) {
	f.uint(uint64(len(r.Open)))
	for i := range r.Open {
		o := &r.Open[i]
		f.member(o.Member)
		f.text(o.Reason)
		all := o.More
		first := uint64(0)
		if o.Nearest != nil {
			first = 1
			all = append([]result.Nearest{*o.Nearest}, all...)
		}
		f.uint(uint64(len(all))<<1 | first)
		for _, n := range all {
			f.member(n.Member)
			f.float(n.Confidence)
			f.text(n.Apart)
		}
		f.flush()
	}
}

func (f *foundWriter) counts(r *result.Result) {
	f.uint(uint64(len(r.Sources)))
	for _, s := range r.Sources {
		f.text(s.Currency)
	}
	f.uint(uint64(len(r.Sums)))
	for _, s := range r.Sums {
		f.uint(uint64(s.Side))
		f.text(s.Currency)
		for _, sum := range []result.Sum{s.In, s.Matched, s.Suggested, s.Offset, s.Open, s.Break} {
			f.sum2(sum)
		}
	}
	f.uint(uint64(len(r.Passes)))
	for _, p := range r.Passes {
		f.text(p.Name)
		f.text(p.Kind)
		f.int(int64(p.Matches))
		f.int(int64(p.Records))
		f.int(int64(p.Took))
	}
	f.text(string(r.Rules))
	for _, list := range [][]string{r.Notes, r.Dropped} {
		f.uint(uint64(len(list)))
		for _, text := range list {
			f.text(text)
		}
	}
	f.int(int64(r.Took))
}

// foundReader reads such a file, which lies in memory. What a checksum has vouched for is not doubted again, but for the ends of things.
type foundReader struct {
	content []byte
	at      int
	texts   []string
	torn    bool
}

func (f *foundReader) uint() uint64 {
	n, size := binary.Uvarint(f.content[f.at:])
	if size <= 0 {
		f.torn = true
		return 0
	}
	f.at += size
	return n
}

func (f *foundReader) int() int64 {
	n, size := binary.Varint(f.content[f.at:])
	if size <= 0 {
		f.torn = true
		return 0
	}
	f.at += size
	return n
}

func (f *foundReader) bytes(n uint64) []byte {
	if n > uint64(len(f.content)-f.at) {
		f.torn = true
		return nil
	}
	f.at += int(n) //nolint:gosec // no more than there is
	return f.content[f.at-int(n) : f.at]
}

// count is a number of things that take a byte at least.
func (f *foundReader) count() int {
	n := f.uint()
	if n > uint64(len(f.content)-f.at) {
		f.torn = true
		return 0
	}
	return int(n) //nolint:gosec // no more than there is
}

func (f *foundReader) float() float64 {
	if p := f.bytes(8); p != nil {
		return math.Float64frombits(binary.LittleEndian.Uint64(p))
	}
	return 0
}

func (f *foundReader) text() string {
	n := f.uint()
	if n >= uint64(len(f.texts)) {
		f.torn = true
		return ""
	}
	return f.texts[n]
}

func (f *foundReader) member() result.Member {
	n := f.uint()
	return result.Member{Side: result.Side(n & 7), Row: int(n >> 3)} //nolint:gosec // as it was written
}

func (f *foundReader) amount() money.Amount {
	minor := f.int()
	return money.Of(minor, money.Currency(f.text()))
}

func (f *foundReader) sum() result.Sum {
	count := int(f.int())
	return result.Sum{Count: count, Minor: f.int()}
}

// readFound returns what was found for a fingerprint, without its sources: of these, it knows the currencies. The file stays mapped into
// memory until unmap is called. It returns errTorn (in the chain) where the file is not as it was written, or was written for something else.
func readFound(path, of string) (r *result.Result, currencies []string, unmap func() error, err error) {
	content, unmap, err := record.MapFile(path)
	if err != nil {
		return nil, nil, nil, err
	}
	if r, currencies, err = parseFound(content, of); err != nil {
		return nil, nil, nil, errors.Join(err, unmap())
	}
	return r, currencies, unmap, nil
}

func parseFound(content []byte, of string) (*result.Result, []string, error) {
	head, end := foundMagic+of+"\n", len(content)-foundTrailer
	if end < len(head) || string(content[:len(head)]) != head || string(content[len(content)-len(foundMagic):]) != foundMagic ||
		crc32.Checksum(content[:end+8], castagnoli) != binary.LittleEndian.Uint32(content[end+8:]) {
		return nil, nil, errTorn
	}
	place := binary.LittleEndian.Uint64(content[end:])
	if place > uint64(end) {
		return nil, nil, errTorn
	}
	f := &foundReader{content: content[:end], at: int(place)} //nolint:gosec // at most end
	f.texts = make([]string, f.count())
	for i := range f.texts {
		f.texts[i] = string(f.bytes(f.uint()))
	}
	f.at = len(head)
	r := &result.Result{}
	f.matches(r)
	f.open(r)
	currencies := f.counts(r)
	if f.torn || uint64(f.at) != place { //nolint:gosec // not below 0
		return nil, nil, errTorn
	}
	return r, currencies, nil
}

func (f *foundReader) matches(r *result.Result) {
	r.Matches = make([]result.Match, f.count())
	evidence := make([]int64, len(r.Matches))
	for i := range r.Matches {
		m := &r.Matches[i]
		m.ID = i + 1
		m.Kind, m.Status = result.Kind(f.text()), result.Status(f.text())
		m.Pass, m.Settled, m.Cause = f.text(), f.text(), f.text()
		m.Confidence = f.float()
		m.Amount, m.Difference = f.amount(), f.amount()
		m.Days = int(f.int())
		m.Members = make([]result.Member, f.count())
		for k := range m.Members {
			m.Members[k] = f.member()
		}
		size := f.uint()
		evidence[i] = int64(f.at)
		f.bytes(size)
	}
	r.Explain = explaining(f.content, evidence, f.texts)
}

// explaining returns the evidence of matches where it lies in a file.
func explaining(content []byte, evidence []int64, texts []string) func(id int) []result.Part {
	return func(id int) []result.Part {
		if id < 1 || id > len(evidence) {
			return nil
		}
		from := &foundReader{content: content, at: int(evidence[id-1]), texts: texts}
		parts := make([]result.Part, from.count())
		for i := range parts {
			parts[i] = result.Part{Field: from.text(), Finding: from.text(), Weight: from.float()}
		}
		return parts
	}
}

func (f *foundReader) open(r *result.Result) {
	r.Open = make([]result.Open, f.count())
	for i := range r.Open {
		o := &r.Open[i]
		o.Member, o.Reason = f.member(), f.text()
		n := f.uint()
		for k := range n >> 1 {
			if f.torn {
				return
			}
			near := result.Nearest{Member: f.member(), Confidence: f.float(), Apart: f.text()}
			if k == 0 && n&1 == 1 {
				o.Nearest = &near
			} else {
				o.More = append(o.More, near)
			}
		}
	}
}

func (f *foundReader) counts(r *result.Result) (currencies []string) {
	for range f.count() {
		currencies = append(currencies, f.text())
	}
	for range f.count() {
		s := result.Sums{Side: result.Side(f.uint()), Currency: f.text()} //nolint:gosec // as it was written
		for _, sum := range []*result.Sum{&s.In, &s.Matched, &s.Suggested, &s.Offset, &s.Open, &s.Break} {
			*sum = f.sum()
		}
		r.Sums = append(r.Sums, s)
	}
	for range f.count() {
		r.Passes = append(r.Passes, result.Pass{Name: f.text(), Kind: f.text(), Matches: int(f.int()), Records: int(f.int()), Took: time.Duration(f.int())})
	}
	r.Rules = []byte(f.text())
	for _, list := range []*[]string{&r.Notes, &r.Dropped} {
		for range f.count() {
			*list = append(*list, f.text())
		}
	}
	r.Took = time.Duration(f.int())
	return currencies
}
