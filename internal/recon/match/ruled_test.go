package match

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// entry is a record of a test: its key, its amount in minor units, its day, and a text.
type entry struct {
	key    string
	amount int64
	day    record.Day
	text   string
}

// setOf makes a set with the columns key, amount, date and text.
func setOf(name string, entries []entry) *record.Set {
	set := &record.Set{Name: name, Columns: []record.Column{
		{Name: "key", Profile: record.Profile{Type: record.Text, Role: record.Reference}},
		{Name: "sum of money", Profile: record.Profile{Type: record.Number, Role: record.Amount, Decimal: record.Dot, Exponent: 2}},
		{Name: "posted", Profile: record.Profile{Type: record.Date, Role: record.DateRole, Order: record.YearFirst}},
		{Name: "text", Profile: record.Profile{Type: record.Text, Role: record.Description}},
	}}
	for i, e := range entries {
		set.Rows = append(set.Rows, int32(i+1)) //nolint:gosec // few
		for k, value := range []string{e.key, fmt.Sprintf("%.2f", float64(e.amount)/100), e.day.Time().Format("2006-01-02"), e.text} {
			set.Columns[k].Values.Add([]byte(value))
		}
	}
	return set
}

// reconcile runs one pass, or more, as they are written in YAML.
func reconcile(t rapid.TB, passes string, left, right []entry) *Outcome {
	t.Helper()
	o, err := attempt(t, "version: 1\nsign: same\npasses: ["+passes+"]", left, right)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func attempt(t rapid.TB, text string, left, right []entry) (*Outcome, error) {
	t.Helper()
	set, problems := rules.Parse([]byte(text))
	if len(problems) > 0 {
		t.Fatal(&problems[0])
	}
	return Run(context.Background(), set, setOf("left.csv", left), setOf("right.csv", right), nil)
}

func foundBy(o *Outcome) []Found {
	all := make([]Found, o.Len())
	for i := range all {
		o.At(i, &all[i])
	}
	return all
}

// pairsOf are the matches as texts: "0,2-1".
func pairsOf(o *Outcome) []string {
	out := []string{}
	for _, f := range foundBy(o) {
		join := func(members []int) string {
			return strings.Trim(strings.ReplaceAll(fmt.Sprint(members), " ", ","), "[]")
		}
		out = append(out, join(f.Left)+"-"+join(f.Right))
	}
	slices.Sort(out)
	return out
}

func same(t rapid.TB, got, want []string) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// entries draws a few records with few different values, so that they often agree.
func entries(t *rapid.T, label string, most int) []entry {
	out := make([]entry, rapid.IntRange(1, most).Draw(t, label))
	for i := range out {
		out[i] = entry{
			key:    rapid.SampledFrom([]string{"a", "B", "c d", ""}).Draw(t, "key"),
			amount: rapid.Int64Range(-8, 8).Draw(t, "amount"),
			day:    record.Day(rapid.IntRange(0, 6).Draw(t, "day")), //nolint:gosec // small
		}
	}
	return out
}

func TestExactTakesOnlyWhatHasOneAnswerFromEitherSide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		left, right := entries(t, "left", 8), entries(t, "right", 8)
		id := func(e entry) string { return fmt.Sprintf("%s|%d", e.key, e.amount) }
		where := map[string][2][]int{}
		for k, side := range [2][]entry{left, right} {
			for i, e := range side {
				if e.key != "" {
					at := where[id(e)]
					at[k] = append(at[k], i)
					where[id(e)] = at
				}
			}
		}
		var want []string
		for _, at := range where {
			if len(at[0]) == 1 && len(at[1]) == 1 {
				want = append(want, fmt.Sprintf("%d-%d", at[0][0], at[1][0]))
			}
		}
		same(t, pairsOf(reconcile(t, "{name: p, kind: exact, fields: [key, amount]}", left, right)), want)
	})
}

// mostWorth is the worth of the best choice of pairs, by trying all.
func mostWorth(left, right int, worth func(l, r int) (float64, bool)) float64 {
	var best func(l int, used int) float64
	best = func(l, used int) float64 {
		if l == left {
			return 0
		}
		most := best(l+1, used)
		for r := range right {
			if w, ok := worth(l, r); ok && used&(1<<r) == 0 {
				most = max(most, w+best(l+1, used|1<<r))
			}
		}
		return most
	}
	return best(0, 0)
}

func TestToleranceFindsTheChoiceThatIsWorthTheMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		left, right := entries(t, "left", 6), entries(t, "right", 6)
		worth := func(l, r int) (float64, bool) {
			amount, days := left[l].amount-right[r].amount, int(right[r].day)-int(left[l].day)
			if left[l].key == "" || !strings.EqualFold(left[l].key, right[r].key) || amount < -2 || amount > 3 || days < -1 || days > 2 {
				return 0, false
			}
			return 2 - (math.Abs(float64(amount))/3+math.Abs(float64(days))/2)/2, true
		}
		got := 0.0
		for _, f := range foundBy(reconcile(t, "{name: p, kind: tolerance, fields: [key], amount: {absolute: [-0.02, 0.03]}, date: {days: [-1, 2]}, ambiguity: best}", left, right)) {
			w, ok := worth(f.Left[0], f.Right[0])
			if !ok {
				t.Fatalf("%v is no candidate", f)
			}
			if confidence := 1 - (2-w)/4; math.Abs(confidence-f.Chance) > 1e-6 {
				t.Fatalf("confidence %v, want %v", f.Chance, confidence)
			}
			got += w
		}
		if want := mostWorth(len(left), len(right), worth); math.Abs(got-want) > 1e-5 {
			t.Fatalf("worth %v, the best is %v", got, want)
		}
	})
}

func TestToleranceInPercentIsOfTheLargerAmount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		left, right := entries(t, "left", 5), entries(t, "right", 5)
		within := func(l, r int) bool {
			a, b := float64(left[l].amount), float64(right[r].amount)
			share := (a - b) / math.Max(math.Abs(a), math.Abs(b))
			return a == b || share >= -0.25 && share <= 0.5
		}
		seen := [2]map[int]int{{}, {}}
		for l := range left {
			for r := range right {
				if within(l, r) {
					seen[0][l]++
					seen[1][r]++
				}
			}
		}
		var want []string
		for l := range left {
			for r := range right {
				if within(l, r) && seen[0][l] == 1 && seen[1][r] == 1 {
					want = append(want, fmt.Sprintf("%d-%d", l, r))
				}
			}
		}
		same(t, pairsOf(reconcile(t, "{name: p, kind: tolerance, amount: {percent: [-25, 50]}}", left, right)), want)
	})
}

func TestGroupTakesKeysWhoseSumsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		left, right := entries(t, "left", 8), entries(t, "right", 8)
		type sums struct {
			members [2][]string
			total   [2]int64
		}
		byKey := map[string]*sums{}
		for k, side := range [2][]entry{left, right} {
			for i, e := range side {
				if e.key == "" {
					continue
				}
				if byKey[e.key] == nil {
					byKey[e.key] = &sums{}
				}
				s := byKey[e.key]
				s.members[k] = append(s.members[k], fmt.Sprint(i))
				s.total[k] += e.amount
			}
		}
		var want []string
		for _, s := range byKey {
			l, r := len(s.members[0]), len(s.members[1])
			if apart := s.total[0] - s.total[1]; l > 0 && r > 0 && l+r > 2 && apart >= -2 && apart <= 2 {
				want = append(want, strings.Join(s.members[0], ",")+"-"+strings.Join(s.members[1], ","))
			}
		}
		same(t, pairsOf(reconcile(t, "{name: p, kind: group, fields: [key], amount: {absolute: 0.02}}", left, right)), want)
	})
}

// answer is a record with several of the other side that add up to it, as numbers: 2i of the left, 2i+1 of the right.
type answer struct {
	name  string
	slots []int
}

// answers lists all that add up within a day, by trying all sets.
func answers(left, right []entry) []answer {
	var out []answer
	for one := range left {
		for set := range 1 << len(right) {
			sum, n, fits, members := int64(0), 0, true, []string{}
			slots := []int{2 * one}
			for r := range right {
				if set&(1<<r) == 0 {
					continue
				}
				apart := right[r].day - left[one].day
				fits = fits && apart >= -1 && apart <= 2 && right[r].amount*left[one].amount > 0
				sum, n, members, slots = sum+right[r].amount, n+1, append(members, fmt.Sprint(r)), append(slots, 2*r+1)
			}
			if fits && n >= 2 && n <= 4 && sum == left[one].amount {
				out = append(out, answer{fmt.Sprintf("%d-%s", one, strings.Join(members, ",")), slots})
			}
		}
	}
	return out
}

func TestSumTakesOnlySetsThatNothingCompetesWith(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		left, right := entries(t, "left", 4), entries(t, "right", 7)
		users := map[int]int{}
		all := answers(left, right)
		for _, a := range all {
			for _, slot := range a.slots {
				users[slot]++
			}
		}
		var want []string
		for _, a := range all {
			if !slices.ContainsFunc(a.slots, func(slot int) bool { return users[slot] > 1 }) {
				want = append(want, a.name)
			}
		}
		same(t, pairsOf(reconcile(t, "{name: p, kind: sum, side: left, members: 4, date: {days: [-1, 2]}}", left, right)), want)
	})
}

func TestSumLeavesNothingThatStillAddsUp(t *testing.T) {
	for _, ambiguity := range []string{"best", "earliest"} {
		rapid.Check(t, func(t *rapid.T) {
			left, right := entries(t, "left", 4), entries(t, "right", 7)
			o := reconcile(t, "{name: p, kind: sum, side: left, members: 4, date: {days: [-1, 2]}, ambiguity: "+ambiguity+"}", left, right)
			all := answers(left, right)
			used := map[int]bool{}
			for _, found := range pairsOf(o) {
				at := slices.IndexFunc(all, func(a answer) bool { return a.name == found })
				if at < 0 {
					t.Fatalf("%s does not add up", found)
				}
				for _, slot := range all[at].slots {
					if used[slot] {
						t.Fatalf("%s uses a record twice", found)
					}
					used[slot] = true
				}
			}
			for _, a := range all {
				if !slices.ContainsFunc(a.slots, func(slot int) bool { return used[slot] }) {
					t.Fatalf("%s adds up and was left", a.name)
				}
			}
		})
	}
}

func TestOffsetsCancelOutAndAreWorthTheMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		right := entries(t, "right", 8)
		worth := func(a, b int) (float64, bool) {
			x, y := right[a], right[b]
			apart := int(y.day) - int(x.day)
			if x.amount <= 0 || x.amount != -y.amount || x.key == "" || x.key != y.key || apart < -2 || apart > 2 {
				return 0, false
			}
			return 2 - math.Abs(float64(apart))/2, true
		}
		o := reconcile(t, "{name: p, kind: offset, side: right, fields: [key], date: {days: 2}, ambiguity: best}", []entry{{}}, right)
		got := 0.0
		for _, f := range foundBy(o) {
			a, b := f.Right[0], f.Right[1]
			if right[a].amount < 0 {
				a, b = b, a
			}
			w, ok := worth(a, b)
			if !ok || len(f.Left) > 0 || f.Kind != result.Offset {
				t.Fatalf("%+v does not cancel out", f)
			}
			got += w
		}
		if want := mostWorth(len(right), len(right), worth); math.Abs(got-want) > 1e-5 {
			t.Fatalf("worth %v, the best is %v", got, want)
		}
	})
}

func TestAKeyWhoseRecordsAddUpToNothingIsAnOffset(t *testing.T) {
	right := []entry{{key: "a", amount: 500}, {key: "a", amount: -200}, {key: "a", amount: -300}, {key: "b", amount: 500}, {key: "b", amount: -400}}
	same(t, pairsOf(reconcile(t, "{name: p, kind: offset, side: right, fields: [key], members: 3}", []entry{{}}, right)), []string{"-0,1,2"})
	same(t, pairsOf(reconcile(t, "{name: p, kind: offset, side: right, fields: [key]}", []entry{{}}, right)), []string{})
}

func TestEarliestIsFirstInFirstOut(t *testing.T) {
	left := []entry{{key: "a", day: 5}, {key: "a", day: 1}, {key: "a", day: 3}}
	right := []entry{{key: "a", day: 6}, {key: "a", day: 2}}
	for _, pass := range []string{"{name: p, kind: exact, fields: [key], ambiguity: earliest}", "{name: p, kind: tolerance, fields: [key], date: {days: [0, 9]}, ambiguity: earliest}"} {
		same(t, pairsOf(reconcile(t, pass, left, right)), []string{"1-1", "2-0"})
	}
	same(t, pairsOf(reconcile(t, "{name: p, kind: exact, fields: [key], ambiguity: best}", left, right)), []string{"0-0", "1-1"})
}

func TestBusinessDaysLeaveWeekendsOut(t *testing.T) {
	friday := record.Day(1) // 1970-01-02
	for _, c := range []struct {
		day  record.Day
		want int
	}{{friday, 1}, {friday + 1, 1}, {friday + 2, 1}, {friday + 3, 1}, {friday + 4, 0}, {friday - 1, 0}} {
		o := reconcile(t, "{name: p, kind: tolerance, fields: [key], date: {business_days: [0, 1]}}", []entry{{key: "a", day: friday}}, []entry{{key: "a", day: c.day}})
		if len(foundBy(o)) != c.want {
			t.Errorf("from Friday to %s: %d", c.day.Time().Weekday(), len(foundBy(o)))
		}
	}
}

func TestNearNamesTheCause(t *testing.T) {
	const pass = "{name: p, kind: near, fields: [key], date: {days: 3}, causes: {rounding: {absolute: 0.05}, swapped_digits: true, fee: {percent: 4, absolute: 20}, date_shift: 40, other: {percent: 30}}}"
	for _, c := range []struct {
		left, right int64
		days        record.Day
		kind        result.Kind
		cause       string
	}{
		{10000, 10000, 0, result.OneToOne, ""},
		{10000, 10003, 0, result.Break, "rounding"},
		{12300, 13200, 0, result.Break, "swapped_digits"},
		{10000, 9700, 0, result.Break, "fee"},
		{1000000, 970000, 0, result.Break, "other"}, // three per cent, and more than 20
		{10000, 8000, 0, result.Break, "other"},
		{10000, 10000, 30, result.Break, "date_shift"},
		{10000, 9700, 30, "", ""},
		{10000, 5000, 0, "", ""},
		{10000, 10000, 60, "", ""},
		{10000, -10000, 0, "", ""},
	} {
		o := reconcile(t, pass, []entry{{key: "a", amount: c.left}}, []entry{{key: "A", amount: c.right, day: c.days}})
		var got Found
		if len(foundBy(o)) > 0 {
			got = foundBy(o)[0]
		}
		if got.Kind != c.kind || got.Cause != c.cause {
			t.Errorf("%d and %d, %d days: %q %q, want %q %q", c.left, c.right, c.days, got.Kind, got.Cause, c.kind, c.cause)
		}
	}
}

func TestTextsAreAlikeWordByWord(t *testing.T) {
	left := []entry{{text: "VIR RECU DE LAILA EL AMRA 4711"}, {text: "PRLV OUAZZANI FATIMA"}, {text: "FRAIS TENUE DE COMPTE"}}
	right := []entry{{text: "Fatima Ouazzani"}, {text: "Laïla El Amrani"}, {text: "Nadia Sebti"}}
	same(t, pairsOf(reconcile(t, "{name: p, kind: tolerance, fields: [{name: text, contains: 0.8}]}", left, right)), []string{"0-1", "1-0"})
	same(t, pairsOf(reconcile(t, "{name: p, kind: tolerance, fields: [{name: text, similar: 0.9}]}", left, right)), []string{})
}

func TestReferencesAreTakenOutOfTexts(t *testing.T) {
	left := []entry{{text: "VIR RECU KH4480680 X"}, {text: "VIR 80681"}, {text: "VIR"}}
	right := []entry{{key: "kh4480680"}, {key: "KH4480681"}}
	same(t, pairsOf(reconcile(t, `{name: p, kind: exact, fields: [{left: text, right: key, extract: '(?i)KH\d{7}'}]}`, left, right)), []string{"0-0"})
	same(t, pairsOf(reconcile(t, `{name: p, kind: exact, fields: [{left: text, right: key, extract: '\d{5,}', last: 5}]}`, left, right)), []string{"0-0", "1-1"})
}

func TestConditionsLimitAPass(t *testing.T) {
	left := []entry{{key: "a", amount: 100, day: 1, text: "Été"}, {key: "b", amount: 200, day: 2, text: "hiver"}, {key: "c", amount: -50, day: 3}}
	right := []entry{{key: "a"}, {key: "b"}, {key: "c"}}
	for condition, want := range map[string][]string{
		"{field: amount, op: more, value: 1}":                                     {"1-1"},
		"{field: amount, op: at_least, value: 1.00}":                              {"0-0", "1-1"},
		"{field: amount, op: less, value: 0}":                                     {"2-2"},
		"{field: posted, op: at_most, value: 1970-01-03}":                         {"0-0", "1-1"},
		"{field: text, op: is, value: ETE}":                                       {"0-0"},
		"{field: text, op: is_not, value: ete}":                                   {"1-1", "2-2"},
		"{field: text, op: one_of, value: [été, Hiver]}":                          {"0-0", "1-1"},
		"{field: text, op: empty}":                                                {"2-2"},
		"{field: text, op: filled}":                                               {"0-0", "1-1"},
		"{field: text, op: contains, value: IVE}":                                 {"1-1"},
		"{field: text, op: starts_with, value: hi}":                               {"1-1"},
		"{field: text, op: ends_with, value: VER}":                                {"1-1"},
		"{field: text, op: matches, value: '^h.*r$'}":                             {"1-1"},
		"{field: key, op: is, value: a}, {field: text, op: empty}":                {},
		"{field: reference, op: one_of, value: [a, c]}":                           {"0-0", "2-2"},
		"{field: description, op: matches, value: '[[:upper:]É]t'}":               {"0-0"},
		"{field: amount, op: is, value: '-0.50'}":                                 {"2-2"},
		"{field: posted, op: more, value: 1970-01-02}":                            {"1-1", "2-2"},
		"{field: posted, op: less, value: 1970-01-02}":                            {},
		"{field: amount, op: at_most, value: -0.5}":                               {"2-2"},
		"{field: text, op: contains, value: hiv}, {field: key, op: is, value: b}": {"1-1"},
	} {
		same(t, pairsOf(reconcile(t, "{name: p, kind: exact, fields: [key], where: {left: ["+condition+"]}}", left, right)), want)
	}
}

func TestEachPassWorksOnWhatEarlierOnesLeft(t *testing.T) {
	left, right := []entry{{key: "a", amount: 100}, {key: "b", amount: 100}}, []entry{{key: "a", amount: 100}, {key: "x", amount: 100}}
	o := reconcile(t, "{name: first, kind: exact, fields: [key, amount]}, {name: second, kind: tolerance, finds: suggest, amount: equal}", left, right)
	same(t, pairsOf(o), []string{"0-0", "1-1"})
	if foundBy(o)[0].Pass != "first" || foundBy(o)[0].Status != result.Matched || foundBy(o)[1].Pass != "second" || foundBy(o)[1].Status != result.Suggested {
		t.Errorf("%+v", foundBy(o))
	}
	if len(o.Passes) != 2 || o.Passes[0].Matches != 1 || o.Passes[1].Records != 2 {
		t.Errorf("%+v", o.Passes)
	}
}

func TestOppositeSignsAreFoundOut(t *testing.T) {
	left, right := []entry{{amount: 100}, {amount: 250}, {amount: -70}}, []entry{{amount: -250}, {amount: 70}, {amount: -100}}
	const pass = "\npasses: [{name: p, kind: exact, fields: [amount]}]"
	for sign, want := range map[string]int{"": 3, "\nsign: auto": 3, "\nsign: opposite": 3, "\nsign: same": 0} {
		o, err := attempt(t, "version: 1"+sign+pass, left, right)
		if err != nil {
			t.Fatal(err)
		}
		if len(foundBy(o)) != want || o.Opposite != (want == 3) {
			t.Errorf("%q: %d, opposite %v", sign, len(foundBy(o)), o.Opposite)
		}
	}
}

func TestAmountsOfDifferentCurrenciesDoNotAgree(t *testing.T) {
	with := func(name, currency string) *record.Set {
		set := setOf(name, []entry{{key: "a", amount: 100}})
		if currency != "" {
			set.Columns = append(set.Columns, record.Column{Name: "ccy", Profile: record.Profile{Type: record.Text, Role: record.Currency}})
			set.Columns[len(set.Columns)-1].Values.Add([]byte(currency))
		}
		return set
	}
	for _, c := range []struct {
		left, right, own string
		want             int
	}{{"MAD", "mad", "", 1}, {"MAD", "EUR", "", 0}, {"MAD", "", "", 1}, {"MAD", "", "EUR", 0}, {"", "EUR", "EUR", 1}, {"", "", "EUR", 1}} {
		set, problems := rules.Parse([]byte("version: 1\nsign: same\npasses: [{name: p, kind: exact, fields: [key, amount]}]"))
		if len(problems) > 0 {
			t.Fatal(&problems[0])
		}
		set.Currency = c.own
		o, err := Run(context.Background(), set, with("left.csv", c.left), with("right.csv", c.right), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(foundBy(o)) != c.want {
			t.Errorf("%+v: %d", c, len(foundBy(o)))
		}
	}
}

func TestAColumnThatIsNotThereIsNamedWithThoseThatAre(t *testing.T) {
	for text, want := range map[string]rules.Problem{
		"version: 1\npasses:\n  - {name: p, kind: exact, fields: [texte]}":                                             {Line: 3, Path: "passes[0].fields[0]", Key: "recon_rules.no_field_meant"},
		"version: 1\npasses:\n  - {name: p, kind: exact, fields: [key, {left: key, right: nothing like it}]}":          {Line: 3, Path: "passes[0].fields[1]", Key: "recon_rules.no_field"},
		"version: 1\npasses:\n  - {name: p, kind: tolerance, amount: {field: key, absolute: 1}}":                       {Line: 3, Path: "passes[0].amount", Key: "recon_rules.not_amounts"},
		"version: 1\npasses:\n  - {name: p, kind: tolerance, date: {field: text, days: 1}}":                            {Line: 3, Path: "passes[0].date", Key: "recon_rules.not_dates"},
		"version: 1\npasses:\n  - {name: p, kind: sum, where: {right: [{field: key, op: less, value: 5}]}}":            {Line: 3, Path: "passes[0].where.right[0]", Key: "recon_rules.not_amounts"},
		"version: 1\nevidence: {compare: [{kind: amount, bits: [1]}]}\npasses: [{name: p, kind: scored}]":              {Line: 2, Path: "evidence.compare[0].bits", Key: "recon_rules.other_levels"},
		"version: 1\nevidence: {compare: [{kind: text, left: [key], right: [no]}]}\npasses: [{name: p, kind: scored}]": {Line: 2, Path: "evidence.compare[0].right[0]", Key: "recon_rules.no_field"},
	} {
		_, err := attempt(t, text, []entry{{key: "a"}}, []entry{{key: "a"}})
		var got *rules.Problem
		if !errors.As(err, &got) || got.Line != want.Line || got.Path != want.Path || got.Key != want.Key {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWhatARulesetFindsIsExplained(t *testing.T) {
	left := []entry{{key: "a", amount: 1000, day: 1, text: "Laila Tazi"}, {key: "b", amount: 500, day: 1}, {key: "c", amount: 700, day: 1}}
	right := []entry{{key: "A", amount: 1001, day: 3, text: "laila tazi"}, {key: "b", amount: 900, day: 2}, {key: "z", amount: 700, day: 9}}
	o := reconcile(t, "{name: p, kind: tolerance, fields: [key, {name: text, similar: 0.5}], amount: {absolute: 0.02}, date: {days: [0, 4]}}", left, right)
	same(t, pairsOf(o), []string{"0-0"})
	var got []string
	for _, part := range o.Parts(0) {
		got = append(got, part.Field+" "+part.Finding)
		if part.Weight < 0 {
			t.Errorf("%+v speaks against it", part)
		}
	}
	if want := []string{"key =", "text 100 %", "amount -0.01", "date +2 d"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for i, want := range []*Near{nil, {Other: 1, Chance: 0.3, Reason: "too_different", Apart: "amount -4.00; date +1 d; text 0 %"}, {Other: 2, Chance: 0.1, Reason: "too_different", Apart: "date +8 d; text 0 %"}} {
		if i == 0 {
			continue // it is matched
		}
		got := o.Nearest(0, i)
		if got != nil {
			got.Chance = math.Round(got.Chance*100) / 100
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("nearest of %d: %+v, want %+v", i, got, want)
		}
	}
}

func TestWhatIsAmbiguousSaysSo(t *testing.T) {
	o := reconcile(t, "{name: p, kind: tolerance, amount: equal}", []entry{{amount: 100}}, []entry{{amount: 100}, {amount: 100}})
	if near := o.Nearest(0, 0); len(foundBy(o)) > 0 || near == nil || near.Reason != "ambiguous" {
		t.Errorf("%v, %+v", foundBy(o), near)
	}
}

func TestSofteningKeepsTheOrderOfBits(t *testing.T) {
	before := 0.0
	for _, bits := range []float64{-300, -60, -1, 0, 1, 49, 51, 400} {
		soft := soften(bits)
		if soft <= before || math.Abs(unsoften(soft)-bits) > 1e-6 {
			t.Errorf("%v becomes %v and then %v", bits, soft, unsoften(soft))
		}
		before = soft
	}
}

// BenchmarkRun measures joins of 100,000 records a side, of which nine in ten agree.
func BenchmarkRun(b *testing.B) {
	var sides [2][]entry
	for i := range 100_000 {
		e := entry{key: fmt.Sprintf("KH%07d", i*37%1_000_003), amount: int64(i % 5000), day: record.Day(18000 + i%700)} //nolint:gosec // small
		sides[0] = append(sides[0], e)
		if i%10 == 0 {
			e.amount += 3
		}
		e.day += 2
		sides[1] = append(sides[1], e)
	}
	slices.Reverse(sides[1])
	left, right := setOf("left.csv", sides[0]), setOf("right.csv", sides[1])
	for name, pass := range map[string]string{
		"exact":     "{name: p, kind: exact, fields: [key, amount]}",
		"tolerance": "{name: p, kind: tolerance, ambiguity: best, amount: {absolute: 0.05}, date: {days: [0, 3]}}",
	} {
		set, problems := rules.Parse([]byte("version: 1\nsign: same\npasses: [" + pass + "]"))
		if len(problems) > 0 {
			b.Fatal(&problems[0])
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Run(b.Context(), set, left, right, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
