package queue

import (
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
)

func words(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Differs {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestLettersThatDifferAreMarked(t *testing.T) {
	for _, c := range []struct{ a, b, left, right string }{
		{"KH4480680", "KH4480608", "KH44806[80]", "KH44806[08]"},
		{"136 672,80", "136 689,30", "136 6[72,8]0", "136 6[89,3]0"},
		{"Hotel Atlas", "HOTEL ATLAS SARL", "Hotel Atlas", "HOTEL ATLAS[ SARL]"},
		{"مخبزة النخيل", "مخبزة النخلة", "مخبزة النخ[يل]", "مخبزة النخ[لة]"},
		{"abc", "xyz", "[abc]", "[xyz]"},
		{"same", "same", "same", "same"},
	} {
		left, right := differing(c.a, c.b)
		if words(left) != c.left || words(right) != c.right {
			t.Errorf("%q and %q: %s and %s", c.a, c.b, words(left), words(right))
		}
	}
}

func TestNoLetterIsLostWhereDifferencesAreMarked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abAB é0ش")), 0, 40, -1)
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		left, right := differing(a, b)
		join := func(pieces []piece, marked bool) (all, common string) {
			for _, p := range pieces {
				all += p.Text
				if !p.Differs {
					common += p.Text
				}
			}
			return all, common
		}
		all, _ := join(left, true)
		other, _ := join(right, true)
		if all != a || other != b {
			t.Fatalf("%q became %q, %q became %q", a, all, b, other)
		}
		if strings.EqualFold(a, b) && (slices.ContainsFunc(left, func(p piece) bool { return p.Differs }) || slices.ContainsFunc(right, func(p piece) bool { return p.Differs })) {
			t.Fatalf("%q and %q differ in nothing", a, b)
		}
	})
}

func TestAnEndlessValueIsComparedAsAWhole(t *testing.T) {
	long := strings.Repeat("a", maxDiffRunes+1)
	left, right := differing(long, long[1:])
	if words(left) != "["+long+"]" || words(right) != "["+long[1:]+"]" {
		t.Error("a long value was compared letter by letter")
	}
}

func TestRecordsAreSetFaceToFaceByWhatTheirColumnsAreAbout(t *testing.T) {
	left := &workspace.Record{Amount: money.Of(-13667280, "MAD"), Values: []workspace.Value{
		{Column: "entry", Role: record.Attribute, Value: "E1"}, {Column: "amount", Role: record.Amount, Value: "-136672.80"}, {Column: "note", Role: record.Description, Value: "Loyer", Differ: true},
		{Column: "empty", Role: record.Attribute},
	}}
	right := &workspace.Record{Amount: money.Of(-13667280, "MAD"), Values: []workspace.Value{
		{Column: "Libellé", Role: record.Description, Value: "VIR LOYER", Differ: true}, {Column: "Débit", Role: record.Debit, Value: "136 672,80", Differ: true}, {Column: "Crédit", Role: record.Credit},
	}}
	lines := compare(t.Context(), left, right)
	if len(lines) != 3 {
		t.Fatalf("%d lines: %+v", len(lines), lines)
	}
	if a := lines[0]; a.Left.Column != "amount" || a.Right.Column != "Débit" || a.Differs || words(a.Left.Pieces) != words(a.Right.Pieces) {
		t.Errorf("the same amount: %+v", a)
	}
	if d := lines[1]; !d.Differs || words(d.Right.Pieces) != "[VIR ]LOYER" {
		t.Errorf("texts: %+v", d)
	}
	if alone := lines[2]; alone.Right != nil || alone.Label != "" || alone.Left.Column != "entry" {
		t.Errorf("what has no counterpart: %+v", alone)
	}
}

func TestAnAddressSaysTheSameWhenItIsWrittenAnew(t *testing.T) {
	for _, query := range []string{
		"", "status=all", "status=open", "status=break&cause=fee&sort=-amount", "q=atlas+sarl&side=1", "min=12.5&max=-3&currency=MAD", "currency=JPY&min=1500",
		"currency=TND&max=1.255", "from=2026-05-01&to=2026-05-31&age=30", "kind=one_to_many&kind=offset&pass=sum&reason=taken&assignee=none",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := viewOf(values).query(); got.Encode() != values.Encode() {
			t.Errorf("%q became %q", values.Encode(), got.Encode())
		}
	}
}

func TestAmountsAreReadAsPeopleWriteThem(t *testing.T) {
	for said, want := range map[string]int64{"1 234,50": 123450, "1234.5": 123450, "-12": -1200, "\u22123,05": -305, "0": 0, "1\u202f000": 100000} {
		if got := minorOf(said, 2); got == nil || *got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
	for _, said := range []string{"", "-", "abc", "1,234", "1.2.3", "1e5", "99999999999999999999", "+5"} {
		if got := minorOf(said, 2); got != nil {
			t.Errorf("%q: %d", said, *got)
		}
	}
}

func TestTheWaterfallEndsWhereTheEvidenceDoes(t *testing.T) {
	picture := waterfallOf(t.Context(), []result.Part{{Field: "prior", Weight: -10}, {Field: "amount", Weight: 15}, {Field: "date", Weight: -5}, {Field: "text", Weight: math.Inf(1)}})
	if len(picture.Steps) != 4 || picture.Zero != "33.33" || picture.End != "100" {
		t.Fatalf("%+v", picture)
	}
	kinds := []string{"prior", "up", "down", "up"}
	for i, s := range picture.Steps {
		if s.Kind != kinds[i] {
			t.Errorf("step %d is %s", i, s.Kind)
		}
	}
	if s := picture.Steps[2]; s.From != "50" || s.X != "33.33" || s.Width != "16.67" {
		t.Errorf("the step down: %+v", s)
	}
	if empty := waterfallOf(t.Context(), nil); len(empty.Steps) != 0 || empty.Zero != "0" {
		t.Errorf("nothing: %+v", empty)
	}
}

func TestWhatIsChosenAddsUpByCurrencyAndSide(t *testing.T) {
	at := func(side int, minor int64, currency money.Currency) workspace.FoundRecord {
		return workspace.FoundRecord{Record: workspace.Record{Side: side, Amount: money.Of(minor, currency)}}
	}
	got := totals([]workspace.FoundRecord{at(0, 500, "MAD"), at(1, 200, "MAD"), at(1, 250, "MAD"), at(0, 70, "EUR"), at(5, 1, "MAD"), at(0, 0, "")}, 2)
	if len(got) != 2 || got[0].Sums[1].Minor != 450 || got[0].Difference.Minor != 50 || got[1].Difference.Minor != 70 {
		t.Errorf("%+v", got)
	}
	if three := totals([]workspace.FoundRecord{at(0, 10, "MAD"), at(1, 10, "MAD"), at(2, 7, "MAD")}, 3); three[0].Difference.Minor != 3 {
		t.Errorf("three sides: %+v", three)
	}
}

func TestManyDaysAreToldByWeeksThenByMonths(t *testing.T) {
	page := func(days int) *resultsPage {
		p := &resultsPage{}
		p.Project = &workspace.Project{ID: "p"}
		for i := range days {
			p.Figures.ByDay = append(p.Figures.ByDay, workspace.DayFigures{Day: record.Day(20000 + i), Matched: 2, Open: 1})
		}
		return p
	}
	for days, most := range map[int]int{0: 0, 1: 1, 62: 62, 63: 10, 400: 58, 1000: 34} {
		bars := page(days).days(t.Context())
		sum := 0
		for _, bar := range bars {
			sum += bar.Matched
		}
		if len(bars) > most || sum != 2*days || (days > 0 && len(bars) == 0) {
			t.Errorf("%d days: %d bars, %d matched", days, len(bars), sum)
		}
	}
}
