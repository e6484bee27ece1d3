package schedule_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
)

// weekly returns rules with the same spans on each day of the week, in Casablanca, on a step of 30 minutes.
func weekly(spans ...schedule.Span) schedule.Rules {
	r := schedule.Rules{Zone: "Africa/Casablanca", HorizonDays: 60, StepMinutes: 30}
	for i := range r.Week {
		r.Week[i] = spans
	}
	return r
}

func TestValidateNamesTheFieldAtFault(t *testing.T) {
	set := func(change func(*schedule.Rules)) schedule.Rules {
		r := weekly(schedule.Span{From: 540, To: 720}, schedule.Span{From: 720, To: 1080})
		change(&r)
		return r
	}
	off := func(dates ...string) (list []schedule.Exception) {
		for _, d := range dates {
			list = append(list, schedule.Exception{Date: date(d)})
		}
		return list
	}
	days := func(n int) (list []schedule.Exception) {
		for i := range n {
			list = append(list, schedule.Exception{Date: date("2026-01-01").AddDays(i)})
		}
		return list
	}
	type spans = []schedule.Span
	for name, c := range map[string]struct {
		rules schedule.Rules
		want  []string // field and key; none: accepted
	}{
		"touching spans":        {set(func(r *schedule.Rules) {}), nil},
		"a whole day":           {set(func(r *schedule.Rules) { r.Week[0] = spans{{0, 1440}} }), nil},
		"closed all week":       {set(func(r *schedule.Rules) { r.Week = [7][]schedule.Span{} }), nil},
		"the lowest numbers":    {set(func(r *schedule.Rules) { r.StepMinutes, r.HorizonDays = 5, 1 }), nil},
		"the highest numbers":   {set(func(r *schedule.Rules) { r.StepMinutes, r.HorizonDays, r.NoticeMinutes = 240, 365, 43200 }), nil},
		"400 exceptions":        {set(func(r *schedule.Rules) { r.Exceptions = days(400) }), nil},
		"401 exceptions":        {set(func(r *schedule.Rules) { r.Exceptions = days(401) }), []string{"exceptions schedule.too_many_exceptions"}},
		"no zone":               {set(func(r *schedule.Rules) { r.Zone = "" }), []string{"zone schedule.zone_unknown"}},
		"the server's zone":     {set(func(r *schedule.Rules) { r.Zone = "Local" }), []string{"zone schedule.zone_unknown"}},
		"an unknown zone":       {set(func(r *schedule.Rules) { r.Zone = "Africa/Atlantis" }), []string{"zone schedule.zone_unknown"}},
		"a path":                {set(func(r *schedule.Rules) { r.Zone = "../UTC" }), []string{"zone schedule.zone_unknown"}},
		"a second spelling":     {set(func(r *schedule.Rules) { r.Zone = "Africa//Casablanca" }), []string{"zone schedule.zone_unknown"}},
		"an empty span":         {set(func(r *schedule.Rules) { r.Week[1] = spans{{540, 540}} }), []string{"week.1 schedule.span_out_of_range"}},
		"a span past midnight":  {set(func(r *schedule.Rules) { r.Week[6] = spans{{1200, 1441}} }), []string{"week.6 schedule.span_out_of_range"}},
		"a span before the day": {set(func(r *schedule.Rules) { r.Week[6] = spans{{-1, 60}} }), []string{"week.6 schedule.span_out_of_range"}},
		"overlapping spans":     {set(func(r *schedule.Rules) { r.Week[2] = spans{{540, 720}, {719, 900}} }), []string{"week.2 schedule.spans_overlap"}},
		"spans out of order":    {set(func(r *schedule.Rules) { r.Week[2] = spans{{720, 900}, {540, 600}} }), []string{"week.2 schedule.spans_overlap"}},
		"25 spans":              {set(func(r *schedule.Rules) { r.Week[2] = make(spans, 25) }), []string{"week.2 schedule.too_many_spans"}},
		"a date twice":          {set(func(r *schedule.Rules) { r.Exceptions = off("2026-05-01", "2026-05-02", "2026-05-01") }), []string{"exceptions.2 schedule.exception_twice"}},
		"bad extra hours": {set(func(r *schedule.Rules) {
			r.Exceptions = []schedule.Exception{{Date: date("2026-05-01"), Spans: spans{{9, 5}}}}
		}), []string{"exceptions.0 schedule.span_out_of_range"}},
		"a long reason": {set(func(r *schedule.Rules) {
			r.Exceptions = []schedule.Exception{{Date: date("2026-05-01"), Reason: strings.Repeat("ع", 201)}}
		}), []string{"exceptions.0 schedule.reason_too_long"}},
		"numbers too low": {
			set(func(r *schedule.Rules) {
				r.StepMinutes, r.HorizonDays, r.NoticeMinutes, r.BufferBeforeMinutes, r.BufferAfterMinutes = 4, 0, -1, -1, -1
			}),
			[]string{"buffer_before_minutes schedule.minutes_between", "buffer_after_minutes schedule.minutes_between", "notice_minutes schedule.minutes_between", "horizon_days schedule.days_between", "step_minutes schedule.minutes_between"},
		},
		"numbers too high": {
			set(func(r *schedule.Rules) {
				r.StepMinutes, r.HorizonDays, r.NoticeMinutes, r.BufferBeforeMinutes, r.BufferAfterMinutes = 241, 366, 43201, 241, 241
			}),
			[]string{"buffer_before_minutes schedule.minutes_between", "buffer_after_minutes schedule.minutes_between", "notice_minutes schedule.minutes_between", "horizon_days schedule.days_between", "step_minutes schedule.minutes_between"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.rules.Validate()
			if got := complaints(err); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if len(c.want) > 0 && errs.CodeOf(err) != errs.Invalid {
				t.Errorf("the code is %q, want %q", errs.CodeOf(err), errs.Invalid)
			}
		})
	}
}

func complaints(err error) (list []string) {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for _, f := range e.Fields {
			list = append(list, f.Name+" "+f.Key)
		}
	}
	return list
}

func TestRulesSurviveJSONAndShowNoNull(t *testing.T) {
	r := weekly(schedule.Span{From: 540, To: 720})
	r.Week[0] = nil
	r.Exceptions = []schedule.Exception{{Date: date("2026-05-01"), Reason: "Fête du Travail"}}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"zone":"Africa/Casablanca","week":[[],[{"from":540,"to":720}],`
	if !strings.HasPrefix(string(text), want) || strings.Contains(string(text), "null") {
		t.Errorf("got %s", text)
	}
	if r.Week[0] != nil || r.Exceptions[0].Spans != nil {
		t.Error("writing the rules changed them")
	}
	var back schedule.Rules
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	back.Week[0], back.Exceptions[0].Spans = nil, nil
	if !reflect.DeepEqual(back, r) {
		t.Errorf("got %+v, want %+v", back, r)
	}
}

func FuzzRules(f *testing.F) {
	f.Add([]byte(`{"zone":"Africa/Casablanca","week":[[],[{"from":0,"to":1440}],[{"from":0,"to":1440}]],"step_minutes":5,"horizon_days":365}`), int64(1771110000), int64(62*86400), int64(60))
	f.Add([]byte(`{"zone":"Europe/Paris","week":[[{"from":9,"to":5}]],"step_minutes":0,"exceptions":[{"date":"9999-12-31","spans":[{"from":-9,"to":99999}]}]}`), int64(-1<<62), int64(1<<62), int64(-1))
	f.Add([]byte(`{"zone":"UTC","week":[[{"from":600,"to":700},{"from":0,"to":1440}]],"step_minutes":5,"horizon_days":9}`), int64(253402300799), int64(1<<40), int64(1440))
	f.Fuzz(func(t *testing.T, text []byte, from, window, minutes int64) {
		var r schedule.Rules
		if json.Unmarshal(text, &r) != nil {
			return
		}
		valid := r.Validate() == nil
		start := time.Unix(from, 0).UTC()
		duration := time.Duration(minutes) * time.Minute
		busy := []schedule.Interval{{Start: start.Add(time.Hour), End: start.Add(2 * time.Hour)}, {Start: start, End: start.Add(-time.Hour)}}
		slots := r.Slots(duration, busy, start, start, time.Unix(from+window, 0))
		if len(slots) > schedule.MaxSlots {
			t.Fatalf("%d slots", len(slots))
		}
		_ = r.FreeOn(schedule.DateOf(start, time.UTC), duration, busy, start)
		for i, s := range slots {
			if s.Start.Before(start) || s.Start.Sub(start) > schedule.MaxWindow+schedule.MaxNoticeMinutes*time.Minute {
				t.Fatalf("slot %v lies outside of the window from %v", s, start)
			}
			if valid && i > 0 && !slots[i-1].Start.Before(s.Start) {
				t.Fatalf("slot %v comes after %v", s, slots[i-1])
			}
			if i >= 20 {
				continue // Allows costs a search of its own
			}
			if err := r.Allows(s.Start, duration, busy, start); valid && err != nil {
				t.Fatalf("slot %v is offered and refused: %v", s, err)
			}
		}
	})
}
