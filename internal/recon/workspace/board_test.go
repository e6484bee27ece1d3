package workspace

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"

	"pgregory.net/rapid"
)

// drawBase draws what a run could have found.
func drawBase(t *rapid.T) *base {
	f := &base{reasons: map[int32]string{}}
	for side := range 2 {
		for row := range rapid.IntRange(1, 9).Draw(t, "rows") {
			day := record.Day(rapid.IntRange(20_000, 20_060).Draw(t, "day"))
			if rapid.IntRange(0, 9).Draw(t, "dated") == 0 {
				day = record.NoDay
			}
			f.records = append(f.records, light{key: fmt.Sprintf("%d-%d", side, row), side: side, row: row + 1, day: day,
				amount: money.Of(int64(rapid.IntRange(-5, 5).Draw(t, "amount"))*100, money.MAD), id: fmt.Sprint("R", row), text: rapid.SampledFrom([]string{"Élan", "été", "mill"}).Draw(t, "text")})
		}
	}
	var left, right []int32
	for i, r := range f.records {
		if r.side == 0 {
			left = append(left, int32(i))
		} else {
			right = append(right, int32(i))
		}
	}
	for len(left) > 0 && len(right) > 0 && rapid.Bool().Draw(t, "one more match") {
		n, m := rapid.IntRange(1, min(2, len(left))).Draw(t, "left"), rapid.IntRange(1, min(2, len(right))).Draw(t, "right")
		found := foundMatch{number: len(f.matches) + 1, kind: result.Shape(n, m), pass: "exact", status: result.Matched, confidence: float64(len(f.matches)) / 20}
		found.members = append(slices.Clone(left[:n]), right[:m]...)
		left, right = left[n:], right[m:]
		switch rapid.IntRange(0, 2).Draw(t, "as") {
		case 0:
			found.status = result.Suggested
		case 1:
			found.kind, found.cause, found.difference = result.Break, "fee", money.Of(100, money.MAD)
		}
		f.matches = append(f.matches, found)
	}
	for _, r := range append(left, right...) {
		f.reasons[r] = "no_candidate"
	}
	return f
}

// simple is a board without any index: a list of items, each a set of keys, changed as the rules say it.
type simple struct {
	records map[string]light
	sign    int64 // of the right side's amounts
	items   []*simpleItem
}

type simpleItem struct {
	keys           []string // in order
	state          state
	before         *simpleItem // what it was before it was accepted or written off
	reason, writer string
	decided        bool // a person has settled it
	broken         bool
}

func newSimple(f *base) *simple {
	s := &simple{records: map[string]light{}, sign: 1}
	if f.opposite() {
		s.sign = -1
	}
	taken := map[int32]bool{}
	for _, m := range f.matches {
		i := &simpleItem{state: stateOf(m), broken: m.kind == result.Break}
		for _, r := range m.members {
			taken[r] = true
			i.keys = append(i.keys, f.records[r].key)
		}
		slices.Sort(i.keys)
		s.items = append(s.items, i)
	}
	for i, r := range f.records {
		s.records[r.key] = r
		if !taken[int32(i)] {
			s.items = append(s.items, &simpleItem{keys: []string{r.key}, reason: "no_candidate"})
		}
	}
	return s
}

func (s *simple) find(id string) *simpleItem {
	for _, i := range s.items {
		if itemID(i.keys) == id {
			return i
		}
	}
	return nil
}

func (s *simple) apart(i *simpleItem, reason string) {
	s.items = slices.DeleteFunc(s.items, func(other *simpleItem) bool { return other == i })
	for _, key := range i.keys {
		s.items = append(s.items, &simpleItem{keys: []string{key}, reason: reason})
	}
}

func (s *simple) difference(keys []string) int64 {
	var total int64
	for _, key := range keys {
		r := s.records[key]
		if r.side == 0 {
			total += r.amount.Minor
		} else {
			total -= s.sign * r.amount.Minor
		}
	}
	return total
}

func (s *simple) apply(v *verdict) {
	for _, about := range v.about {
		i := s.find(about.item)
		switch v.Action {
		case Accept:
			was := *i
			i.before, i.state, i.decided = &was, matched, true
		case Reject:
			s.apart(i, "rejected")
		case Unmatch:
			if len(i.keys) == 1 {
				*i = simpleItem{keys: i.keys, reason: "unmatched"}
			} else {
				s.apart(i, "unmatched")
			}
		case Undo:
			if i.before != nil {
				*i = *i.before
				i.before = nil
			} else {
				s.apart(i, "unmatched")
			}
		case Match:
			for _, key := range about.keys {
				for _, holds := range slices.Clone(s.items) {
					if len(holds.keys) > 1 && slices.Contains(holds.keys, key) {
						s.apart(holds, "taken")
					}
				}
				s.items = slices.DeleteFunc(s.items, func(one *simpleItem) bool { return len(one.keys) == 1 && one.keys[0] == key })
			}
			made := &simpleItem{keys: slices.Sorted(slices.Values(about.keys)), state: matched, decided: true, reason: v.Reason}
			if s.difference(about.keys) != 0 && !s.oneSided(about.keys) {
				if made.state, made.broken = broken, true; v.Reason != "" {
					made.state = settled
				}
			}
			s.items = append(s.items, made)
		case Explain:
			if i.reason = v.Reason; i.state == broken {
				i.state, i.decided = settled, true
			}
		case WriteOff:
			was := *i
			i.before, i.state, i.reason, i.writer, i.decided = &was, about.state, v.Reason, v.By, true
		case Approve:
			i.state = settled
		case Refuse:
			i.state, i.before = i.before.state, nil
		}
	}
}

func (s *simple) oneSided(keys []string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return s.records[key].side != s.records[keys[0]].side })
}

func (s *simple) String() string {
	lines := make([]string, len(s.items))
	for i, item := range s.items {
		lines[i] = fmt.Sprintf("%s %d %s", strings.Join(item.keys, "+"), item.state, item.reason)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// plain is the board in the same words.
func (b *board) plain() string {
	var lines []string
	for i := range b.entries {
		if e := &b.entries[i]; !e.gone {
			lines = append(lines, fmt.Sprintf("%s %d %s", strings.Join(slices.Sorted(slices.Values(b.keys(e))), "+"), e.state, e.reason))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// drawVerdict draws something that a person may do to a board; false where it is not possible.
func drawVerdict(t *rapid.T, b *board) (verdict, bool) {
	v := verdict{seq: b.seq + 1, Decision: Decision{By: rapid.SampledFrom([]string{"nadia", "karim"}).Draw(t, "who"), At: time.Unix(0, 0)}}
	v.Action = rapid.SampledFrom([]Action{Accept, Reject, Unmatch, Match, Explain, WriteOff, Approve, Refuse, Undo}).Draw(t, "action")
	if v.Action == Explain || v.Action == WriteOff || rapid.Bool().Draw(t, "with a reason") {
		v.Reason = "fee"
	}
	if v.Action == Match {
		var keys []string
		for _, r := range b.records {
			if rapid.IntRange(0, 5).Draw(t, "take") == 0 {
				keys = append(keys, r.key)
			}
		}
		if len(keys) < 2 {
			return v, false
		}
		entries, err := b.partners(keys)
		if err != nil || slices.ContainsFunc(entries, func(e *entry) bool { return b.refusal(e, Match, v.By) != "" }) {
			return v, false
		}
		v.about, err = b.union(keys, v.At)
		return v, err == nil
	}
	for i := range b.entries {
		e := &b.entries[i]
		if e.gone || b.refusal(e, v.Action, v.By) != "" || rapid.IntRange(0, 2).Draw(t, "choose") > 0 {
			continue
		}
		s := subject{item: e.id, keys: b.keys(e)}
		if v.Action == WriteOff {
			s.writeOff(b.writtenOff(e), Settings{WriteOffLimit: money.Of(200, money.MAD)})
		}
		s.takesBack(v.Action, e)
		v.about = append(v.about, s)
	}
	return v, len(v.about) > 0
}

func TestABoardIsWhatTheRulesMakeOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := drawBase(t)
		b, plain := newBoard("run", from, nil), newSimple(from)
		var all []verdict
		for range rapid.IntRange(0, 12).Draw(t, "decisions") {
			v, possible := drawVerdict(t, b)
			if !possible {
				continue
			}
			all = append(all, v)
			b.absorb(v)
			plain.apply(&v)
			if got, want := b.plain(), plain.String(); got != want {
				t.Fatalf("after %s of %v\n%s\nwant\n%s", v.Action, v.about, got, want)
			}
		}
		again := newBoard("run", from, nil)
		again.absorb(all...)
		if again.plain() != b.plain() {
			t.Fatalf("replayed at once\n%s\nwant\n%s", again.plain(), b.plain())
		}
		checkBoard(t, b)
		b.page(Filter{}, ByUrgency, 0, 1)
		b.choose(Filter{}, ByAmount) // orders are there from now on, and kept
		b.choose(Filter{}, "-date")
		for range 3 {
			if v, possible := drawVerdict(t, b); possible {
				b.absorb(v)
			}
			for at := range b.entries { // what is remembered of statuses is what they are
				if e := &b.entries[at]; !e.gone && urgency[b.rank(int32(at))-1] != b.status(e) || e.gone != (b.rank(int32(at)) == isGone) {
					t.Fatalf("%s is remembered as %d", e.id, b.shown[at])
				}
			}
		}
		checkViews(t, b)
	})
}

// checkBoard checks that no record is lost or stands twice, and that the figures say so.
func checkBoard(t *rapid.T, b *board) {
	holds := make([]int, len(b.records))
	for i := range b.entries {
		e := &b.entries[i]
		for _, m := range e.members {
			if !e.gone {
				holds[m]++
			}
			if !e.gone && b.at[m] != int32(i) {
				t.Fatalf("record %d does not know its item", m)
			}
		}
	}
	if slices.ContainsFunc(holds, func(n int) bool { return n != 1 }) {
		t.Fatalf("records stand in so many items: %v", holds)
	}
	f := b.sum()
	if f.Matched+f.Suggested+f.Open != len(b.records) {
		t.Fatalf("%d matched, %d suggested, %d open of %d", f.Matched, f.Suggested, f.Open, len(b.records))
	}
	for _, s := range f.Sums {
		if s.In.Minor != s.Matched.Minor+s.Suggested.Minor+s.Offset.Minor+s.Open.Minor || s.In.Count != s.Matched.Count+s.Suggested.Count+s.Offset.Count+s.Open.Count {
			t.Fatalf("%+v do not add up", s)
		}
	}
}

// checkViews compares views with what looking at every item gives.
func checkViews(t *rapid.T, b *board) {
	b.settings = Settings{EscalateAfter: rapid.SampledFrom([]int{0, 20}).Draw(t, "escalate after"), AcceptSuggested: rapid.SampledFrom([]float64{0, 0.1}).Draw(t, "accept from")}
	b.today = 20_050
	clear(b.shown)
	b.turned()
	side, least := rapid.IntRange(0, 1).Draw(t, "side"), int64(rapid.IntRange(0, 400).Draw(t, "least"))
	for _, f := range []Filter{{}, {Side: &side}, {MinAmount: &least}, {Statuses: []Status{StatusOpen, StatusEscalated}}, {Text: "ETE"}, {Kinds: []result.Kind{result.Break}}, {MinAgeDays: 5},
		{Reason: "no_candidate"}, {Pass: "exact"}, {Cause: "fee"}, {Currency: "EUR"}, {From: record.Day(20_010).Time(), To: record.Day(20_030).Time()}} {
		var want []string
		for i := range b.entries {
			if e := &b.entries[i]; !e.gone && chosen(b.item(e), f) && b.tells(e, f.Text) {
				want = append(want, e.id)
			}
		}
		slices.Sort(want)
		for _, sort := range []Sort{"", ByDate, "-amount", ByDifference, ByConfidence, ByAge} {
			var got []string
			items := b.page(f, sort, 0, 1000).Items
			for _, i := range items {
				got = append(got, i.ID)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("%+v by %q chooses %v, want %v", f, sort, got, want)
			}
			if !slices.IsSortedFunc(items, func(x, y Item) int { return before(sort, x, y) }) {
				t.Fatalf("not by %q: %+v", sort, items)
			}
		}
	}
}

// tells says whether a text stands in a record of an entry.
func (b *board) tells(e *entry, text string) bool {
	return slices.ContainsFunc(e.members, func(m int32) bool { return strings.Contains(record.Fold(b.records[m].text), record.Fold(text)) })
}

// chosen says what a filter means.
func chosen(i Item, f Filter) bool {
	in := func(yes bool) bool { return yes }
	return in(f.Side == nil || i.Side == *f.Side) && in(f.MinAmount == nil || abs(i.Amount.Minor) >= *f.MinAmount) && in(len(f.Statuses) == 0 || slices.Contains(f.Statuses, i.Status)) &&
		in(len(f.Kinds) == 0 || i.Side < 0 && slices.Contains(f.Kinds, i.Kind)) && in(i.AgeDays >= f.MinAgeDays) && in(f.Reason == "" || i.Reason == f.Reason) &&
		in(f.Pass == "" || i.Pass == f.Pass) && in(f.Cause == "" || i.Cause == f.Cause) && in(f.Currency == "" || string(i.Amount.Currency) == f.Currency) &&
		in(f.From.IsZero() || !i.Date.IsZero() && !i.Date.Before(f.From) && i.Date.Before(f.To))
}

// before says what an order means.
func before(sort Sort, x, y Item) int {
	switch sort {
	case "":
		return cmp.Or(slices.Index(urgency, x.Status)-slices.Index(urgency, y.Status), cmp.Compare(abs(y.Amount.Minor), abs(x.Amount.Minor)))
	case ByDate:
		return x.Date.Compare(y.Date)
	case "-amount":
		return cmp.Compare(abs(x.Amount.Minor), abs(y.Amount.Minor))
	case ByDifference:
		return cmp.Compare(abs(y.Difference.Minor), abs(x.Difference.Minor))
	case ByConfidence:
		return cmp.Compare(x.Confidence, y.Confidence)
	}
	return cmp.Compare(y.AgeDays, x.AgeDays)
}
