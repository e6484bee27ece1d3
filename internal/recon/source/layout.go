package source

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// columnLimit is the most columns that a file may have, as in a workbook.
	columnLimit = 16384
	// outsideLimit is the most lines before the header, and the most after the records, that may be no records.
	outsideLimit = 60
	// leadLimit is the most lines between the header and the records.
	leadLimit = 5
	// sampleLimit is how many records a layout is read from, sampleCells how many cells.
	sampleLimit = 500
	// shortLimit is how many records of the sample have to leave out their last columns for that to be how the file is written.
	shortLimit  = 10
	sampleCells = 200_000
)

// sampleRow is one of the first records of a file.
type sampleRow struct {
	line  int
	cells []string
}

// layout says where the records of a table begin, what its columns are called and what a footer looks like.
type layout struct {
	header    []string
	headerRow int // line; 0 without one
	first     int // index of the first record in the sample
	short     int // how many cells the records have where that is fewer than columns
	columns   []profile
	notes     []Problem
}

// profile is what the sample says about a column.
type profile struct {
	essential bool // no record leaves it empty
	shapes    map[string]bool
}

// findLayout reads the layout from a sample, of which there is one row at least. Where records have a length of their own (CSV), rows
// that have another one than most are taken for lines outside the table.
func findLayout(sample []sampleRow, ownLength bool) layout {
	width := usualWidth(sample, ownLength)
	at := findHeader(sample, width)
	l := layout{first: at + 1}
	if at >= 0 {
		names := trimRight(sample[at].cells)
		if l.first < len(sample) {
			width = usualWidth(sample[l.first:], ownLength) // without the lines before the header
		}
		if ownLength && len(names) > width {
			l.short = width
		}
		width = max(len(names), usedColumns(sample[l.first:], width, ownLength))
		l.headerRow = sample[at].line
		l.name(names, width)
	} else {
		l.first = firstRecord(sample, width, ownLength)
		width = max(usedColumns(sample[l.first:], width, ownLength), 1)
		l.name(nil, width)
		l.notes = append(l.notes, Problem{Key: "recon_source.no_header"})
	}
	l.profile(sample[l.first:], ownLength)
	if ownLength {
		l.allowShort(sample[l.first:])
	}
	for led := 0; led < leadLimit && l.first < len(sample) && l.leads(sample[l.first].cells); led++ {
		l.first++
	}
	for i := range sample[:l.first] {
		if i != at && !blankCells(sample[i].cells) {
			l.notes = append(l.notes, Problem{Key: "recon_source.line_before", Line: sample[i].line, Value: joined(sample[i].cells)})
		}
	}
	return l
}

// usualWidth is how many cells most rows have; where rows have no length of their own, how many the longest has. Lines without any
// separator only count where there are no others.
func usualWidth(sample []sampleRow, ownLength bool) int {
	count, best, longest := map[int]int{}, 0, 1
	for _, row := range sample {
		n := len(row.cells)
		longest = max(longest, len(trimRight(row.cells)))
		if count[n]++; n > 1 && (best == 0 || count[n] > count[best]) {
			best = n
		}
	}
	if !ownLength {
		return longest
	}
	return max(best, 1)
}

// findHeader returns the index of the row that names the columns, -1 where there is none. It is the row of names over the columns
// that hold figures and dates; in a table of words only it is the first row that names every column in use.
func findHeader(sample []sampleRow, width int) int {
	best, bestScore := -1, 0.0
	for i := range sample[:min(len(sample), outsideLimit)] {
		if filled, values := census(sample[i].cells); filled < min(2, width) || values*4 > filled {
			continue
		}
		if score := headerScore(sample, i); score > bestScore {
			best, bestScore = i, score
		}
	}
	if best >= 0 {
		return best
	}
	if anyValues(sample) {
		return -1
	}
	for i, row := range sample[:min(len(sample), outsideLimit)] {
		filled, _ := census(row.cells)
		if filled < min(2, width) || !distinct(row.cells) || (len(sample) > 1 && len(trimRight(row.cells))*4 < width*3) {
			continue
		}
		return i
	}
	return -1
}

// headerScore adds up, over the columns that row i names, the share of figures and dates among what stands below; columns where they
// are not the rule do not count. Rows above it that may be records speak against it: it may belong to a second table.
func headerScore(sample []sampleRow, i int) (score float64) {
	below := sample[i+1 : min(len(sample), i+101)]
	for c, name := range sample[i].cells {
		if strings.TrimSpace(name) == "" || valueLike(name) {
			continue
		}
		filled, values := 0, 0
		for _, row := range below {
			if c < len(row.cells) && strings.TrimSpace(row.cells[c]) != "" {
				filled++
				if valueLike(row.cells[c]) {
					values++
				}
			}
		}
		if filled > 0 && values*2 > filled {
			score += float64(values) / float64(filled)
		}
	}
	named, _ := census(sample[i].cells)
	records := 0
	for _, row := range sample[:i] {
		if filled, values := census(row.cells); values > 0 && filled >= 2 && filled*4 >= named*3 {
			records++
		}
	}
	return score / float64(1+records)
}

// anyValues says whether some column of the sample is of figures or dates by rule.
func anyValues(sample []sampleRow) bool {
	filled, values := map[int]int{}, map[int]int{}
	for _, row := range sample {
		for c, cell := range row.cells {
			if strings.TrimSpace(cell) != "" {
				filled[c]++
				if valueLike(cell) {
					values[c]++
				}
			}
		}
	}
	for c, n := range filled {
		if values[c]*2 > n {
			return true
		}
	}
	return false
}

// usedColumns is how many columns the records fill. Rows of another length than most have no say.
func usedColumns(rows []sampleRow, width int, ownLength bool) (used int) {
	for _, row := range rows {
		if ownLength && len(row.cells) != width {
			continue
		}
		used = max(used, len(trimRight(row.cells)))
	}
	return used
}

// firstRecord is where a table without a header begins: at the first row as long, and at least half as full, as the fullest.
func firstRecord(sample []sampleRow, width int, ownLength bool) int {
	most := 0
	for _, row := range sample {
		filled, _ := census(row.cells)
		most = max(most, filled)
	}
	for i, row := range sample[:min(len(sample), outsideLimit)] {
		filled, _ := census(row.cells)
		if filled*2 >= most && (!ownLength || len(row.cells) == width) {
			return i
		}
	}
	return 0
}

// name makes the header: names are trimmed, columns without one get one, and names that come twice are numbered.
func (l *layout) name(names []string, width int) {
	l.header = make([]string, width)
	taken := map[string]bool{}
	for i := range l.header {
		name := ""
		if i < len(names) {
			name = strings.Join(strings.Fields(names[i]), " ")
		}
		original := name
		if name == "" {
			name = "column_" + strconv.Itoa(i+1)
			original = name
			if names != nil {
				l.notes = append(l.notes, Problem{Key: "recon_source.column_unnamed", Args: map[string]any{"Name": name}, Line: l.headerRow, Column: name})
			}
		}
		for n := 2; taken[name]; n++ {
			name = original + "_" + strconv.Itoa(n)
		}
		if name != original {
			l.notes = append(l.notes, Problem{Key: "recon_source.column_repeated", Args: map[string]any{"Column": original, "Name": name}, Line: l.headerRow, Column: name})
		}
		taken[name] = true
		l.header[i] = name
	}
}

// profile learns the columns from the rows that are at least half as full as the fullest, speak of no total, and are not among a few
// that are too short.
func (l *layout) profile(rows []sampleRow, ownLength bool) {
	const shapeLimit = 64
	l.columns = make([]profile, len(l.header))
	lengths := map[int]int{}
	for _, row := range rows {
		lengths[len(row.cells)]++
	}
	for c := range l.columns {
		l.columns[c] = profile{essential: len(rows) > 0, shapes: map[string]bool{}}
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(row sampleRow) bool { return slices.ContainsFunc(row.cells, saysBalance) })
	most, speaking := 0, 0
	speaks := make([]bool, len(rows))
	for i, row := range rows {
		filled, _ := census(row.cells)
		most = max(most, filled)
		if speaks[i] = slices.ContainsFunc(row.cells, saysTotal); speaks[i] {
			speaking++
		}
	}
	for i, row := range rows {
		// Where most rows speak of totals, these are what the table is about.
		if filled, _ := census(row.cells); filled*2 < most || filled == 0 || speaks[i] && speaking*2 <= len(rows) {
			continue
		}
		if n := len(row.cells); ownLength && n < len(l.header) && n != l.short && lengths[n] < shortLimit {
			continue
		}
		for c := range l.columns {
			p := &l.columns[c]
			if c >= len(row.cells) || strings.TrimSpace(row.cells[c]) == "" {
				p.essential = false
			} else if len(p.shapes) < shapeLimit {
				p.shapes[shape([]byte(row.cells[c]))] = true
			}
		}
	}
}

// allowShort lets records leave out their last columns where enough of the sample do so and lack nothing: Excel omits empty cells at the
// ends of rows, sixteen rows at a time.
func (l *layout) allowShort(rows []sampleRow) {
	counts := map[int]int{}
	for _, row := range rows {
		n := len(row.cells)
		if n >= len(l.header) || n < 2 || l.short > 0 && n >= l.short || l.lacks(asFields(row.cells)) {
			continue
		}
		if counts[n]++; counts[n] == shortLimit {
			l.short = n
		}
	}
	if l.short > 0 {
		l.notes = append(l.notes, Problem{Key: "recon_source.rows_short", Args: map[string]any{"Found": l.short, "Expected": len(l.header)}})
	}
}

// lacks says whether a row leaves a column empty that no record leaves empty. Where there is no such column, every row does.
func (l *layout) lacks(fields [][]byte) bool {
	essential := false
	for c := range l.columns {
		if l.columns[c].essential {
			if essential = true; c >= len(fields) || len(bytes.TrimSpace(fields[c])) == 0 {
				return true
			}
		}
	}
	return !essential
}

func asFields(cells []string) [][]byte {
	fields := make([][]byte, len(cells))
	for i, cell := range cells {
		fields[i] = []byte(cell)
	}
	return fields
}

// leads says whether a row under the header is none of the records: an opening balance or a line of units.
func (l *layout) leads(cells []string) bool {
	return blankCells(cells) || l.footer(asFields(cells))
}

// footer says whether a row that stands after the records, or between the header and the records, is none of them: it names the balance
// of the account, or it lacks what every record has and speaks of a total, or it says only one thing, that looks like nothing in its
// column.
func (l *layout) footer(fields [][]byte) bool {
	filled, first, lacks, speaks, balance := 0, -1, false, false, false
	for c := range l.columns {
		var field []byte
		if c < len(fields) {
			field = bytes.TrimSpace(fields[c])
		}
		if len(field) == 0 {
			lacks = lacks || l.columns[c].essential
			continue
		}
		if filled++; first < 0 {
			first = c
		}
		speaks = speaks || saysTotal(string(field))
		balance = balance || saysBalance(string(field))
	}
	switch {
	case filled == 0, balance && filled < len(l.columns):
		return true
	case len(l.columns) < 2, !lacks:
		return false
	}
	return speaks || filled == 1 && !l.columns[first].shapes[shape(fields[first])]
}

// totals begin the cells of lines that sum up, balances those of lines that tell what is on an account and are no record whatever
// else they say. Both are written as fold writes.
var (
	totals = []string{"total", "totaux", "sous-total", "sous total", "subtotal", "sub-total", "grand total", "sum", "somme", "solde", "nouveau solde",
		"ancien solde", "balance", "available balance", "nombre d", "number of", "fin d", "end of", "report", "a reporter", "carried forward",
		"brought forward", "المجموع", "مجموع", "الاجمالي", "اجمالي", "الرصيد", "رصيد", "عدد العمليات"}
	balances = []string{"solde final", "solde initial", "solde de depart", "solde de fin", "solde de cloture", "solde d'ouverture",
		"solde precedent", "solde crediteur au", "solde debiteur au", "solde au", "nouveau solde", "ancien solde", "closing balance",
		"opening balance", "ending balance", "beginning balance", "previous balance", "new balance", "balance brought forward",
		"balance carried forward", "الرصيد الختامي", "الرصيد الافتتاحي", "الرصيد النهائي", "الرصيد السابق", "الرصيد الجديد"}
)

func saysTotal(cell string) bool { return begins(cell, totals) || saysBalance(cell) }

func saysBalance(cell string) bool { return begins(cell, balances) }

// begins says whether a cell begins with one of phrases, as whole words; the plural of the last one will do.
func begins(cell string, phrases []string) bool {
	if len(cell) == 0 || len(cell) > 200 {
		return false
	}
	text := fold(strings.TrimSpace(cell))
	for _, phrase := range phrases {
		if rest, ok := strings.CutPrefix(text, phrase); ok {
			letter, _ := utf8.DecodeRuneInString(strings.TrimPrefix(rest, "s"))
			if !unicode.IsLetter(letter) || strings.HasSuffix(phrase, " d") {
				return true
			}
		}
	}
	return false
}

var folding = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "î", "i", "ï", "i", "ô", "o", "û", "u", "ù", "u", "ç", "c",
	"أ", "ا", "إ", "ا", "آ", "ا", "ـ", "", "’", "'")

func fold(s string) string { return folding.Replace(strings.ToLower(s)) }

// shape reduces a cell to its kinds of letters: "OP0000001" and "OP12" are both "A9".
func shape(cell []byte) string {
	var b strings.Builder
	var last rune
	for _, r := range string(bytes.TrimSpace(cell)) {
		switch {
		case unicode.IsDigit(r):
			r = '9'
		case unicode.IsUpper(r):
			r = 'A'
		case unicode.IsLetter(r):
			r = 'a'
		}
		if r != last {
			b.WriteRune(r)
		}
		if last = r; b.Len() >= 24 {
			break
		}
	}
	return b.String()
}

// valueLike says whether a cell is a figure, a date or a number with a prefix rather than words: it has digits, and not more letters
// than digits.
func valueLike(cell string) bool {
	digits, letters := 0, 0
	for _, r := range cell {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return digits > 0 && letters <= digits
}

func census(cells []string) (filled, values int) {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			filled++
			if valueLike(cell) {
				values++
			}
		}
	}
	return filled, values
}

func distinct(cells []string) bool {
	seen := map[string]bool{}
	for _, cell := range cells {
		cell = strings.TrimSpace(cell)
		if cell != "" && seen[cell] {
			return false
		}
		seen[cell] = true
	}
	return true
}

func trimRight(cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

func blankCells(cells []string) bool { return len(trimRight(cells)) == 0 }

// joined shows a line of cells to a reader.
func joined(cells []string) string {
	var said []string
	for _, cell := range cells {
		if cell = strings.TrimSpace(cell); cell != "" {
			said = append(said, cell)
		}
	}
	return excerpt([]byte(strings.Join(said, " · ")))
}
