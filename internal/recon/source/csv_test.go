package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// table is a file read to its end.
type table struct {
	Description
	rows     [][]string
	lines    []int
	problems []Problem
}

func readAll(t testing.TB, s Source) table {
	t.Helper()
	var all table
	number := 0
	for {
		row, err := s.Next()
		if err == io.EOF {
			break
		}
		number++
		var problem *Problem
		switch {
		case errors.As(err, &problem) && problem.Row > 0:
			if problem.Row != number {
				t.Fatalf("problem %v of row %d came as the %dth row", problem, problem.Row, number)
			}
			all.problems = append(all.problems, *problem)
			continue
		case err != nil:
			t.Fatalf("after %d rows: %v", number, err)
		}
		if row.Number != number {
			t.Fatalf("row %d came as the %dth", row.Number, number)
		}
		all.Description = s.Description()
		if len(row.Values) != len(all.Header) {
			t.Fatalf("row %d has %d values under %d columns", number, len(row.Values), len(all.Header))
		}
		values := make([]string, len(row.Values))
		for i, value := range row.Values {
			values[i] = string(value)
		}
		all.rows, all.lines = append(all.rows, values), append(all.lines, row.Line)
	}
	all.Description = s.Description()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return all
}

func readCSV(t testing.TB, content string) table {
	t.Helper()
	s, err := OpenCSV(strings.NewReader(content), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return readAll(t, s)
}

// show writes rows so that a test can compare them with a text.
func show(rows [][]string) string {
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "%s\n", strings.Join(row, "|"))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func wantRows(t *testing.T, got table, want ...string) {
	t.Helper()
	if show(got.rows) != strings.Join(want, "\n") {
		t.Errorf("rows:\n%s\nwant:\n%s", show(got.rows), strings.Join(want, "\n"))
	}
}

func wantHeader(t *testing.T, got table, want string) {
	t.Helper()
	if strings.Join(got.Header, "|") != want {
		t.Errorf("header %q, want %q", strings.Join(got.Header, "|"), want)
	}
}

func wantNotes(t *testing.T, got table, want ...string) {
	t.Helper()
	var notes []string
	for _, n := range got.Notes {
		notes = append(notes, fmt.Sprintf("%s %d %s", strings.TrimPrefix(n.Key, "recon_source."), n.Line, n.Value))
	}
	if !slices.Equal(notes, want) {
		t.Errorf("notes:\n%s\nwant:\n%s", strings.Join(notes, "\n"), strings.Join(want, "\n"))
	}
}

func wantProblems(t *testing.T, got table, want ...string) {
	t.Helper()
	var problems []string
	for _, p := range got.problems {
		problems = append(problems, fmt.Sprintf("%s %d %d", strings.TrimPrefix(p.Key, "recon_source."), p.Row, p.Line))
	}
	if !slices.Equal(problems, want) {
		t.Errorf("problems %q, want %q", problems, want)
	}
}

const frenchExport = "\uFEFFRELEVE DE COMPTE;;;;;\r\nTitulaire : ATELIER SARL;;;;;\r\nDate d'édition;05/02/2024;;;;\r\n;;;;;\r\n" +
	"Référence;Date opération;Date valeur;Libellé;Débit;Crédit\r\n" +
	"OP1;02/01/2024;02/01/2024;VIREMENT REÇU N° 12;;1 246,05\r\n" +
	"OP2;03/01/2024;04/01/2024;Solde facture 77;205,06;\r\n" +
	"\r\n" +
	"OP3;05/01/2024;05/01/2024;\"PRLV \"\"ATLAS\"\"; MAISON\";12,00;\r\n" +
	";;;;;\r\n" +
	"Total;;;;217,06;1 246,05\r\n" +
	"Solde final au 31/01/2024;;;;;9 246,05\r\n" +
	"Document sans valeur contractuelle\r\n"

func TestAFrenchBankExportIsReadBetweenItsTitleAndItsTotals(t *testing.T) {
	got := readCSV(t, frenchExport)
	wantHeader(t, got, "Référence|Date opération|Date valeur|Libellé|Débit|Crédit")
	wantRows(t, got,
		"OP1|02/01/2024|02/01/2024|VIREMENT REÇU N° 12||1 246,05",
		"OP2|03/01/2024|04/01/2024|Solde facture 77|205,06|",
		`OP3|05/01/2024|05/01/2024|PRLV "ATLAS"; MAISON|12,00|`)
	wantNotes(t, got, "line_before 1 RELEVE DE COMPTE", "line_before 2 Titulaire : ATELIER SARL", "line_before 3 Date d'édition · 05/02/2024",
		"line_after 11 Total · 217,06 · 1 246,05", "line_after 12 Solde final au 31/01/2024 · 9 246,05", "line_after 13 Document sans valeur contractuelle")
	wantProblems(t, got)
	if got.Format != CSV || got.Encoding != "utf-8" || got.Delimiter != ';' || got.HeaderRow != 5 || !slices.Equal(got.lines, []int{6, 7, 9}) {
		t.Errorf("%+v, lines %v", got.Description, got.lines)
	}
}

// encoded writes text as a code page does it.
func encoded(t *testing.T, name, text string) string {
	t.Helper()
	if page := codePageNamed(name); page != nil {
		return page.encoded(t, text)
	}
	bytes, err := encodings[name].NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

func TestTheEncodingIsFoundFromTheBytes(t *testing.T) {
	const french = "Libellé;Montant\nÉlève à l'école;12,50\nŒuvre;3,00\n"
	const arabic = "التاريخ,البيان,المبلغ\n2024-01-02,تحويل من شركة الأطلس,120.50\n2024-01-03,café الدار البيضاء,10.00\n"
	tests := map[string]struct{ content, encoding, first string }{
		"utf-8":                      {french, "utf-8", "Élève à l'école|12,50"},
		"windows-1252":               {encoded(t, latinName, french), "windows-1252", "Élève à l'école|12,50"},
		"windows-1256":               {encoded(t, arabicName, arabic), "windows-1256", "2024-01-02|تحويل من شركة الأطلس|120.50"},
		"utf-16le with a mark":       {"\xFF\xFE" + encoded(t, utf16LEName, french), "utf-16le", "Élève à l'école|12,50"},
		"utf-16be with a mark":       {"\xFE\xFF" + encoded(t, utf16BEName, arabic), "utf-16be", "2024-01-02|تحويل من شركة الأطلس|120.50"},
		"utf-16le without a mark":    {encoded(t, utf16LEName, arabic), "utf-16le", "2024-01-02|تحويل من شركة الأطلس|120.50"},
		"utf-16be without a mark":    {encoded(t, utf16BEName, french), "utf-16be", "Élève à l'école|12,50"},
		"utf-8 with a broken letter": {french + "\xC3;1,00\n", "utf-8", "Élève à l'école|12,50"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := readCSV(t, test.content)
			if got.Encoding != test.encoding || strings.Join(got.rows[0], "|") != test.first {
				t.Errorf("%s: %q", got.Encoding, got.rows)
			}
		})
	}
}

func TestAnAccentAfterAMillionPlainLettersStillSettlesTheEncoding(t *testing.T) {
	plain := strings.Repeat("2024-01-02,facture,12.50\n", 200_000)
	got := readCSV(t, "date,text,amount\n"+plain+encoded(t, latinName, "2024-01-02,réglé,12.50\n2024-01-02,à payer,1.00\n"))
	if got.Encoding != "windows-1252" || len(got.rows) != 200_002 || got.rows[200_000][1] != "réglé" || got.rows[200_001][1] != "à payer" {
		t.Errorf("%s, %d rows, %q", got.Encoding, len(got.rows), got.rows[len(got.rows)-2:])
	}
}

func TestARowThatIsNotInTheFilesEncodingIsAProblemOfThatRow(t *testing.T) {
	got := readCSV(t, "name,amount\nÉric,1\nb\xE9a,2\nZoé,3\n")
	wantRows(t, got, "Éric|1", "Zoé|3")
	wantProblems(t, got, "not_utf8 2 3")
}

func TestTheDialectIsFoundFromTheContent(t *testing.T) {
	tests := map[string]struct {
		content   string
		delimiter rune
		rows      []string
	}{
		"commas":                          {"id,when,amount\n1,10:30:15,\"1,5\"\n2,11:30:20,2\n", ',', []string{"1|10:30:15|1,5", "2|11:30:20|2"}},
		"semicolons over decimal commas":  {"1,5;2,5;3,5\n1,5;2,5;3,5\n", ';', []string{"1,5|2,5|3,5", "1,5|2,5|3,5"}},
		"tabs":                            {"id\tname\n1\tA, B; C\n2\tD, E; F\n", '\t', []string{"1|A, B; C", "2|D, E; F"}},
		"pipes":                           {"id|n\n1|x\n2|y\n", '|', []string{"1|x", "2|y"}},
		"colons":                          {"id:n\n1:x\n2:y\n", ':', []string{"1|x", "2|y"}},
		"Excel's own line":                {"sep=|\r\na|b\r\n1;2|x,y\r\n", '|', []string{"1;2|x,y"}},
		"single quotes":                   {"id,'n'\n'1','x, y'\n'2','it''s'\n", ',', []string{"1|x, y", "2|it's"}},
		"backslashes":                     {`id,n` + "\n" + `1,"say \"hi\", \\o"` + "\n" + `2,"c"` + "\n", ',', []string{`1|say "hi", \o`, "2|c"}},
		"line breaks inside quotes":       {"id,n\r\n1,\"a\r\nb,\n\nc\"\r\n2,d\r\n", ',', []string{"1|a\r\nb,\n\nc", "2|d"}},
		"carriage returns":                {"id;n\r1;x\r2;y\r", ';', []string{"1|x", "2|y"}},
		"no line break at the end":        {"id;n\n1;x\n2;\"y\"", ';', []string{"1|x", "2|y"}},
		"spaces before quotes":            {"id, n\n1, \"x, y\" \n2, \"z\"\n", ',', []string{"1|x, y", "2|z"}},
		"quotes in the middle of a field": {"id,n\n1,\"Atlas\" SARL\n2,12\" pipe\n3,\"a \"b\" c\"\n", ',', []string{`1|"Atlas" SARL`, `2|12" pipe`, `3|a "b" c`}},
		"one column":                      {"amount\n12,50\n13,75\n\n9\n", 0, []string{"12,50", "13,75", "9"}},
		"trailing delimiters":             {"id;n;\n1;x;\n2;y;;\n", ';', []string{"1|x", "2|y"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := readCSV(t, test.content)
			if got.Delimiter != test.delimiter {
				t.Errorf("delimiter %q, want %q", got.Delimiter, test.delimiter)
			}
			wantRows(t, got, test.rows...)
			wantProblems(t, got)
		})
	}
}

func TestTheHeaderIsFoundOrMadeUp(t *testing.T) {
	tests := map[string]struct {
		content, header string
		row, rows       int
	}{
		"first line":                {"a,b\n1,2\n", "a|b", 1, 1},
		"none":                      {"1,2024-01-02,12.50,x\n2,2024-01-03,7.00,y\n", "column_1|column_2|column_3|column_4", 0, 2},
		"words only":                {"name,city\nAli,Rabat\nSara,Fes\n", "name|city", 1, 2},
		"header only":               {"id;date;amount\n", "id|date|amount", 1, 0},
		"header only under a title": {"Relevé;;\n;;\nid;date;amount\n", "id|date|amount", 3, 0},
		"short lines before it":     {"Account statement\nHolder: X, Y\n\nid,date,text,amount\n1,2024-01-02,a,5.00\n2,2024-01-03,b,6.00\n", "id|date|text|amount", 4, 2},
		"title of two words":        {"Holder;Atelier\ndate;amount\n02/01/2024;5,00\n03/01/2024;6,00\n", "date|amount", 2, 2},
		"names missing":             {"id,,amount\n1,x,3\n2,y,4\n", "id|column_2|amount", 1, 2},
		"names twice":               {"date,date,amount\n2024-01-02,2024-01-03,1\n", "date|date_2|amount", 1, 1},
		"longer than the rows":      {"id,date,amount,note\n1,2024-01-02,5\n2,2024-01-03,6\n", "id|date|amount|note", 1, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := readCSV(t, test.content)
			wantHeader(t, got, test.header)
			if got.HeaderRow != test.row || len(got.rows) != test.rows {
				t.Errorf("header in line %d, %d rows; want %d, %d\n%s", got.HeaderRow, len(got.rows), test.row, test.rows, show(got.rows))
			}
			wantProblems(t, got)
		})
	}
}

func TestARaggedRowInTheMiddleIsAProblemAndAtTheEndAFooter(t *testing.T) {
	got := readCSV(t, "id,date,amount\n1,2024-01-02,5\n2,2024-01-02\n3,2024-01-02,1,250\n4,2024-01-02,6,,\n5,2024-01-02,7\nexported by,x\n")
	wantRows(t, got, "1|2024-01-02|5", "4|2024-01-02|6", "5|2024-01-02|7")
	wantProblems(t, got, "ragged 2 3", "ragged 3 4")
	wantNotes(t, got, "line_after 7 exported by · x")
	if p := got.problems[1]; p.Value != "3,2024-01-02,1,250" || p.Args["Found"] != 4 || p.Args["Expected"] != 3 {
		t.Errorf("%+v", p)
	}
}

func TestARecordAtTheEndThatOnlyLacksValuesIsARecord(t *testing.T) {
	got := readCSV(t, "id,name,price\nR001,Lamp,12\nR002,Table,30\nR003,Chair,20\nR004,,\n")
	wantRows(t, got, "R001|Lamp|12", "R002|Table|30", "R003|Chair|20", "R004||")
}

func TestAFileThatBreaksOffEndsWithAProblem(t *testing.T) {
	got := readCSV(t, "id,date,amount\n1,2024-01-02,5\n2,2024-01-02,6\n3,2024-0")
	wantRows(t, got, "1|2024-01-02|5", "2|2024-01-02|6")
	wantProblems(t, got, "ragged 3 4")
}

func TestAnOpeningBalanceUnderTheHeaderIsNoRecord(t *testing.T) {
	got := readCSV(t, "ref;date;libellé;montant\n;;SOLDE INITIAL;1 000,00\nA1;02/01/2024;Achat;-5,00\nA2;03/01/2024;Vente;7,00\n;;NOUVEAU SOLDE;1 002,00\n")
	wantRows(t, got, "A1|02/01/2024|Achat|-5,00", "A2|03/01/2024|Vente|7,00")
	wantNotes(t, got, "line_before 2 SOLDE INITIAL · 1 000,00", "line_after 5 NOUVEAU SOLDE · 1 002,00")
}

func TestExportsOfManyHousesAreRead(t *testing.T) {
	tests := map[string]struct {
		content, header string
		rows, notes     []string
	}{
		"balances between header and records": {
			"BANQUE;;;;\nRIB : 007 780 0001234567890123 45;;;;\nPériode du 01/01/2024 au 31/01/2024;;;;\nDate;Libellé;Réf;Débit;Crédit\n" +
				"02/01/2024;SOLDE INITIAL;;;10 000,00\n03/01/2024;FRAIS;A12;20,00;\n04/01/2024;VIR DE CLIENT;A13;;500,00\n" +
				"TOTAUX DES MOUVEMENTS;;;20,00;500,00\n31/01/2024;SOLDE FINAL;;;10 480,00\n",
			"Date|Libellé|Réf|Débit|Crédit",
			[]string{"03/01/2024|FRAIS|A12|20,00|", "04/01/2024|VIR DE CLIENT|A13||500,00"},
			[]string{"line_before 1 BANQUE", "line_before 2 RIB : 007 780 0001234567890123 45", "line_before 3 Période du 01/01/2024 au 31/01/2024",
				"line_before 5 02/01/2024 · SOLDE INITIAL · 10 000,00", "line_after 8 TOTAUX DES MOUVEMENTS · 20,00 · 500,00", "line_after 9 31/01/2024 · SOLDE FINAL · 10 480,00"},
		},
		"short lines of names and values": {
			"\"Konto:\";\"DE99\";\n\n\"Von:\";\"01.01.2024\";\n\"Bis:\";\"31.01.2024\";\n\"Stand:\";\"1.234,56 EUR\";\n\n\"Tag\";\"Wert\";\"Text\";\"Betrag (EUR)\";\n" +
				"\"02.01.2024\";\"02.01.2024\";\"Miete\";\"-500,00\";\n\"03.01.2024\";\"03.01.2024\";\"Lohn\";\"2.500,00\";\n",
			"Tag|Wert|Text|Betrag (EUR)",
			[]string{"02.01.2024|02.01.2024|Miete|-500,00", "03.01.2024|03.01.2024|Lohn|2.500,00"},
			[]string{"line_before 1 Konto: · DE99", "line_before 3 Von: · 01.01.2024", "line_before 4 Bis: · 31.01.2024", "line_before 5 Stand: · 1.234,56 EUR"},
		},
		"a title without a header": {
			"Compte;Compte;****1234;25/05/2024;;1 234,56\n24/05/2024;Virement;;VIR ATELIER;-12,34\n23/05/2024;Carte;;ACHAT;-8,00\n22/05/2024;Virement;;VIR;100,00\n",
			"column_1|column_2|column_3|column_4|column_5",
			[]string{"24/05/2024|Virement||VIR ATELIER|-12,34", "23/05/2024|Carte||ACHAT|-8,00", "22/05/2024|Virement||VIR|100,00"},
			[]string{"no_header 0 ", "line_before 1 Compte · Compte · ****1234 · 25/05/2024 · 1 234,56"},
		},
		"Arabic figures and totals": {
			"كشف حساب,,,\nالتاريخ,البيان,مدين,دائن\n٢٠٢٤/٠١/٠٢,تحويل,,١٠٠٫٥٠\n٢٠٢٤/٠١/٠٣,رسوم,٥٫٠٠,\nالمجموع,,٥٫٠٠,١٠٠٫٥٠\n",
			"التاريخ|البيان|مدين|دائن",
			[]string{"٢٠٢٤/٠١/٠٢|تحويل||١٠٠٫٥٠", "٢٠٢٤/٠١/٠٣|رسوم|٥٫٠٠|"},
			[]string{"line_before 1 كشف حساب", "line_after 5 المجموع · ٥٫٠٠ · ١٠٠٫٥٠"},
		},
		"figures kept from Excel": {
			"ref;iban;amount\n=\"00012\";=\"FR76\";1,50\n=\"00013\";=\"FR77\";2,50\n", "ref|iban|amount",
			[]string{"00012|FR76|1,50", "00013|FR77|2,50"}, nil,
		},
		"last cells left out by Excel": {
			"id,amount,note\n" + strings.Repeat("1,2.50\n", 16) + "2,3.50,x\n3,1.00\n", "id|amount|note",
			append(slices.Repeat([]string{"1|2.50|"}, 16), "2|3.50|x", "3|1.00|"), []string{"rows_short 0 "},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := readCSV(t, test.content)
			wantHeader(t, got, test.header)
			wantRows(t, got, test.rows...)
			wantNotes(t, got, test.notes...)
			wantProblems(t, got)
		})
	}
}

func TestAQuoteThatIsNeverClosedCostsOneRow(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,n,amount\n1,\"open,5\n")
	for i := 2; i < 60_000; i++ {
		fmt.Fprintf(&b, "%d,text,%d\n", i, i)
	}
	got := readCSV(t, b.String())
	wantProblems(t, got, "quote_open 1 2")
	if len(got.rows) != 59_998 || got.lines[0] != 3 {
		t.Errorf("%d rows, the first in line %d", len(got.rows), got.lines[0])
	}
}

func TestARecordBeyondTheLimitCostsOneRow(t *testing.T) {
	for _, size := range []int{recordLimit + 10, 3 * windowSize} {
		got := readCSV(t, "id,n\n1,a\n2,"+strings.Repeat("x", size)+"\n3,c\n")
		wantRows(t, got, "1|a", "3|c")
		wantProblems(t, got, "record_long 2 3")
	}
}

func TestRowsAndLinesAreRightAcrossWindows(t *testing.T) {
	var b strings.Builder
	b.WriteString("title;;\n\nid;text;amount\n")
	const rows = 150_000
	for i := 1; i <= rows; i++ {
		fmt.Fprintf(&b, "%d;\"a %d\nb\";%d,50\n", i, i, i)
	}
	b.WriteString("Total;;99,00\n")
	s, err := OpenCSV(io.MultiReader(strings.NewReader(b.String()[:700]), &stuttering{strings.NewReader(b.String()[700:])}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := readAll(t, s)
	if len(got.rows) != rows {
		t.Fatalf("%d rows, want %d", len(got.rows), rows)
	}
	for i, row := range got.rows {
		if want := fmt.Sprintf("%d|a %d\nb|%d,50", i+1, i+1, i+1); strings.Join(row, "|") != want || got.lines[i] != 4+2*i {
			t.Fatalf("row %d in line %d is %q", i+1, got.lines[i], row)
		}
	}
	wantNotes(t, got, "line_before 1 title", fmt.Sprintf("line_after %d Total · 99,00", 4+2*rows))
}

// stuttering reads little at a time, as a network does.
type stuttering struct{ r io.Reader }

func (s *stuttering) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), 1000)]) }

func TestAFailureToReadIsNoEndOfTheFile(t *testing.T) {
	broken := errors.New("the disk is gone")
	s, err := OpenCSV(io.MultiReader(strings.NewReader("a,b\n1,2\n3,4\n"), failing{broken}), Options{})
	for err == nil {
		_, err = s.Next()
	}
	if !errors.Is(err, broken) {
		t.Errorf("ended with %v", err)
	}
}

func TestFilesThatHoldNoRecordsAreRefused(t *testing.T) {
	tests := map[string]struct {
		content, key string
		o            Options
	}{
		"empty":            {"", "recon_source.empty", Options{}},
		"blank":            {"\n\r\n  \n", "recon_source.empty", Options{}},
		"only a mark":      {"\uFEFF", "recon_source.empty", Options{}},
		"rubbish":          {"\x00\x01\x02\x7F\x03;\x04\x00\x05\x06\x01\x02", "recon_source.binary", Options{}},
		"unknown encoding": {"a,b\n1,2\n", "recon_source.encoding_unknown", Options{Encoding: "ebcdic"}},
		"too many columns": {strings.Repeat("a,", columnLimit+1) + "b\n", "recon_source.columns_many", Options{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := OpenCSV(strings.NewReader(test.content), test.o)
			var problem *Problem
			if !errors.As(err, &problem) || problem.Key != test.key {
				t.Errorf("%v, want %s", err, test.key)
			}
		})
	}
}

func TestAForcedEncodingIsUsed(t *testing.T) {
	s, err := OpenCSV(strings.NewReader("a,b\n\xC7\xE1,2\n"), Options{Encoding: arabicName})
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, s); got.rows[0][0] != "ال" || got.Encoding != arabicName {
		t.Errorf("%s %q", got.Encoding, got.rows)
	}
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{frenchExport, "a,b\n1,\"2\n3\"\n", "sep=;\na;b\n", "\"", "a\r\rb", "\xFF\xFEa\x00", "'a','b'\n'c\\'','d'", "x,\"y\"z\",\"\n", "Total;;\nTotal;;\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := OpenCSV(bytes.NewReader(content), Options{})
		drain(t, s, err)
	})
}

func BenchmarkCSV(b *testing.B) {
	for name, row := range map[string]string{
		"plain":  "OP0001510;20/05/2020;20/05/2020;VIREMENT RECU HAMZA FILALI;;3573,04\n",
		"quoted": "\"OP0001510\";\"20/05/2020\";\"20/05/2020\";\"VIREMENT RECU HAMZA FILALI\";\"\";\"3573,04\"\n",
		"arabic": "OP0001510;20/05/2020;20/05/2020;تحويل من شركة الأطلس;;3573,04\n",
	} {
		b.Run(name, func(b *testing.B) {
			content := []byte("Référence;Date opération;Date valeur;Libellé;Débit;Crédit\n" + strings.Repeat(row, 500_000))
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				s, err := OpenCSV(bytes.NewReader(content), Options{})
				rows := 0
				for ; err == nil; rows++ {
					_, err = s.Next()
				}
				if err != io.EOF || rows != 500_001 {
					b.Fatal(rows, err)
				}
			}
		})
	}
}
