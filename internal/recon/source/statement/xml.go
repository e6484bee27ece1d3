package statement

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"khadamat/internal/recon/source"
)

// Bounds of an XML file. What goes beyond them is no statement.
const (
	maxDepth        = 64
	maxTokenBytes   = 1 << 20
	maxSubtreeBytes = 4 << 20 // elements and text of one transaction
)

var errToken = errors.New("statement: token too long")

// guard ends the reading of a token that does not end.
type guard struct {
	r      *bufio.Reader
	left   int
	failed error // of reading
}

func (g *guard) ReadByte() (byte, error) {
	if g.left--; g.left < 0 {
		return 0, errToken
	}
	c, err := g.r.ReadByte()
	g.failed = err
	return c, err
}

func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errToken
	}
	n, err := g.r.Read(p[:min(len(p), g.left)])
	g.left -= n
	g.failed = err
	return n, err
}

// xmlReader streams the tokens of an XML file. Entities but the five of the standard, document types, and bounds that are overrun are
// problems.
type xmlReader struct {
	decoder *xml.Decoder
	guard   *guard
	depth   int
	open    [maxDepth]string // the names of the elements that are open
}

func newXML(r io.Reader) *xmlReader {
	g := &guard{r: bufio.NewReaderSize(r, maxLineBytes)}
	d := xml.NewDecoder(g)
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // it is UTF-8 already
	return &xmlReader{decoder: d, guard: g}
}

func (x *xmlReader) line() int {
	line, _ := x.decoder.InputPos()
	return line
}

// field is where the reader stands: the innermost element.
func (x *xmlReader) field() string {
	if x.depth == 0 || x.depth > maxDepth {
		return ""
	}
	return x.open[x.depth-1]
}

// token returns the next token; it is valid until the next call.
func (x *xmlReader) token() (xml.Token, error) {
	x.guard.left = maxTokenBytes
	token, err := x.decoder.Token()
	if err != nil {
		return nil, x.explain(err)
	}
	switch t := token.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxDepth {
			return nil, problem("recon_statement.too_deep", x.line(), t.Name.Local, "")
		}
		x.open[x.depth-1] = t.Name.Local
	case xml.EndElement:
		x.depth--
	case xml.Directive:
		return nil, problem("recon_statement.doctype", x.line(), "DOCTYPE", string(t[:min(len(t), maxValue)]))
	}
	return token, nil
}

func (x *xmlReader) explain(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errToken):
		return problem("recon_statement.too_large", x.line(), x.field(), "")
	case errors.As(err, &syntax):
		return malformedXML(syntax.Line, x.field(), syntax.Msg)
	case errors.Is(err, io.EOF), x.guard.failed != nil:
		return err
	}
	return malformedXML(x.line(), x.field(), err.Error()) // a version or an encoding that the decoder does not take
}

func malformedXML(line int, field, detail string) *source.Problem {
	p := problem("recon_statement.xml", line, field, "")
	p.Args["Detail"] = detail
	return p
}

// skip passes over the rest of the element that was begun.
func (x *xmlReader) skip() error {
	for inside := x.depth - 1; x.depth > inside; {
		if _, err := x.token(); err != nil {
			return err
		}
	}
	return nil
}

// element is an element with what is in it.
type element struct {
	name     string
	line     int
	currency string // the attribute Ccy
	text     string
	children []*element
}

// read returns the element that was begun, as a whole.
func (x *xmlReader) read(start xml.StartElement) (*element, error) {
	budget := maxSubtreeBytes
	return x.subtree(start, &budget)
}

// bytesOfElement is what an element costs beside its text.
const bytesOfElement = 100

func (x *xmlReader) subtree(start xml.StartElement, budget *int) (*element, error) {
	e := &element{name: start.Name.Local, line: x.line()}
	for _, attribute := range start.Attr {
		if attribute.Name.Local == "Ccy" {
			e.currency = attribute.Value
		}
	}
	var text []byte
	for {
		if *budget -= bytesOfElement; *budget < 0 {
			return nil, problem("recon_statement.too_large", e.line, e.name, "")
		}
		token, err := x.token()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			child, err := x.subtree(t, budget)
			if err != nil {
				return nil, err
			}
			e.children = append(e.children, child)
		case xml.CharData:
			*budget -= len(t)
			text = append(text, t...)
		case xml.EndElement:
			if len(e.children) == 0 {
				e.text = string(appendClean(nil, string(text)))
			}
			return e, nil
		}
	}
}

// at returns the first element under e along a path ("Acct/Id/IBAN"), or nil. A nil element has nothing under it.
func (e *element) at(path string) *element {
	for path != "" && e != nil {
		var name string
		name, path, _ = strings.Cut(path, "/")
		e = e.child(name)
	}
	return e
}

func (e *element) child(name string) *element {
	for _, child := range e.children {
		if child.name == name {
			return child
		}
	}
	return nil
}

// all returns the elements of a name directly under e.
func (e *element) all(name string) (found []*element) {
	if e == nil {
		return nil
	}
	for _, child := range e.children {
		if child.name == name {
			found = append(found, child)
		}
	}
	return found
}

// get returns the text of the first of some paths that has one.
func (e *element) get(paths ...string) string {
	for _, path := range paths {
		if found := e.at(path); found != nil && found.text != "" {
			return found.text
		}
	}
	return ""
}

// lineOf returns where a path begins, or where e does.
func (e *element) lineOf(path string) int {
	if found := e.at(path); found != nil {
		return found.line
	}
	return e.line
}

// broken is a problem with what stands at a path of e.
func (e *element) broken(err error, prefix, path string) *source.Problem {
	return unreadable(err, e.lineOf(path), prefix+path, e.get(path))
}
