package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"khadamat/internal/platform/drawing"
)

// typeface is a font with those of its glyphs that the document uses. A glyph that stands for other letters elsewhere is another one here, so that
// every glyph says which letters it is and text can be copied.
type typeface struct {
	font    drawing.Font
	metrics drawing.FontMetrics
	used    []usedGlyph
	numbers map[usedGlyph]int
	widths  []float64
	shapes  []drawing.Outline
}

type usedGlyph struct {
	id      uint32
	letters string
	share   share
}

// share is which of so many equal parts of a glyph's width this is. The last part shows the whole of it, to the left, and the others nothing.
type share struct{ part, parts int }

func newTypeface(f drawing.Font) *typeface {
	t := &typeface{font: f, metrics: f.Metrics(), numbers: map[usedGlyph]int{}}
	t.number(usedGlyph{share: share{0, 1}})
	return t
}

// codes returns under which numbers a glyph is shown, and how wide it is in thousandths of the size. A glyph that stands for several letters which
// run to the left is cut into as many, the last letter first: readers take such text glyph by glyph from its left end and turn it round.
func (t *typeface) codes(g drawing.Glyph) (codes []int, width float64) {
	letters := []string{g.Letters}
	if g.Right {
		letters = letters[:0]
		for _, r := range g.Letters {
			letters = append([]string{string(r)}, letters...)
		}
		if len(letters) == 0 {
			letters = []string{""}
		}
	}
	for i, letter := range letters {
		n := t.number(usedGlyph{g.ID, letter, share{i, len(letters)}})
		codes = append(codes, n)
		width += t.widths[n]
	}
	return codes, width
}

func (t *typeface) number(glyph usedGlyph) int {
	n, known := t.numbers[glyph]
	if known {
		return n
	}
	n = len(t.used)
	t.numbers[glyph] = n
	t.used = append(t.used, glyph)
	shape := t.font.Outline(glyph.id)
	shape.Advance /= float64(glyph.share.parts)
	if glyph.share.part < glyph.share.parts-1 {
		shape.Contours = nil
	}
	for _, contour := range shape.Contours {
		for i := range contour {
			contour[i].X -= shape.Advance * float64(glyph.share.part)
		}
	}
	t.shapes = append(t.shapes, shape)
	t.widths = append(t.widths, shape.Advance*1000/float64(t.metrics.UnitsPerEm))
	return n
}

// file is a PDF on its way out (ISO 32000-1, PDF 1.7).
type file struct {
	out     bytes.Buffer
	offsets []int // of object n+1
}

func (f *file) reserve() int {
	f.offsets = append(f.offsets, 0)
	return len(f.offsets)
}

func (f *file) object(number int, body string) {
	f.offsets[number-1] = f.out.Len()
	fmt.Fprintf(&f.out, "%d 0 obj\n%s\nendobj\n", number, body)
}

func (f *file) add(body string) int {
	number := f.reserve()
	f.object(number, body)
	return number
}

// stream adds content, packed, with further entries of its dictionary.
func (f *file) stream(entries string, content []byte) int {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write(content) // into memory
	_ = z.Close()
	number := f.reserve()
	f.offsets[number-1] = f.out.Len()
	fmt.Fprintf(&f.out, "%d 0 obj\n<</Filter/FlateDecode/Length %d%s>>stream\n", number, packed.Len(), entries)
	f.out.Write(packed.Bytes())
	f.out.WriteString("\nendstream\nendobj\n")
	return number
}

// finish writes where everything is. The id is made of the content, so that the same document has the same one.
func (f *file) finish(root, info int) []byte {
	id := sha256.Sum256(f.out.Bytes())
	at := f.out.Len()
	fmt.Fprintf(&f.out, "xref\n0 %d\n0000000000 65535 f \n", len(f.offsets)+1)
	for _, offset := range f.offsets {
		fmt.Fprintf(&f.out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&f.out, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n", len(f.offsets)+1, root, info, id[:16], id[:16], at)
	return f.out.Bytes()
}

// text writes a text string of the document's own data.
func text(s string) string { return "<" + "FEFF" + utf16Hex(s) + ">" }

func utf16Hex(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String()
}

// WriteTo writes the document.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(d.bytes())
	return int64(n), err
}

func (d *Document) bytes() []byte {
	d.foot()
	f := &file{}
	f.out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	pages := f.reserve()
	resources := f.reserve()
	kids := make([]string, len(d.pages))
	for i, p := range d.pages {
		content := f.stream("", p.content.Bytes())
		kids[i] = fmt.Sprintf("%d 0 R", f.add(fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Resources %d 0 R/Contents %d 0 R>>",
			pages, number(pageWidth), number(pageHeight), resources, content)))
	}
	f.object(pages, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(kids), strings.Join(kids, " ")))
	var fonts strings.Builder
	for i, t := range d.faces {
		fmt.Fprintf(&fonts, "/F%d %d 0 R", i, f.typeface(t, i))
	}
	f.object(resources, "<</Font<<"+fonts.String()+">>>>")
	direction := "L2R"
	if d.options.Right {
		direction = "R2L"
	}
	root := f.add(fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/Lang(%s)/ViewerPreferences<</DisplayDocTitle true/Direction/%s>>>>", pages, d.options.Language, direction))
	info := "<</Title" + text(d.options.Title) + "/Producer" + text("Khadamat")
	if !d.options.At.IsZero() {
		info += "/CreationDate(D:" + d.options.At.UTC().Format("20060102150405") + "Z)"
	}
	return f.finish(root, f.add(info+">>"))
}

// typeface embeds the glyphs that are used, as a composite font whose codes are their numbers.
func (f *file) typeface(t *typeface, index int) int {
	name := fmt.Sprintf("KHDMT%c+Face%d", 'A'+index%26, index)
	scale := 1000 / float64(t.metrics.UnitsPerEm)
	content := trueType(t.metrics, t.shapes)
	embedded := f.stream(fmt.Sprintf("/Length1 %d", len(content)), content)
	descriptor := f.add(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[-1000 -1000 3000 2000]/ItalicAngle 0/Ascent %s/Descent %s/CapHeight 700/StemV 80/FontFile2 %d 0 R>>",
		name, number(t.metrics.Ascent*scale), number(t.metrics.Descent*scale), embedded))
	widths := make([]string, len(t.widths))
	for i, width := range t.widths {
		widths[i] = number(width)
	}
	descendant := f.add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 0/W[0[%s]]>>",
		name, descriptor, strings.Join(widths, " ")))
	letters := f.stream("", t.letters())
	return f.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", name, descendant, letters))
}

// letters maps codes to the letters that they stand for.
func (t *typeface) letters() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n1 begincodespacerange<0000><FFFF>endcodespacerange\n")
	var lines []string
	for n, glyph := range t.used {
		if glyph.letters != "" {
			lines = append(lines, fmt.Sprintf("<%04X><%s>", n, utf16Hex(glyph.letters)))
		}
	}
	const most = 100 // a block may have
	for block := range slices.Chunk(lines, most) {
		fmt.Fprintf(&b, "%d beginbfchar\n%s\nendbfchar\n", len(block), strings.Join(block, "\n"))
	}
	b.WriteString("endcmap CMapName currentdict/CMap defineresource pop end end")
	return b.Bytes()
}
