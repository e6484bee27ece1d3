package statement

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"khadamat/internal/recon/source"
)

// reading is what came out of a file.
type reading struct {
	rows    [][]string
	rejects []*source.Problem
	ended   error // nil where the file ended well
	notes   []source.Problem
	meta    source.Description
}

// read reads a whole file, and checks on the way what holds for every source.
func read(t testing.TB, content []byte, format source.Format) reading {
	t.Helper()
	s, err := Open(strings.NewReader(string(content)), format)
	if err != nil {
		checkMessage(t, err)
		return reading{ended: err}
	}
	defer func() { _ = s.Close() }()
	var found reading
	for number := 1; ; number++ {
		row, err := s.Next()
		var broken *source.Problem
		switch {
		case errors.As(err, &broken) && broken.Row > 0:
			if broken.Row != number || broken.Line == 0 || broken.Column == "" {
				t.Errorf("reject %d does not say where it is: %v", number, broken)
			}
			checkMessage(t, broken)
			found.rejects = append(found.rejects, broken)
			continue
		case err != nil:
			if _, again := s.Next(); again != err {
				t.Errorf("after its end the source says %v, not %v", again, err)
			}
			if !errors.Is(err, io.EOF) {
				found.ended = err
				checkMessage(t, err)
			}
			found.meta = s.Description()
			found.notes = found.meta.Notes
			for i := range found.notes {
				checkMessage(t, &found.notes[i])
			}
			return found
		}
		if row.Number != number || row.Line == 0 || len(row.Values) != len(Header()) {
			t.Fatalf("row %d: number %d, line %d, %d values", number, row.Number, row.Line, len(row.Values))
		}
		values := make([]string, len(row.Values))
		for i, value := range row.Values {
			values[i] = string(value)
		}
		found.rows = append(found.rows, values)
	}
}

// messages are the English texts of the problems.
var messages = sync.OnceValues(func() (texts map[string]string, err error) {
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "texts", "locales", "en", "recon_statement.json"))
	if err == nil {
		err = json.Unmarshal(content, &texts)
	}
	return texts, err
})

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

// checkMessage sees to it that a problem has a text and all that the text speaks of.
func checkMessage(t testing.TB, err error) {
	t.Helper()
	texts, failed := messages()
	var broken *source.Problem
	if failed != nil || !errors.As(err, &broken) {
		t.Fatalf("no problem: %v (%v)", err, failed)
	}
	text, ok := texts[broken.Key]
	if !ok {
		t.Errorf("%s has no text", broken.Key)
	}
	for _, name := range placeholder.FindAllStringSubmatch(text, -1) {
		if _, ok := broken.Args[name[1]]; !ok {
			t.Errorf("%s speaks of %s, which %v lacks", broken.Key, name[1], broken.Args)
		}
	}
}

// golden are the testdata files: what is read from each stands beside it.
func golden(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("testdata", "*", "*"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	var kept []string
	for _, path := range all {
		if !strings.HasSuffix(path, ".want") {
			kept = append(kept, path)
		}
	}
	return kept
}

func load(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// String is the form of the .want files: what the file was taken for, its rows, its rejects, notes, and how it ended.
func (r reading) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.meta.Format, r.meta.Encoding)
	for _, row := range r.rows {
		b.WriteString(strings.Join(row, "|") + "\n")
	}
	for _, reject := range r.rejects {
		b.WriteString("reject " + reject.Error() + "\n")
	}
	for _, note := range r.notes {
		b.WriteString("note " + note.Error() + "\n")
	}
	if r.ended != nil {
		b.WriteString("ended " + r.ended.Error() + "\n")
	}
	return b.String()
}

func TestFilesAreReadAsTheirBanksMeantThem(t *testing.T) {
	for _, path := range golden(t) {
		t.Run(filepath.ToSlash(path), func(t *testing.T) {
			content := load(t, path)
			format, ok := Detect(content[:min(len(content), headBytes)])
			if want := filepath.Base(filepath.Dir(path)); !ok || string(format) != want {
				t.Errorf("detected as %q, is %q", format, want)
			}
			if got, want := read(t, content, format).String(), string(load(t, path+".want")); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestLineEndsDoNotMatter(t *testing.T) {
	for _, path := range golden(t) {
		content := load(t, path)
		if strings.Contains(path, "camt") || bytes.Contains(content, []byte("\r")) {
			continue
		}
		format, _ := Detect(content)
		want := read(t, content, format).String()
		for _, end := range []string{"\r\n", "\r"} {
			if got := read(t, bytes.ReplaceAll(content, []byte("\n"), []byte(end)), format).String(); got != want {
				t.Errorf("%s with line ends %q:\n%s\nwant\n%s", path, end, got, want)
			}
		}
	}
}

// checkBank is what every file of a bank must do: be read to its end with balances that add up, or stop with a line and a field.
func checkBank(t *testing.T, content []byte) {
	t.Helper()
	format, ok := Detect(content[:min(len(content), headBytes)])
	if !ok {
		format = source.MT940
	}
	found := read(t, content, format)
	var broken *source.Problem
	switch {
	case found.ended == nil:
		if len(found.rows)+len(found.rejects) == 0 {
			t.Error("ended well without an entry")
		}
	case !errors.As(found.ended, &broken):
		t.Errorf("ended with %v", found.ended)
	case broken.Line == 0 || broken.Column == "" || broken.Row != 0 || !strings.HasPrefix(broken.Key, "recon_statement."):
		t.Errorf("does not say where: %v", broken)
	}
	t.Logf("%d rows, %d rejects, ended: %v", len(found.rows), len(found.rejects), found.ended)
}

func TestStatementsOfRealBanksAddUpOrSayWhere(t *testing.T) {
	paths, _ := filepath.Glob(filepath.Join("testdata", "mt94?", "*.sta"))
	shared := os.Getenv("KHADAMAT_SHARED")
	if shared == "" {
		t.Log("KHADAMAT_SHARED is not set: only the files in testdata are read")
	} else {
		more, _ := filepath.Glob(filepath.Join(shared, "data", "mt940", "*.[st][tx][at]"))
		if len(more) != 27 {
			t.Errorf("%d files in %s, not 27", len(more), shared)
		}
		paths = append(paths, more...)
	}
	if len(paths) == 0 {
		t.Fatal("no files")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { checkBank(t, load(t, path)) })
	}
}

func TestABalanceThatDoesNotAddUpSaysWhatWasExpectedAndFound(t *testing.T) {
	found := read(t, load(t, filepath.Join("testdata", "mt940", "broken-balance.sta")), source.MT940)
	var broken *source.Problem
	if !errors.As(found.ended, &broken) {
		t.Fatalf("ended with %v", found.ended)
	}
	for name, want := range map[string]any{"Line": 6, "Field": ":62F:", "Opening": "1000", "Entries": "-200", "Expected": "801", "Found": "800", "Currency": "JPY"} {
		if broken.Args[name] != want {
			t.Errorf("%s is %v, not %v", name, broken.Args[name], want)
		}
	}
}

func TestOtherFilesAreNoStatements(t *testing.T) {
	for _, content := range []string{"", "\n", "date,amount\n2024-01-01,1\n", `{"a":1}`, "<html></html>", "01,2024,x\n03,2024,y\n", "PK\x03\x04", "D,T\n1,2\n",
		"Date\nTotal\n^\n", "a :20: in the middle\n"} {
		if format, ok := Detect([]byte(content)); ok {
			t.Errorf("%q was taken for %s", content, format)
		}
	}
	var broken *source.Problem
	if _, err := Open(strings.NewReader("a,b\n"), source.CSV); !errors.As(err, &broken) || broken.Key != "recon_statement.format" {
		t.Errorf("a table was opened as a statement: %v", err)
	}
	for _, format := range formats {
		if _, err := Open(strings.NewReader(" \n"), format); !errors.As(err, &broken) || broken.Key != "recon_statement.empty" {
			t.Errorf("%s: an empty file gives %v", format, err)
		}
		if found := read(t, []byte("nothing of the kind\n"), format); found.ended == nil {
			t.Errorf("%s: prose ended well", format)
		}
	}
}

var formats = []source.Format{source.Camt052, source.Camt053, source.Camt054, source.MT940, source.MT942, source.BAI2, source.OFX, source.QIF}

const umlauts = ":20:A\n:25:B\n:28C:1\n:60F:C240101EUR0,\n:61:240101C1,NTRFX\n:86:%s\n:62F:C240101EUR1,\n-\n"

func TestXMLThatIsNoneSaysWhere(t *testing.T) {
	for _, content := range []string{`<?xml version="1.1"?><Document/>`, "<Document>\n<Stmt></Document>", "<Document>\n<Stmt>&nbsp;", "<Document>\x01</Document>"} {
		var broken *source.Problem
		if found := read(t, []byte(content), source.Camt053); !errors.As(found.ended, &broken) || broken.Key != "recon_statement.xml" || broken.Line == 0 {
			t.Errorf("%q ended with %v", content, found.ended)
		}
	}
}

func TestAReferenceThatCannotBeSeenIsNone(t *testing.T) {
	found := read(t, []byte("<OFX><STMTRS><CURDEF>EUR<STMTTRN><DTPOSTED>20240101<TRNAMT>1<FITID>\x02</STMTTRN></STMTRS></OFX>"), source.OFX)
	if len(found.rows) != 1 || found.rows[0][colID] != "1" {
		t.Errorf("%v", found)
	}
}

func TestEncodings(t *testing.T) {
	const text = "Zoé für Łódź €"
	whole := fmt.Sprintf(umlauts, text)
	utf16 := func(order unicode.Endianness) []byte {
		content, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().Bytes([]byte(whole))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	late := strings.Repeat(" ", 2*headBytes) // far behind the head
	for _, c := range []struct {
		name, encoding, want string
		content              []byte
	}{
		{"UTF-8", "utf-8", text, []byte(whole)},
		{"UTF-8 with mark", "utf-8", text, []byte("\uFEFF" + whole)},
		{"UTF-16LE", "utf-16le", text, utf16(unicode.LittleEndian)},
		{"UTF-16BE", "utf-16be", text, utf16(unicode.BigEndian)},
		{"Windows-1252", "windows-1252", "Zoé €", fmt.Appendf(nil, umlauts, "Zo\xe9 \x80")},
		{"Windows-1252 after an ASCII head", "utf-8", "Zoé €", fmt.Appendf(nil, umlauts, late+"Zo\xe9 \x80")},
		{"UTF-8 after an ASCII head", "utf-8", text, fmt.Appendf(nil, umlauts, late+text)},
	} {
		if format, ok := Detect(c.content[:min(len(c.content), headBytes)]); !ok || format != source.MT940 {
			t.Errorf("%s: detected as %q", c.name, format)
		}
		found := read(t, c.content, source.MT940)
		if len(found.rows) != 1 || found.ended != nil {
			t.Fatalf("%s: %d rows, ended %v", c.name, len(found.rows), found.ended)
		}
		if got := found.rows[0][colDescription]; got != c.want || found.meta.Encoding != c.encoding {
			t.Errorf("%s: %q in %s, not %q in %s", c.name, got, found.meta.Encoding, c.want, c.encoding)
		}
	}
}

func TestDeclaredEncodings(t *testing.T) {
	const document = `<?xml version="1.0" encoding="%s"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"><X><Ntfctn><Id>1</Id><Ntry>` +
		`<Amt Ccy="MAD">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><AddtlNtryInf>%s</AddtlNtryInf></Ntry></Ntfctn></X></Document>`
	for _, c := range []struct{ declared, content, want, encoding string }{
		{"UTF-8", "é", "é", "utf-8"},
		{"ISO-8859-1", "\xe9", "é", "windows-1252"},
		{"ISO-8859-1", "é", "é", "utf-8"}, // the declaration is wrong
		{"UTF-8", "\xe9", "é", "windows-1252"},
		{"windows-1256", "\xe3\xd1\xcd\xc8\xc7", "مرحبا", "windows-1256"},
	} {
		found := read(t, fmt.Appendf(nil, document, c.declared, c.content), source.Camt054)
		if len(found.rows) != 1 || found.rows[0][colDescription] != c.want || found.meta.Encoding != c.encoding {
			t.Errorf("%s: %v", c.declared, found)
		}
	}
	var broken *source.Problem
	if found := read(t, fmt.Appendf(nil, document, "EBCDIC", "x"), source.Camt054); !errors.As(found.ended, &broken) || broken.Key != "recon_statement.encoding" {
		t.Errorf("EBCDIC ended with %v", found.ended)
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		text     string
		decimals int
		minor    int64
		err      error
	}{
		{"380115,12", 2, 38011512, nil}, {"380115,1", 2, 38011510, nil}, {"380115,", 2, 38011500, nil}, {"000000000147.64", 2, 14764, nil},
		{",5", 2, 50, nil}, {"-1", 0, -1, nil}, {"+1.500", 3, 1500, nil}, {"1.50000", 2, 150, nil}, {"1.505", 2, 0, errDecimals},
		{"1,5", 0, 0, errDecimals}, {"", 2, 0, errAmount}, {",", 2, 0, errAmount}, {"--1", 2, 0, errAmount}, {"1.2.3", 2, 0, errAmount},
		{"1e5", 2, 0, errAmount}, {"99999999999999999999", 2, 0, errAmount}, {"92233720368547758", 2, 0, errAmount}, {"9223372036854775", 2, 922337203685477500, nil},
	} {
		minor, err := parseDecimal(c.text, c.decimals)
		if minor != c.minor && err == nil || !errors.Is(err, c.err) {
			t.Errorf("%q with %d decimals: %d, %v", c.text, c.decimals, minor, err)
		}
	}
}

// endless gives a head, then a body over and over, and no end.
type endless struct {
	head, body string
	left       int64 // bytes until it fails
	at         int
}

var errEndless = errors.New("read to the end")

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, errEndless
	}
	if e.head != "" {
		n := copy(p, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	n := copy(p, e.body[e.at:])
	e.at = (e.at + n) % len(e.body)
	e.left -= int64(n)
	return n, nil
}

func TestWhatNeverEndsIsRefused(t *testing.T) {
	const camtHead = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>`
	for _, c := range []struct {
		name, head, body, key string
		format                source.Format
	}{
		{"a line", ":20:", "x", "recon_statement.too_large", source.MT940},
		{"a field", ":20:A\n:60F:C240101EUR0,\n:61:240101C1,NTRF\n:86:", "text\n", "recon_statement.too_large", source.MT940},
		{"empty lines of a field", ":20:A\n:60F:C240101EUR0,\n:61:240101C1,NTRF\n:86:", "\n", "recon_statement.too_large", source.MT940},
		{"details of an entry", ":20:A\n:60F:C240101EUR0,\n:61:240101C1,NTRF\n", ":86:/A/\n", "recon_statement.too_large", source.MT940},
		{"a record", "01,B,C,240131,0600,1,,,2/\n02,C,B,1,240130,,EUR,2/\n03,1,,/\n16,195,1,Z,,,", "88,more\n", "recon_statement.too_large", source.BAI2},
		{"a value", "<OFX><STMTTRN><MEMO>", "x", "recon_statement.too_large", source.OFX},
		{"a tag", "<OFX><", "x", "recon_statement.too_large", source.OFX},
		{"a section", "<OFX><MEMO><![CDATA[", "x>", "recon_statement.too_large", source.OFX},
		{"a block", "!Type:Bank\n", "Mmore\n", "recon_statement.too_large", source.QIF},
		{"elements in elements", camtHead, "<a>", "recon_statement.too_deep", source.Camt053},
		{"text", camtHead + "<Id>", "x", "recon_statement.too_large", source.Camt053},
		{"an attribute", camtHead + "<Id x='", "x", "recon_statement.too_large", source.Camt053},
		{"elements of a transaction", camtHead + "<Ntry><NtryDtls><TxDtls><RmtInf>", "<Ustrd>x</Ustrd>", "recon_statement.too_large", source.Camt053},
		{"elements of an entry", camtHead + "<Ntry>", "<Chrgs>x</Chrgs>", "recon_statement.too_large", source.Camt053},
		{"a document type", "<!DOCTYPE a [", "<!ENTITY b 'c'>", "recon_statement.too_large", source.Camt053},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(&endless{head: c.head, body: c.body, left: 64 << 20}, c.format)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Next()
			var broken *source.Problem
			if !errors.As(err, &broken) || broken.Key != c.key {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

func TestLongDetailsTakeNoLongTime(t *testing.T) {
	for _, body := range []string{"/", "/REMI/x", "?33x", "?20EREF+x", "EREF+x", "34x\n", "/EREF/"} {
		for _, head := range []string{":86:/EREF/", ":86:166?00", ":NS:"} {
			text := ":20:A\n:60F:C240101EUR0,\n:61:240101C1,NTRF\n" + head
			for len(text) < maxLineBytes {
				text += strings.Repeat(body, 100)
			}
			text = text[:maxLineBytes] + "\n:62F:C240101EUR1,\n"
			began := time.Now()
			if found := read(t, []byte(strings.Repeat(text, 20)), source.MT940); len(found.rows) != 20 {
				t.Errorf("%s%s…: %d rows", head, body, len(found.rows))
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("%s%s… took %v", head, body, took)
			}
		}
	}
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	for _, c := range []struct {
		name, head, body string
		format           source.Format
	}{
		{"MT940", ":20:A\n:28C:1\n:60F:C240101EUR0,\n", ":61:240101C1,NTRFX//Y\n:86:text\n", source.MT940},
		{"BAI2", "01,B,C,240131,0600,1,,,2/\n02,C,B,1,240130,,EUR,2/\n03,1,,/\n", "16,195,1,Z,R,,text\n", source.BAI2},
		{"OFX", "<OFX><STMTRS><CURDEF>EUR", "<STMTTRN><DTPOSTED>20240101<TRNAMT>1<FITID>1</STMTTRN>", source.OFX},
		{"QIF", "!Type:Bank\n", "D31/01/2024\nT1.00\nPx\n^\n", source.QIF},
		{"camt", `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>1</Id>`,
			`<Ntry><Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls><TxDtls><Refs><EndToEndId>1</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>`, source.Camt053},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(&endless{head: c.head, body: c.body, left: 8 << 20}, c.format)
			if err != nil {
				t.Fatal(err)
			}
			heap := func() uint64 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				return m.HeapAlloc
			}
			var early uint64
			rows := 0
			for ; err == nil; rows++ {
				if _, err = s.Next(); rows == 10_000 {
					early = heap()
				}
			}
			if !errors.Is(err, errEndless) || rows < 50_000 {
				t.Fatalf("%d rows, ended with %v", rows, err)
			}
			if late := heap(); late > early+(2<<20) {
				t.Errorf("%d bytes after 10,000 rows, %d after %d", early, late, rows)
			}
		})
	}
}

func TestATransactionTooManyMakesABatchOneRecord(t *testing.T) {
	var told notes
	d := newCamt(strings.NewReader(`<Document><Stmt><Id>1</Id><Ntry><Amt Ccy="EUR">100</Amt><CdtDbtInd>DBIT</CdtDbtInd><NtryDtls>`+
		strings.Repeat(`<TxDtls><Amt Ccy="EUR">1</Amt></TxDtls>`, 100)+`</NtryDtls></Ntry></Stmt></Document>`), &told)
	d.maxBatch = 10_000
	entry, err := d.next()
	if err != nil || entry.amount.Minor != -10000 || len(d.ready) != 0 {
		t.Errorf("%v, %v, %d more", entry, err, len(d.ready))
	}
	if len(told.all) != 1 || told.all[0].Key != "recon_statement.batch" {
		t.Errorf("notes are %v", told.all)
	}
}

func TestIdsStayApartWhereStatementsShareANumber(t *testing.T) {
	const statement = ":20:A\n:25:B\n:28C:0\n:60F:C240101EUR0,\n:61:240101C1,NTRFX\n:62F:C240101EUR1,\n-\n"
	found := read(t, []byte(statement+statement), source.MT940)
	if len(found.rows) != 2 || found.rows[0][colID] != "0-1" || found.rows[1][colID] != "0-2" {
		t.Errorf("%v", found)
	}
}

// fuzz checks on any bytes what read checks, and that the same bytes are read the same way twice.
func fuzz(f *testing.F, formats ...source.Format) {
	for _, format := range formats {
		paths, err := filepath.Glob(filepath.Join("testdata", string(format), "*"))
		if err != nil || len(paths) == 0 {
			f.Fatalf("no seeds for %s: %v", format, err)
		}
		for _, path := range paths {
			if !strings.HasSuffix(path, ".want") {
				f.Add(load(f, path))
			}
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		Detect(content)
		for _, format := range formats {
			first := read(t, content, format)
			if again := read(t, content, format).String(); again != first.String() {
				t.Errorf("read twice:\n%s\n%s", first, again)
			}
			for _, row := range first.rows {
				checkRow(t, row)
			}
		}
	})
}

var (
	amountForm = regexp.MustCompile(`^-?\d+(\.\d{2,3})?$`)
	dateForm   = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})?$`)
)

func checkRow(t *testing.T, row []string) {
	t.Helper()
	if !amountForm.MatchString(row[colAmount]) || !dateForm.MatchString(row[colDate]) || !dateForm.MatchString(row[colValueDate]) || row[colID] == "" {
		t.Errorf("amount, dates or id of %q", row)
	}
	for _, value := range row {
		if !utf8.ValidString(value) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' }) {
			t.Errorf("%q is no clean text", value)
		}
	}
}

func FuzzCamt(f *testing.F)  { fuzz(f, source.Camt052, source.Camt053, source.Camt054) }
func FuzzSwift(f *testing.F) { fuzz(f, source.MT940, source.MT942) }
func FuzzBAI2(f *testing.F)  { fuzz(f, source.BAI2) }
func FuzzOFX(f *testing.F)   { fuzz(f, source.OFX) }
func FuzzQIF(f *testing.F)   { fuzz(f, source.QIF) }
