package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// parts of the smallest workbook there is. The sheet is filled by the tests.
func workbookParts(sheet string) map[string]string {
	const relationships = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	return map[string]string{
		"_rels/.rels":     relationships + `<Relationship Id="r1" Type="` + office + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<?xml version="1.0"?><x:workbook xmlns:x="m" xmlns:r="r"><x:workbookPr date1904="0"/><x:sheets><x:sheet name="A &amp; B" sheetId="1" r:id="r1"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": relationships + `<Relationship Id="r1" Type="` + office + `worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="r2" Type="` +
			office + `styles" Target="styles.xml"/><Relationship Id="r3" Type="` + office + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\/mm\/yyyy;@"/><numFmt numFmtId="165" formatCode="#,##0.00&quot; dh&quot;"/>` +
			`<numFmt numFmtId="166" formatCode="[h]:mm"/><numFmt numFmtId="167" formatCode="[$-40C]d mmmm yyyy h:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
			`<cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml":     `<sst><si><t>id</t></si><si><r><t>Ate</t></r><r><t xml:space="preserve">lier </t></r><rPh><t>no</t></rPh></si><si><t>a_x000A_b &#233;</t></si></sst>`,
		"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + sheet + `</sheetData></worksheet>`,
	}
}

func archive(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range parts {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openXLSX(content []byte, o Options) (Source, error) {
	return OpenXLSX(bytes.NewReader(content), int64(len(content)), o)
}

func readXLSX(t testing.TB, content []byte, o Options) table {
	t.Helper()
	s, err := openXLSX(content, o)
	if err != nil {
		t.Fatal(err)
	}
	return readAll(t, s)
}

func TestCellsComeAsTheyAreMeant(t *testing.T) {
	header := `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>value</t></is></c></row>`
	tests := map[string]struct{ cell, want string }{
		"shared text":                 {`t="s"><v>1</v>`, "Atelier "},
		"control letters":             {`t="s"><v>2</v>`, "a\nb é"},
		"inline text":                 {`t="inlineStr"><is><t>x</t><rPh><t>no</t></rPh><r><t>y</t></r></is>`, "xy"},
		"result of a formula":         {`t="str"><f>A1&amp;"x"</f><v>&lt;x&gt;</v>`, "<x>"},
		"figures":                     {`><f>1+1</f><v>1234.5</v>`, "1234.5"},
		"a binary fraction":           {`s="3"><v>1234.5600000000001</v>`, "1234.56"},
		"a small one":                 {`><v>0.30000000000000004</v>`, "0.3"},
		"an exponent":                 {`><v>1.25E-2</v>`, "0.0125"},
		"a large exponent":            {`><v>1.5E+15</v>`, "1500000000000000"},
		"a long number":               {`><v>1234567890123456789</v>`, "1234567890123456789"},
		"a date":                      {`s="1"><v>45293</v>`, "2024-01-02"},
		"a date in a format":          {`s="2"><v>45293</v>`, "2024-01-02"},
		"a date with time":            {`s="5"><v>45293.75</v>`, "2024-01-02T18:00:00"},
		"a moment before midnight":    {`s="5"><v>45293.999999999</v>`, "2024-01-03"},
		"a time":                      {`s="6"><v>0.5</v>`, "12:00:00"},
		"elapsed time":                {`s="4"><v>1.5</v>`, "1.5"},
		"the first day":               {`s="1"><v>1</v>`, "1900-01-01"},
		"the day before the mistake":  {`s="1"><v>59</v>`, "1900-02-28"},
		"the day that did not exist":  {`s="1"><v>60</v>`, "60"},
		"the day after it":            {`s="1"><v>61</v>`, "1900-03-01"},
		"a figure that is no date":    {`s="1"><v>-5</v>`, "-5"},
		"true":                        {`t="b"><v>1</v>`, "true"},
		"an error":                    {`t="e"><v>#N/A</v>`, "#N/A"},
		"a date as text":              {`t="d"><v>2024-01-02T00:00:00</v>`, "2024-01-02"},
		"a style that does not exist": {`s="99"><v>7</v>`, "7"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sheet := header + `<row r="4"><c r="A4"><v>1</v></c><c r="B4" ` + test.cell + `</c></row>`
			got := readXLSX(t, archive(t, workbookParts(sheet)), Options{})
			wantHeader(t, got, "id|value")
			wantRows(t, got, "1|"+test.want)
			if got.Sheet != "A & B" || got.HeaderRow != 2 || got.lines[0] != 4 {
				t.Errorf("%+v, lines %v", got.Description, got.lines)
			}
		})
	}
}

func TestAWorkbookOfExcelIsRead(t *testing.T) {
	f := excelize.NewFile()
	style, err := f.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		t.Fatal(err)
	}
	fill := func(sheet string, rows ...[]any) {
		t.Helper()
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	fill("Notes", []any{"Read me"})
	fill("Bank", []any{"Relevé de compte"}, []any{"Titulaire", "Atelier SARL"}, nil, []any{"Réf", "Date", "Libellé", "Débit", "Crédit"},
		[]any{"OP1", time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), "Virement", nil, 1246.05}, nil,
		[]any{"OP2", time.Date(2024, 1, 3, 0, 0, 0, 0, time.UTC), "Frais", 12.1},
		[]any{"Total", nil, nil, 12.1, 1246.05}, []any{"Imprimé par la banque"})
	fill("Late", []any{"when"}, []any{time.Date(2024, 1, 2, 10, 30, 0, 0, time.UTC)})
	if err := f.SetCellStyle("Late", "A2", "A2", style); err != nil {
		t.Fatal(err)
	}
	content, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	got := readXLSX(t, content.Bytes(), Options{})
	wantHeader(t, got, "Réf|Date|Libellé|Débit|Crédit")
	wantRows(t, got, "OP1|2024-01-02|Virement||1246.05", "OP2|2024-01-03|Frais|12.1|")
	wantNotes(t, got, "line_before 1 Relevé de compte", "line_before 2 Titulaire · Atelier SARL", "line_after 8 Total · 12.1 · 1246.05", "line_after 9 Imprimé par la banque")
	if got.Sheet != "Bank" || strings.Join(got.Sheets, "|") != "Sheet1|Notes|Bank|Late" {
		t.Errorf("%s of %q", got.Sheet, got.Sheets)
	}
	wantRows(t, readXLSX(t, content.Bytes(), Options{Sheet: "Late"}), "2024-01-02T10:30:00")
	_, err = openXLSX(content.Bytes(), Options{Sheet: "Missing"})
	wantProblem(t, err, "recon_source.sheet_unknown")
}

func wantProblem(t *testing.T, err error, key string) {
	t.Helper()
	var problem *Problem
	if !errors.As(err, &problem) || problem.Key != key {
		t.Errorf("%v, want %s", err, key)
	}
}

func TestACellThatIsWrongCostsOneRow(t *testing.T) {
	row := func(n int, cells string) string { return fmt.Sprintf(`<row r="%d">%s</row>`, n, cells) }
	sheet := row(1, `<c t="s"><v>0</v></c><c t="str"><v>n</v></c>`) + row(2, `<c><v>1</v></c><c><v>2</v></c>`) + row(3, `<c t="s"><v>77</v></c>`) +
		row(4, `<c><v>2</v></c><c><v>x</v></c>`) + row(5, `<c><v>3</v></c><c><v>4</v></c><c><v>5</v></c>`) + row(6, `<c><v>5</v></c><c t="str"><v>`+
		strings.Repeat("x", elementLimit-20)+`<!-- -->`+strings.Repeat("x", 100)+`</v></c>`) + row(7, `<c t="str"><v>b`+"\xE9"+`</v></c>`) + row(8, `<c><v>8</v></c><c><v>9</v></c>`)
	// The third column is used by one row only, which is enough for a sheet: it has no lengths to compare. So the row is read.
	got := readXLSX(t, archive(t, workbookParts(sheet)), Options{})
	wantRows(t, got, "1|2|", "3|4|5", "8|9|")
	wantProblems(t, got, "cell_broken 2 3", "cell_broken 3 4", "record_long 5 6", "not_utf8 6 7")
}

func TestWorkbooksThatAreDamagedOrHostileAreRefused(t *testing.T) {
	rows := `<row r="1"><c t="s"><v>0</v></c></row><row r="2"><c><v>1</v></c></row>`
	changed := func(name, content string) map[string]string {
		parts := workbookParts(rows)
		parts[name] = content
		return parts
	}
	tests := map[string]struct {
		parts map[string]string
		key   string
	}{
		"bomb":                    {workbookParts(rows + strings.Repeat("<row><!--"+strings.Repeat("x", 400<<10)+"--></row>", 80)), "recon_source.workbook_bomb"},
		"bomb of texts":           {changed("xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("<!--x-->", 30<<20/8)), "recon_source.workbook_bomb"},
		"entities":                {changed("xl/worksheets/sheet1.xml", `<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>`), "recon_source.workbook_entities"},
		"unknown entity":          {workbookParts(rows + `<row><c t="str"><v>&a;</v></c></row>`), "recon_source.workbook_broken"},
		"cut sheet":               {changed("xl/worksheets/sheet1.xml", "<worksheet><sheetData>"+rows), "recon_source.workbook_broken"},
		"cells in disorder":       {workbookParts(`<row><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`), "recon_source.workbook_broken"},
		"rows in disorder":        {workbookParts(`<row r="5"></row><row r="4"></row>`), "recon_source.workbook_broken"},
		"column beyond the last":  {workbookParts(`<row><c r="XFE1"><v>1</v></c></row>`), "recon_source.workbook_broken"},
		"row beyond the last":     {workbookParts(`<row r="1048577"></row>`), "recon_source.workbook_broken"},
		"missing sheet":           {changed("xl/_rels/workbook.xml.rels", `<r><Relationship Id="r1" Type="x/worksheet" Target="../../../etc/passwd"/></r>`), "recon_source.workbook_broken"},
		"an archive of something": {map[string]string{"a.txt": "x"}, "recon_source.archive"},
		"no rows":                 {workbookParts(""), "recon_source.empty"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := openXLSX(archive(t, test.parts), Options{})
			for err == nil {
				_, err = s.Next()
			}
			wantProblem(t, err, test.key)
		})
	}
	whole := archive(t, workbookParts(rows))
	_, err := openXLSX(whole[:len(whole)/2], Options{})
	wantProblem(t, err, "recon_source.workbook_broken")
}

func TestALongSheetIsStreamed(t *testing.T) {
	var sheet strings.Builder
	sheet.WriteString(`<row><c t="s"><v>0</v></c><c t="str"><v>amount</v></c></row>`)
	const rows = 40_000
	for i := range rows {
		fmt.Fprintf(&sheet, `<row><c><v>%d</v></c><c t="str"><v>%d.50</v></c></row>`, i, i)
	}
	sheet.WriteString(`<row><c t="str"><v>Total</v></c></row>`)
	got := readXLSX(t, archive(t, workbookParts(sheet.String())), Options{})
	if len(got.rows) != rows {
		t.Fatalf("%d rows", len(got.rows))
	}
	for i, row := range got.rows {
		if row[0] != fmt.Sprint(i) || row[1] != fmt.Sprint(i)+".50" || got.lines[i] != i+2 {
			t.Fatalf("row %d in line %d: %q", i+1, got.lines[i], row)
		}
	}
}

func FuzzXLSXSheet(f *testing.F) {
	for _, seed := range []string{`<row r="1"><c r="A1" t="s"><v>0</v></c></row><row><c><v>1.5E3</v></c></row>`, `<row><c t="inlineStr"><is><t>&#x41;</t></is></c><c s="1"><v>45000</v></c></row>`,
		`<row/><row><c/></row>`, `<![CDATA[x]]><row a='>'><c`, "<!-- x --><row><c r=\"ZZZ1\"/>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sheet string) {
		s, err := openXLSX(archive(t, workbookParts(sheet)), Options{})
		drain(t, s, err)
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(archive(f, workbookParts(`<row><c t="s"><v>0</v></c></row><row><c><v>1</v></c></row>`)))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := openXLSX(content, Options{})
		drain(t, s, err)
	})
}

func BenchmarkXLSX(b *testing.B) {
	var sheet strings.Builder
	sheet.WriteString(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>date</v></c><c r="C1" t="str"><v>amount</v></c></row>`)
	for i := range 100_000 {
		fmt.Fprintf(&sheet, `<row r="%d"><c r="A%[1]d" t="s"><v>1</v></c><c r="B%[1]d" s="1"><v>45293</v></c><c r="C%[1]d"><v>%[1]d.5</v></c></row>`, i+2)
	}
	content := archive(b, workbookParts(sheet.String()))
	b.SetBytes(int64(sheet.Len()))
	b.ReportAllocs()
	for b.Loop() {
		s, err := openXLSX(content, Options{})
		rows := 0
		for ; err == nil; rows++ {
			_, err = s.Next()
		}
		if err != io.EOF || rows != 100_001 {
			b.Fatal(rows, err)
		}
	}
}
