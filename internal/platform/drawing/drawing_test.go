package drawing

import (
	"image/color"
	"strings"
	"testing"

	"github.com/go-text/typesetting/di"
)

var white, black = Colour("#fff"), Colour("#000000")

// dark counts the dark points of a canvas within a frame.
func dark(c *Canvas, x, y, width, height int) int {
	n := 0
	for py := y; py < y+height; py++ {
		for px := x; px < x+width; px++ {
			if c.image.RGBAAt(px, py).R < 128 {
				n++
			}
		}
	}
	return n
}

func TestColoursAreReadInBothLengths(t *testing.T) {
	for text, want := range map[string]color.NRGBA{"#f97316": {0xf9, 0x73, 0x16, 255}, "#fa0": {0xff, 0xaa, 0, 255}, "": {A: 255}} {
		if got := Colour(text); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func TestShapesFillWhatTheyEnclose(t *testing.T) {
	c := NewCanvas(100, 100, white)
	square := &Path{}
	square.Rectangle(10, 10, 40, 40, 0)
	c.Fill(square, black)
	if got := dark(c, 0, 0, 100, 100); got != 1600 {
		t.Errorf("a square of 40 has %d points, want 1600", got)
	}
	circle := &Path{}
	circle.Ellipse(75, 75, 20, 20)
	c.Fill(circle, black)
	if got := dark(c, 50, 50, 50, 50); got < 1230 || got > 1280 {
		t.Errorf("a circle of 20 has %d points, want about 1257", got)
	}
	c.Fill(&Path{}, black)
	beyond := &Path{}
	beyond.Rectangle(-1e300, 200, 2e300, 1e300, 0)
	c.Fill(beyond, black)
}

func TestALineIsAsWideAsAsked(t *testing.T) {
	c := NewCanvas(100, 40, white)
	path := &Path{}
	path.MoveTo(20, 20)
	path.LineTo(50, 20)
	path.LineTo(80, 20)
	c.Stroke(path, 10, black)
	if got := dark(c, 50, 0, 1, 40); got != 10 {
		t.Errorf("the line is %d wide, want 10", got)
	}
	if dark(c, 12, 0, 3, 40) != 0 || dark(c, 16, 20, 2, 1) == 0 {
		t.Error("the ends are not round and half the width long")
	}
}

func TestArabicLettersJoin(t *testing.T) {
	f := loadFonts()[Regular]
	whole := f.shape("بب", Style{Size: 64, Right: true})
	alone := f.shape("ب", Style{Size: 64, Right: true})
	if len(whole.runs) != 1 || whole.runs[0].Direction != di.DirectionRTL {
		t.Fatalf("two letters are set in %d runs", len(whole.runs))
	}
	if whole.width >= 2*alone.width {
		t.Errorf("two letters together are %.1f wide, each alone %.1f: they do not join", whole.width, alone.width)
	}
	for _, glyph := range whole.runs[0].Glyphs {
		if glyph.GlyphID == alone.runs[0].Glyphs[0].GlyphID {
			t.Error("a letter within a word is drawn as one that stands alone")
		}
	}
}

func TestNumbersWithinArabicRunToTheRight(t *testing.T) {
	f := loadFonts()[Regular]
	shaped := f.shape("عدد 24 من", Style{Size: 32, Right: true})
	order := ""
	for _, run := range shaped.runs {
		order += map[di.Direction]string{di.DirectionLTR: ">", di.DirectionRTL: "<"}[run.Direction]
	}
	if !strings.Contains(order, "<>") || !strings.Contains(order, "><") {
		t.Fatalf("runs on the canvas: %s, want a number between two words", order)
	}
	// From the left: the last word, the number, the first word.
	first, last := shaped.runs[0].Runes.Offset, shaped.runs[len(shaped.runs)-1].Runes.Offset
	if first < last {
		t.Errorf("from the left come runes %d and then %d: the line runs the wrong way", first, last)
	}
}

func TestTextStaysInItsLines(t *testing.T) {
	style := Style{Size: 20, Colour: black}
	f := loadFonts()[Regular]
	text := "Réparation de fuite d’eau et remplacement du chauffe-eau dans toute la ville"
	lines := f.wrap(text, 150, 3, style)
	if len(lines) != 3 {
		t.Fatalf("%d lines, want 3", len(lines))
	}
	for i, line := range lines {
		if line.width > 150 {
			t.Errorf("line %d is %.1f wide, want 150 at most", i, line.width)
		}
	}
	if lines := f.wrap(strings.Repeat("x", 300), 100, 2, style); len(lines) != 1 || lines[0].width > 100 {
		t.Error("a word without an end is not cut")
	}
	if lines := f.wrap("à\u00a0Fès", 10, 3, style); len(lines) != 1 {
		t.Error("a space that holds words together did not")
	}
}

func TestTextStandsOnItsSide(t *testing.T) {
	for _, right := range []bool{false, true} {
		c := NewCanvas(300, 60, white)
		x := 10.0
		if right {
			x = 290
		}
		next := c.Text("abc", x, 40, 280, 1, 30, Style{Size: 30, Weight: Heavy, Colour: black, Right: right})
		left, rightHalf := dark(c, 0, 0, 150, 60), dark(c, 150, 0, 150, 60)
		if next != 70 || right && (left > 0 || rightHalf == 0) || !right && (rightHalf > 0 || left == 0) {
			t.Errorf("right %v: %d points on the left, %d on the right, next base line %v", right, left, rightHalf, next)
		}
	}
}

func TestWhatTurnsTextAroundIsLeftOut(t *testing.T) {
	if got := clean("a\u202eb\x00c\td\u00a0e", maxRunes); got != "abc d\u00a0e" {
		t.Errorf("%q", got)
	}
	if got := clean(strings.Repeat("a", 10_000), maxRunes); len(got) != maxRunes {
		t.Errorf("%d runes are kept", len(got))
	}
}

func TestDrawingsAreRead(t *testing.T) {
	c := NewCanvas(96, 96, white)
	svg := `<svg viewBox="0 0 96 96"><g fill="#000"><rect x="10" y="10" width="20" height="20"/><path d="M50 10h20v20H50z"/></g>` +
		`<path d="M10 60a10 10 0 0 1 20 0z" fill="#000"/><path d="M50 60l20 0" stroke="#000" stroke-width="6" fill="none"/>` +
		`<rect x="76" y="76" width="10" height="10" transform="rotate(45 81 81)"/></svg>`
	if err := c.Drawing([]byte(svg), 0, 0, 96); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][5]int{
		"a rectangle": {8, 8, 24, 24, 400}, "a path": {48, 8, 24, 24, 400}, "half a circle": {5, 45, 30, 16, 157}, "a line": {53, 50, 14, 20, 84}, "a turned square": {70, 70, 24, 24, 100},
	} {
		if got := dark(c, want[0], want[1], want[2], want[3]); got < want[4]-14 || got > want[4]+14 {
			t.Errorf("%s has %d points, want about %d", name, got, want[4])
		}
	}
}

func TestDrawingsThatAreNotOursAreRefused(t *testing.T) {
	for _, svg := range []string{"<svg/>", "<svg viewBox='0 0 1 1'><text/></svg>", "<svg viewBox='0 0 1 1'><path d='M1'/></svg>", "<svg viewBox='0 0 1 1'><path d='M1 1 ?'/></svg>", "<svg viewBox='0 0 1 1'><g transform='skewX(3)'/></svg>", "<svg"} {
		if err := NewCanvas(10, 10, white).Drawing([]byte(svg), 0, 0, 10); err == nil {
			t.Errorf("%s is drawn", svg)
		}
	}
}
