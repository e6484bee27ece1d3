package source

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// learnLimit is how many objects are looked at for the names of the columns.
const learnLimit = 1000

// arrangement is how the objects of a file follow each other.
type arrangement uint8

const (
	list     arrangement = iota // between brackets, with commas
	lines                       // one on each line
	sequence                    // one after the other, over any number of lines
)

type jsonSource struct {
	flattener
	window      *window
	text        *text
	arrangement arrangement
	depth       int  // of objects around the list
	begun       bool // the first element of the list was read
	line, row   int
	description Description
	failed      error
}

// OpenJSON opens an array of objects, an object in which there is an array of objects (the longest counts), or objects one after the
// other, as NDJSON has them. Nested objects become columns with dots in their names. The columns are the keys of the first 1000
// objects, as far as these fit into 2 MiB, in the order of appearance; a row with another key is a *Problem of that row. The source
// does not close r.
//
// It returns a *Problem for a file that is empty, is no JSON, or has no objects.
func OpenJSON(r io.Reader, o Options) (Source, error) {
	t, err := openText(r, o.Encoding)
	if err != nil {
		return nil, err
	}
	s := &jsonSource{window: newWindow(t), text: t, line: 1, flattener: flattener{names: map[string]int{}}}
	s.window.fill()
	if err := s.arrange(o.Format); err != nil {
		return nil, err
	}
	if err := s.learn(); err != nil {
		return nil, err
	}
	s.description = Description{Format: JSON, Header: s.header}
	if s.arrangement == lines {
		s.description.Format = NDJSON
	}
	return s, nil
}

// move goes n bytes on.
func (s *jsonSource) move(n int) {
	s.line += bytes.Count(s.window.rest()[:n], []byte{'\n'})
	s.window.pos += n
}

// arrange finds out how the objects follow each other and moves to the first.
func (s *jsonSource) arrange(format Format) error {
	s.move(spaces(s.window.rest()))
	head := s.window.rest()
	switch {
	case len(head) == 0:
		return &Problem{Key: "recon_source.empty"}
	case head[0] == '[':
		s.move(1)
		return nil
	case head[0] != '{':
		return s.syntax("recon_source.json_syntax", head)
	case format == NDJSON:
		s.arrangement = lines
		return nil
	}
	first, _, _ := bytes.Cut(head, []byte{'\n'})
	size := extent(head)
	next := head[max(size, 0):]
	next = next[spaces(next):]
	if size == 0 {
		// Broken, or an object that wraps everything. An object that begins under an object's first line makes it lines.
		rest := head[min(len(first)+1, len(head)):]
		if len(bytes.TrimSpace(first)) > 1 && bytes.HasPrefix(rest[spaces(rest):], []byte{'{'}) && first[len(bytes.TrimRight(first, " \r"))-1] != '[' {
			s.arrangement = lines
			return nil
		}
	}
	if size == 0 || len(next) == 0 {
		if at, depth := longestList(head); at > 0 {
			s.depth = depth
			s.move(at)
			return nil
		}
		if size == 0 {
			return s.syntax("recon_source.json_truncated", head)
		}
	}
	s.arrangement = sequence
	if size <= len(first) {
		s.arrangement = lines
	}
	return nil
}

func (s *jsonSource) syntax(key string, value []byte) *Problem {
	return &Problem{Key: key, Line: s.line, Value: excerpt(value)}
}

// longestList returns where the elements of the longest list of objects begin that lies in objects only, and in how many; 0 without.
func longestList(p []byte) (at, around int) {
	longest, depth := 0, 0
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '"':
			n := stringEnd(p[i+1:])
			if n < 0 {
				return at, around
			}
			i += n
		case '[':
			size := extent(p[i:])
			if size == 0 {
				size = len(p) - i
			}
			inside := p[i+1:]
			if size > longest && depth > 0 && bytes.HasPrefix(inside[spaces(inside):], []byte{'{'}) {
				at, around, longest = i+1, depth, size
			}
			i += size - 1
		}
	}
	return at, around
}

func spaces(p []byte) int {
	n := 0
	for n < len(p) && space(p[n]) {
		n++
	}
	return n
}

// element finds the next element in data: where it begins, and how much it takes. A size of 0 says that there is none: the list, or
// the file, ends there, or, with a problem, breaks.
func (s *jsonSource) element(data []byte, begun bool) (start, size int, problem string) {
	start = spaces(data)
	if s.arrangement == list {
		if start == len(data) {
			return start, 0, "recon_source.json_truncated"
		}
		if data[start] == ']' {
			return start, 0, ""
		}
		if begun {
			if data[start] != ',' {
				return start, 0, "recon_source.json_syntax"
			}
			start++
			start += spaces(data[start:])
		}
	} else if start == len(data) || data[start] == 0x1A {
		return start, 0, ""
	}
	limited := data[start:min(len(data), start+recordLimit)]
	if s.arrangement == lines {
		size = bytes.IndexByte(limited, '\n')
		if size < 0 && len(limited) < recordLimit {
			size = len(limited)
		}
		if size < 0 {
			return start, 0, "recon_source.record_long"
		}
		return start, len(bytes.TrimRight(limited[:size], " \r\t")), ""
	}
	if size = extent(limited); size == 0 {
		if len(limited) == recordLimit {
			return start, 0, "recon_source.record_long"
		}
		return start, 0, "recon_source.json_truncated"
	}
	return start, size, ""
}

// learn names the columns after the first objects and goes back to the first.
func (s *jsonSource) learn() error {
	s.learning = true
	objects := 0
	for data := s.window.rest(); objects < learnLimit; objects++ {
		start, size, problem := s.element(data, objects > 0)
		if size == 0 {
			if objects == 0 && problem != "" {
				return s.syntax(problem, data)
			}
			break
		}
		if element := data[start : start+size]; element[0] == '{' && (s.window.valid || utf8.Valid(element)) {
			if problem, _ := s.flatten(element); problem == "recon_source.columns_many" {
				return &Problem{Key: problem, Args: map[string]any{"Max": columnLimit}}
			}
		}
		data = data[start+size:]
	}
	s.learning = false
	if len(s.header) == 0 {
		return s.syntax("recon_source.json_no_objects", s.window.rest())
	}
	return nil
}

func (s *jsonSource) Description() Description {
	s.description.Encoding = s.text.encoding
	return s.description
}

func (s *jsonSource) Close() error { return nil }

func (s *jsonSource) Next() (Row, error) {
	if s.failed != nil {
		return Row{}, s.failed
	}
	s.window.fill()
	start, size, problem := s.element(s.window.rest(), s.begun)
	if size == 0 {
		return s.stop(start, problem)
	}
	s.begun = true
	s.move(start)
	line, element := s.line, s.window.rest()[:size]
	s.move(size)
	s.row++
	column := ""
	switch {
	case !s.window.valid && !utf8.Valid(element):
		problem = "recon_source.not_utf8"
	case element[0] != '{':
		problem = "recon_source.json_not_object"
	default:
		problem, column = s.flatten(element)
	}
	if problem != "" {
		return Row{}, &Problem{Key: problem, Line: line, Row: s.row, Column: column, Value: excerpt(element)}
	}
	return Row{Number: s.row, Line: line, Values: s.values}, nil
}

// stop ends the reading, after start more bytes.
func (s *jsonSource) stop(start int, problem string) (Row, error) {
	s.move(start)
	switch {
	case s.window.err != nil:
		s.failed = s.window.err
	case problem == "recon_source.record_long":
		s.failed = &Problem{Key: problem, Args: map[string]any{"Max": recordLimit >> 10}, Line: s.line, Value: excerpt(s.window.rest())}
	case problem != "":
		s.failed = s.syntax(problem, s.window.rest())
	case s.arrangement == list:
		s.move(1)
		s.failed = s.finish()
	default:
		s.failed = io.EOF
	}
	return Row{}, s.failed
}

// finish reads what follows the list: the rest of the object around it, in which there may be other lists, and nothing else.
func (s *jsonSource) finish() error {
	depth, inString, escape, last := s.depth, false, false, byte(0)
	for {
		s.window.fill()
		rest := s.window.rest()
		if len(rest) == 0 {
			break
		}
		for i, b := range rest {
			switch {
			case escape:
				escape = false
			case inString:
				escape, inString = b == '\\', b != '"'
			case space(b):
				continue
			case depth == 0:
				s.move(i)
				return s.syntax("recon_source.json_syntax", s.window.rest())
			case b == '"':
				inString = true
			case b == '{' || b == '[':
				depth++
				if b == '{' && last == '[' {
					s.description.Notes = append(s.description.Notes, Problem{Key: "recon_source.json_second_list", Line: s.line + bytes.Count(rest[:i], []byte{'\n'})})
				}
			case b == '}' || b == ']':
				depth--
			}
			last = b
		}
		s.move(len(rest))
	}
	switch {
	case s.window.err != nil:
		return s.window.err
	case depth > 0:
		return s.syntax("recon_source.json_truncated", nil)
	}
	return io.EOF
}
