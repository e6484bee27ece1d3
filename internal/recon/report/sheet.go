package report

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"

	"khadamat/internal/money"
)

// workbook streams an Office Open XML workbook (ECMA-376, part 1, clause 18), sheet after sheet and row after row, in memory that does not
// grow with the rows. It is written here since a report must have the same bytes each time and hold a million rows within seconds;
// libraries write sheets in changing order and build the whole file in memory.
type workbook struct {
	zip         *zip.Writer
	rightToLeft bool
	sheets      []sheetPart
	words       map[string]int // the shared strings: the few texts that many cells have
	wordList    []string
}

// sheetPart is a sheet that is written.
type sheetPart struct {
	name   string
	filter string // the range that is filtered; empty for none
}

// The cell styles, as indexes into cellXfs of the styles part.
const (
	styleNone = iota
	styleHeader
	styleText // never a formula, not even after it was edited
	styleInteger
	styleAmount2
	styleAmount0
	styleAmount3
	styleDate
	stylePercent
	styleTitle
	styleGood
	styleBad
)

func newWorkbook(w io.Writer, rightToLeft bool) *workbook {
	b := &workbook{zip: zip.NewWriter(w), rightToLeft: rightToLeft, words: map[string]int{}}
	// Sheets shrink to a tenth at the fastest level already.
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return b
}

// heading is a column of a table: its title and its width in letters.
type heading struct {
	title string
	width int
}

// sheet is a sheet that is being written, cell by cell.
type sheet struct {
	book   *workbook
	out    *bufio.Writer
	buffer []byte
	name   string
	row    int
	column byte // of the next cell, from 'A'
	table  []heading
}

// sheet begins a sheet. With headings it is a table: they are its first row, which stays in view and has filters.
func (b *workbook) sheet(name string, widths []int, table []heading) (*sheet, error) {
	entry, err := b.zip.Create("xl/worksheets/sheet" + strconv.Itoa(len(b.sheets)+1) + ".xml")
	if err != nil {
		return nil, err
	}
	s := &sheet{book: b, out: bufio.NewWriterSize(entry, 1<<16), name: name, table: table}
	s.raw(xmlHead + `<worksheet xmlns="` + mainSpace + `"><sheetViews><sheetView workbookViewId="0" showGridLines="0"`)
	if b.rightToLeft {
		s.raw(` rightToLeft="1"`)
	}
	if len(b.sheets) == 0 {
		s.raw(` tabSelected="1"`)
	}
	s.raw(`>`)
	if table != nil {
		s.raw(`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`)
	}
	s.raw(`</sheetView></sheetViews><cols>`)
	for _, h := range table {
		widths = append(widths, h.width)
	}
	for i, width := range widths {
		s.raw(fmt.Sprintf(`<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width))
	}
	s.raw(`</cols><sheetData>`)
	if table != nil {
		s.begin()
		for _, h := range table {
			s.styled(h.title, styleHeader)
		}
		s.end()
	}
	return s, nil
}

func (s *sheet) raw(text string) { s.buffer = append(s.buffer, text...) }

func (s *sheet) begin() {
	s.row++
	s.column = 'A'
	s.raw(`<row r="`)
	s.buffer = strconv.AppendInt(s.buffer, int64(s.row), 10)
	s.raw(`">`)
}

// end ends a row and hands it on; the error of the writer shows at the end of the sheet.
func (s *sheet) end() {
	s.raw(`</row>`)
	_, _ = s.out.Write(s.buffer)
	s.buffer = s.buffer[:0]
}

// skip leaves a cell empty.
func (s *sheet) skip() { s.column++ }

// cell begins a cell up to its type.
func (s *sheet) cell(style int) {
	s.raw(`<c r="`)
	s.buffer = append(s.buffer, s.column)
	s.buffer = strconv.AppendInt(s.buffer, int64(s.row), 10)
	s.raw(`" s="`)
	s.buffer = strconv.AppendInt(s.buffer, int64(style), 10)
	s.column++
}

// text writes a text into its cell.
func (s *sheet) text(text string) { s.styled(text, styleText) }

func (s *sheet) styled(text string, style int) {
	if text == "" {
		s.skip()
		return
	}
	s.cell(style)
	s.raw(`" t="inlineStr"><is><t xml:space="preserve">`)
	s.buffer = appendXML(s.buffer, text)
	s.raw(`</t></is></c>`)
}

// word writes a text that many cells have.
func (s *sheet) word(text string) {
	if text == "" {
		s.skip()
		return
	}
	index, ok := s.book.words[text]
	if !ok {
		index = len(s.book.wordList)
		s.book.words[text] = index
		s.book.wordList = append(s.book.wordList, text)
	}
	s.cell(styleText)
	s.raw(`" t="s"><v>`)
	s.buffer = strconv.AppendInt(s.buffer, int64(index), 10)
	s.raw(`</v></c>`)
}

func (s *sheet) integer(n int) {
	s.cell(styleInteger)
	s.raw(`"><v>`)
	s.buffer = strconv.AppendInt(s.buffer, int64(n), 10)
	s.raw(`</v></c>`)
}

// amount writes the exact decimal of an amount as a number.
func (s *sheet) amount(a money.Amount) {
	if absent(a) {
		s.skip()
		return
	}
	style := styleAmount2
	switch a.Currency.Digits() {
	case 0:
		style = styleAmount0
	case 3:
		style = styleAmount3
	}
	s.cell(style)
	s.raw(`"><v>`)
	s.buffer = appendDecimal(s.buffer, a)
	s.raw(`</v></c>`)
}

// share writes a number from 0 to 1 as per cent, and nothing for what is no number.
func (s *sheet) share(f float64) {
	if !finite(f) {
		s.skip()
		return
	}
	s.cell(stylePercent)
	s.raw(`"><v>`)
	s.buffer = strconv.AppendFloat(s.buffer, f, 'f', 4, 64)
	s.raw(`</v></c>`)
}

var (
	// sheetEpoch is day 0 of a sheet's dates. From day 61 on it is right; before, a sheet counts the 29th of February 1900.
	sheetEpoch    = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	firstSheetDay = 61
	lastSheetDay  = 2_958_465 // 9999-12-31
)

// date writes the day of a time, as text where a sheet has no such date.
func (s *sheet) date(t time.Time) {
	if t.IsZero() {
		s.skip()
		return
	}
	year, month, day := t.Date()
	// In seconds, since a Duration ends after 292 years.
	days := int((time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() - sheetEpoch.Unix()) / (24 * 60 * 60))
	if days < firstSheetDay || days > lastSheetDay {
		s.text(t.Format(time.DateOnly))
		return
	}
	s.cell(styleDate)
	s.raw(`"><v>`)
	s.buffer = strconv.AppendInt(s.buffer, int64(days), 10)
	s.raw(`</v></c>`)
}

// close ends the sheet and returns the first error of all its writing.
func (s *sheet) close() error {
	part := sheetPart{name: s.name}
	s.raw(`</sheetData>`)
	if s.table != nil {
		last := string(rune('A' + len(s.table) - 1))
		s.raw(`<autoFilter ref="A1:` + last + strconv.Itoa(s.row) + `"/>`)
		part.filter = "$A$1:$" + last + "$" + strconv.Itoa(s.row)
	}
	s.raw(`<pageSetup orientation="landscape"/></worksheet>`)
	s.book.sheets = append(s.book.sheets, part)
	if _, err := s.out.Write(s.buffer); err != nil {
		return err
	}
	return s.out.Flush()
}

const (
	xmlHead       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relationSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageSpace  = "http://schemas.openxmlformats.org/package/2006/"
	spreadsheet   = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// close writes the parts that hold the sheets together, and the end of the file.
func (b *workbook) close() error {
	types := xmlHead + `<Types xmlns="` + packageSpace + `content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + spreadsheet + `sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + spreadsheet + `styles+xml"/>` +
		`<Override PartName="/xl/sharedStrings.xml" ContentType="` + spreadsheet + `sharedStrings+xml"/>`
	book := xmlHead + `<workbook xmlns="` + mainSpace + `" xmlns:r="` + relationSpace + `"><bookViews><workbookView/></bookViews><sheets>`
	relations := xmlHead + `<Relationships xmlns="` + packageSpace + `relationships">`
	names := ""
	for i, part := range b.sheets {
		n := strconv.Itoa(i + 1)
		types += `<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="` + spreadsheet + `worksheet+xml"/>`
		book += `<sheet name="` + string(appendXML(nil, part.name)) + `" sheetId="` + n + `" r:id="rId` + n + `"/>`
		relations += `<Relationship Id="rId` + n + `" Type="` + relationSpace + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`
		if part.filter != "" {
			names += `<definedName name="_xlnm._FilterDatabase" localSheetId="` + strconv.Itoa(i) + `" hidden="1">'` +
				string(appendXML(nil, strings.ReplaceAll(part.name, "'", "''"))) + `'!` + part.filter + `</definedName>`
		}
	}
	relations += `<Relationship Id="rIdStyles" Type="` + relationSpace + `/styles" Target="styles.xml"/>` +
		`<Relationship Id="rIdStrings" Type="` + relationSpace + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
	var shared []byte
	shared = fmt.Appendf(shared, `%s<sst xmlns="%s" uniqueCount="%d">`, xmlHead, mainSpace, len(b.wordList))
	for _, word := range b.wordList {
		shared = append(appendXML(append(shared, `<si><t xml:space="preserve">`...), word), `</t></si>`...)
	}
	for _, part := range []struct{ name, content string }{
		{"[Content_Types].xml", types + `</Types>`},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="` + packageSpace + `relationships"><Relationship Id="rId1" Type="` + relationSpace +
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", book + `</sheets><definedNames>` + names + `</definedNames></workbook>`},
		{"xl/_rels/workbook.xml.rels", relations},
		{"xl/styles.xml", styles},
		{"xl/sharedStrings.xml", string(shared) + `</sst>`},
	} {
		w, err := b.zip.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, part.content); err != nil {
			return err
		}
	}
	return b.zip.Close()
}

// styles is the styles part; its cellXfs are in the order of the style constants. Number formats below 164 are built in: 3 is #,##0, 4 is
// #,##0.00, 10 is 0.00%, 14 is the reader's short date, 49 is text.
const styles = xmlHead + `<styleSheet xmlns="` + mainSpace + `"><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.000"/></numFmts>` +
	`<fonts count="5"><font><sz val="11"/><color rgb="FF3B3B3B"/><name val="Calibri"/></font>` +
	`<font><b/><sz val="11"/><color rgb="FF241A12"/><name val="Calibri"/></font>` +
	`<font><b/><sz val="16"/><color rgb="FFB83A08"/><name val="Calibri"/></font>` +
	`<font><b/><sz val="11"/><color rgb="FF1C6244"/><name val="Calibri"/></font>` +
	`<font><b/><sz val="11"/><color rgb="FFA9231B"/><name val="Calibri"/></font></fonts>` +
	`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
	`<fill><patternFill patternType="solid"><fgColor rgb="FFF3ECE2"/></patternFill></fill></fills>` +
	`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>` +
	`<border><left/><right/><top/><bottom style="thin"><color rgb="FF8D7F70"/></bottom><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="12"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>` +
	`<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="10" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>` +
	`<xf numFmtId="49" fontId="3" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>` +
	`<xf numFmtId="49" fontId="4" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// maxCellUnits is how many UTF-16 units a cell may hold.
const maxCellUnits = 32_767

// appendXML appends a text as the content of an element: escaped, without what XML cannot hold, and no longer than a cell. _x000D_ and its
// like would be read as a letter by its number, so their underscore is written as its own number.
func appendXML(b []byte, s string) []byte {
	units, copied := 0, 0
	for i, r := range s {
		units++
		if r > 0xFFFF {
			units++
		}
		if units > maxCellUnits {
			s = s[:i]
			break
		}
		written, size := "", 1
		switch {
		case r == '&':
			written = "&amp;"
		case r == '<':
			written = "&lt;"
		case r == '>':
			written = "&gt;"
		case r == '"':
			written = "&quot;"
		case r == '\r':
			written = "&#xD;"
		case r == '_' && numbersLetter(s[i:]):
			written = "_x005F_"
		case r < ' ' && r != '\t' && r != '\n':
			written = "\uFFFD"
		case r >= 0xFFFD && r <= 0xFFFF: // 0xFFFD also stands for a byte that is no UTF-8
			written = "\uFFFD"
			_, size = utf8.DecodeRuneInString(s[i:])
		default:
			continue
		}
		b = append(append(b, s[copied:i]...), written...)
		copied = i + size
	}
	return append(b, s[copied:]...)
}

// numbersLetter says that s begins with _xHHHH_, where H is a hexadecimal digit.
func numbersLetter(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}
