package report

import (
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"khadamat/internal/money"
)

// csvFlushBytes is how much is gathered before it is written.
const csvFlushBytes = 1 << 16

// csvWriter writes rows as RFC 4180 has them, with line feeds alone. Texts are made harmless for spreadsheets, which take what begins
// with one of = + - @ for a formula: an apostrophe is put before it, unless the whole text is a plain number. The same is done after a
// semicolon, a tab and a line break within a text, where a spreadsheet that splits at those would begin a cell.
type csvWriter struct {
	out     io.Writer
	buffer  []byte
	between bool // the row has begun
	err     error
}

func newCSVWriter(out io.Writer, header string) *csvWriter {
	w := &csvWriter{out: out, buffer: make([]byte, 0, csvFlushBytes+1<<12)}
	w.buffer = append(append(w.buffer, header...), '\n')
	return w
}

func (w *csvWriter) separate() {
	if w.between {
		w.buffer = append(w.buffer, ',')
	}
	w.between = true
}

// end ends a row.
func (w *csvWriter) end() {
	w.buffer = append(w.buffer, '\n')
	w.between = false
	if len(w.buffer) >= csvFlushBytes {
		w.flush()
	}
}

func (w *csvWriter) flush() {
	if w.err == nil {
		_, w.err = w.out.Write(w.buffer)
	}
	w.buffer = w.buffer[:0]
}

// close writes what is left and returns the first error.
func (w *csvWriter) close() error {
	w.flush()
	return w.err
}

// word writes a text of ours, which needs no care.
func (w *csvWriter) word(s string) {
	w.separate()
	w.buffer = append(w.buffer, s...)
}

// cell writes what appendCell has made.
func (w *csvWriter) cell(cell []byte) {
	w.separate()
	w.buffer = append(w.buffer, cell...)
}

func (w *csvWriter) integer(n int) {
	w.separate()
	w.buffer = strconv.AppendInt(w.buffer, int64(n), 10)
}

// ratio writes a number with four decimals, and nothing for what is no number.
func (w *csvWriter) ratio(f float64) {
	w.separate()
	if !finite(f) {
		return
	}
	w.buffer = strconv.AppendFloat(w.buffer, f, 'f', 4, 64)
}

// amount writes a plain decimal, and nothing where there is no amount.
func (w *csvWriter) amount(a money.Amount) {
	w.separate()
	if !absent(a) {
		w.buffer = appendDecimal(w.buffer, a)
	}
}

// date writes 2026-03-31, with the time after it where there is one, and nothing for the zero time.
func (w *csvWriter) date(t time.Time) {
	w.separate()
	w.buffer = appendDate(w.buffer, t)
}

func appendDate(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	b = t.AppendFormat(b, time.DateOnly)
	if hour, minute, second := t.Clock(); hour+minute+second > 0 {
		b = t.AppendFormat(b, " 15:04:05")
	}
	return b
}

// care marks the bytes for which a text is not simply copied.
var care = func() (marked [256]bool) {
	for _, c := range []byte(",\"\r\n;\t") {
		marked[c] = true
	}
	for c := utf8.RuneSelf; c < 256; c++ {
		marked[c] = true // for it may not be UTF-8
	}
	return marked
}()

// text writes a text of others.
func (w *csvWriter) text(s string) {
	w.separate()
	w.buffer = appendCell(w.buffer, s)
}

// appendCell appends a text as a cell, with the quotes and apostrophes that it needs.
func appendCell(b []byte, s string) []byte {
	if s == "" {
		return b
	}
	careful := beginsFormula(s[0]) || s[0] == ' ' || s[len(s)-1] == ' '
	for i := 0; i < len(s) && !careful; i++ {
		careful = care[s[i]]
	}
	if !careful {
		return append(b, s...)
	}
	return appendCareful(b, strings.ToValidUTF8(s, "\uFFFD"))
}

func appendCareful(b []byte, s string) []byte {
	quoted := s[0] == ' ' || s[len(s)-1] == ' ' || strings.ContainsAny(s, ",\"\r\n;\t")
	if quoted {
		b = append(b, '"')
	}
	begins := !plainNumber(s)
	if begins && breaksCell(s[0]) {
		b = append(b, '\'')
	}
	for i := range len(s) {
		c := s[i]
		if begins && beginsFormula(c) {
			b = append(b, '\'')
		}
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
		begins = breaksCell(c)
	}
	if quoted {
		b = append(b, '"')
	}
	return b
}

func beginsFormula(c byte) bool { return c == '=' || c == '+' || c == '-' || c == '@' }

func breaksCell(c byte) bool { return c == ';' || c == '\t' || c == '\r' || c == '\n' }

// plainNumber says that s is digits, with a sign before them and decimals behind them where there are any.
func plainNumber(s string) bool {
	if s[0] == '+' || s[0] == '-' {
		s = s[1:]
	}
	digits, separators := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case (c == '.' || c == ',') && i > 0 && i < len(s)-1:
			separators++
		default:
			return false
		}
	}
	return digits > 0 && separators <= 1
}
