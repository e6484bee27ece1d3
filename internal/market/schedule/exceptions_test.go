package schedule

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// tuesday has two spans; every other day is off.
func tuesday() (Rules, Date) {
	rules := Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 30}
	rules.Week[time.Tuesday] = []Span{{540, 720}, {840, 1080}}
	return rules, NewDate(2026, time.June, 2)
}

func TestAStretchOffIsTakenOutOfTheHoursOfItsDateAlone(t *testing.T) {
	usual, date := tuesday()
	for name, test := range map[string]struct {
		off  Span
		want []Span
	}{
		"the middle of a span":   {Span{600, 660}, []Span{{540, 600}, {660, 720}, {840, 1080}}},
		"over the pause":         {Span{660, 900}, []Span{{540, 660}, {900, 1080}}},
		"the whole day":          {Span{0, 1440}, nil},
		"outside of all hours":   {Span{0, 300}, []Span{{540, 720}, {840, 1080}}},
		"just one span":          {Span{540, 720}, []Span{{840, 1080}}},
		"up to where one begins": {Span{720, 840}, []Span{{540, 720}, {840, 1080}}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := usual.WithOff(date, test.off, "")
			if got := rules.SpansOn(date); !slices.Equal(got, test.want) {
				t.Errorf("the hours are %v, want %v", got, test.want)
			}
			if next := rules.SpansOn(date.AddDays(7)); !slices.Equal(next, usual.Week[time.Tuesday]) {
				t.Errorf("a week later the hours are %v", next)
			}
			if err := rules.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
	if len(usual.Exceptions) != 0 {
		t.Error("the rules that it began from were changed")
	}
}

func TestWhatSaysTheSameAsTheWeekdayIsNoException(t *testing.T) {
	usual, date := tuesday()
	off := usual.WithOff(date, Span{540, 720}, "Médecin")
	if len(off.Exceptions) != 1 || off.Exceptions[0].Reason != "Médecin" {
		t.Fatalf("exceptions: %+v", off.Exceptions)
	}
	if back := off.WithExtra(date, Span{540, 720}, ""); len(back.Exceptions) != 0 {
		t.Errorf("hours that are as usual again stay an exception: %+v", back.Exceptions)
	}
	if same := usual.WithOff(date, Span{0, 60}, "rien"); len(same.Exceptions) != 0 {
		t.Errorf("an hour off at night is an exception: %+v", same.Exceptions)
	}
	if back := off.WithUsual(date); len(back.Exceptions) != 0 || len(off.Exceptions) != 1 {
		t.Error("the usual hours do not come back, or the rules before were changed")
	}
}

func TestExtraHoursJoinWhatTheyTouch(t *testing.T) {
	usual, date := tuesday()
	if got := usual.WithExtra(date, Span{720, 840}, "").SpansOn(date); !slices.Equal(got, []Span{{540, 1080}}) {
		t.Errorf("hours in the pause: %v", got)
	}
	sunday := date.AddDays(-2)
	rules := usual.WithExtra(sunday, Span{600, 720}, "")
	if got := rules.ExtraOn(sunday); !slices.Equal(got, []Span{{600, 720}}) || len(rules.OffOn(sunday)) != 0 {
		t.Errorf("extra hours on a day off: %v", got)
	}
	if got := usual.WithOff(date, Span{600, 900}, "").OffOn(date); !slices.Equal(got, []Span{{600, 720}, {840, 900}}) {
		t.Errorf("what is off: %v", got)
	}
}

func TestExceptionsThatAreOverAreForgotten(t *testing.T) {
	rules, date := tuesday()
	for week := range 4 {
		rules = rules.WithOff(date.AddDays(7*week), Span{0, 1440}, "")
	}
	if left := rules.Since(date.AddDays(14)); len(left.Exceptions) != 2 || left.Exceptions[0].Date != date.AddDays(14) || len(rules.Exceptions) != 4 {
		t.Errorf("left: %+v", left.Exceptions)
	}
}

// A minute is worked exactly when the last thing said about it was that it is worked.
func TestOffAndExtraSayTheLastWordOnEachMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, date := tuesday()
		var works [1440]bool
		mark := func(s Span, worked bool) {
			for minute := s.From; minute < s.To; minute++ {
				works[minute] = worked
			}
		}
		for _, s := range rules.Week[time.Tuesday] {
			mark(s, true)
		}
		for range rapid.IntRange(0, 12).Draw(t, "changes") {
			from := rapid.IntRange(0, 1439).Draw(t, "from")
			span := Span{from, rapid.IntRange(from+1, 1440).Draw(t, "to")}
			extra := rapid.Bool().Draw(t, "extra")
			if mark(span, extra); extra {
				rules = rules.WithExtra(date, span, "")
			} else {
				rules = rules.WithOff(date, span, "")
			}
		}
		var got [1440]bool
		for _, s := range rules.SpansOn(date) {
			for minute := s.From; minute < s.To; minute++ {
				got[minute] = true
			}
		}
		if got != works {
			t.Fatalf("the hours are %v", rules.SpansOn(date))
		}
		if err := rules.Validate(); err != nil {
			t.Fatal(err)
		}
	})
}
