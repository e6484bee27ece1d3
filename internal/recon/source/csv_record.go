package source

import "bytes"

// dialect is how a CSV file separates and quotes.
type dialect struct {
	delimiter byte
	quote     byte
	backslash bool // a quote inside quotes is \" and not ""
	newline   byte // '\n', also where lines end in "\r\n", or '\r'
}

// splitter cuts records into fields. Its fields point into the text, or into scratch where quotes had to be taken out; they are valid
// until the next record.
type splitter struct {
	dialect
	fields  [][]byte
	scratch []byte
}

// record cuts the first record of text. It returns how many bytes and lines it takes, and the key of what is wrong with it: a record
// with a problem ends with the line on which it arises, or in the middle of it where it is too long. The end of text ends the record.
func (s *splitter) record(text []byte) (size, lines int, problem string) {
	cut := len(text) > recordLimit
	if cut {
		text = text[:recordLimit]
	}
	s.fields = s.fields[:0]
	line, size := s.line(text)
	if bytes.IndexByte(line, s.quote) >= 0 {
		size, lines, problem = s.quoted(text)
	} else {
		s.plain(line)
		lines = 1
	}
	if cut && size == recordLimit && text[size-1] != s.newline {
		return size, lines - 1, "recon_source.record_long"
	}
	return size, lines, problem
}

// line returns the first line of text without its end, and its size with it.
func (s *splitter) line(text []byte) (line []byte, size int) {
	size = bytes.IndexByte(text, s.newline) + 1
	if size == 0 {
		return text, len(text)
	}
	line = text[:size-1]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, size
}

func (s *splitter) plain(line []byte) {
	for {
		i := bytes.IndexByte(line, s.delimiter)
		if i < 0 {
			s.fields = append(s.fields, line)
			return
		}
		s.fields = append(s.fields, line[:i])
		line = line[i+1:]
	}
}

// quoted cuts a record in which a quote stands. Only a quote at the beginning of a field quotes, spaces before it apart.
func (s *splitter) quoted(text []byte) (size, lines int, problem string) {
	s.scratch = s.scratch[:0]
	at, lineEnd := 0, -1
	for {
		if lineEnd < at {
			lineEnd = len(text)
			if i := bytes.IndexByte(text[at:], s.newline); i >= 0 {
				lineEnd = at + i
			}
		}
		start := at
		for start < lineEnd && text[start] == ' ' && s.delimiter != ' ' {
			start++
		}
		if start < lineEnd && text[start] == s.quote {
			value, after, found := s.quotedField(text, start, lineEnd)
			switch found {
			case closed:
				s.fields = append(s.fields, value)
				if after == len(text) || text[after] == '\r' && s.newline != '\r' {
					return len(text), lines + 1, ""
				}
				lines += bytes.Count(text[at:after], []byte{s.newline})
				at = after + 1
				if text[after] == s.newline {
					return at, lines + 1, ""
				}
				continue
			case unclosed:
				s.plain(text[at:lineEnd])
				return min(lineEnd+1, len(text)), lines + 1, "recon_source.quote_open"
			}
		}
		i := bytes.IndexByte(text[at:lineEnd], s.delimiter)
		if i < 0 {
			line, n := s.line(text[at:])
			s.fields = append(s.fields, line)
			return at + n, lines + 1, ""
		}
		s.fields = append(s.fields, text[at:at+i])
		at += i + 1
	}
}

// quoting is what became of a quote at the beginning of a field.
type quoting uint8

const (
	closed   quoting = iota
	unclosed         // to the end of the text
	literal          // it turned out to be a letter like others: "Atlas" SARL
)

// quotedField reads the field whose quote stands at start. It returns the value and where the delimiter, the line's end or the text's
// end after it stands. A quote inside that is neither doubled nor followed by the field's end is a letter; then the field has to end
// on its own line, or else its first quote was one too.
func (s *splitter) quotedField(text []byte, start, lineEnd int) (value []byte, after int, found quoting) {
	from, copied := start+1, len(s.scratch)
	pure := true
	for at := from; ; {
		i := bytes.IndexByte(text[at:], s.quote)
		if i < 0 {
			return nil, 0, unclosed
		}
		q := at + i
		switch {
		case !pure && q > lineEnd:
			return nil, 0, literal
		case s.backslash && escaped(text[start+1:q]):
			at = q + 1
			continue
		case !s.backslash && q+1 < len(text) && text[q+1] == s.quote:
			s.scratch = append(s.scratch, text[from:q+1]...)
			from, at = q+2, q+2
			continue
		}
		if after, ends := s.fieldEnd(text, q+1); ends {
			if from == start+1 && !s.backslash {
				return text[from:q], after, closed
			}
			s.scratch = append(s.scratch, text[from:q]...)
			value = s.scratch[copied:len(s.scratch):len(s.scratch)]
			if s.backslash {
				value = unescape(value)
			}
			return value, after, closed
		}
		pure = false
		if q > lineEnd || text[q-1] == s.delimiter { // on another line, or the beginning of another field
			return nil, 0, literal
		}
		at = q + 1
	}
}

// fieldEnd says whether a field ends at from, spaces apart, and where.
func (s *splitter) fieldEnd(text []byte, from int) (int, bool) {
	for from < len(text) && text[from] == ' ' && s.delimiter != ' ' {
		from++
	}
	if from+1 < len(text) && text[from] == '\r' && text[from+1] == s.newline {
		from++
	}
	return from, from == len(text) || text[from] == s.delimiter || text[from] == s.newline || text[from] == '\r' && from+1 == len(text)
}

// escaped says whether what follows p is escaped: an odd number of backslashes stands before it.
func escaped(p []byte) bool {
	n := 0
	for n < len(p) && p[len(p)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// unescape takes the backslashes of escapes out of p, in place. Only quotes and backslashes are escaped in CSV: \n stays as it is.
func unescape(p []byte) []byte {
	to := 0
	for i := 0; i < len(p); i++ {
		if p[i] == '\\' && i+1 < len(p) && (p[i+1] == '\\' || p[i+1] == '"' || p[i+1] == '\'') {
			i++
		}
		p[to] = p[i]
		to++
	}
	return p[:to]
}
