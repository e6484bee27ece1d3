package match

import (
	"slices"
	"testing"

	"khadamat/internal/recon/record"
)

func TestDistanceCountsChangesAndStopsAboveItsBound(t *testing.T) {
	for _, c := range []struct {
		s, t       string
		most, want int
	}{
		{"benali", "benali", 2, 0}, {"benali", "bennali", 2, 1}, {"benali", "bneali", 2, 1}, {"benali", "banalo", 2, 2}, {"benali", "xyz", 2, 3},
		{"", "ab", 2, 2}, {"ab", "", 1, 2}, {"casablanca", "casablnaca", 1, 1},
	} {
		if got := min(distance([]byte(c.s), []byte(c.t), c.most), c.most+1); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.s, c.t, got, c.want)
		}
	}
}

func TestWordsAreAlikeAsPeopleWriteThem(t *testing.T) {
	x := newLexicon()
	alike := func(s, t string) float32 {
		a, b := x.of([]byte(s)), x.of([]byte(t))
		x.weigh()
		if a != b && x.gists[a].unlike(&x.gists[b]) {
			return 0
		}
		return x.alike(a, b)
	}
	for _, c := range []struct {
		s, t string
		want bool
	}{
		{"bennani", "bennan", true}, {"mohammed", "mohamed", true}, {"kh4480680", "80680", true}, {"kh4480680", "kh4480681", true}, {"casablanca", "c", true},
		{"benali", "alaoui", false}, {"80680", "80681", false}, {"kh4480680", "kh9980699", false}, {"rabat", "tanger", false},
	} {
		if got := alike(c.s, c.t) > 0; got != c.want {
			t.Errorf("%q and %q: alike is %v", c.s, c.t, got)
		}
		if alike(c.s, c.t) != alike(c.t, c.s) {
			t.Errorf("%q and %q: the order matters", c.s, c.t)
		}
	}
	if alike("kh4480680", "kh4480680") != 1 {
		t.Error("a word is not alike itself")
	}
}

func TestWordsEndWhereLettersAndDigitsEnd(t *testing.T) {
	x := newLexicon()
	var got []string
	for _, w := range x.split(nil, record.AppendFold(nil, []byte("Réf: KH448-12/É. Benali, 3,5"))) {
		got = append(got, string(x.text(w)))
	}
	if want := []string{"ref", "kh448", "12", "e", "benali", "3", "5"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSwappedDigitsAreNeighboursThatChangedPlaces(t *testing.T) {
	for _, c := range []struct {
		a, b int64
		want bool
	}{
		{12345, 13245, true}, {12345, 12354, true}, {-12345, -21345, true}, {90000, 900000, true}, {10888, 1888, true}, {12345, 12345, false}, {12345, 14325, false},
		{12345, 12445, false}, {500, 50000, false}, {5000, -50000, false}, {-5000, -50000, true},
	} {
		if got := swapped(c.a, c.b); got != c.want {
			t.Errorf("%d and %d: %v", c.a, c.b, got)
		}
	}
}
