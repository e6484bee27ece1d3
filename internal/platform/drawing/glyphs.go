package drawing

import (
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/shaping"
)

// Font is one of the faces in one weight.
type Font struct {
	Face   int // 0: Latin letters, 1: Arabic ones
	Weight Weight
}

// Glyph is a shape in a line of text.
type Glyph struct {
	Font    Font
	ID      uint32
	X, Y    float64 // where its origin stands, from the beginning of the base line; the y axis points up
	Letters string  // what it stands for; empty where another glyph of the line stands for it as well
	Right   bool    // its letters run from right to left
}

// Line is text that was set: its glyphs as they stand from the left, in the unit of the style's size.
type Line struct {
	Glyphs []Glyph
	Width  float64
}

// Lines sets words in lines no wider than width, at most so many, the last one ending in "…" where words are left over.
func Lines(text string, width float64, most int, style Style) []Line {
	f := loadFonts()[style.Weight]
	f.mu.Lock()
	defer f.mu.Unlock()
	wrapped := f.wrap(clean(text, maxLinesRunes), width, most, style)
	lines := make([]Line, len(wrapped))
	for i := range wrapped {
		lines[i] = f.glyphs(wrapped[i], style.Weight)
	}
	return lines
}

// glyphs are those of a line that was shaped.
func (f *fonts) glyphs(l line, weight Weight) Line {
	set := Line{Width: l.width}
	x := 0.0
	for i := range l.runs {
		run := &l.runs[i]
		in := Font{Weight: weight}
		if run.Face == f.faces[1] {
			in.Face = 1
		}
		for n := range run.Glyphs {
			g := &run.Glyphs[n]
			glyph := Glyph{Font: in, ID: uint32(g.GlyphID), X: x + float64(g.XOffset)/64, Y: float64(g.YOffset) / 64, Right: run.Direction == di.DirectionRTL}
			if bearer(run.Glyphs, n) {
				glyph.Letters = string(l.text[g.TextIndex() : g.TextIndex()+g.RunesCount()])
			}
			set.Glyphs = append(set.Glyphs, glyph)
			x += float64(g.Advance) / 64
		}
	}
	return set
}

// bearer says whether the nth glyph is the one of its cluster that its letters are ascribed to: the first that takes room, else the first.
func bearer(glyphs []shaping.Glyph, n int) bool {
	cluster := glyphs[n].TextIndex()
	first, chosen := -1, -1
	for i := range glyphs {
		if glyphs[i].TextIndex() != cluster {
			continue
		}
		if first < 0 {
			first = i
		}
		if chosen < 0 && glyphs[i].Advance > 0 {
			chosen = i
		}
	}
	if chosen < 0 {
		chosen = first
	}
	return n == chosen
}

// ContourPoint is a point of an outline in units of the font; those that are not on the line control a quadratic curve.
type ContourPoint struct {
	X, Y float64
	On   bool
}

// Outline is the shape of a glyph.
type Outline struct {
	Contours [][]ContourPoint // closed; the y axis points up
	Advance  float64
}

// FontMetrics are the measures of a font, in its units.
type FontMetrics struct {
	UnitsPerEm      int
	Ascent, Descent float64 // of a line; the descent is negative
}

// Metrics returns the font's measures.
func (f Font) Metrics() FontMetrics {
	all := loadFonts()[f.Weight]
	all.mu.Lock()
	defer all.mu.Unlock()
	face := all.faces[f.Face]
	extents, _ := face.FontHExtents()
	return FontMetrics{UnitsPerEm: int(face.Upem()), Ascent: float64(extents.Ascender), Descent: float64(extents.Descender)}
}

// Outline returns the shape of a glyph in the font's weight; that of a space has no contours.
func (f Font) Outline(id uint32) Outline {
	all := loadFonts()[f.Weight]
	all.mu.Lock()
	defer all.mu.Unlock()
	face := all.faces[f.Face]
	outline := Outline{Advance: float64(face.HorizontalAdvance(font.GID(id)))}
	drawn, _ := face.GlyphDataOutline(font.GID(id))
	for _, segment := range drawn.Segments {
		outline.add(segment)
	}
	return outline
}

func (o *Outline) add(segment font.Segment) {
	point := func(n int, on bool) ContourPoint {
		return ContourPoint{float64(segment.Args[n].X), float64(segment.Args[n].Y), on}
	}
	if segment.Op == opentype.SegmentOpMoveTo {
		o.Contours = append(o.Contours, []ContourPoint{point(0, true)})
		return
	}
	last := len(o.Contours) - 1
	switch segment.Op {
	case opentype.SegmentOpLineTo:
		o.Contours[last] = append(o.Contours[last], point(0, true))
	case opentype.SegmentOpQuadTo:
		o.Contours[last] = append(o.Contours[last], point(0, false), point(1, true))
	}
}
