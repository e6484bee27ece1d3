// Package drawing makes pictures on the server: shapes, text in Latin and Arabic letters with the faces of the pages, and our own
// drawings (SVG as simple as ours). It knows nothing of what the pictures are about.
package drawing

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/vector"
)

// Canvas is a picture that is being drawn. The y axis points down. It is for one goroutine.
type Canvas struct {
	image *image.RGBA
}

// NewCanvas returns a picture of one colour.
func NewCanvas(width, height int, ground color.Color) *Canvas {
	c := &Canvas{image: image.NewRGBA(image.Rect(0, 0, width, height))}
	draw.Draw(c.image, c.image.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	return c
}

// Colour reads "#f97316". What is no such text is black: colours are constants of the program.
func Colour(hex string) color.NRGBA {
	digit := func(at int) uint8 {
		if at >= len(hex) {
			return 0
		}
		switch c := hex[at]; {
		case c >= '0' && c <= '9':
			return c - '0'
		case c >= 'a' && c <= 'f':
			return c - 'a' + 10
		case c >= 'A' && c <= 'F':
			return c - 'A' + 10
		}
		return 0
	}
	if len(hex) == 4 {
		return color.NRGBA{digit(1) * 17, digit(2) * 17, digit(3) * 17, 255}
	}
	return color.NRGBA{digit(1)<<4 | digit(2), digit(3)<<4 | digit(4), digit(5)<<4 | digit(6), 255}
}

// PNG encodes the picture.
func (c *Canvas) PNG() ([]byte, error) {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := encoder.Encode(&b, c.image); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Point is a place on a canvas.
type Point struct{ X, Y float64 }

// Path is an outline of closed figures, made of straight lines: curves are cut into short ones when they are added.
type Path struct {
	figures [][]Point
}

// MoveTo begins a figure.
func (p *Path) MoveTo(x, y float64) { p.figures = append(p.figures, []Point{{x, y}}) }

// LineTo draws a straight line.
func (p *Path) LineTo(x, y float64) {
	if len(p.figures) == 0 {
		p.MoveTo(x, y)
		return
	}
	last := len(p.figures) - 1
	p.figures[last] = append(p.figures[last], Point{x, y})
}

func (p *Path) at() Point {
	if len(p.figures) == 0 {
		return Point{}
	}
	figure := p.figures[len(p.figures)-1]
	return figure[len(figure)-1]
}

// curveSteps is how many straight lines a curve becomes: at the sizes we draw none is seen.
const curveSteps = 16

// CurveTo draws a cubic Bézier curve.
func (p *Path) CurveTo(x1, y1, x2, y2, x, y float64) {
	from := p.at()
	for i := 1; i <= curveSteps; i++ {
		t := float64(i) / curveSteps
		u := 1 - t
		a, b, c, d := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		p.LineTo(a*from.X+b*x1+c*x2+d*x, a*from.Y+b*y1+c*y2+d*y)
	}
}

// QuadTo draws a quadratic Bézier curve.
func (p *Path) QuadTo(x1, y1, x, y float64) {
	from := p.at()
	p.CurveTo(from.X+2*(x1-from.X)/3, from.Y+2*(y1-from.Y)/3, x+2*(x1-x)/3, y+2*(y1-y)/3, x, y)
}

// kappa makes four Bézier curves a circle.
const kappa = 0.5522847498

// Ellipse adds an ellipse.
func (p *Path) Ellipse(cx, cy, rx, ry float64) {
	kx, ky := rx*kappa, ry*kappa
	p.MoveTo(cx+rx, cy)
	p.CurveTo(cx+rx, cy+ky, cx+kx, cy+ry, cx, cy+ry)
	p.CurveTo(cx-kx, cy+ry, cx-rx, cy+ky, cx-rx, cy)
	p.CurveTo(cx-rx, cy-ky, cx-kx, cy-ry, cx, cy-ry)
	p.CurveTo(cx+kx, cy-ry, cx+rx, cy-ky, cx+rx, cy)
}

// Rectangle adds a rectangle with rounded corners.
func (p *Path) Rectangle(x, y, width, height, radius float64) {
	r := min(radius, width/2, height/2)
	k := r * (1 - kappa)
	p.MoveTo(x+r, y)
	p.LineTo(x+width-r, y)
	p.CurveTo(x+width-k, y, x+width, y+k, x+width, y+r)
	p.LineTo(x+width, y+height-r)
	p.CurveTo(x+width, y+height-k, x+width-k, y+height, x+width-r, y+height)
	p.LineTo(x+r, y+height)
	p.CurveTo(x+k, y+height, x, y+height-k, x, y+height-r)
	p.LineTo(x, y+r)
	p.CurveTo(x, y+k, x+k, y, x+r, y)
}

// Transform is an affine map: x' = A·x + C·y + E, y' = B·x + D·y + F.
type Transform struct{ A, B, C, D, E, F float64 }

// Identity changes nothing.
var Identity = Transform{A: 1, D: 1}

// Then returns the map that does t first and next afterwards.
func (t Transform) Then(next Transform) Transform {
	return Transform{
		next.A*t.A + next.C*t.B, next.B*t.A + next.D*t.B,
		next.A*t.C + next.C*t.D, next.B*t.C + next.D*t.D,
		next.A*t.E + next.C*t.F + next.E, next.B*t.E + next.D*t.F + next.F,
	}
}

// Rotation turns by degrees, clockwise as the y axis points down, around a point.
func Rotation(degrees, x, y float64) Transform {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return Transform{cos, sin, -sin, cos, x - cos*x + sin*y, y - sin*x - cos*y}
}

// Scaling enlarges and then moves.
func Scaling(scale, x, y float64) Transform { return Transform{scale, 0, 0, scale, x, y} }

func (t Transform) apply(p Point) Point {
	return Point{t.A*p.X + t.C*p.Y + t.E, t.B*p.X + t.D*p.Y + t.F}
}

// Under returns the path as the map leaves it.
func (p *Path) Under(t Transform) *Path {
	mapped := &Path{figures: make([][]Point, len(p.figures))}
	for i, figure := range p.figures {
		mapped.figures[i] = make([]Point, len(figure))
		for j, point := range figure {
			mapped.figures[i][j] = t.apply(point)
		}
	}
	return mapped
}

// Fill paints what the path encloses.
func (c *Canvas) Fill(path *Path, colour color.Color) {
	box, ok := path.box(c.image.Bounds())
	if !ok {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	for _, figure := range path.figures {
		for i, point := range figure {
			x, y := float32(point.X-float64(box.Min.X)), float32(point.Y-float64(box.Min.Y))
			if i == 0 {
				r.MoveTo(x, y)
			} else {
				r.LineTo(x, y)
			}
		}
		r.ClosePath()
	}
	r.Draw(c.image, box, image.NewUniform(colour), image.Point{})
}

// box is the part of the bounds that the path touches, and whether there is any.
func (p *Path) box(bounds image.Rectangle) (image.Rectangle, bool) {
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, figure := range p.figures {
		for _, point := range figure {
			minX, minY = min(minX, point.X), min(minY, point.Y)
			maxX, maxY = max(maxX, point.X), max(maxY, point.Y)
		}
	}
	if !(minX < maxX) || !(minY < maxY) || math.IsInf(maxX-minX, 0) || math.IsInf(maxY-minY, 0) {
		return image.Rectangle{}, false
	}
	// Clamped before they become whole numbers, so that no path, however far off, overflows them.
	const far = 1 << 20
	whole := func(v float64) int { return int(max(-far, min(far, v))) }
	box := image.Rect(whole(math.Floor(minX)), whole(math.Floor(minY)), whole(math.Ceil(maxX)), whole(math.Ceil(maxY))).Intersect(bounds)
	return box, !box.Empty()
}

// Stroke paints a line of that width along the path, with round joints and ends. Figures are left open unless they end where they
// began.
func (c *Canvas) Stroke(path *Path, width float64, colour color.Color) {
	outline := &Path{}
	half := width / 2
	for _, figure := range path.figures {
		for i, point := range figure {
			outline.Ellipse(point.X, point.Y, half, half)
			if i > 0 {
				outline.segment(figure[i-1], point, half)
			}
		}
	}
	c.Fill(outline, colour)
}

// segment adds a straight piece of a line, going round in the same direction as Ellipse does: what overlaps is then painted once.
func (p *Path) segment(from, to Point, half float64) {
	dx, dy := to.X-from.X, to.Y-from.Y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return
	}
	nx, ny := -dy/length*half, dx/length*half
	p.MoveTo(from.X-nx, from.Y-ny)
	p.LineTo(to.X-nx, to.Y-ny)
	p.LineTo(to.X+nx, to.Y+ny)
	p.LineTo(from.X+nx, from.Y+ny)
}
