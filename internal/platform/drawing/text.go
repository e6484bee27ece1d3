package drawing

import (
	"bytes"
	_ "embed"
	"fmt"
	"image/color"
	"sort"
	"strings"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// The faces of the pages, unpacked by the builder of the assets.
//
//go:embed faces/latin.ttf
var latinFace []byte

//go:embed faces/arabic.ttf
var arabicFace []byte

// Weight is how heavy letters are.
type Weight int

// The closed set of weights.
const (
	Regular Weight = iota
	Strong
	Heavy
)

// axis is where each weight lies on the axis of the faces; Arabic letters are heavier at the same figure.
var axis = map[Weight]struct{ latin, arabic float32 }{Regular: {450, 380}, Strong: {620, 540}, Heavy: {750, 640}}

// fonts are the faces in one weight, the Latin one first, with what sets text in them. A shaper remembers fonts without regard to
// their weight, so that each weight has its own.
type fonts struct {
	mu     sync.Mutex // faces and shapers are for one goroutine
	faces  []*font.Face
	shaper shaping.HarfbuzzShaper
	split  shaping.Segmenter
}

var loadFonts = sync.OnceValue(func() map[Weight]*fonts {
	all := map[Weight]*fonts{}
	for weight, at := range axis {
		f := &fonts{}
		for i, content := range [][]byte{latinFace, arabicFace} {
			face, err := font.ParseTTF(bytes.NewReader(content))
			if err != nil {
				panic(fmt.Errorf("drawing: a face of the program is broken: %w", err))
			}
			value := at.latin
			if i == 1 {
				value = at.arabic
			}
			face.SetVariations([]font.Variation{{Tag: opentype.MustNewTag("wght"), Value: value}})
			f.faces = append(f.faces, face)
		}
		all[weight] = f
	}
	return all
})

// ResolveFace is the first face that has a letter for r.
func (f *fonts) ResolveFace(r rune) *font.Face {
	for _, face := range f.faces {
		if _, has := face.NominalGlyph(r); has {
			return face
		}
	}
	return f.faces[0]
}

// Style is how text is set.
type Style struct {
	Size   float64
	Weight Weight
	Colour color.Color
	Right  bool // the text as a whole runs from right to left
}

// line is text that was shaped: runs in the order in which they stand on the canvas, from the left.
type line struct {
	text  []rune
	runs  []shaping.Output
	width float64
}

// shape sets a line of text: it is cut by direction, script and face, and each piece is shaped so that Arabic letters join.
func (f *fonts) shape(text string, style Style) line {
	direction := di.DirectionLTR
	if style.Right {
		direction = di.DirectionRTL
	}
	runes := []rune(text)
	input := shaping.Input{Text: runes, RunEnd: len(runes), Direction: direction, Size: fixed.Int26_6(style.Size * 64), Language: language.NewLanguage("fr")}
	if style.Right {
		input.Language = language.NewLanguage("ar")
	}
	shaped := line{text: runes}
	for _, piece := range f.split.Split(input, f) {
		shaped.runs = append(shaped.runs, f.shaper.Shape(piece))
	}
	shaped.runs = inSight(shaped.runs, style.Right)
	for i := range shaped.runs {
		shaped.width += float64(shaped.runs[i].Advance) / 64
	}
	return shaped
}

// inSight turns runs from the order of reading into that on the canvas: as a whole where the line runs to the left, and within it
// each sequence of runs that go against the line (the bidirectional algorithm's rule L2 for two levels, which is all that a line
// of ours has).
func inSight(runs []shaping.Output, right bool) []shaping.Output {
	against := di.DirectionRTL
	if right {
		against = di.DirectionLTR
		reverse(runs)
	}
	for from := 0; from < len(runs); from++ {
		to := from
		for to < len(runs) && runs[to].Direction == against {
			to++
		}
		if to > from+1 {
			reverse(runs[from:to])
		}
		from = max(from, to-1)
	}
	return runs
}

func reverse(runs []shaping.Output) {
	for i, j := 0, len(runs)-1; i < j; i, j = i+1, j-1 {
		runs[i], runs[j] = runs[j], runs[i]
	}
}

// outline is the line's letters as a path whose base line begins at x and y.
func (l line) outline(x, y float64) *Path {
	path := &Path{}
	for i := range l.runs {
		run := &l.runs[i]
		scale := float64(run.Size) / 64 / float64(run.Face.Upem())
		for _, glyph := range run.Glyphs {
			gx, gy := x+float64(glyph.XOffset)/64, y-float64(glyph.YOffset)/64
			if outline, ok := run.Face.GlyphDataOutline(glyph.GlyphID); ok {
				path.letter(outline, gx, gy, scale)
			}
			x += float64(glyph.Advance) / 64
		}
	}
	return path
}

func (p *Path) letter(outline font.GlyphOutline, x, y, scale float64) {
	at := func(point opentype.SegmentPoint) (float64, float64) {
		return x + float64(point.X)*scale, y - float64(point.Y)*scale
	}
	for _, segment := range outline.Segments {
		ax, ay := at(segment.Args[0])
		bx, by := at(segment.Args[1])
		cx, cy := at(segment.Args[2])
		switch segment.Op {
		case opentype.SegmentOpMoveTo:
			p.MoveTo(ax, ay)
		case opentype.SegmentOpLineTo:
			p.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo:
			p.QuadTo(ax, ay, bx, by)
		case opentype.SegmentOpCubeTo:
			p.CurveTo(ax, ay, bx, by, cx, cy)
		}
	}
}

// noBreak is the space at which no line ends.
const noBreak = '\u00a0'

// maxRunes bounds what is set in a picture at all, and maxLinesRunes what is in lines of a document: more fits neither.
const (
	maxRunes      = 400
	maxLinesRunes = 10_000
)

// clean leaves out what has no place in a picture: control characters, which could also turn the direction of what follows.
func clean(text string, most int) string {
	kept := strings.Map(func(r rune) rune {
		if r == noBreak {
			return r
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, text)
	if runes := []rune(kept); len(runes) > most {
		kept = string(runes[:most])
	}
	return kept
}

// Text sets words in lines no wider than width, at most so many, the last one ending in "…" where words are left over. Its first
// base line is at y; x is the left edge, or the right one where the text runs from right to left. It returns the base line after
// the last.
func (c *Canvas) Text(text string, x, y, width float64, lines int, leading float64, style Style) float64 {
	f := loadFonts()[style.Weight]
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, shaped := range f.wrap(clean(text, maxRunes), width, lines, style) {
		left := x
		if style.Right {
			left = x - shaped.width
		}
		c.Fill(shaped.outline(left, y), style.Colour)
		y += leading
	}
	return y
}

// Width is how wide a line of text is.
func Width(text string, style Style) float64 {
	f := loadFonts()[style.Weight]
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.shape(clean(text, maxRunes), style).width
}

// wrap fills lines with as many words as fit each.
func (f *fonts) wrap(text string, width float64, most int, style Style) []line {
	var lines []line
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })
	for len(words) > 0 && len(lines) < most {
		fit := 1
		shaped := f.shape(words[0], style)
		for fit < len(words) {
			longer := f.shape(strings.Join(words[:fit+1], " "), style)
			if longer.width > width {
				break
			}
			shaped, fit = longer, fit+1
		}
		rest := words[fit:]
		last := len(lines)+1 == most
		if shaped.width > width || last && len(rest) > 0 {
			shaped = f.shorten(strings.Join(words[:fit], " "), width, style)
		}
		lines, words = append(lines, shaped), rest
	}
	return lines
}

// shorten takes letters away until the text with "…" behind it fits.
func (f *fonts) shorten(text string, width float64, style Style) line {
	runes := []rune(text)
	cut := func(kept int) line { return f.shape(strings.TrimSpace(string(runes[:kept]))+"…", style) }
	tooMany := sort.Search(len(runes)+1, func(kept int) bool { return cut(kept).width > width })
	return cut(max(0, tooMany-1))
}
