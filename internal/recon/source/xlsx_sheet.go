package source

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// rowLimit is how many rows a sheet may have.
const rowLimit = 1 << 20

// sheetRow is a row of a sheet. Its cells point into the shared texts or into its own memory.
type sheetRow struct {
	line    int
	cells   [][]byte
	memory  []byte
	problem string // key of what is wrong with it, if anything
	column  int    // where, from 0
	value   []byte // what stands there
}

func (r *sheetRow) blank() bool {
	if r.problem != "" {
		return false
	}
	for _, cell := range r.cells {
		if len(bytes.TrimSpace(cell)) > 0 {
			return false
		}
	}
	return true
}

func (r *sheetRow) fail(key string, column int, value []byte) {
	if r.problem == "" {
		r.problem, r.column, r.value = key, column, bytes.Clone(value[:min(len(value), 400)])
	}
}

// sheetReader reads the rows of a sheet.
type sheetReader struct {
	book *workbook
	part io.ReadCloser
	xml  *xmlScanner
	line int
	done bool
}

func newSheetReader(book *workbook, part io.ReadCloser) *sheetReader {
	return &sheetReader{book: book, part: part, xml: newXMLScanner(part)}
}

func (s *sheetReader) close() error { return s.part.Close() }

// next reads the next row that the sheet writes into row. It returns io.EOF after the last.
func (s *sheetReader) next(row *sheetRow) error {
	if s.done {
		return io.EOF
	}
	for {
		switch err := s.xml.next(); {
		case err == io.EOF:
			return broken(io.ErrUnexpectedEOF) // the sheet's data did not end
		case err != nil:
			return broken(err)
		}
		if s.xml.kind == characters {
			continue
		}
		switch name := string(s.xml.name); {
		case name == "row" && s.xml.kind == opening:
			return s.row(row)
		case name == "sheetData" && s.xml.kind == closing:
			s.done = true
			// The archive's checksum is verified at the end of the part.
			if _, err := io.Copy(io.Discard, s.part); err != nil {
				return broken(err)
			}
			return io.EOF
		}
	}
}

func (s *sheetReader) row(row *sheetRow) error {
	*row = sheetRow{cells: row.cells[:0], memory: row.memory[:0]}
	s.line++
	if r := s.xml.attr("r"); r != nil {
		n, err := strconv.Atoi(string(r))
		if err != nil || n < s.line || n > rowLimit {
			return broken(errXML)
		}
		s.line = n
	}
	if row.line = s.line; row.line > rowLimit {
		return broken(errXML)
	}
	for {
		if err := s.xml.next(); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return broken(err)
		}
		switch {
		case s.xml.kind == closing && string(s.xml.name) == "row":
			return nil
		case s.xml.kind == opening && string(s.xml.name) == "c":
			if err := s.cell(row); err != nil {
				return err
			}
		}
	}
}

// cell reads a cell to its end and adds its value to the row.
func (s *sheetReader) cell(row *sheetRow) error {
	column := len(row.cells)
	if r := s.xml.attr("r"); r != nil {
		column = columnIndex(r)
	}
	if column < len(row.cells) || column >= columnLimit {
		return broken(errXML)
	}
	kind := string(s.xml.attr("t"))
	style, _ := strconv.Atoi(string(s.xml.attr("s"))) // none is the general style, which is 0
	from := len(row.memory)
	inValue, inReading := false, false
	for {
		if err := s.xml.next(); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return broken(err)
		}
		if s.xml.kind == characters {
			if inValue && !inReading && len(row.memory)-from <= elementLimit && len(row.memory) <= 4*recordLimit {
				var err error
				if row.memory, err = s.xml.text(row.memory); err != nil {
					return broken(err)
				}
			}
			continue
		}
		switch string(s.xml.name) {
		case "v", "t":
			inValue = s.xml.kind == opening
		case "rPh":
			inReading = s.xml.kind == opening
		case "c":
			s.value(row, column, kind, style, from)
			return nil
		}
	}
}

// value adds to the row what the cell means whose text stands in the row's memory from from on.
func (s *sheetReader) value(row *sheetRow, column int, kind string, style, from int) {
	raw := row.memory[from:len(row.memory):len(row.memory)]
	if len(raw) == 0 {
		return
	}
	for len(row.cells) < column {
		row.cells = append(row.cells, nil)
	}
	if len(raw) > recordLimit || len(row.memory) > 2*recordLimit {
		row.fail("recon_source.record_long", column, raw)
	}
	value := raw
	switch kind {
	case "s":
		index, err := strconv.Atoi(string(raw))
		shared, ok := s.book.text(index)
		if err != nil || !ok {
			row.fail("recon_source.cell_broken", column, raw)
			return
		}
		value = shared
	case "b":
		value = []byte(strconv.FormatBool(truth(raw)))
	case "d":
		value = bytes.TrimSuffix(raw, []byte("T00:00:00"))
	case "str", "inlineStr":
		value = decodeControls(raw)
	case "e":
	default:
		meaning := plainNumber
		if style >= 0 && style < len(s.book.styles) {
			meaning = s.book.styles[style]
		}
		start, ok := len(row.memory), false
		if row.memory, ok = appendNumber(row.memory, raw, meaning, s.book.mac); !ok {
			row.fail("recon_source.cell_broken", column, raw)
			return
		}
		value = row.memory[start:len(row.memory):len(row.memory)]
	}
	if !utf8.Valid(value) {
		row.fail("recon_source.not_utf8", column, value)
	}
	row.cells = append(row.cells, value)
}

// columnIndex is the column of a cell's name, from 0: 27 for "AB12"; -1 where it is none.
func columnIndex(name []byte) int {
	n := 0
	for _, b := range name {
		if b < 'A' || b > 'Z' {
			break
		}
		if n = n*26 + int(b-'A'+1); n > columnLimit {
			return columnLimit
		}
	}
	return n - 1
}

// columnName is the name of a column as Excel shows it: "AB" for 27.
func columnName(index int) string {
	name := ""
	for n := index + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// numberKind is what the number of a cell means.
type numberKind uint8

const (
	plainNumber numberKind = iota
	dateNumber             // days, with the time as their fraction
	timeNumber             // a fraction of a day
)

// kindOfBuiltin knows the formats that every workbook has without saying so (ECMA-376 part 1, 18.8.30), those of East Asia too.
func kindOfBuiltin(id int) numberKind {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return dateNumber
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return timeNumber
	}
	return plainNumber
}

// kindOfFormat reads a format code: the letters of dates and times outside quotes, escapes and brackets. Elapsed time ([h]) is a number.
func kindOfFormat(code string) numberKind {
	code, _, _ = strings.Cut(code, ";")
	date, clock, month := false, false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			n := strings.IndexByte(code[i+1:], '"')
			if n < 0 {
				return plainNumber
			}
			i += n + 1
		case '\\', '_', '*':
			i++
		case '[':
			n := strings.IndexByte(code[i:], ']')
			if n < 0 {
				return plainNumber
			}
			if n > 1 && strings.Trim(strings.ToLower(code[i+1:i+n]), "hms") == "" {
				return plainNumber
			}
			i += n
		case 'y', 'Y', 'd', 'D':
			date = true
		case 'h', 'H', 's', 'S':
			clock = true
		case 'm', 'M':
			month = true
		}
	}
	switch {
	case date, month && !clock:
		return dateNumber
	case clock:
		return timeNumber
	}
	return plainNumber
}

// appendNumber appends to p the number that a cell has as text: as a date, a time, or a plain decimal of at most 15 significant
// digits, which is as many as Excel keeps; the 17 in the file show the binary fraction. A whole number stays as it is written.
func appendNumber(p, raw []byte, kind numberKind, mac bool) ([]byte, bool) {
	text := strings.TrimSpace(string(raw))
	if !number([]byte(strings.TrimPrefix(text, "+"))) {
		return p, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return p, false
	}
	if kind != plainNumber {
		if dated, ok := appendDate(p, f, kind, mac); ok {
			return dated, true
		}
	}
	digits := 0
	for _, c := range text {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	if !strings.ContainsAny(text, "eE+") && (digits <= 15 || !strings.Contains(text, ".")) {
		return append(p, text...), true
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	if err != nil {
		return p, false
	}
	return strconv.AppendFloat(p, rounded, 'f', -1, 64), true
}

// appendDate appends the date, or time, of a serial number. Numbers that are no dates in Excel either are refused: negative ones,
// those beyond the year 9999, and the 29 February 1900, which did not exist.
func appendDate(p []byte, serial float64, kind numberKind, mac bool) ([]byte, bool) {
	const last, seconds = 2958466, 86400
	if serial < 0 || serial >= last || kind == dateNumber && serial < 1 && !mac {
		return p, false
	}
	total := int64(math.Round(serial * seconds))
	days, clock := int(total/seconds), int(total%seconds)
	if kind == timeNumber && days == 0 {
		return time.Unix(int64(clock), 0).UTC().AppendFormat(p, "15:04:05"), true
	}
	day := time.Date(1899, 12, 30, 0, 0, clock, 0, time.UTC)
	switch {
	case mac:
		day = time.Date(1904, 1, 1, 0, 0, clock, 0, time.UTC)
	case days == 60:
		return p, false
	case days < 60:
		days++
	}
	layout := "2006-01-02"
	if clock > 0 {
		layout = "2006-01-02T15:04:05"
	}
	return day.AddDate(0, 0, days).AppendFormat(p, layout), true
}
