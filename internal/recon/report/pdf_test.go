package report

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"khadamat/internal/recon/result"
)

func printed(t *testing.T, r *result.Result, o PDFOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := PDF(t.Context(), &out, r, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestADocumentIsTheSameForTheSameResult(t *testing.T) {
	at := time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)
	signed := &SignOff{Period: "octobre 2026", PreparedBy: "Salma Benali", PreparedAt: at, SignedBy: "يوسف العلوي", SignedAt: at}
	for _, o := range []PDFOptions{{Language: "fr", At: at}, {Language: "ar", Project: "بنك", SignOff: signed}, {Language: "en", SignOff: &SignOff{PreparedBy: "Salma"}}} {
		first := printed(t, made(), o)
		if !bytes.Equal(first, printed(t, made(), o)) {
			t.Errorf("%s: it differs", o.Language)
		}
		if !bytes.HasPrefix(first, []byte("%PDF-1.7")) {
			t.Errorf("%s: no PDF", o.Language)
		}
	}
	if bytes.Equal(printed(t, made(), PDFOptions{Language: "fr", SignOff: signed}), printed(t, made(), PDFOptions{Language: "fr"})) {
		t.Error("a sheet to sign says nothing about who signs")
	}
}

func TestAnEmptyResultAndOneWithoutAmountsArePrinted(t *testing.T) {
	empty := &result.Result{Sources: []result.File{{Name: "a"}, {Name: "b"}}}
	printed(t, empty, PDFOptions{})
	plain := made()
	for i := range plain.Sums {
		plain.Sums[i].Currency = ""
		plain.Sums[i].In.Minor = 0
	}
	printed(t, plain, PDFOptions{Language: "fr"})
}

func TestADocumentIsGivenUpWithItsReader(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := PDF(ctx, &bytes.Buffer{}, made(), PDFOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestTheHashIsOfWhatAResultSays: it changes with every finding and with nothing else.
func TestTheHashIsOfWhatAResultSays(t *testing.T) {
	of := func(change func(*result.Result)) string {
		r := made()
		change(r)
		hash, err := Hash(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	plain := of(func(*result.Result) {})
	for name, change := range map[string]func(*result.Result){
		"a source":          func(r *result.Result) { r.Sources[0].SHA256 = "other" },
		"a member":          func(r *result.Result) { r.Matches[0].Members[0].Row = 3 },
		"a kind":            func(r *result.Result) { r.Matches[0].Kind = result.Break },
		"a status":          func(r *result.Result) { r.Matches[0].Status = result.Suggested },
		"a difference":      func(r *result.Result) { r.Matches[0].Difference.Minor = 1 },
		"a cause":           func(r *result.Result) { r.Matches[3].Cause = "rounding" },
		"an open record":    func(r *result.Result) { r.Open = r.Open[1:] },
		"a sum":             func(r *result.Result) { r.Sums[0].Open.Minor++ },
		"a match that went": func(r *result.Result) { r.Matches = r.Matches[1:] },
	} {
		if of(change) == plain {
			t.Errorf("%s changes and the hash does not", name)
		}
	}
	if of(func(r *result.Result) { r.Took = time.Hour; r.Passes[0].Took = time.Hour }) != plain {
		t.Error("the hash changes with time")
	}
}
