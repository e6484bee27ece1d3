package pdf

import (
	"encoding/binary"
	"math"
	"slices"

	"khadamat/internal/platform/drawing"
)

// trueType writes a font file that holds the given glyphs, numbered as they come, as PDF embeds it: the tables that OpenType 1.9 demands for
// outlines and nothing for finding glyphs by letters. The first glyph stands for what is missing.
func trueType(metrics drawing.FontMetrics, glyphs []drawing.Outline) []byte {
	var glyf, loca, hmtx []byte
	box := newBounds()
	maxPoints, maxContours, widest := 0, 0, 0
	for _, g := range glyphs {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		shape, inside, points := simpleGlyph(g)
		glyf = append(glyf, shape...)
		box.include(inside)
		maxPoints, maxContours = max(maxPoints, points), max(maxContours, len(g.Contours))
		advance := whole(g.Advance)
		widest = max(widest, int(advance))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(advance))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(inside.left()))
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	if box.empty() {
		box = bounds{}
	}
	return fontFile([]table{
		{"glyf", glyf},
		{"head", headTable(metrics, box)},
		{"hhea", words16(1, 0, int(whole(metrics.Ascent)), int(whole(metrics.Descent)), 0, widest, int(box.minX), 0, int(box.maxX), 1, 0, 0, 0, 0, 0, 0, 0, len(glyphs))},
		{"hmtx", hmtx},
		{"loca", loca},
		{"maxp", words16(1, 0, len(glyphs), maxPoints, maxContours, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)},
	})
}

// headTable has no dates, so that the same glyphs give the same bytes.
func headTable(metrics drawing.FontMetrics, box bounds) []byte {
	head := words16(1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, metrics.UnitsPerEm)
	head = append(head, make([]byte, 16)...)
	return append(head, words16(int(box.minX), int(box.minY), int(box.maxX), int(box.maxY), 0, 8, 2, 1, 0)...)
}

// simpleGlyph writes an outline, and says how far it reaches and how many points it has. One without contours is no bytes at all.
func simpleGlyph(g drawing.Outline) ([]byte, bounds, int) {
	box := newBounds()
	var ends, flags, xs, ys []byte
	points := 0
	lastX, lastY := int16(0), int16(0)
	for _, contour := range g.Contours {
		if n := len(contour); n > 1 && contour[n-1] == contour[0] {
			contour = contour[:n-1] // contours close by themselves
		}
		for _, p := range contour {
			x, y := whole(p.X), whole(p.Y)
			box.add(x, y)
			flag := byte(0)
			if p.On {
				flag = 1
			}
			flags = append(flags, flag)
			xs = binary.BigEndian.AppendUint16(xs, uint16(x-lastX))
			ys = binary.BigEndian.AppendUint16(ys, uint16(y-lastY))
			lastX, lastY = x, y
		}
		points += len(contour)
		ends = binary.BigEndian.AppendUint16(ends, uint16(points-1))
	}
	if points == 0 {
		return nil, box, 0
	}
	shape := words16(len(g.Contours), int(box.minX), int(box.minY), int(box.maxX), int(box.maxY))
	shape = slices.Concat(shape, ends, []byte{0, 0}, flags, xs, ys) // no instructions
	for len(shape)%4 != 0 {
		shape = append(shape, 0)
	}
	return shape, box, points
}

// bounds are how far something reaches.
type bounds struct{ minX, minY, maxX, maxY int16 }

func newBounds() bounds {
	return bounds{math.MaxInt16, math.MaxInt16, math.MinInt16, math.MinInt16}
}

func (b *bounds) empty() bool { return b.minX > b.maxX }

func (b *bounds) left() int16 {
	if b.empty() {
		return 0
	}
	return b.minX
}

func (b *bounds) add(x, y int16) {
	b.minX, b.minY, b.maxX, b.maxY = min(b.minX, x), min(b.minY, y), max(b.maxX, x), max(b.maxY, y)
}

func (b *bounds) include(other bounds) {
	if !other.empty() {
		b.add(other.minX, other.minY)
		b.add(other.maxX, other.maxY)
	}
}

func whole(v float64) int16 {
	return int16(max(math.MinInt16, min(math.MaxInt16, math.Round(v))))
}

func words16(values ...int) []byte {
	out := make([]byte, 0, 2*len(values))
	for _, v := range values {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	return out
}

type table struct {
	tag     string
	content []byte
}

// fontFile puts tables, which are in the order of their tags, into a file.
func fontFile(tables []table) []byte {
	power := 0
	for 2<<power <= len(tables) {
		power++
	}
	entries := 16 << power
	file := append([]byte{0, 1, 0, 0}, words16(len(tables), entries, power, 16*len(tables)-entries)...)
	offset := len(file) + 16*len(tables)
	head := 0
	var body []byte
	for _, t := range tables {
		if t.tag == "head" {
			head = offset + len(body)
		}
		file = append(file, t.tag...)
		file = binary.BigEndian.AppendUint32(file, checksum(t.content))
		file = binary.BigEndian.AppendUint32(file, uint32(offset+len(body)))
		file = binary.BigEndian.AppendUint32(file, uint32(len(t.content)))
		body = append(body, t.content...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	file = append(file, body...)
	const adjustment = 8 // of checkSumAdjustment within head
	binary.BigEndian.PutUint32(file[head+adjustment:], 0xB1B0AFBA-checksum(file))
	return file
}

// checksum adds up four bytes at a time; what lacks at the end counts as zeros.
func checksum(content []byte) uint32 {
	var sum uint32
	for len(content) >= 4 {
		sum += binary.BigEndian.Uint32(content)
		content = content[4:]
	}
	var rest [4]byte
	copy(rest[:], content)
	return sum + binary.BigEndian.Uint32(rest[:])
}
