package source

import (
	"bytes"
	"math"
)

// noDelimiter stands for the delimiter of a file of one column: ASCII's own separator of fields, which texts do not have.
const noDelimiter = 0x1F

// delimiters in the order in which they win where two fit equally well.
var delimiters = []byte{'\t', ';', '|', ','}

// findDialect finds out from the beginning of a text how it separates and quotes. It returns how much of the text is no table: the
// line "sep=;" by which a file tells Excel its delimiter.
func findDialect(head []byte) (d dialect, skip int) {
	d = dialect{quote: '"', newline: '\n'}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		d.newline = '\r'
	}
	if boundaryQuotes(head, '\'') > 1 && boundaryQuotes(head, '"') == 0 {
		d.quote = '\''
	}
	d.backslash = escapes(head, d.quote)
	s := splitter{dialect: d}
	if line, size := s.line(head); len(line) == 5 && bytes.EqualFold(line[:4], []byte("sep=")) {
		d.delimiter = line[4]
		return d, size
	}
	best := 0.0
	for _, delimiter := range delimiters {
		s.delimiter = delimiter
		score := s.consistency(head)
		if first, _ := s.line(head); delimiter == ',' && (best > 0.8 || bytes.IndexByte(first, ',') < 0) && decimalCommas(head) {
			score = 0
		}
		if score > best {
			d.delimiter, best = delimiter, score
		}
	}
	if best > 0.15 {
		return d, 0
	}
	// Colons separate hours from minutes in too many files to compete with the others.
	d.delimiter, s.delimiter = noDelimiter, ':'
	if s.consistency(head) > 0.6 {
		d.delimiter = ':'
	}
	return d, 0
}

// consistency is the squared share of records that have the most frequent count of fields, times the logarithm of the count. Records
// of one field at the beginning may be a preamble: they count against it, but little.
func (s *splitter) consistency(head []byte) float64 {
	counts, records, leading := map[int]int{}, 0, 0
	for at := 0; at < len(head) && records < 1000; {
		size, _, _ := s.record(head[at:])
		if at+size == len(head) && head[len(head)-1] != s.newline && records > 0 && len(head) >= sniffSize {
			break // the sample cuts it off
		}
		at += size
		n := len(s.fields)
		if n == 1 && len(bytes.TrimSpace(s.fields[0])) == 0 {
			continue
		}
		if n == 1 && records == 0 && leading < outsideLimit {
			leading++
			continue
		}
		counts[n]++
		records++
	}
	best, most := 0, 0
	for n, count := range counts {
		if n > 1 && (count > most || count == most && n > best) {
			best, most = n, count
		}
	}
	if best == 0 || counts[1] > most {
		return 0
	}
	share := float64(most) / (float64(records) + 0.1*float64(leading))
	return share * share * math.Log2(float64(best))
}

// decimalCommas says whether more than half of the commas stand between two digits.
func decimalCommas(head []byte) bool {
	commas, between := 0, 0
	digit := func(i int) bool { return i >= 0 && i < len(head) && head[i] >= '0' && head[i] <= '9' }
	for i, b := range head {
		if b == ',' {
			commas++
			if digit(i-1) && digit(i+1) {
				between++
			}
		}
	}
	return between*2 > commas
}

// boundaryQuotes counts how often quote both begins and ends a field, whatever the delimiter.
func boundaryQuotes(head []byte, quote byte) int {
	boundary := func(i int) bool {
		return i < 0 || i >= len(head) || bytes.IndexByte([]byte(",;\t|:\r\n"), head[i]) >= 0
	}
	begins, ends := 0, 0
	for i, b := range head {
		if b == quote {
			if boundary(i - 1) {
				begins++
			}
			if boundary(i + 1) {
				ends++
			}
		}
	}
	return min(begins, ends)
}

// escapes says whether quotes inside quotes are written with a backslash: there are such in the middle of fields, and more of them
// than doubled quotes there.
func escapes(head []byte, quote byte) bool {
	backslashes, doubled := 0, 0
	inner := func(i int) bool { return i >= 0 && i < len(head) && bytes.IndexByte([]byte(",;\t|:\r\n"), head[i]) < 0 }
	for i, b := range head {
		if b != quote || !inner(i+1) {
			continue
		}
		if i > 0 && head[i-1] == '\\' {
			backslashes++
		}
		if inner(i-1) && i+1 < len(head) && head[i+1] == quote && inner(i+2) {
			doubled++
		}
	}
	return backslashes > doubled
}
