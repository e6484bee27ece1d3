package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/andybalholm/brotli"
)

// The faces that npm brings are packed as WOFF2 alone, which our drawing of pictures cannot read. Here they are unpacked to sfnt
// (TrueType), after the W3C's WOFF File Format 2.0: the tables are one Brotli stream, and outlines are stored in a form of their
// own that is turned back into glyf and loca. Fonts are our own input: what is odd about one is an error, not a danger.

// knownTags are the tags that a directory names by number, in the order of the specification.
var knownTags = [...]string{
	"cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post", "cvt ", "fpgm", "glyf", "loca", "prep", "CFF ", "VORG", "EBDT",
	"EBLC", "gasp", "hdmx", "kern", "LTSH", "PCLT", "VDMX", "vhea", "vmtx", "BASE", "GDEF", "GPOS", "GSUB", "EBSC", "JSTF", "MATH",
	"CBDT", "CBLC", "COLR", "CPAL", "SVG ", "sbix", "acnt", "avar", "bdat", "bloc", "bsln", "cvar", "fdsc", "feat", "fmtx", "fvar",
	"gvar", "hsty", "just", "lcar", "mort", "morx", "opbd", "prop", "trak", "Zapf", "Silf", "Glat", "Gloc", "Feat", "Sill",
}

type sfntTable struct {
	tag         string
	length      int
	transformed bool
	content     []byte
}

// reading takes numbers from bytes; after the first fault it gives zeros and keeps the fault.
type reading struct {
	rest []byte
	err  error
}

func (r *reading) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.rest) {
		if r.err == nil {
			r.err = io.ErrUnexpectedEOF
		}
		return make([]byte, max(0, min(n, 16)))
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reading) u8() int  { return int(r.take(1)[0]) }
func (r *reading) u16() int { return int(binary.BigEndian.Uint16(r.take(2))) }
func (r *reading) i16() int { return int(int16(binary.BigEndian.Uint16(r.take(2)))) }
func (r *reading) u32() int { return int(binary.BigEndian.Uint32(r.take(4))) }

// base128 reads a number of seven bits to the byte.
func (r *reading) base128() int {
	n := 0
	for range 5 {
		b := r.u8()
		n = n<<7 | b&0x7f
		if b&0x80 == 0 {
			return n
		}
	}
	r.err = errors.Join(r.err, errors.New("a number without an end"))
	return 0
}

// short255 reads a number that mostly fits a byte.
func (r *reading) short255() int {
	switch b := r.u8(); b {
	case 253:
		return r.u16()
	case 254:
		return r.u8() + 506
	case 255:
		return r.u8() + 253
	default:
		return b
	}
}

// unpackWOFF2 returns the font as sfnt.
func unpackWOFF2(packed []byte) ([]byte, error) {
	header := &reading{rest: packed}
	if string(header.take(4)) != "wOF2" {
		return nil, errors.New("no WOFF2 font")
	}
	flavour := slices.Clone(header.take(4))
	header.take(4)
	count := header.u16()
	header.take(2 + 4)
	compressed := header.u32()
	header.take(2 + 2 + 5*4)
	tables := make([]sfntTable, count)
	for i := range tables {
		tables[i] = readTable(header)
	}
	stream := header.take(compressed)
	if header.err != nil {
		return nil, header.err
	}
	unpacked, err := io.ReadAll(brotli.NewReader(bytes.NewReader(stream)))
	if err != nil {
		return nil, err
	}
	body := &reading{rest: unpacked}
	for i := range tables {
		tables[i].content = body.take(tables[i].length)
	}
	if body.err != nil {
		return nil, body.err
	}
	if tables, err = restore(tables); err != nil {
		return nil, err
	}
	return sfnt(flavour, tables), nil
}

func readTable(r *reading) sfntTable {
	flags := r.u8()
	var t sfntTable
	if at := flags & 0x3f; at < len(knownTags) {
		t.tag = knownTags[at]
	} else {
		t.tag = string(r.take(4))
	}
	version := flags >> 6
	outlines := t.tag == "glyf" || t.tag == "loca"
	t.transformed = outlines && version == 0 || !outlines && version != 0
	t.length = r.base128()
	if t.transformed {
		t.length = r.base128()
	}
	return t
}

// restore turns the outlines back into glyf and loca, with long offsets.
func restore(tables []sfntTable) ([]sfntTable, error) {
	find := func(tag string) *sfntTable {
		for i := range tables {
			if tables[i].tag == tag {
				return &tables[i]
			}
		}
		return nil
	}
	if hmtx := find("hmtx"); hmtx != nil && hmtx.transformed {
		return nil, errors.New("left side bearings that are left out are not read")
	}
	glyf, loca, head := find("glyf"), find("loca"), find("head")
	if glyf == nil || loca == nil || head == nil || len(head.content) < 54 {
		return nil, errors.New("a font without outlines")
	}
	if !glyf.transformed {
		return tables, nil
	}
	outlines, offsets, err := restoreGlyphs(glyf.content)
	if err != nil {
		return nil, fmt.Errorf("outlines: %w", err)
	}
	glyf.content, loca.content = outlines, offsets
	head.content = slices.Clone(head.content)
	binary.BigEndian.PutUint16(head.content[50:], 1)
	return tables, nil
}

// glyphStreams are the parts that outlines are stored in.
type glyphStreams struct {
	contours, points, flags, glyphs, composites, boxes, instructions *reading
	hasBox                                                           []byte
}

func restoreGlyphs(content []byte) (outlines, offsets []byte, err error) {
	r := &reading{rest: content}
	r.take(4)
	count := r.u16()
	r.take(2)
	var sizes [7]int
	for i := range sizes {
		sizes[i] = r.u32()
	}
	var streams [7]*reading
	for i, size := range sizes {
		streams[i] = &reading{rest: r.take(size)}
	}
	if r.err != nil {
		return nil, nil, r.err
	}
	s := glyphStreams{streams[0], streams[1], streams[2], streams[3], streams[4], streams[5], streams[6], nil}
	s.hasBox = s.boxes.take((count + 31) >> 5 << 2)
	for glyph := range count {
		offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(outlines)))
		outlines = append(outlines, s.glyph(glyph)...)
		for len(outlines)%4 != 0 {
			outlines = append(outlines, 0)
		}
	}
	offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(outlines)))
	for _, stream := range streams {
		err = errors.Join(err, stream.err)
	}
	return outlines, offsets, err
}

func (s *glyphStreams) glyph(glyph int) []byte {
	contours := s.contours.i16()
	boxed := s.hasBox[glyph>>3]&(0x80>>(glyph&7)) != 0
	switch {
	case contours == 0:
		return nil
	case contours < 0:
		out := binary.BigEndian.AppendUint16(nil, 0xffff)
		out = append(out, s.boxes.take(8)...)
		return s.composite(out)
	}
	return s.simple(contours, boxed)
}

// composite copies the parts of a glyph that is made of others.
func (s *glyphStreams) composite(out []byte) []byte {
	instructed := false
	for {
		flags := s.composites.u16()
		size := 2 + 2
		if flags&0x1 != 0 {
			size += 2
		}
		switch {
		case flags&0x8 != 0:
			size += 2
		case flags&0x40 != 0:
			size += 4
		case flags&0x80 != 0:
			size += 8
		}
		out = binary.BigEndian.AppendUint16(out, uint16(flags))
		out = append(out, s.composites.take(size)...)
		instructed = instructed || flags&0x100 != 0
		if flags&0x20 == 0 || s.composites.err != nil {
			break
		}
	}
	if instructed {
		length := s.glyphs.short255()
		out = binary.BigEndian.AppendUint16(out, uint16(length))
		out = append(out, s.instructions.take(length)...)
	}
	return out
}

type outlinePoint struct {
	dx, dy int
	on     bool
}

func (s *glyphStreams) simple(contours int, boxed bool) []byte {
	var ends []byte
	total := 0
	for range contours {
		total += s.points.short255()
		ends = binary.BigEndian.AppendUint16(ends, uint16(total-1))
	}
	points := make([]outlinePoint, min(total, 1<<16))
	for i := range points {
		flag := s.flags.u8()
		dx, dy := s.triplet(flag & 0x7f)
		points[i] = outlinePoint{dx, dy, flag&0x80 == 0}
	}
	length := s.glyphs.short255()
	instructions := s.instructions.take(length)
	out := binary.BigEndian.AppendUint16(nil, uint16(contours))
	if boxed {
		out = append(out, s.boxes.take(8)...)
	} else {
		out = append(out, boxOf(points)...)
	}
	out = append(out, ends...)
	out = binary.BigEndian.AppendUint16(out, uint16(length))
	out = append(out, instructions...)
	return appendPoints(out, points)
}

func boxOf(points []outlinePoint) []byte {
	var x, y, minX, minY, maxX, maxY int
	for i, p := range points {
		x, y = x+p.dx, y+p.dy
		if i == 0 {
			minX, minY, maxX, maxY = x, y, x, y
		}
		minX, minY, maxX, maxY = min(minX, x), min(minY, y), max(maxX, x), max(maxY, y)
	}
	var box []byte
	for _, n := range [...]int{minX, minY, maxX, maxY} {
		box = binary.BigEndian.AppendUint16(box, uint16(int16(n)))
	}
	return box
}

// appendPoints writes flags and coordinates, short ones in a byte.
func appendPoints(out []byte, points []outlinePoint) []byte {
	const on, shortX, shortY, sameX, sameY = 0x1, 0x2, 0x4, 0x10, 0x20
	var flags, xs, ys []byte
	for _, p := range points {
		flag := byte(0)
		if p.on {
			flag = on
		}
		flag, xs = appendCoordinate(flag, xs, p.dx, shortX, sameX)
		flag, ys = appendCoordinate(flag, ys, p.dy, shortY, sameY)
		flags = append(flags, flag)
	}
	return slices.Concat(out, flags, xs, ys)
}

func appendCoordinate(flag byte, to []byte, d int, short, same byte) (byte, []byte) {
	switch {
	case d == 0:
		return flag | same, to
	case d > 0 && d < 256:
		return flag | short | same, append(to, byte(d))
	case d < 0 && d > -256:
		return flag | short, append(to, byte(-d))
	}
	return flag, binary.BigEndian.AppendUint16(to, uint16(int16(d)))
}

// triplet reads how far a point is from the one before (section 5.2 of the specification).
func (s *glyphStreams) triplet(flag int) (dx, dy int) {
	g := s.glyphs
	signed := func(negative bool, n int) int {
		if negative {
			return -n
		}
		return n
	}
	left, down := flag&1 == 0, flag&2 == 0
	switch {
	case flag < 10:
		return 0, signed(left, flag&14<<7+g.u8())
	case flag < 20:
		return signed(left, (flag-10)&14<<7+g.u8()), 0
	case flag < 84:
		b, next := flag-20, g.u8()
		return signed(left, 1+b&0x30+next>>4), signed(down, 1+b&0x0c<<2+next&0x0f)
	case flag < 120:
		b := flag - 84
		x, y := g.u8(), g.u8()
		return signed(left, 1+b/12<<8+x), signed(down, 1+b%12>>2<<8+y)
	case flag < 124:
		a, b, c := g.u8(), g.u8(), g.u8()
		return signed(left, a<<4+b>>4), signed(down, b&0x0f<<8+c)
	}
	x, y := g.u16(), g.u16()
	return signed(left, x), signed(down, y)
}

// sfnt writes the tables as a TrueType file. Checksums are left at zero: our reader, as most, looks at none.
func sfnt(flavour []byte, tables []sfntTable) []byte {
	slices.SortFunc(tables, func(a, b sfntTable) int { return bytes.Compare([]byte(a.tag), []byte(b.tag)) })
	out := slices.Clone(flavour)
	out = binary.BigEndian.AppendUint16(out, uint16(len(tables)))
	out = append(out, make([]byte, 6)...)
	offset := len(out) + 16*len(tables)
	var body []byte
	for _, t := range tables {
		out = append(out, t.tag...)
		out = binary.BigEndian.AppendUint32(out, 0)
		out = binary.BigEndian.AppendUint32(out, uint32(offset+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.content)))
		body = append(body, t.content...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}
