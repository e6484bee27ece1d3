package source

import (
	"encoding/binary"
	"errors"

	"github.com/parquet-go/parquet-go/format"
)

// The decoders of Parquet's encodings (https://parquet.apache.org/docs/file-format/data-pages/encodings/) give one value at a time, so
// that a page takes no more memory than its bytes, whatever it says of itself.

// errPage says that a page holds less than it says, or what it may not hold.
var errPage = errors.New("page")

// parquetValue is a value as it is stored: whole numbers, truth values and the bits of floating-point numbers in number, all else in
// bytes, which are valid until the next value.
type parquetValue struct {
	number int64
	bytes  []byte
}

// decoder gives the values of a page one after the other. It returns errPage after the last one.
type decoder interface {
	next() (parquetValue, error)
}

// width is how many bytes a value of a type takes; 0: it differs.
func width(element *format.SchemaElement) int {
	switch element.Type.V {
	case format.Int32, format.Float:
		return 4
	case format.Int64, format.Double:
		return 8
	case format.Int96:
		return 12
	case format.FixedLenByteArray:
		return int(max(element.TypeLength.V, 0))
	}
	return 0
}

// newDecoder returns the decoder of a page of at most n values of element.
func newDecoder(encoding format.Encoding, element *format.SchemaElement, data []byte, n int, dictionary *dictionary) (decoder, error) {
	kind := element.Type.V
	numeric := kind == format.Int32 || kind == format.Int64
	switch encoding {
	case format.Plain:
		if kind == format.Boolean {
			return &bitsDecoder{data: data}, nil
		}
		return &plainDecoder{data: data, kind: kind, width: width(element)}, nil
	case format.PlainDictionary, format.RLEDictionary:
		if dictionary == nil || len(data) == 0 || data[0] > 32 {
			return nil, errPage
		}
		return &indexDecoder{runs{data: data[1:], width: int(data[0])}, dictionary}, nil
	case format.RLE:
		if kind == format.Boolean && len(data) >= 4 {
			return &runsDecoder{runs{data: data[4:], width: 1}}, nil
		}
	case format.DeltaBinaryPacked:
		if numeric {
			d, err := newDeltas(data, n)
			return &deltaDecoder{d, kind == format.Int32}, err
		}
	case format.DeltaLengthByteArray:
		if kind == format.ByteArray {
			return newLengthDecoder(data, n)
		}
	case format.DeltaByteArray:
		if kind == format.ByteArray || kind == format.FixedLenByteArray {
			return newPrefixDecoder(data, n)
		}
	case format.ByteStreamSplit:
		if w := width(element); w > 0 && w <= len(data) && kind != format.Int96 {
			return &splitDecoder{data: data, kind: kind, width: w, count: len(data) / w, value: make([]byte, w)}, nil
		}
	default:
		return nil, parquetForeign(encoding.String())
	}
	return nil, errPage
}

// fixed reads a value of a fixed width.
func fixed(kind format.Type, b []byte) parquetValue {
	switch kind {
	case format.Int32:
		return parquetValue{number: int64(int32(binary.LittleEndian.Uint32(b)))}
	case format.Float:
		return parquetValue{number: int64(binary.LittleEndian.Uint32(b))}
	case format.Int64, format.Double:
		return parquetValue{number: int64(binary.LittleEndian.Uint64(b))}
	}
	return parquetValue{bytes: b}
}

type plainDecoder struct {
	data  []byte
	kind  format.Type
	width int
}

func (d *plainDecoder) next() (parquetValue, error) {
	n := d.width
	if d.kind == format.ByteArray {
		if len(d.data) < 4 {
			return parquetValue{}, errPage
		}
		n = int(binary.LittleEndian.Uint32(d.data))
		d.data = d.data[4:]
	}
	if n > len(d.data) {
		return parquetValue{}, errPage
	}
	value := fixed(d.kind, d.data[:n:n])
	d.data = d.data[n:]
	return value, nil
}

type bitsDecoder struct {
	data []byte
	at   int
}

func (d *bitsDecoder) next() (parquetValue, error) {
	if d.at >= len(d.data)*8 {
		return parquetValue{}, errPage
	}
	bit := d.data[d.at/8] >> (d.at % 8) & 1
	d.at++
	return parquetValue{number: int64(bit)}, nil
}

// splitDecoder puts values together of which the first bytes stand first, then the second ones, and so on.
type splitDecoder struct {
	data             []byte
	kind             format.Type
	width, count, at int
	value            []byte
}

func (d *splitDecoder) next() (parquetValue, error) {
	if d.at >= d.count {
		return parquetValue{}, errPage
	}
	for i := range d.value {
		d.value[i] = d.data[i*d.count+d.at]
	}
	d.at++
	return fixed(d.kind, d.value), nil
}

// dictionary holds the distinct values of a column.
type dictionary struct {
	data    []byte
	kind    format.Type
	width   int
	offsets []uint32 // where the values of no fixed width begin
	count   int
}

// newDictionary returns a dictionary of n values, which are encoded plainly.
func newDictionary(element *format.SchemaElement, data []byte, n int) (*dictionary, error) {
	d := &dictionary{data: data, kind: element.Type.V, width: width(element), count: n}
	switch {
	case d.kind == format.Boolean, n < 0, d.kind != format.ByteArray && d.width == 0 && n > 0:
		return nil, errPage
	case d.kind != format.ByteArray:
		if len(data)/max(d.width, 1) < n {
			return nil, errPage
		}
		return d, nil
	case len(data)/4 < n:
		return nil, errPage
	}
	d.offsets = make([]uint32, n)
	at := 0
	for i := range d.offsets {
		if len(data)-at < 4 {
			return nil, errPage
		}
		d.offsets[i] = uint32(at)
		length := int(binary.LittleEndian.Uint32(data[at:]))
		if at += 4; length > len(data)-at {
			return nil, errPage
		}
		at += length
	}
	return d, nil
}

func (d *dictionary) value(index uint32) (parquetValue, error) {
	i := int(index)
	if i >= d.count {
		return parquetValue{}, errPage
	}
	if d.kind != format.ByteArray {
		return fixed(d.kind, d.data[i*d.width:(i+1)*d.width]), nil
	}
	at := int(d.offsets[i])
	length := int(binary.LittleEndian.Uint32(d.data[at:]))
	return parquetValue{bytes: d.data[at+4 : at+4+length]}, nil
}

type indexDecoder struct {
	runs
	dictionary *dictionary
}

func (d *indexDecoder) next() (parquetValue, error) {
	index, err := d.runs.next()
	if err != nil {
		return parquetValue{}, err
	}
	return d.dictionary.value(index)
}

type runsDecoder struct{ runs }

func (d *runsDecoder) next() (parquetValue, error) {
	value, err := d.runs.next()
	return parquetValue{number: int64(value)}, err
}

// runs reads whole numbers of width bits, 32 at most, which come as runs of the same one or packed, eight together.
type runs struct {
	data   []byte
	width  int
	left   int // of this run
	packed bool
	value  uint32
	at     int // in bits, of those that are packed
	packs  []byte
}

func (r *runs) next() (uint32, error) {
	for r.left == 0 {
		head, n := binary.Uvarint(r.data)
		if n <= 0 || head>>1 > 1<<31 {
			return 0, errPage
		}
		r.data = r.data[n:]
		if r.packed = head&1 == 1; r.packed {
			groups := int(head >> 1)
			// The last run of a page need not be whole.
			size := min(groups*r.width, len(r.data))
			r.packs, r.data, r.at, r.left = r.data[:size], r.data[size:], 0, groups*8
			continue
		}
		size := (r.width + 7) / 8
		if size > len(r.data) {
			return 0, errPage
		}
		r.value = uint32(bitsAt(r.data[:size], 0, size*8))
		r.data, r.left = r.data[size:], int(head>>1)
	}
	r.left--
	if !r.packed {
		return r.value, nil
	}
	if r.at+r.width > len(r.packs)*8 {
		return 0, errPage
	}
	value := uint32(bitsAt(r.packs, r.at, r.width))
	r.at += r.width
	return value, nil
}

// bitsAt reads a number of n bits, 64 at most, the lowest first, at a position in bits.
func bitsAt(data []byte, at, n int) uint64 {
	if n == 0 {
		return 0
	}
	i, shift := at/8, at%8
	if i+8 <= len(data) {
		value := binary.LittleEndian.Uint64(data[i:]) >> shift
		if shift+n > 64 {
			value |= uint64(data[i+8]) << (64 - shift)
		}
		return value & (1<<n - 1)
	}
	var value uint64
	for k := i; k*8 < at+n; k++ {
		if k == i {
			value = uint64(data[k]) >> shift
		} else {
			value |= uint64(data[k]) << ((k-i)*8 - shift)
		}
	}
	return value & (1<<n - 1)
}

// deltas reads whole numbers of which the differences are packed in blocks.
type deltas struct {
	data      []byte
	perMini   int // values of a miniblock
	minis     int // miniblocks of a block
	left      int // values to come
	first     bool
	value     int64
	least     int64
	widths    []byte // of the miniblocks to come of this block
	width, at int
	inMini    int // values to come of this miniblock
	packs     []byte
}

// newDeltas reads the beginning of at most n values.
func newDeltas(data []byte, n int) (deltas, error) {
	var d deltas
	var head [3]uint64
	for i := range head {
		value, size := binary.Uvarint(data)
		if size <= 0 || value > 1<<31 {
			return d, errPage
		}
		head[i], data = value, data[size:]
	}
	first, size := binary.Varint(data)
	// No writer makes blocks beyond this size, and more miniblocks in them than bytes would cost time for nothing.
	if size <= 0 || head[2] > uint64(n) || head[0] == 0 || head[0] > 1<<16 || head[1] == 0 || head[0]%head[1] != 0 || (head[0]/head[1])%8 != 0 {
		return d, errPage
	}
	return deltas{data: data[size:], perMini: int(head[0] / head[1]), minis: int(head[1]), left: int(head[2]), first: true, value: first}, nil
}

func (d *deltas) next() (int64, error) {
	if d.left == 0 {
		return 0, errPage
	}
	d.left--
	if d.first {
		d.first = false
		return d.value, nil
	}
	if d.inMini == 0 {
		if err := d.mini(); err != nil {
			return 0, err
		}
	}
	d.inMini--
	d.value += d.least + int64(bitsAt(d.packs, d.at, d.width))
	d.at += d.width
	return d.value, nil
}

// mini begins the next miniblock, and with it the next block where it must.
func (d *deltas) mini() error {
	if len(d.widths) == 0 {
		least, n := binary.Varint(d.data)
		if n <= 0 || len(d.data)-n < d.minis {
			return errPage
		}
		d.least, d.widths, d.data = least, d.data[n:n+d.minis], d.data[n+d.minis:]
	}
	d.width, d.widths = int(d.widths[0]), d.widths[1:]
	size := d.width * d.perMini / 8
	if d.width > 64 || size > len(d.data) {
		return errPage
	}
	d.packs, d.data, d.at, d.inMini = d.data[:size], d.data[size:], 0, d.perMini
	return nil
}

// after is what stands after all values.
func (d deltas) after() ([]byte, error) {
	for d.left > 0 {
		if _, err := d.next(); err != nil {
			return nil, err
		}
	}
	return d.data, nil
}

type deltaDecoder struct {
	deltas
	narrow bool // differences wrap around at 32 bits
}

func (d *deltaDecoder) next() (parquetValue, error) {
	value, err := d.deltas.next()
	if d.narrow {
		value = int64(int32(value))
	}
	return parquetValue{number: value}, err
}

// lengthDecoder reads byte strings of which the lengths stand before them all.
type lengthDecoder struct {
	lengths deltas
	data    []byte
}

func newLengthDecoder(data []byte, n int) (*lengthDecoder, error) {
	lengths, err := newDeltas(data, n)
	if err != nil {
		return nil, err
	}
	rest, err := lengths.after()
	return &lengthDecoder{lengths, rest}, err
}

func (d *lengthDecoder) next() (parquetValue, error) {
	n, err := d.lengths.next()
	if err != nil || n < 0 || n > int64(len(d.data)) {
		return parquetValue{}, errPage
	}
	value := d.data[:n:n]
	d.data = d.data[n:]
	return parquetValue{bytes: value}, nil
}

// prefixDecoder reads byte strings that begin as the one before.
type prefixDecoder struct {
	prefixes deltas
	suffixes *lengthDecoder
	value    []byte
}

func newPrefixDecoder(data []byte, n int) (*prefixDecoder, error) {
	prefixes, err := newDeltas(data, n)
	if err != nil {
		return nil, err
	}
	rest, err := prefixes.after()
	if err != nil {
		return nil, err
	}
	suffixes, err := newLengthDecoder(rest, n)
	return &prefixDecoder{prefixes: prefixes, suffixes: suffixes}, err
}

func (d *prefixDecoder) next() (parquetValue, error) {
	n, err := d.prefixes.next()
	if err != nil || n < 0 || n > int64(len(d.value)) {
		return parquetValue{}, errPage
	}
	suffix, err := d.suffixes.next()
	if err != nil {
		return parquetValue{}, err
	}
	d.value = append(d.value[:n], suffix.bytes...)
	return parquetValue{bytes: d.value}, nil
}
