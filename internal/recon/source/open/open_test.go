package open_test

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"khadamat/internal/recon/source"
	"khadamat/internal/recon/source/open"
)

func write(t *testing.T, content string) string {
	t.Helper()
	// The name says nothing on purpose.
	path := filepath.Join(t.TempDir(), "records.dat")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func workbook(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	w := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"xl/workbook.xml":            `<workbook><sheets><sheet name="S" id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="sheet.xml"/></Relationships>`,
		"xl/sheet.xml":               `<worksheet><sheetData><row><c t="str"><v>id</v></c></row><row><c><v>1</v></c></row></sheetData></worksheet>`,
	} {
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
	return b.String()
}

func columns(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	if err := parquet.Write(&b, []struct{ ID int }{{1}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheFormatIsFoundFromTheContent(t *testing.T) {
	tests := map[string]struct {
		content string
		format  source.Format
	}{
		"csv":                        {"id;amount\n1;2,50\n", source.CSV},
		"csv that begins as a list":  {"[a],[b]\n1,2\n", source.CSV},
		"xlsx":                       {workbook(t), source.XLSX},
		"parquet":                    {columns(t), source.Parquet},
		"csv that begins as parquet": {"PAR1;PAR2\n1;2\n", source.CSV},
		"json":                       {` [{"id":1}]`, source.JSON},
		"json in UTF-16":             {"\xFF\xFE[\x00{\x00\"\x00a\x00\"\x00:\x001\x00}\x00]\x00", source.JSON},
		"ndjson":                     {"{\"id\":1}\n{\"id\":2}\n", source.NDJSON},
		"mt940":                      {":20:START\n:25:123/456\n:28C:1/1\n:60F:C240101MAD100,00\n:61:2401020102C50,00NTRFREF1//B1\n:86:Virement\n:62F:C240131MAD150,00\n", source.MT940},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := open.File(write(t, test.content), source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			row, err := s.Next()
			if err != nil || row.Number != 1 || s.Description().Format != test.format {
				t.Errorf("%v %+v, %s", err, row, s.Description().Format)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFormatsThatAreNotReadAreNamed(t *testing.T) {
	tests := map[string]struct{ content, key string }{
		"pdf":       {"%PDF-1.7\n", "recon_source.pdf"},
		"xls":       {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00", "recon_source.workbook_old"},
		"gzip":      {"\x1F\x8B\x08\x00", "recon_source.compressed"},
		"web page":  {"\uFEFF \n<HTML><table><tr><td>1</td></tr></table>", "recon_source.web_page"},
		"picture":   {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "recon_source.binary"},
		"empty":     {"", "recon_source.empty"},
		"encrypted": {"PARE\x15\x00" + strings.Repeat("x", 20) + "PARE", "recon_source.parquet_encrypted"},
		"torn":      {columns(t)[:40], "recon_source.parquet_torn"},
		"truncated": {"PK\x03\x04", "recon_source.workbook_broken"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := open.File(write(t, test.content), source.Options{})
			var problem *source.Problem
			if !errors.As(err, &problem) || problem.Key != test.key {
				t.Errorf("%v, want %s", err, test.key)
			}
		})
	}
}

func TestAForcedFormatIsUsed(t *testing.T) {
	path := write(t, "{\"a\":1}\n")
	s, err := open.File(path, source.Options{Format: source.CSV})
	if err != nil || s.Description().Format != source.CSV {
		t.Fatalf("%v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	var problem *source.Problem
	if _, err := open.File(path, source.Options{Format: "dbf"}); !errors.As(err, &problem) || problem.Key != "recon_source.format_unknown" {
		t.Errorf("%v", err)
	}
}

func TestAFileThatIsNotThereIsTheSystemsError(t *testing.T) {
	if _, err := open.File(filepath.Join(t.TempDir(), "nothing"), source.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// The sets with truth say how many records their files have.
func TestRealSetsAreReadToTheLastRecord(t *testing.T) {
	shared := os.Getenv("KHADAMAT_SHARED")
	if shared == "" {
		t.Log("KHADAMAT_SHARED is not set: the larger sets were not there")
		return
	}
	for name, want := range map[string]int{
		"bank-transactions/left.csv": 45326, "bank-transactions/right.csv": 45326, "febrl4/left.csv": 5000, "febrl4/right.csv": 5000,
		"dblp-acm/left.csv": 2616, "dblp-acm/right.csv": 2294, "abt-buy/left.csv": 1076, "abt-buy/right.csv": 1076,
	} {
		s, err := open.File(filepath.Join(shared, "data", name), source.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rows := 0
		for err = nil; err == nil; rows++ {
			_, err = s.Next()
		}
		if rows--; err != io.EOF || rows != want || len(s.Description().Notes) > 0 {
			t.Errorf("%s: %d rows, want %d, then %v; notes %v", name, rows, want, err, s.Description().Notes)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
