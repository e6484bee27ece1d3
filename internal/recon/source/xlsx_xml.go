package source

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// elementLimit is the most bytes that a tag, or the text between two tags, may take. Excel's longest cell, all of it written as
// references, stays below.
const elementLimit = 512 << 10

// markup is the kind of a piece of XML.
type markup uint8

const (
	opening markup = iota
	closing
	characters
)

var errXML = errors.New("malformed XML")

// xmlScanner cuts XML into tags and texts, in bounded memory. It knows what workbooks need and no more: no document types, so no
// entities of one's own, and names without their prefix. An element that is empty comes as its opening and its closing.
type xmlScanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	eof      bool

	kind  markup
	name  []byte // of the element
	attrs []byte
	chars []byte // text as it is written, with references unless it is CDATA
	cdata bool
	empty bool // the closing of the empty element is still to come
}

func newXMLScanner(r io.Reader) *xmlScanner {
	return &xmlScanner{r: r, buf: make([]byte, 2*elementLimit)}
}

// more fills the buffer where less than elementLimit bytes are left, as far as there is anything.
func (x *xmlScanner) more() error {
	if x.eof || x.end-x.pos >= elementLimit {
		return nil
	}
	x.end = copy(x.buf, x.buf[x.pos:x.end])
	x.pos = 0
	for tries := 0; x.end < len(x.buf); tries++ {
		n, err := x.r.Read(x.buf[x.end:])
		x.end += n
		if err == io.EOF {
			x.eof = true
			break
		}
		if err != nil {
			return err
		}
		if n > 0 {
			tries = 0
		} else if tries == 100 {
			return io.ErrNoProgress
		}
	}
	return nil
}

// next reads the next tag or text. It returns io.EOF at the end.
func (x *xmlScanner) next() error {
	if x.empty {
		x.kind, x.empty = closing, false
		return nil
	}
	for {
		if err := x.more(); err != nil {
			return err
		}
		p := x.buf[x.pos:x.end]
		switch {
		case len(p) == 0:
			return io.EOF
		case p[0] != '<':
			n := bytes.IndexByte(p, '<')
			if n < 0 {
				if n = len(p); !x.eof {
					return errXML
				}
			}
			x.kind, x.chars, x.cdata = characters, p[:n], false
			x.pos += n
			return nil
		case bytes.HasPrefix(p, []byte("<!--")):
			n := bytes.Index(p, []byte("-->"))
			if n < 0 {
				return errXML
			}
			x.pos += n + 3
		case bytes.HasPrefix(p, []byte("<?")):
			n := bytes.Index(p, []byte("?>"))
			if n < 0 {
				return errXML
			}
			x.pos += n + 2
		case bytes.HasPrefix(p, []byte("<![CDATA[")):
			n := bytes.Index(p, []byte("]]>"))
			if n < 0 {
				return errXML
			}
			x.kind, x.chars, x.cdata = characters, p[9:n], true
			x.pos += n + 3
			return nil
		case bytes.HasPrefix(p, []byte("<!")):
			return &Problem{Key: "recon_source.workbook_entities"}
		default:
			return x.tag(p)
		}
	}
}

func (x *xmlScanner) tag(p []byte) error {
	n := tagEnd(p)
	if n < 2 {
		return errXML
	}
	x.pos += n + 1
	tag := p[1:n]
	x.kind = opening
	switch {
	case tag[0] == '/':
		x.kind, tag = closing, tag[1:]
	case tag[len(tag)-1] == '/':
		x.empty, tag = true, tag[:len(tag)-1]
	}
	end := 0
	for end < len(tag) && !space(tag[end]) {
		end++
	}
	x.name, x.attrs = local(tag[:end]), tag[end:]
	if len(x.name) == 0 {
		return errXML
	}
	return nil
}

// tagEnd returns where the > of the tag stands with which p begins, -1 where there is none. A > in an attribute's value is no end.
func tagEnd(p []byte) int {
	n := bytes.IndexByte(p, '>')
	if n < 0 || bytes.Count(p[:n], []byte{'"'})%2 == 0 && bytes.IndexByte(p[:n], '\'') < 0 {
		return n
	}
	quote := byte(0)
	for i, b := range p {
		switch {
		case quote == 0 && b == '>':
			return i
		case quote == 0 && (b == '"' || b == '\''):
			quote = b
		case b == quote:
			quote = 0
		}
	}
	return -1
}

// local is a name without its prefix.
func local(name []byte) []byte { return name[bytes.IndexByte(name, ':')+1:] }

// attr returns the value of an attribute, with references; nil where there is none.
func (x *xmlScanner) attr(name string) []byte {
	for p := x.attrs; ; {
		p = p[spaces(p):]
		equals := bytes.IndexByte(p, '=')
		if equals < 0 {
			return nil
		}
		key := p[:equals]
		for len(key) > 0 && space(key[len(key)-1]) {
			key = key[:len(key)-1]
		}
		p = p[equals+1:]
		p = p[spaces(p):]
		if len(p) == 0 || p[0] != '"' && p[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(p[1:], p[0])
		if end < 0 {
			return nil
		}
		if string(local(key)) == name {
			return p[1 : 1+end]
		}
		p = p[end+2:]
	}
}

// text appends the characters to p, with references resolved.
func (x *xmlScanner) text(p []byte) ([]byte, error) {
	if x.cdata {
		return append(p, x.chars...), nil
	}
	return appendText(p, x.chars)
}

// appendText appends XML text to p and resolves its references: the five of XML itself, and those by number.
func appendText(p, chars []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(chars, '&')
		if i < 0 {
			return append(p, chars...), nil
		}
		p = append(p, chars[:i]...)
		n := bytes.IndexByte(chars[i:], ';')
		if n < 0 {
			return p, errXML
		}
		reference := chars[i+1 : i+n]
		chars = chars[i+n+1:]
		switch string(reference) {
		case "amp":
			p = append(p, '&')
		case "lt":
			p = append(p, '<')
		case "gt":
			p = append(p, '>')
		case "quot":
			p = append(p, '"')
		case "apos":
			p = append(p, '\'')
		default:
			if len(reference) < 2 || reference[0] != '#' {
				return p, errXML
			}
			digits, base := string(reference[1:]), 10
			if digits[0] == 'x' {
				digits, base = digits[1:], 16
			}
			code, err := strconv.ParseUint(digits, base, 21)
			if err != nil {
				return p, errXML
			}
			p = utf8.AppendRune(p, rune(code))
		}
	}
}
