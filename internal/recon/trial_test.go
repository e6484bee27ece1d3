package recon_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"khadamat/internal/recon"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// table makes a set of lines whose values stand between bars; the first one names the columns.
func table(name string, lines ...string) *record.Set {
	set := &record.Set{Name: name}
	for _, column := range strings.Split(lines[0], "|") {
		set.Columns = append(set.Columns, record.Column{Name: column})
	}
	for i, line := range lines[1:] {
		set.Rows = append(set.Rows, int32(i+1)) //nolint:gosec // few
		for k, value := range strings.Split(line, "|") {
			set.Columns[k].Values.Add([]byte(value))
		}
	}
	set.Learn()
	return set
}

func ruleset(t *testing.T, passes string) *rules.Ruleset {
	t.Helper()
	set, problems := rules.Parse([]byte("version: 1\nsign: same\npasses:\n" + passes))
	if len(problems) > 0 {
		t.Fatal(&problems[0])
	}
	return set
}

func TestATrialSaysWhatAppearsVanishesAndChanges(t *testing.T) {
	left := table("left.csv", "reference|amount|date", "KH1|10.00|2026-01-01", "KH2|20.50|2026-01-02", "KH3|30.00|2026-01-03")
	right := table("right.csv", "reference|amount|date", "KH1|10.00|2026-01-01", "KH2|20.00|2026-01-02", "KH9|30.00|2026-01-03")
	before := ruleset(t, "  - {name: keys, kind: exact, fields: [reference, amount]}\n  - {name: amounts, kind: tolerance, amount: equal}\n")
	after := ruleset(t, "  - {name: keys, kind: exact, fields: [reference, amount], finds: suggest}\n  - {name: breaks, kind: near, fields: [reference], causes: {fee: {percent: 5}}}\n")
	trial, err := recon.Try(t.Context(), left, right, before, after, 100)
	if err != nil {
		t.Fatal(err)
	}
	row := func(matches []recon.TrialMatch) string {
		var out []string
		for _, m := range matches {
			out = append(out, fmt.Sprintf("%s%d %s %s %s was %q", m.Members[0].Side, m.Members[0].Row, m.Pass, m.Kind, m.Status, m.Was))
		}
		return strings.Join(out, "; ")
	}
	for name, c := range map[string][2]string{
		"appear": {row(trial.Appear), `left2 breaks break matched was ""`},
		"vanish": {row(trial.Vanish), `left3 amounts one_to_one matched was ""`},
		"change": {row(trial.Change), `left1 keys one_to_one suggested was "keys"`},
		"passes": {fmt.Sprint(trial.Passes), "[{keys 1 1} {breaks 0 1} {amounts 1 0}]"},
		"counts": {fmt.Sprint(trial.Records, trial.Before, trial.After), "[3 3] 2 2"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %s, want %s", name, c[0], c[1])
		}
	}
}

func TestATrialTakesASampleThatBelongsTogether(t *testing.T) {
	lines := []string{"reference|amount|date"}
	for i := range 300 {
		lines = append(lines, fmt.Sprintf("KH%d|%d.00|%s", i, i+1, record.Day(18000+i).Time().Format("2006-01-02")))
	}
	set := table("both.csv", lines...)
	trial, err := recon.Try(t.Context(), set, set, nil, ruleset(t, "  - {name: keys, kind: exact, fields: [reference]}\n"), 50)
	if err != nil {
		t.Fatal(err)
	}
	if trial.Records != [2]int{50, 110} || trial.After != 50 || len(trial.Appear) != 50 {
		t.Fatalf("%v, %d matches", trial.Records, trial.After)
	}
	for _, m := range trial.Appear {
		if m.Members[0].Row != m.Members[1].Row || m.Members[1].Side != result.Right {
			t.Fatalf("%+v", m.Members)
		}
	}
}

func TestATrialOfARulesetThatDoesNotFitSaysWhy(t *testing.T) {
	set := table("both.csv", "reference|amount", "KH1|10.00", "KH2|11.00")
	_, err := recon.Try(t.Context(), set, set, nil, ruleset(t, "  - {name: keys, kind: exact, fields: [invoice]}\n"), 50)
	var problem *rules.Problem
	if !errors.As(err, &problem) || problem.Line != 4 {
		t.Errorf("%v", err)
	}
}
