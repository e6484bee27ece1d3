package schedule

import (
	"slices"
)

// SpansOn returns the hours of one date: those of its exception, else those of its weekday.
func (r Rules) SpansOn(date Date) []Span {
	if at := r.exceptionAt(date); at >= 0 {
		return r.Exceptions[at].Spans
	}
	return r.Week[date.Weekday()]
}

// OffOn returns the usual hours of a date that its exception takes away.
func (r Rules) OffOn(date Date) []Span {
	off := r.Week[date.Weekday()]
	for _, span := range r.SpansOn(date) {
		off = without(off, span)
	}
	return off
}

// ExtraOn returns the hours of a date that its exception adds to the usual ones.
func (r Rules) ExtraOn(date Date) []Span {
	extra := r.SpansOn(date)
	for _, span := range r.Week[date.Weekday()] {
		extra = without(extra, span)
	}
	return extra
}

// WithOff returns rules by which a stretch of one date is off; what else holds on that date stays. Reason is for the provider alone.
func (r Rules) WithOff(date Date, off Span, reason string) Rules {
	return r.withException(date, without(r.SpansOn(date), off), reason)
}

// WithExtra returns rules by which a stretch of one date is worked in addition to what is worked then anyway.
func (r Rules) WithExtra(date Date, extra Span, reason string) Rules {
	return r.withException(date, joined(append(slices.Clone(r.SpansOn(date)), extra)), reason)
}

// WithUsual returns rules by which a date has the hours of its weekday again.
func (r Rules) WithUsual(date Date) Rules {
	r.Exceptions = slices.DeleteFunc(slices.Clone(r.Exceptions), func(e Exception) bool { return e.Date == date })
	return r
}

// Since returns rules without the exceptions of dates before one: they are over and matter to nobody.
func (r Rules) Since(first Date) Rules {
	r.Exceptions = slices.DeleteFunc(slices.Clone(r.Exceptions), func(e Exception) bool { return e.Date.Before(first) })
	return r
}

func (r Rules) exceptionAt(date Date) int {
	return slices.IndexFunc(r.Exceptions, func(e Exception) bool { return e.Date == date })
}

// withException puts an exception in the place of that date's, or takes it out where it says what the weekday says.
func (r Rules) withException(date Date, spans []Span, reason string) Rules {
	if at := r.exceptionAt(date); at >= 0 && reason == "" {
		reason = r.Exceptions[at].Reason
	}
	r = r.WithUsual(date)
	if slices.Equal(spans, joined(r.Week[date.Weekday()])) {
		return r
	}
	if spans == nil {
		spans = []Span{}
	}
	at, _ := slices.BinarySearchFunc(r.Exceptions, date, func(e Exception, d Date) int { return e.Date.Compare(d) })
	r.Exceptions = slices.Insert(r.Exceptions, at, Exception{Date: date, Spans: spans, Reason: reason})
	return r
}

// without returns what is left of spans once a stretch is taken out.
func without(spans []Span, off Span) []Span {
	var left []Span
	for _, s := range spans {
		if off.To <= s.From || s.To <= off.From {
			left = append(left, s)
			continue
		}
		if s.From < off.From {
			left = append(left, Span{s.From, off.From})
		}
		if off.To < s.To {
			left = append(left, Span{off.To, s.To})
		}
	}
	return left
}

// joined puts spans in order and makes one of those that touch.
func joined(spans []Span) []Span {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return a.From - b.From })
	var all []Span
	for _, s := range spans {
		if last := len(all) - 1; last >= 0 && s.From <= all[last].To {
			all[last].To = max(all[last].To, s.To)
			continue
		}
		all = append(all, s)
	}
	return all
}
