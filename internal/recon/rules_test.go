package recon_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"khadamat/internal/recon"
	"khadamat/internal/recon/rules"
	"khadamat/internal/recon/sample"
	"khadamat/internal/recon/score"
)

// written are rules as an analyst writes them for a bank statement and a ledger.
const written = `version: 1
passes:
  - {name: cancelled, kind: offset, side: right, ambiguity: best, fields: [counterparty], date: {days: 5}}
  - {name: reference, kind: tolerance, amount: equal, date: {days: [-9, 1]}, fields: [{left: description, right: document, extract: '\d{6,}|\d{4}.\d{5}', last: 6}]}
  - {name: same party, kind: tolerance, ambiguity: best, amount: equal, date: {days: [-9, 1]}, fields: [{left: description, right: counterparty, contains: 0.6}]}
  - {name: only one, kind: tolerance, amount: equal, date: {days: [-7, 0]}}
  - {name: collected, kind: sum, side: left, ambiguity: best, date: {days: [-7, 0]}, span: 1, members: 8}
  - {name: in parts, kind: sum, side: right, ambiguity: best, date: {days: [-9, 0]}, members: 3}
  - {name: mistyped, kind: near, ambiguity: best, date: {days: [-9, 0]}, fields: [{left: description, right: counterparty, contains: 0.6}], causes: {swapped_digits: true, fee: {percent: 5}, other: {absolute: 20}}}
`

func TestRulesThatSomebodyWroteReconcileABankStatementAndALedger(t *testing.T) {
	folder := set(t, 1500, 3)
	left, right, err := recon.SetOf(folder)
	if err != nil {
		t.Fatal(err)
	}
	r, err := recon.Files(t.Context(), left, right, recon.Options{Rules: []byte(written)})
	if err != nil {
		t.Fatal(err)
	}
	truth, err := score.Read(filepath.Join(folder, sample.TruthFile))
	if err != nil {
		t.Fatal(err)
	}
	if s := score.Compare(truth, score.Of(r)); s.F1 < 0.95 {
		t.Errorf("F1 is %.4f", s.F1)
	}
	for i := range r.Matches {
		if len(r.Parts(&r.Matches[i])) == 0 {
			t.Fatalf("match %d is not explained", r.Matches[i].ID)
		}
	}
}

func TestTheRulesetThatAutoWritesFindsTheSameAgain(t *testing.T) {
	persons := t.TempDir()
	for name, text := range map[string]string{
		"left.csv":  "name,town\nLaila Tazi,Fes\nOmar Sebti,Rabat\nNadia Bennis,Agadir\nKarim Alaoui,Oujda\n",
		"right.csv": "name,town\nSebti Omar,Rabat\nTazi Leila,Fès\nKarim Alaoui,Oujda\nZineb Idrissi,Tanger\n",
	} {
		if err := os.WriteFile(filepath.Join(persons, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{set(t, 1500, 5), persons} {
		left, right, err := recon.SetOf(folder)
		if err != nil {
			t.Fatal(err)
		}
		first, err := recon.Files(t.Context(), left, right, recon.Options{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := recon.Files(t.Context(), left, right, recon.Options{Rules: first.Rules})
		if err != nil {
			t.Fatal(err)
		}
		if len(first.Matches) == 0 || !reflect.DeepEqual(first.Matches, again.Matches) || !reflect.DeepEqual(first.Sums, again.Sums) || !reflect.DeepEqual(first.Open, again.Open) || string(first.Rules) != string(again.Rules) {
			t.Errorf("%d matches, and %d by their ruleset", len(first.Matches), len(again.Matches))
		}
	}
}

func TestTheRulesetOfThreeSidesSaysWhatWasDoneWithEachTwo(t *testing.T) {
	left, right, err := recon.SetOf(set(t, 700, 5))
	if err != nil {
		t.Fatal(err)
	}
	inputs := []recon.Input{input(left), input(right), input(left)}
	first := run(t, inputs, recon.Options{})
	learnt, problems := rules.Parse(first.Rules)
	if len(problems) > 0 {
		t.Fatal(&problems[0])
	}
	if len(learnt.Pairs) != 2 || len(learnt.Pairs[0].Passes) == 0 || len(learnt.Pairs[1].Passes) == 0 {
		t.Fatalf("%d pairs in\n%.500s", len(learnt.Pairs), first.Rules)
	}
	third := 0
	for _, m := range first.Matches {
		for _, member := range m.Members {
			if member.Side == 2 {
				third++
			}
		}
	}
	again := run(t, inputs, recon.Options{Rules: first.Rules})
	if third < 300 || !reflect.DeepEqual(first.Matches, again.Matches) || !reflect.DeepEqual(first.Sums, again.Sums) || !reflect.DeepEqual(first.Open, again.Open) || string(first.Rules) != string(again.Rules) {
		t.Errorf("%d matches with %d records of the third side, and %d by their ruleset", len(first.Matches), third, len(again.Matches))
	}
}
