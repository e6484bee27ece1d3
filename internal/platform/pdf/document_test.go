package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// parsed is a document as a reader takes it apart, far enough to say what stands on its pages.
type parsed struct {
	objects map[int]string
	pages   []string // their content
	letters map[string]map[int]string
}

var (
	streamed  = regexp.MustCompile(`(?s)<</Filter/FlateDecode/Length (\d+)[^>]*>>stream\n`)
	reference = regexp.MustCompile(`/Contents (\d+) 0 R`)
	shown     = regexp.MustCompile(`/(F\d+) \S+ Tf 1 0 0 1 \S+ \S+ Tm\[(.*?)\]TJ`)
	codes     = regexp.MustCompile(`<([0-9A-F]*)>`)
	mapped    = regexp.MustCompile(`<([0-9A-F]{4})><([0-9A-F]+)>`)
)

// read takes a document apart by its cross-reference table, which has to be right about every object.
func read(t *testing.T, content []byte) parsed {
	t.Helper()
	if !bytes.HasPrefix(content, []byte("%PDF-1.7\n")) || !bytes.HasSuffix(content, []byte("%%EOF\n")) {
		t.Fatal("neither begins nor ends as a PDF does")
	}
	at, err := strconv.Atoi(strings.Fields(string(content[bytes.LastIndex(content, []byte("startxref")):]))[1])
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content[at:]), "\n")
	var count int
	if _, err := fmt.Sscanf(lines[1], "0 %d", &count); err != nil || lines[0] != "xref" {
		t.Fatalf("cross-reference: %v, %q", err, lines[:2])
	}
	p := parsed{objects: map[int]string{}, letters: map[string]map[int]string{}}
	for n := 1; n < count; n++ {
		offset, _ := strconv.Atoi(lines[2+n][:10])
		body, ok := strings.CutPrefix(string(content[offset:]), fmt.Sprintf("%d 0 obj\n", n))
		if !ok || len(lines[2+n]) != 19 {
			t.Fatalf("object %d is not at %d", n, offset)
		}
		p.objects[n] = unpack(t, body)
	}
	for n := 1; n < count; n++ {
		if found := reference.FindStringSubmatch(p.objects[n]); found != nil {
			page, _ := strconv.Atoi(found[1])
			p.pages = append(p.pages, p.objects[page])
		}
		for _, found := range regexp.MustCompile(`/(F\d+) (\d+) 0 R`).FindAllStringSubmatch(p.objects[n], -1) {
			face, _ := strconv.Atoi(found[2])
			unicode := regexp.MustCompile(`/ToUnicode (\d+) 0 R`).FindStringSubmatch(p.objects[face])
			table, _ := strconv.Atoi(unicode[1])
			p.letters[found[1]] = map[int]string{}
			for _, line := range mapped.FindAllStringSubmatch(p.objects[table], -1) {
				code, _ := strconv.ParseInt(line[1], 16, 32)
				p.letters[found[1]][int(code)] = fromUTF16(line[2])
			}
		}
	}
	return p
}

func unpack(t *testing.T, body string) string {
	t.Helper()
	found := streamed.FindStringSubmatchIndex(body)
	if found == nil || found[0] != 0 {
		return body[:strings.Index(body, "\nendobj\n")]
	}
	length, _ := strconv.Atoi(body[found[2]:found[3]])
	if !strings.HasPrefix(body[found[1]+length:], "\nendstream\nendobj\n") {
		t.Fatal("a stream is not as long as it says")
	}
	z, err := zlib.NewReader(strings.NewReader(body[found[1] : found[1]+length]))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func fromUTF16(hex string) string {
	var units []uint16
	for i := 0; i+4 <= len(hex); i += 4 {
		unit, _ := strconv.ParseUint(hex[i:i+4], 16, 16)
		units = append(units, uint16(unit))
	}
	return string(utf16.Decode(units))
}

// text is what stands on a page, line by line, as its glyphs come from the left.
func (p parsed) text(page int) []string {
	var lines []string
	for block := range strings.SplitSeq(p.pages[page], "BT ") {
		line := ""
		for _, show := range shown.FindAllStringSubmatch(block, -1) {
			for _, found := range codes.FindAllStringSubmatch(show[2], -1) {
				for i := 0; i+4 <= len(found[1]); i += 4 {
					code, _ := strconv.ParseInt(found[1][i:i+4], 16, 32)
					line += p.letters[show[1]][int(code)]
				}
			}
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func written(t *testing.T, d *Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := d.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func backwards(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}

func TestTextCanBeReadBack(t *testing.T) {
	d := New(Options{Title: "Essai", Language: "fr"})
	d.Heading(1, "Rapprochement d’octobre")
	d.Paragraph("Œuvre, façade: 1 234,56 (MAD)\nune autre ligne")
	p := read(t, written(t, d))
	want := []string{"Rapprochement d’octobre", "Œuvre, façade: 1 234,56 (MAD)", "une autre ligne"}
	if got := p.text(0); !slices.Equal(got, want) {
		t.Errorf("read %q", got)
	}
}

func TestArabicIsReadBackFromItsLeftEnd(t *testing.T) {
	d := New(Options{Language: "ar", Right: true})
	for _, words := range []string{"لأن الأمر", "موقّع", "تسوية"} {
		d.Paragraph(words)
	}
	p := read(t, written(t, d))
	// Every letter stands for itself, those of ligatures too.
	want := []string{backwards("لأن الأمر"), backwards("موقّع"), backwards("تسوية")}
	if got := p.text(0); !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
}

func TestTheSameContentGivesTheSameBytes(t *testing.T) {
	make := func() []byte {
		d := New(Options{Title: "Essai", Language: "ar", Right: true, Foot: func(page, pages int) (string, string) { return "x", fmt.Sprint(page, pages) }})
		d.Band()
		d.Facts([]Fact{{"اسم", "قيمة", false}, {"SHA", "ab12", true}})
		d.Table([]Column{{Title: "A", Share: 1}, {Title: "B", Share: 1, End: true}}, [][]string{{"1", "2"}, {"3"}, {"4", "5", "6"}})
		d.Signatures("a", "b")
		return written(t, d)
	}
	if !bytes.Equal(make(), make()) {
		t.Error("they differ")
	}
}

func TestATableGoesOnUnderItsTitles(t *testing.T) {
	d := New(Options{Language: "en", Foot: func(page, pages int) (string, string) { return "left", fmt.Sprintf("%d of %d", page, pages) }})
	var rows [][]string
	for i := range 200 {
		rows = append(rows, []string{fmt.Sprintf("row %d", i), "one\ntwo"})
	}
	d.Table([]Column{{Title: "First", Share: 3}, {Title: "Second", Share: 1, Lines: 2}}, rows)
	p := read(t, written(t, d))
	if len(p.pages) < 4 {
		t.Fatalf("%d pages", len(p.pages))
	}
	next := 0
	for i := range p.pages {
		lines := p.text(i)
		if lines[0] != "First" || lines[1] != "Second" {
			t.Errorf("page %d begins with %q", i+1, lines[:2])
		}
		if end := lines[len(lines)-1]; end != fmt.Sprintf("%d of %d", i+1, len(p.pages)) {
			t.Errorf("page %d ends with %q", i+1, end)
		}
		for _, line := range lines {
			if strings.HasPrefix(line, "row ") {
				if line != fmt.Sprintf("row %d", next) {
					t.Fatalf("%q where row %d belongs", line, next)
				}
				next++
			}
		}
	}
	if next != len(rows) {
		t.Errorf("%d rows of %d", next, len(rows))
	}
}

var placed = regexp.MustCompile(` Tf 1 0 0 1 (\S+) (\S+) Tm`)

// TestNothingStandsBesideThePage: whatever is written, in either direction, begins within the margins.
func TestNothingStandsBesideThePage(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := New(Options{Language: "fr", Right: rapid.Bool().Draw(r, "right")})
		words := rapid.SliceOfN(rapid.String(), 0, 12).Draw(r, "words")
		for _, w := range words {
			d.Heading(2, w)
			d.Paragraph(w)
			d.Facts([]Fact{{w, w, rapid.Bool().Draw(r, "plain")}})
		}
		d.Table([]Column{{Title: "a", Share: 1, End: true}, {Title: "b", Share: 9, Lines: 3}}, [][]string{words, words})
		var out bytes.Buffer
		if _, err := d.WriteTo(&out); err != nil {
			r.Fatal(err)
		}
		for _, p := range d.pages {
			for _, at := range placed.FindAllStringSubmatch(p.content.String(), -1) {
				x, errX := strconv.ParseFloat(at[1], 64)
				y, errY := strconv.ParseFloat(at[2], 64)
				if errX != nil || errY != nil || x < margin-10 || x > pageWidth-margin+10 || y < margin-20 || y > pageHeight-margin+10 {
					r.Fatalf("something stands at %v, %v (%v, %v)", x, y, errX, errY)
				}
			}
		}
	})
}

// TestFontsAreWhole walks through an embedded font as a renderer does: tables that lie within it, glyphs within theirs, checksums that hold.
func TestFontsAreWhole(t *testing.T) {
	d := New(Options{Language: "fr"})
	d.Paragraph("Agé de 26 ans: لأن")
	d.bytes()
	if len(d.faces) != 2 {
		t.Fatalf("%d faces, want a Latin and an Arabic one", len(d.faces))
	}
	for _, face := range d.faces {
		content := trueType(face.metrics, face.shapes)
		if sum := checksum(content); sum != 0xB1B0AFBA {
			t.Errorf("the file adds up to %X", sum)
		}
		tables := map[string][]byte{}
		for i := range int(binary.BigEndian.Uint16(content[4:])) {
			entry := content[12+16*i:]
			offset, length := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
			tables[string(entry[:4])] = content[offset : offset+length]
		}
		count := int(binary.BigEndian.Uint16(tables["maxp"][4:]))
		if count != len(face.used) || len(tables["hmtx"]) != 4*count || len(tables["loca"]) != 4*(count+1) || len(tables["head"]) != 54 || len(tables["hhea"]) != 36 || len(tables["maxp"]) != 32 {
			t.Fatalf("%d glyphs for %d, tables of %d, %d, %d, %d, %d bytes", count, len(face.used), len(tables["hmtx"]), len(tables["loca"]), len(tables["head"]), len(tables["hhea"]), len(tables["maxp"]))
		}
		drawn := 0
		for i := range count {
			from, to := binary.BigEndian.Uint32(tables["loca"][4*i:]), binary.BigEndian.Uint32(tables["loca"][4*i+4:])
			if from == to {
				continue
			}
			drawn++
			glyph := tables["glyf"][from:to]
			contours := int(binary.BigEndian.Uint16(glyph))
			points := int(binary.BigEndian.Uint16(glyph[8+2*contours:])) + 1
			if need := 10 + 2*contours + 2 + 5*points; need > len(glyph) || len(glyph)-need > 3 {
				t.Errorf("glyph %d has %d bytes for %d contours and %d points", i, len(glyph), contours, points)
			}
			if width := float64(binary.BigEndian.Uint16(tables["hmtx"][4*i:])); math.Abs(width-face.shapes[i].Advance) > 1 {
				t.Errorf("glyph %d is %v wide, want %v", i, width, face.shapes[i].Advance)
			}
		}
		if drawn == 0 {
			t.Error("no glyph has a shape")
		}
	}
}
