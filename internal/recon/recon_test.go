package recon_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon"
	"khadamat/internal/recon/report"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/sample"
	"khadamat/internal/recon/score"
)

// set writes a bank statement and a ledger and returns their folder.
func set(t *testing.T, rows int, seed uint64) string {
	t.Helper()
	folder := t.TempDir()
	if _, err := sample.Write(t.Context(), folder, sample.Options{Rows: rows, Seed: seed, PerDay: 15}); err != nil {
		t.Fatal(err)
	}
	return folder
}

func reconcile(t *testing.T, folder string) *result.Result {
	t.Helper()
	left, right, err := recon.SetOf(folder)
	if err != nil {
		t.Fatal(err)
	}
	r, err := recon.Files(t.Context(), left, right, recon.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestABankStatementAndALedgerAreReconciledWithoutAnyRules(t *testing.T) {
	for _, seed := range []uint64{3, 4} {
		folder := set(t, 1500, seed)
		r := reconcile(t, folder)
		truth, err := score.Read(filepath.Join(folder, sample.TruthFile))
		if err != nil {
			t.Fatal(err)
		}
		s := score.Compare(truth, score.Of(r))
		if s.F1 < 0.95 {
			t.Errorf("seed %d: F1 is %.4f", seed, s.F1)
		}
		for _, kind := range s.Kinds {
			least := map[string]float64{"one_to_one": 0.97, "offset": 0.9, "batch": 0.75, "split": 0.75, "mismatch": 0.8}[kind.Kind]
			if kind.GroupRecall < least {
				t.Errorf("seed %d: %.3f of the kind %s were found exactly", seed, kind.GroupRecall, kind.Kind)
			}
		}
	}
}

func TestNoRecordIsLostOrUsedTwice(t *testing.T) {
	r := reconcile(t, set(t, 1200, 5))
	for k, file := range r.Sources {
		seen := make(map[int]int)
		for _, m := range r.Matches {
			for _, member := range m.Members {
				if int(member.Side) == k {
					seen[member.Row]++
				}
			}
		}
		for _, o := range r.Open {
			if int(o.Side) == k {
				seen[o.Row]++
			}
		}
		if len(seen) != file.Records || file.Rows != file.Records {
			t.Errorf("side %d: %d rows, %d records, %d of them in matches or open", k, file.Rows, file.Records, len(seen))
		}
		for row, n := range seen {
			if n != 1 {
				t.Errorf("side %d: row %d is in %d places", k, row, n)
			}
		}
	}
	for _, s := range r.Sums {
		if s.In.Count != s.Matched.Count+s.Suggested.Count+s.Offset.Count+s.Open.Count || s.In.Minor != s.Matched.Minor+s.Suggested.Minor+s.Offset.Minor+s.Open.Minor {
			t.Errorf("the sums of %s %s do not prove anything: %+v", s.Side, s.Currency, s)
		}
		if s.Offset.Minor != 0 {
			t.Errorf("%s: what cancels out adds up to %d", s.Side, s.Offset.Minor)
		}
	}
}

func TestTheSameFilesGiveTheSameBytes(t *testing.T) {
	folder := set(t, 800, 6)
	var before map[string]string
	for range 2 {
		out := t.TempDir()
		if err := report.Write(t.Context(), out, reconcile(t, folder), report.Options{Language: "en"}); err != nil {
			t.Fatal(err)
		}
		now := map[string]string{}
		for _, name := range []string{"matches.csv", "open.csv", "rejects.csv", "rules.yaml"} {
			content, err := os.ReadFile(filepath.Join(out, name))
			if err != nil {
				t.Fatal(err)
			}
			now[name] = string(content)
		}
		for name, content := range before {
			if content != now[name] {
				t.Errorf("%s differs from run to run", name)
			}
		}
		before = now
	}
}

func TestASumMatchesItsPartsAndADifferenceIsABreak(t *testing.T) {
	r := reconcile(t, set(t, 1200, 7))
	for _, m := range r.Matches {
		switch m.Kind {
		case result.OneToMany, result.ManyToOne, result.OneToOne:
			if m.Difference.Minor != 0 {
				t.Errorf("match %d (%s) differs by %d", m.ID, m.Kind, m.Difference.Minor)
			}
		case result.Break:
			if m.Difference.Minor == 0 || m.Cause == "" {
				t.Errorf("break %d differs by %d, cause %q", m.ID, m.Difference.Minor, m.Cause)
			}
		}
		if m.Confidence < 0 || m.Confidence > 1 {
			t.Errorf("match %d is %v sure", m.ID, m.Confidence)
		}
	}
}

func TestAFileThatCannotBeWorkedWithIsNamedAndExplained(t *testing.T) {
	folder := set(t, 50, 8)
	left, right, err := recon.SetOf(folder)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"empty": "", "only names": "id,amount,date\n", "rubbish": "\x00\x01\x02\xff\xfe\x00\x00", "a page": "<!doctype html><html><body>no</body></html>"} {
		bad := filepath.Join(folder, "bad.csv")
		if err := os.WriteFile(bad, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, pair := range [][2]string{{bad, right}, {left, bad}} {
			_, err := recon.Files(t.Context(), pair[0], pair[1], recon.Options{})
			if err == nil || !strings.Contains(err.Error(), "bad.csv") {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for _, language := range i18n.Languages {
				if text := recon.Explain(language, err); text == "" || strings.Contains(text, "recon") {
					t.Errorf("%s in %s: %q", name, language, text)
				}
			}
		}
	}
	if _, _, err := recon.SetOf(t.TempDir()); err == nil {
		t.Error("a folder without files is a set")
	}
}
