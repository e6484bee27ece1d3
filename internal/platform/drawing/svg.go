package drawing

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Drawing paints an SVG drawing, scaled so that its width is size, with its corner at x and y. It reads what our own drawings are
// made of — paths, rectangles, circles, ellipses and groups, with fill, stroke and rotate — and returns an error for what they have
// not got.
func (c *Canvas) Drawing(svg []byte, x, y, size float64) error {
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	stack := []svgState{{fill: "#000", transform: Identity}}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("drawing: %w", err)
		}
		switch element := token.(type) {
		case xml.StartElement:
			state := stack[len(stack)-1]
			if err := state.read(element, x, y, size); err != nil {
				return err
			}
			stack = append(stack, state)
			if err := c.element(element, state); err != nil {
				return err
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

// svgState is what an element inherits.
type svgState struct {
	fill, stroke string
	strokeWidth  float64
	opacity      float64
	transform    Transform
}

func attributesOf(element xml.StartElement) map[string]string {
	attributes := map[string]string{}
	for _, attribute := range element.Attr {
		attributes[attribute.Name.Local] = attribute.Value
	}
	return attributes
}

func (s *svgState) read(element xml.StartElement, x, y, size float64) error {
	attributes := attributesOf(element)
	if element.Name.Local == "svg" {
		box := numbersIn(attributes["viewBox"])
		if len(box) != 4 || box[2] <= 0 {
			return errors.New("drawing: no viewBox")
		}
		scale := size / box[2]
		s.transform = Scaling(scale, x-box[0]*scale, y-box[1]*scale)
		s.opacity = 1
	}
	if fill, ok := attributes["fill"]; ok {
		s.fill = fill
	}
	if stroke, ok := attributes["stroke"]; ok {
		s.stroke = stroke
	}
	if width, ok := attributes["stroke-width"]; ok {
		s.strokeWidth = number(width)
	}
	for _, name := range []string{"opacity", "fill-opacity"} {
		if opacity, ok := attributes[name]; ok {
			s.opacity *= number(opacity)
		}
	}
	if text, ok := attributes["transform"]; ok {
		transform, err := transformOf(text)
		if err != nil {
			return err
		}
		s.transform = transform.Then(s.transform)
	}
	return nil
}

// transformOf reads "rotate(45 16 16)", "translate(2 3)" and "scale(2)", several of them from the last to the first.
func transformOf(text string) (Transform, error) {
	whole := Identity
	for part := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(text), ")"), ")") {
		name, arguments, _ := strings.Cut(strings.TrimSpace(part), "(")
		n := numbersIn(arguments)
		var one Transform
		switch {
		case name == "rotate" && len(n) == 3:
			one = Rotation(n[0], n[1], n[2])
		case name == "rotate" && len(n) == 1:
			one = Rotation(n[0], 0, 0)
		case name == "translate" && len(n) == 2:
			one = Scaling(1, n[0], n[1])
		case name == "scale" && len(n) == 1:
			one = Scaling(n[0], 0, 0)
		case name == "scale" && len(n) == 2:
			one = Transform{A: n[0], D: n[1]}
		default:
			return Identity, fmt.Errorf("drawing: %q is not known", part)
		}
		whole = one.Then(whole)
	}
	return whole, nil
}

func (c *Canvas) element(element xml.StartElement, state svgState) error {
	attributes := attributesOf(element)
	get := func(name string) float64 { return number(attributes[name]) }
	path := &Path{}
	switch element.Name.Local {
	case "svg", "g":
		return nil
	case "path":
		if err := path.read(attributes["d"]); err != nil {
			return err
		}
	case "rect":
		path.Rectangle(get("x"), get("y"), get("width"), get("height"), max(get("rx"), get("ry")))
	case "circle":
		path.Ellipse(get("cx"), get("cy"), get("r"), get("r"))
	case "ellipse":
		path.Ellipse(get("cx"), get("cy"), get("rx"), get("ry"))
	default:
		return fmt.Errorf("drawing: %s is not known", element.Name.Local)
	}
	path = path.Under(state.transform)
	if state.fill != "none" && state.fill != "" {
		colour := Colour(state.fill)
		colour.A = uint8(math.Round(255 * max(0, min(1, state.opacity))))
		c.Fill(path, colour)
	}
	if state.stroke != "none" && state.stroke != "" {
		width := state.strokeWidth
		if _, ok := attributes["stroke-width"]; !ok && width == 0 {
			width = 1
		}
		if width > 0 {
			colour := Colour(state.stroke)
			colour.A = uint8(math.Round(255 * max(0, min(1, state.opacity))))
			c.Stroke(path, width*math.Hypot(state.transform.A, state.transform.B), colour)
		}
	}
	return nil
}

func number(text string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0
	}
	return n
}

func numbersIn(text string) []float64 {
	s := scanner{text: text}
	var list []float64
	for {
		n, ok := s.number()
		if !ok {
			return list
		}
		list = append(list, n)
	}
}

// scanner reads path data: commands and numbers, which may stand close ("1.5.5-2").
type scanner struct {
	text string
	at   int
}

func (s *scanner) skip() {
	for s.at < len(s.text) && strings.IndexByte(" ,\t\n\r", s.text[s.at]) >= 0 {
		s.at++
	}
}

func (s *scanner) command() (byte, bool) {
	s.skip()
	if s.at < len(s.text) && strings.IndexByte("MmLlHhVvCcSsQqTtAaZz", s.text[s.at]) >= 0 {
		s.at++
		return s.text[s.at-1], true
	}
	return 0, false
}

func (s *scanner) number() (float64, bool) {
	s.skip()
	from, dotted := s.at, false
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c >= '0' && c <= '9':
		case (c == '-' || c == '+') && s.at == from:
		case c == '.' && !dotted:
			dotted = true
		default:
			return s.parse(from)
		}
		s.at++
	}
	return s.parse(from)
}

func (s *scanner) parse(from int) (float64, bool) {
	n, err := strconv.ParseFloat(s.text[from:s.at], 64)
	if err != nil {
		s.at = from
	}
	return n, err == nil
}

// flag reads a flag of an arc, a single 0 or 1 that need not be set apart.
func (s *scanner) flag() (bool, bool) {
	s.skip()
	if s.at >= len(s.text) || s.text[s.at] != '0' && s.text[s.at] != '1' {
		return false, false
	}
	s.at++
	return s.text[s.at-1] == '1', true
}

// arity is how many numbers each command takes.
var arity = map[byte]int{'m': 2, 'l': 2, 'h': 1, 'v': 1, 'c': 6, 's': 4, 'q': 4, 't': 2, 'a': 7, 'z': 0}

// pen is where path data has got to.
type pen struct {
	path         *Path
	at, start    Point
	control      Point // the last one of the curve before, for those that go on smoothly
	last         byte  // the command before, in lower case
	figureClosed bool
}

// read adds what SVG path data draws.
func (p *Path) read(data string) error {
	s, pen := &scanner{text: data}, &pen{path: p}
	command, ok := s.command()
	for ok {
		for {
			arguments, complete := s.arguments(command | 0x20)
			if !complete {
				return fmt.Errorf("drawing: path data breaks off in %q", command)
			}
			pen.draw(command, arguments)
			if command == 'M' {
				command = 'L'
			} else if command == 'm' {
				command = 'l'
			}
			if arity[command|0x20] == 0 || !s.more() {
				break
			}
		}
		command, ok = s.command()
	}
	s.skip()
	if s.at < len(s.text) {
		return fmt.Errorf("drawing: path data is not understood at %q", s.text[s.at:min(len(s.text), s.at+12)])
	}
	return nil
}

func (s *scanner) more() bool {
	s.skip()
	return s.at < len(s.text) && strings.IndexByte("0123456789+-.", s.text[s.at]) >= 0
}

func (s *scanner) arguments(command byte) ([]float64, bool) {
	list := make([]float64, 0, 7)
	for i := range arity[command] {
		if command == 'a' && (i == 3 || i == 4) {
			set, ok := s.flag()
			if !ok {
				return nil, false
			}
			list = append(list, map[bool]float64{true: 1}[set])
			continue
		}
		n, ok := s.number()
		if !ok {
			return nil, false
		}
		list = append(list, n)
	}
	return list, true
}

func (d *pen) draw(command byte, n []float64) {
	kind := command | 0x20
	from := Point{}
	if command == kind {
		from = d.at
	}
	to := func(i int) Point { return Point{from.X + n[i], from.Y + n[i+1]} }
	if kind != 'm' && kind != 'z' && d.figureClosed {
		d.path.MoveTo(d.start.X, d.start.Y)
		d.figureClosed = false
	}
	switch kind {
	case 'm':
		d.at = to(0)
		d.start, d.figureClosed = d.at, false
		d.path.MoveTo(d.at.X, d.at.Y)
	case 'l':
		d.line(to(0))
	case 'h':
		d.line(Point{from.X + n[0], d.at.Y})
	case 'v':
		d.line(Point{d.at.X, from.Y + n[0]})
	case 'c':
		d.curve(to(0), to(2), to(4))
	case 's':
		d.curve(d.mirrored('c', 's'), to(0), to(2))
	case 'q':
		d.quad(to(0), to(2))
	case 't':
		d.quad(d.mirrored('q', 't'), to(0))
	case 'a':
		d.arc(math.Abs(n[0]), math.Abs(n[1]), n[2], n[3] != 0, n[4] != 0, to(5))
	case 'z':
		d.line(d.start)
		d.figureClosed = true
	}
	d.last = kind
}

func (d *pen) line(to Point) {
	d.path.LineTo(to.X, to.Y)
	d.at = to
}

func (d *pen) curve(a, b, to Point) {
	d.path.CurveTo(a.X, a.Y, b.X, b.Y, to.X, to.Y)
	d.control, d.at = b, to
}

func (d *pen) quad(a, to Point) {
	d.path.QuadTo(a.X, a.Y, to.X, to.Y)
	d.control, d.at = a, to
}

// mirrored is the control point that goes on smoothly from a curve of one of the kinds.
func (d *pen) mirrored(kinds ...byte) Point {
	for _, kind := range kinds {
		if d.last == kind {
			return Point{2*d.at.X - d.control.X, 2*d.at.Y - d.control.Y}
		}
	}
	return d.at
}

// arc draws a part of an ellipse as SVG 1.1, appendix F.6 turns its ends into its centre.
func (d *pen) arc(rx, ry, degrees float64, large, sweep bool, to Point) {
	from := d.at
	if rx == 0 || ry == 0 || from == to {
		d.line(to)
		return
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	hx, hy := (from.X-to.X)/2, (from.Y-to.Y)/2
	x, y := cos*hx+sin*hy, cos*hy-sin*hx
	if grow := x*x/(rx*rx) + y*y/(ry*ry); grow > 1 {
		rx, ry = rx*math.Sqrt(grow), ry*math.Sqrt(grow)
	}
	under := rx*rx*y*y + ry*ry*x*x
	factor := math.Sqrt(max(0, (rx*rx*ry*ry-under)/under))
	if large == sweep {
		factor = -factor
	}
	cx, cy := factor*rx*y/ry, -factor*ry*x/rx
	first := math.Atan2((y-cy)/ry, (x-cx)/rx)
	turn := math.Atan2((-y-cy)/ry, (-x-cx)/rx) - first
	if sweep && turn < 0 {
		turn += 2 * math.Pi
	} else if !sweep && turn > 0 {
		turn -= 2 * math.Pi
	}
	midX, midY := cos*cx-sin*cy+(from.X+to.X)/2, sin*cx+cos*cy+(from.Y+to.Y)/2
	const steps = 24
	for i := 1; i <= steps; i++ {
		s, c := math.Sincos(first + turn*float64(i)/steps)
		d.path.LineTo(cos*rx*c-sin*ry*s+midX, sin*rx*c+cos*ry*s+midY)
	}
	d.at = to
}
