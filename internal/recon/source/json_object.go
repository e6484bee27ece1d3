package source

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// depthLimit is how deep the objects of one record may be nested.
const depthLimit = 32

// flattener reads one JSON object into columns: {"a":{"b":1}} is the column "a.b". Numbers stay as they are written, null is empty,
// and lists stay JSON.
type flattener struct {
	names    map[string]int
	header   []string
	learning bool // keys that are not known become columns
	values   [][]byte
	seen     []int // the record in which a column last had a value
	record   int

	data    []byte
	at      int
	path    []byte
	scratch []byte
	problem string // the key of what is wrong
	column  string // where
}

// flatten reads data, which is one object from { to }. Values are valid until the next call.
func (f *flattener) flatten(data []byte) (problem, column string) {
	f.data, f.at, f.path, f.scratch, f.problem, f.column = data, 0, f.path[:0], f.scratch[:0], "", ""
	f.record++
	clear(f.values)
	f.object(0)
	if f.problem == "" && f.at != len(data) {
		f.fail("recon_source.json_syntax")
	}
	return f.problem, f.column
}

func (f *flattener) fail(key string) bool {
	if f.problem == "" {
		f.problem, f.column = key, excerpt(f.path)
	}
	return false
}

func (f *flattener) peek() byte {
	for f.at < len(f.data) && space(f.data[f.at]) {
		f.at++
	}
	if f.at == len(f.data) {
		return 0
	}
	return f.data[f.at]
}

func (f *flattener) take(b byte) bool {
	if f.peek() != b {
		return f.fail("recon_source.json_syntax")
	}
	f.at++
	return true
}

func (f *flattener) object(depth int) bool {
	if depth > depthLimit {
		return f.fail("recon_source.json_deep")
	}
	if !f.take('{') {
		return false
	}
	if f.peek() == '}' {
		f.at++
		return true
	}
	parent := len(f.path)
	for {
		if f.peek() != '"' {
			return f.fail("recon_source.json_syntax")
		}
		key, ok := f.text()
		if !ok {
			return false
		}
		if parent > 0 {
			f.path = append(f.path, '.')
		}
		f.path = append(f.path, key...)
		if !f.take(':') || !f.value(depth) {
			return false
		}
		f.path = f.path[:parent]
		if f.peek() == '}' {
			f.at++
			return true
		}
		if !f.take(',') {
			return false
		}
	}
}

func (f *flattener) value(depth int) bool {
	switch f.peek() {
	case '{':
		return f.object(depth + 1)
	case '[':
		n := extent(f.data[f.at:])
		if n <= 0 {
			return f.fail("recon_source.json_syntax")
		}
		list := f.data[f.at : f.at+n]
		f.at += n
		if len(bytes.TrimSpace(list[1:n-1])) == 0 {
			list = nil
		}
		return f.emit(list)
	case '"':
		value, ok := f.text()
		return ok && f.emit(value)
	}
	start := f.at
	for f.at < len(f.data) && !space(f.data[f.at]) && f.data[f.at] != ',' && f.data[f.at] != '}' {
		f.at++
	}
	literal := f.data[start:f.at]
	switch {
	case string(literal) == "null":
		return f.emit(nil)
	case string(literal) == "true", string(literal) == "false", number(literal):
		return f.emit(literal)
	}
	return f.fail("recon_source.json_syntax")
}

func (f *flattener) emit(value []byte) bool {
	column, known := f.names[string(f.path)]
	if !known {
		if !f.learning {
			return f.fail("recon_source.json_key_new")
		}
		if len(f.header) >= columnLimit {
			return f.fail("recon_source.columns_many")
		}
		column = len(f.header)
		f.names[string(f.path)], f.header = column, append(f.header, string(f.path))
		f.values, f.seen = append(f.values, nil), append(f.seen, 0)
	}
	if f.seen[column] == f.record {
		return f.fail("recon_source.json_key_twice")
	}
	f.seen[column], f.values[column] = f.record, value
	return true
}

// text reads a string. The result points into data, or into scratch where it had escapes.
func (f *flattener) text() ([]byte, bool) {
	f.at++
	start := f.at
	end := bytes.IndexByte(f.data[start:], '"')
	if end < 0 {
		return nil, f.fail("recon_source.json_syntax")
	}
	if plain := f.data[start : start+end]; bytes.IndexByte(plain, '\\') < 0 {
		f.at += end + 1
		return plain, true
	}
	from := len(f.scratch)
	for f.at < len(f.data) {
		b := f.data[f.at]
		switch {
		case b == '"':
			f.at++
			return f.scratch[from:len(f.scratch):len(f.scratch)], true
		case b != '\\':
			f.scratch = append(f.scratch, b)
			f.at++
		case !f.escape():
			return nil, f.fail("recon_source.json_syntax")
		}
	}
	return nil, f.fail("recon_source.json_syntax")
}

// escape reads one escape into scratch. Half a surrogate pair becomes U+FFFD.
func (f *flattener) escape() bool {
	if f.at+1 >= len(f.data) {
		return false
	}
	b := f.data[f.at+1]
	if b != 'u' {
		i := bytes.IndexByte([]byte(`"\/bfnrt`), b)
		if i < 0 {
			return false
		}
		f.scratch = append(f.scratch, "\"\\/\b\f\n\r\t"[i])
		f.at += 2
		return true
	}
	r, ok := hexadecimal(f.data[f.at:])
	if !ok {
		return false
	}
	f.at += 6
	if utf16.IsSurrogate(r) {
		low, ok := hexadecimal(f.data[f.at:])
		if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
			f.at += 6
		}
	}
	f.scratch = utf8.AppendRune(f.scratch, r)
	return true
}

// hexadecimal reads \uXXXX.
func hexadecimal(p []byte) (r rune, ok bool) {
	if len(p) < 6 || p[0] != '\\' || p[1] != 'u' {
		return 0, false
	}
	for _, b := range p[2:6] {
		digit := bytes.IndexByte([]byte("0123456789abcdef"), b|0x20)
		if digit < 0 {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	return r, true
}

// number says whether p is a number in JSON's grammar.
func number(p []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(p) && p[n] >= '0' && p[n] <= '9' {
			n++
		}
		p = p[n:]
		return n > 0
	}
	if len(p) > 0 && p[0] == '-' {
		p = p[1:]
	}
	if len(p) > 1 && p[0] == '0' && p[1] >= '0' && p[1] <= '9' || !digits() {
		return false
	}
	if len(p) > 0 && p[0] == '.' {
		if p = p[1:]; !digits() {
			return false
		}
	}
	if len(p) > 0 && p[0]|0x20 == 'e' {
		if p = p[1:]; len(p) > 0 && (p[0] == '+' || p[0] == '-') {
			p = p[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(p) == 0
}

func space(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// extent returns how many bytes the object, list or other value at the beginning of p takes, by its brackets; 0 where p ends before it.
func extent(p []byte) int {
	depth := 0
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			n := stringEnd(p[i+1:])
			if n < 0 {
				return 0
			}
			if i += n; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
		if depth < 0 {
			return i
		}
	}
	return 0
}

// stringEnd returns the size of what follows an opening quote, the closing one with it; -1 where p ends before.
func stringEnd(p []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(p[at:], '"')
		if i < 0 {
			return -1
		}
		at += i + 1
		if !escaped(p[:at-1]) {
			return at
		}
	}
}
