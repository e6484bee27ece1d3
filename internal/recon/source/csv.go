package source

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// footerLimit is how many of the last lines of a file may be footers.
const footerLimit = 40

// csvSource streams the records of a CSV file. Values point into the window, so no row costs memory.
type csvSource struct {
	splitter
	window      *window
	layout      layout
	text        *text
	description Description
	line        int  // of the next record
	row         int  // of the last data row
	formulas    bool // fields are written ="007", so that Excel keeps their zeros
	stop        int  // where in the window the footers begin, once its end is the file's
	ended       bool
}

// OpenCSV opens delimited text of any encoding, delimiter and quoting, with or without lines before the header and after the records.
// It looks at the first 256 KiB only, so it answers at once whatever the size. What stands after the records is known at the end of
// the file: the Notes of the Description are complete once Next returned io.EOF. The source does not close r.
//
// It returns a *Problem for a file that is empty or no text.
func OpenCSV(r io.Reader, o Options) (Source, error) {
	t, err := openText(r, o.Encoding)
	if err != nil {
		return nil, err
	}
	s := &csvSource{window: newWindow(t), text: t, line: 1}
	s.window.fill()
	head := s.window.rest()[:min(sniffSize, s.window.end)]
	var skip int
	s.dialect, skip = findDialect(head)
	if skip > 0 {
		s.window.pos, s.line = skip, 2
		head = head[skip:]
	}
	s.formulas = bytes.Contains(head, []byte{s.delimiter, '=', s.quote}) || bytes.Contains(head, []byte{s.newline, '=', s.quote})
	if err := s.findTable(head); err != nil {
		return nil, err
	}
	s.description = Description{Format: CSV, Header: s.layout.header, HeaderRow: s.layout.headerRow, Notes: s.layout.notes}
	if s.delimiter != noDelimiter {
		s.description.Delimiter = rune(s.delimiter)
	}
	s.findEnd()
	return s, nil
}

// findTable reads the layout and moves to the first record.
func (s *csvSource) findTable(head []byte) error {
	var sample []sampleRow
	var starts []int
	cut := s.window.pos+len(head) < s.window.end || !s.window.eof
	at, line, cells := 0, s.line, 0
	for at < len(head) && len(sample) < sampleLimit && cells < sampleCells {
		size, lines, _ := s.record(head[at:])
		if cut && at+size == len(head) && len(sample) > 0 {
			break // the sample cuts it off
		}
		if !s.blank() {
			row := sampleRow{line: line, cells: make([]string, len(s.fields))}
			for i, field := range s.fields {
				row.cells[i] = string(field)
			}
			sample, starts = append(sample, row), append(starts, at)
			cells += len(row.cells)
		}
		line += lines
		at += size
	}
	if len(sample) == 0 {
		return &Problem{Key: "recon_source.empty"}
	}
	s.layout = findLayout(sample, true)
	if len(s.layout.header) > columnLimit {
		return &Problem{Key: "recon_source.columns_many", Args: map[string]any{"Max": columnLimit}, Line: s.layout.headerRow}
	}
	if first := s.layout.first; first < len(sample) {
		s.line = sample[first].line
		s.window.pos += starts[first]
	} else {
		s.line = line
		s.window.pos += at
	}
	return nil
}

// findEnd looks for the footers once the end of the file lies in memory.
func (s *csvSource) findEnd() {
	if s.ended || !s.window.eof {
		return
	}
	s.ended, s.stop = true, s.window.end
	if s.window.err != nil {
		return // the file goes on, but cannot be read
	}
	type start struct{ at, line int }
	var last [footerLimit]start
	records, line := 0, s.line
	for at := s.window.pos; at < s.window.end; records++ { // each takes a byte at least
		last[records%footerLimit] = start{at, line}
		size, lines, problem := s.record(s.window.buf[at:s.window.end])
		at += size
		line += lines
		if problem == "recon_source.record_long" {
			_, size = s.splitter.line(s.window.buf[at:s.window.end])
			at += size
			line++
		}
	}
	var notes []Problem
	for i := records - 1; i >= max(0, records-footerLimit); i-- {
		at := last[i%footerLimit].at
		size, _, problem := s.record(s.window.buf[at:s.stop])
		if problem != "" || !s.blank() && !s.after(s.window.buf[at:at+size]) {
			break
		}
		s.stop = at
		if !s.blank() {
			note := Problem{Key: "recon_source.line_after", Line: last[i%footerLimit].line, Value: joinedFields(s.fields)}
			notes = append([]Problem{note}, notes...)
		}
	}
	s.description.Notes = append(s.description.Notes, notes...)
}

// after says whether the current record, of which raw is the text, stands after the records. A short line is not among them where it
// lacks what every record has. A last line that breaks off before its end, in a file that was cut short, is a record that cannot be
// read.
func (s *csvSource) after(raw []byte) bool {
	if len(s.fields) >= s.expected() {
		return s.layout.footer(s.fields)
	}
	filled, said := 0, false
	for _, field := range s.fields {
		if field = bytes.TrimSpace(field); len(field) > 0 {
			filled++
			said = said || saysTotal(string(field))
		}
	}
	if filled < 2 || said {
		return true
	}
	return raw[len(raw)-1] == s.newline && s.layout.lacks(s.fields)
}

// expected is how many fields a record has at least.
func (s *csvSource) expected() int {
	if s.layout.short > 0 {
		return s.layout.short
	}
	return len(s.layout.header)
}

func (s *csvSource) Description() Description {
	s.description.Encoding = s.text.encoding
	return s.description
}

func (s *csvSource) Close() error { return nil }

func (s *csvSource) Next() (Row, error) {
	for {
		if s.window.fill() {
			s.findEnd()
		}
		end := s.window.end
		if s.ended {
			end = s.stop
		}
		if s.window.pos >= end {
			if s.window.err != nil {
				return Row{}, s.window.err
			}
			return Row{}, io.EOF
		}
		raw := s.window.buf[s.window.pos:end]
		size, lines, problem := s.record(raw)
		raw = raw[:size]
		line := s.line
		s.line += lines
		s.window.pos += size
		if problem == "" && s.blank() {
			continue
		}
		s.row++
		if problem == "" {
			problem = s.fit(raw)
		}
		if problem != "" {
			if raw[size-1] != s.newline {
				s.skipLine()
			}
			return Row{}, s.problem(problem, line, raw)
		}
		return Row{Number: s.row, Line: line, Values: s.fields}, nil
	}
}

// fit brings the fields of a record to the number of columns, where nothing is lost by that, or returns the key of what is wrong.
func (s *csvSource) fit(raw []byte) (problem string) {
	if !s.window.valid && !utf8.Valid(raw) {
		return "recon_source.not_utf8"
	}
	if s.formulas {
		for i, field := range s.fields {
			if n := len(field); n > 2 && field[0] == '=' && field[1] == s.quote && field[n-1] == s.quote {
				s.fields[i] = field[2 : n-1]
			}
		}
	}
	width := len(s.layout.header)
	for len(s.fields) > width && len(bytes.TrimSpace(s.fields[len(s.fields)-1])) == 0 {
		s.fields = s.fields[:len(s.fields)-1]
	}
	if n := len(s.fields); n > width || n < s.expected() {
		return "recon_source.ragged"
	}
	for len(s.fields) < width {
		s.fields = append(s.fields, nil)
	}
	return ""
}

func (s *csvSource) problem(key string, line int, raw []byte) *Problem {
	p := &Problem{Key: key, Line: line, Row: s.row, Value: excerpt(raw)}
	switch key {
	case "recon_source.ragged":
		p.Args = map[string]any{"Found": len(s.fields), "Expected": len(s.layout.header)}
	case "recon_source.record_long":
		p.Args = map[string]any{"Max": recordLimit >> 10}
	}
	return p
}

// skipLine moves past the end of a line of which a part was read.
func (s *csvSource) skipLine() {
	for {
		s.window.fill()
		rest := s.window.rest()
		if i := bytes.IndexByte(rest, s.newline); i >= 0 {
			s.window.pos += i + 1
			break
		}
		s.window.pos = s.window.end
		if s.window.eof {
			break
		}
	}
	s.line++
	s.findEnd()
}

// blank says whether the current record says nothing: it is empty, or all its fields are.
func (s *csvSource) blank() bool {
	for _, field := range s.fields {
		if len(field) > 0 && (field[0] > ' ' && field[0] < utf8.RuneSelf || len(bytes.Trim(field, " \t\u00a0\x1a\f\x00")) > 0) {
			return false
		}
	}
	return true
}

func joinedFields(fields [][]byte) string {
	cells := make([]string, len(fields))
	for i, field := range fields {
		cells[i] = strings.Clone(string(field))
	}
	return joined(cells)
}
