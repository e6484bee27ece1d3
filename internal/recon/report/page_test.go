package report

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"khadamat/internal/recon/result"
)

// void are the elements without an end.
var void = map[string]bool{"meta": true, "br": true, "img": true, "link": true, "input": true, "hr": true}

// checkPage walks through a page: every element ends where it should, nothing comes from elsewhere, nothing runs, and no text is missing.
// It returns the text of the page.
func checkPage(t *testing.T, page []byte) string {
	t.Helper()
	var open []string
	var text strings.Builder
	tokens := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := tokens.Next()
		token := tokens.Token()
		switch kind {
		case html.ErrorToken:
			if err := tokens.Err(); err != io.EOF || len(open) > 0 {
				t.Errorf("the page ends with %v inside of %v", err, open)
			}
			return text.String()
		case html.StartTagToken:
			if !void[token.Data] {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> inside of %v", token.Data, open)
			}
			open = open[:len(open)-1]
		case html.TextToken:
			text.WriteString(token.Data + "\n")
		}
		if kind != html.TextToken && (token.Data == "script" || token.Data == "link" || token.Data == "iframe" || token.Data == "img") {
			t.Errorf("there is an element %s", token.Data)
		}
		for _, a := range token.Attr {
			if a.Key == "src" || a.Key == "href" || a.Key == "srcset" || a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s> has %s=%q", token.Data, a.Key, a.Val)
			}
		}
	}
}

var outside = regexp.MustCompile(`(?i)url\(|@import|https?://|recon_report\.|ZgotmplZ|NaN`)

func TestThePageStandsByItself(t *testing.T) {
	for language, says := range map[string][]string{
		"en": {"Nothing was lost", "60.0%", "amount: differs by +4,250.00; date: 61 days later", "=HYPERLINK", "<script>alert(1)</script>", "margin", "5,000.00\u00a0MAD"},
		"fr": {"Rien n’est perdu", "60,0\u00a0%", "5\u202f000,00\u00a0MAD", "31 mars 2026"},
		"ar": {"لم يضع شيء", "5.000,00\u00a0د.م.", "31\u00a0مارس 2026"},
	} {
		page := write(t, made(), Options{Language: language})["report.html"]
		text := checkPage(t, page)
		if found := outside.Find(page); found != nil {
			t.Errorf("%s: the page holds %q", language, found)
		}
		for _, said := range says {
			if !strings.Contains(strings.ReplaceAll(text, "31\u00a0mars", "31 mars"), said) {
				t.Errorf("%s: the page does not say %q", language, said)
			}
		}
		direction := map[string]string{"ar": "rtl"}[language]
		if direction == "" {
			direction = "ltr"
		}
		if want := fmt.Sprintf("<html lang=%q dir=%q>", language, direction); !bytes.Contains(page, []byte(want)) {
			t.Errorf("%s: no %s", language, want)
		}
	}
}

func TestThePageListsNoMoreThanItsLimit(t *testing.T) {
	r := made()
	record := r.Sources[0].Record
	r.Sources[0].Record = func(row int) result.Record { return record((row-1)%8 + 1) }
	for row := range 10_000 {
		r.Open = append(r.Open, result.Open{Member: result.Member{Row: row + 1}, Reason: "no_candidate"})
	}
	page := write(t, r, Options{Language: "en"})["report.html"]
	checkPage(t, page)
	if rows := bytes.Count(page, []byte("<tr>")); rows > maxListed+60 || rows < maxListed {
		t.Errorf("%d rows", rows)
	}
	if !bytes.Contains(page, []byte("The 200 largest")) {
		t.Error("the page does not say that it lists the largest only")
	}
}

func FuzzPage(f *testing.F) {
	for _, seed := range []string{"a", "</style><script>", "\x00\xff", "{{.}}", "javascript:", "\u202e", "<!--"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := made()
		for side := range r.Sources {
			source := &r.Sources[side]
			source.Name, source.SHA256, source.Format = s, s, s
			source.Columns = []result.Column{{Name: s, Role: s, Format: s}}
			source.Record = func(int) result.Record { return result.Record{ID: s, Text: s} }
		}
		r.Matches[3].Cause, r.Matches[3].Parts = s, []result.Part{{Field: s, Finding: s}}
		r.Open[0].Reason, r.Open[0].Nearest.Apart, r.Passes[0].Name, r.Rules = s, s, s, []byte(s)
		d, err := newDigest(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := writePage(&out, d, newWording("ar")); err != nil {
			t.Fatal(err)
		}
		checkPage(t, out.Bytes())
	})
}
