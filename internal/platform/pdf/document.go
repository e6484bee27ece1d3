// Package pdf writes documents for people to keep: headings, paragraphs, tables, in Latin and in Arabic letters, with the faces of the pages. Only the
// letters that are used go into a document, text can be searched and copied, and the same content gives the same bytes. It knows
// nothing of what documents are about.
package pdf

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/drawing"
)

// The page is A4, in points of 1/72 inch.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 48.0
	// Width is how wide what stands on a page may be, in points.
	Width      = pageWidth - 2*margin
	footHeight = 24.0
)

// Options say what holds for a whole document.
type Options struct {
	Title    string // what a reader's window shows
	Language string // "fr", "ar" or "en"
	Right    bool   // text runs from right to left
	At       time.Time
	// Foot is what stands at the foot of a page, on the side where lines begin and on the other one. nil: nothing.
	Foot func(page, pages int) (start, end string)
}

// Document is laid out from top to bottom; what does not fit on a page goes on the next one. It is for one goroutine. A Document is written once.
type Document struct {
	options Options
	pages   []*page
	faces   []*typeface
	y       float64 // where the next thing begins, from the top
}

type page struct{ content bytes.Buffer }

// New returns an empty document with one page.
func New(o Options) *Document {
	d := &Document{options: o}
	d.turn()
	return d
}

// turn begins a page.
func (d *Document) turn() {
	d.pages = append(d.pages, &page{})
	d.y = margin
}

// room is what is left of the page.
func (d *Document) room() float64 { return pageHeight - margin - footHeight - d.y }

// Keep begins a page where less than height, in points, is left of this one.
func (d *Document) Keep(height float64) {
	if d.room() < height && d.y > margin {
		d.turn()
	}
}

// Space leaves room.
func (d *Document) Space(height float64) { d.y += height }

// The colours of documents.
var (
	ink    = drawing.Colour("#2b2622")
	faint  = drawing.Colour("#6b6259")
	rule   = drawing.Colour("#d9d0c5")
	shade  = drawing.Colour("#f6f1ea")
	accent = drawing.Colour("#c2410c")
)

// lineHeight is the distance between base lines, by the size of letters.
const lineHeight = 1.4

// Heading sets a title: of the document (level 1) or of a part of it (level 2).
func (d *Document) Heading(level int, words string) {
	size := 20.0
	if level > 1 {
		size = 12.5
		d.Space(14)
	}
	d.Keep(size*lineHeight + 60) // a title does not stand alone at the foot
	d.block(words, Width, 3, drawing.Style{Size: size, Weight: drawing.Heavy, Colour: ink, Right: d.options.Right})
	d.Space(4)
}

// Paragraph sets words over the whole width, in a hundred lines at most. Its line breaks are kept.
func (d *Document) Paragraph(words string) { d.paragraph(words, 9.5, ink) }

// Note is a paragraph in small, faint letters.
func (d *Document) Note(words string) { d.paragraph(words, 8, faint) }

func (d *Document) paragraph(words string, size float64, colour color.Color) {
	for part := range strings.SplitSeq(words, "\n") {
		d.block(part, Width, 100, drawing.Style{Size: size, Colour: colour, Right: d.options.Right})
	}
	d.Space(4)
}

// block sets words in lines and goes on below them.
func (d *Document) block(words string, width float64, most int, style drawing.Style) {
	for _, line := range drawing.Lines(words, width, most, style) {
		d.Keep(style.Size * lineHeight)
		d.set(line, d.fromStart(0, line.Width), d.y+style.Size*1.1, style)
		d.y += style.Size * lineHeight
	}
}

// fromStart returns the left edge of what stands so far from where lines begin and is so wide.
func (d *Document) fromStart(offset, width float64) float64 {
	if d.options.Right {
		return pageWidth - margin - offset - width
	}
	return margin + offset
}

// Fact is a name with what it is.
type Fact struct {
	Name, Value string
	Plain       bool // the value is no language: a hash, a date; it runs from left to right everywhere
}

// Facts sets names beside what they are.
func (d *Document) Facts(facts []Fact) {
	const names, size = 150.0, 9.5
	for _, fact := range facts {
		name := drawing.Style{Size: size, Colour: faint, Right: d.options.Right}
		value := drawing.Style{Size: size, Weight: drawing.Strong, Colour: ink, Right: d.options.Right && !fact.Plain}
		if fact.Plain {
			value.Size, value.Weight = 8.5, drawing.Regular // a hash of 64 digits fits
		}
		left := drawing.Lines(fact.Name, names-8, 2, name)
		right := drawing.Lines(fact.Value, Width-names, 4, value)
		d.Keep(float64(max(len(left), len(right), 1)) * size * lineHeight)
		for i, line := range left {
			d.set(line, d.fromStart(0, line.Width), d.y+float64(i)*size*lineHeight+size*1.1, name)
		}
		for i, line := range right {
			d.set(line, d.fromStart(names, line.Width), d.y+float64(i)*size*lineHeight+size*1.1, value)
		}
		d.y += float64(max(len(left), len(right), 1))*size*lineHeight + 2
	}
	d.Space(4)
}

// Column is a column of a table.
type Column struct {
	Title string
	Share float64 // of the width, compared with the others
	End   bool    // its cells stand at the end of the column, as numbers do
	Plain bool    // its cells are no language: they run from left to right everywhere
	Lines int     // that a cell may take; 0: one. A line break in a cell begins another one
}

const (
	cellSize  = 8.0
	cellSpace = 4.0
)

// Table sets rows of cells under titles, which stand again on every page that it takes. A row with the wrong number of cells lacks some or loses some.
func (d *Document) Table(columns []Column, rows [][]string) {
	t := layout{document: d, columns: columns}
	t.measure()
	d.Keep(4 * (cellSize*lineHeight + 2*cellSpace))
	t.head()
	for i, row := range rows {
		t.row(row, i%2 == 1)
	}
	d.Space(6)
}

// layout is a table that is being set.
type layout struct {
	document *Document
	columns  []Column
	starts   []float64 // of the columns, from where lines begin
	widths   []float64
}

func (t *layout) measure() {
	total := 0.0
	for _, c := range t.columns {
		total += c.Share
	}
	at := 0.0
	for _, c := range t.columns {
		width := Width * c.Share / total
		t.starts, t.widths = append(t.starts, at), append(t.widths, width)
		at += width
	}
}

func (t *layout) head() {
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.Title
	}
	style := drawing.Style{Size: cellSize, Weight: drawing.Strong, Colour: faint, Right: t.document.options.Right}
	t.cells(titles, func(Column) (drawing.Style, int) { return style, 2 }, nil)
	t.document.line(t.document.y, 0.8, faint)
}

func (t *layout) row(cells []string, shaded bool) {
	d := t.document
	var ground color.Color
	if shaded {
		ground = shade
	}
	t.cells(cells, func(c Column) (drawing.Style, int) {
		return drawing.Style{Size: cellSize, Colour: ink, Right: d.options.Right && !c.Plain}, max(1, c.Lines)
	}, ground)
	d.line(d.y, 0.4, rule)
}

// cells sets a row, on a page where all of it fits.
func (t *layout) cells(words []string, look func(Column) (drawing.Style, int), ground color.Color) {
	d := t.document
	lines := make([][]drawing.Line, len(t.columns))
	most := 1
	for i, column := range t.columns {
		if i < len(words) {
			style, limit := look(column)
			for part := range strings.SplitSeq(words[i], "\n") {
				lines[i] = append(lines[i], drawing.Lines(part, t.widths[i]-2*cellSpace, limit-len(lines[i]), style)...)
			}
		}
		most = max(most, len(lines[i]))
	}
	height := float64(most)*cellSize*lineHeight + cellSpace
	if d.room() < height {
		d.turn()
		t.head()
	}
	if ground != nil {
		d.fill(margin, d.y, Width, height, ground)
	}
	for i, column := range t.columns {
		style, _ := look(column)
		for n, line := range lines[i] {
			offset := t.starts[i] + cellSpace
			if column.End {
				offset = t.starts[i] + t.widths[i] - cellSpace - line.Width
			}
			d.set(line, d.fromStart(offset, line.Width), d.y+cellSpace/2+float64(n)*cellSize*lineHeight+cellSize*1.1, style)
		}
	}
	d.y += height
}

// Signatures sets lines to sign on, side by side, each with a name under it.
func (d *Document) Signatures(names ...string) {
	const height = 64.0
	d.Keep(height + 24)
	width := Width / float64(max(1, len(names)))
	style := drawing.Style{Size: 8.5, Colour: faint, Right: d.options.Right}
	for i, name := range names {
		offset := float64(i) * width
		d.fill(d.fromStart(offset, width-24), d.y+height, width-24, 0.8, faint)
		for n, line := range drawing.Lines(name, width-24, 2, style) {
			d.set(line, d.fromStart(offset, line.Width), d.y+height+12+float64(n)*12, style)
		}
	}
	d.y += height + 40
}

// Band sets a bar in the colour of the house, which begins a document.
func (d *Document) Band() {
	d.fill(margin, d.y, Width, 3, accent)
	d.y += 12
}

// foot sets what stands at the foot of every page.
func (d *Document) foot() {
	if d.options.Foot == nil {
		return
	}
	style := drawing.Style{Size: 7.5, Colour: faint, Right: d.options.Right}
	last := d.pages
	for i := range last {
		d.pages = last[:i+1]
		start, end := d.options.Foot(i+1, len(last))
		for _, line := range drawing.Lines(start, Width*0.7, 1, style) {
			d.set(line, d.fromStart(0, line.Width), pageHeight-margin+6, style)
		}
		for _, line := range drawing.Lines(end, Width*0.25, 1, style) {
			d.set(line, d.fromStart(Width-line.Width, line.Width), pageHeight-margin+6, style)
		}
	}
	d.pages = last
}

func (d *Document) content() *bytes.Buffer { return &d.pages[len(d.pages)-1].content }

func (d *Document) line(y, thickness float64, colour color.Color) {
	d.fill(margin, y-thickness/2, Width, thickness, colour)
}

// fill paints a rectangle whose upper left corner is at x, y from the top of the page.
func (d *Document) fill(x, y, width, height float64, colour color.Color) {
	fmt.Fprintf(d.content(), "%s rg %s %s %s %s re f\n", rgb(colour), number(x), number(pageHeight-y-height), number(width), number(height))
}

// set shows a line of text whose base line begins at x, y from the top of the page.
func (d *Document) set(line drawing.Line, x, y float64, style drawing.Style) {
	out := d.content()
	fmt.Fprintf(out, "BT %s rg\n", rgb(style.Colour))
	for from := 0; from < len(line.Glyphs); {
		to := from + 1
		for to < len(line.Glyphs) && line.Glyphs[to].Font == line.Glyphs[from].Font && line.Glyphs[to].Y == line.Glyphs[from].Y {
			to++
		}
		d.show(out, line.Glyphs[from:to], x, pageHeight-y, style.Size)
		from = to
	}
	out.WriteString("ET\n")
}

// show writes glyphs of one font and height, each where it belongs: where the one before does not end there, the difference is said.
func (d *Document) show(out *bytes.Buffer, glyphs []drawing.Glyph, x, y, size float64) {
	face := d.face(glyphs[0].Font)
	fmt.Fprintf(out, "/F%d %s Tf 1 0 0 1 %s %s Tm[<", face, number(size), number(x+glyphs[0].X), number(y+glyphs[0].Y))
	at := glyphs[0].X
	for _, g := range glyphs {
		if apart := math.Round((at - g.X) * 1000 / size); apart != 0 {
			fmt.Fprintf(out, ">%s<", number(apart))
			at -= apart * size / 1000
		}
		codes, width := d.faces[face].codes(g)
		for _, code := range codes {
			fmt.Fprintf(out, "%04X", code)
		}
		at += width * size / 1000
	}
	out.WriteString(">]TJ\n")
}

func (d *Document) face(f drawing.Font) int {
	for i, t := range d.faces {
		if t.font == f {
			return i
		}
	}
	d.faces = append(d.faces, newTypeface(f))
	return len(d.faces) - 1
}

func rgb(c color.Color) string {
	r, g, b, _ := c.RGBA()
	part := func(v uint32) string { return number(float64(v) / 0xffff) }
	return part(r) + " " + part(g) + " " + part(b)
}

// number writes a number as PDF takes it: no exponent, three decimals at most.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 3, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}
