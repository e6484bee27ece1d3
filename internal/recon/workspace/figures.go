package workspace

import (
	"cmp"
	"maps"
	"slices"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// maxDays bounds the figures by day, to the latest ones.
const maxDays = 400

// ages are the stretches of days that open items are counted in.
var ages = []struct {
	name string
	upTo int
}{{"0-7", 7}, {"8-30", 30}, {"31-90", 90}, {"90+", 1 << 30}}

// sum returns the figures of the board.
func (b *board) sum() Figures {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.summary == nil || b.summed != b.turn {
		f := b.figure()
		b.summary, b.summed = &f, b.turn
	}
	return *b.summary
}

// tally gathers figures.
type tally struct {
	figures    Figures
	sums       map[sumKey]*result.Sums
	causes     map[string]map[money.Currency]*Slice
	ageing     map[string]map[money.Currency]*Slice
	categories map[string]*CategorySum
	days       map[record.Day]*DayFigures
	passes     map[string]*result.Pass
}

type sumKey struct {
	side     int
	currency money.Currency
}

func (b *board) figure() Figures {
	t := &tally{sums: map[sumKey]*result.Sums{}, causes: map[string]map[money.Currency]*Slice{}, ageing: map[string]map[money.Currency]*Slice{},
		categories: map[string]*CategorySum{}, days: map[record.Day]*DayFigures{}, passes: map[string]*result.Pass{}}
	t.figures.Records = make([]int, b.sides)
	for i := range b.records {
		t.record(b, &b.records[i], &b.entries[b.at[i]])
	}
	for i := range b.entries {
		if e := &b.entries[i]; !e.gone {
			t.entry(b, e)
		}
	}
	return t.finish(b)
}

// record counts one record.
func (t *tally) record(b *board, r *light, e *entry) {
	f := &t.figures
	f.Records[r.side]++
	key := sumKey{r.side, r.amount.Currency}
	sums := t.sums[key]
	if sums == nil {
		sums = &result.Sums{Side: result.Side(r.side), Currency: string(r.amount.Currency)} //nolint:gosec // below eight
		t.sums[key] = sums
	}
	add := func(to *result.Sum) { to.Count, to.Minor = to.Count+1, to.Minor+r.amount.Minor }
	add(&sums.In)
	day := &DayFigures{}
	if r.day != record.NoDay {
		if t.days[r.day] == nil {
			t.days[r.day] = &DayFigures{Day: r.day}
		}
		day = t.days[r.day]
	}
	switch standing := b.standing(e); {
	case e.single() && standing == settled: // written off
		f.Matched++
		day.Matched++
		add(&sums.Matched)
	case e.single():
		f.Open++
		day.Open++
		add(&sums.Open)
	case standing == suggested:
		f.Suggested++
		day.Open++
		add(&sums.Suggested)
	case e.kind == result.Offset:
		f.Matched++
		day.Matched++
		add(&sums.Offset)
	default:
		f.Matched++
		add(&sums.Matched)
		if e.kind == result.Break {
			add(&sums.Break)
		}
		if standing == broken || standing == pending {
			f.Broken++
			day.Broken++
		} else {
			day.Matched++
		}
	}
}

// entry counts one item.
func (t *tally) entry(b *board, e *entry) {
	standing := b.standing(e)
	if e.kind == result.Break && !e.single() && (standing == broken || standing == pending) {
		slice(t.causes, cmp.Or(e.cause, "other"), e.difference)
	}
	category := t.categories[string(e.amount.Currency)]
	if category == nil {
		category = &CategorySum{Currency: string(e.amount.Currency)}
		t.categories[string(e.amount.Currency)] = category
	}
	switch {
	case e.single() && standing != settled:
		slice(t.ageing, ageName(b.age(e)), e.amount)
		if b.records[e.members[0]].side == 0 {
			category.Missing, category.MissingN = category.Missing+abs(e.amount.Minor), category.MissingN+1
		} else {
			category.Excess, category.ExtraN = category.Excess+abs(e.amount.Minor), category.ExtraN+1
		}
	case standing == matched || standing == settled:
		category.Balanced, category.BalancedN = category.Balanced+abs(e.amount.Minor), category.BalancedN+1
	case standing == broken || standing == pending:
		less := min(abs(e.amount.Minor), abs(e.amount.Minor-e.difference.Minor))
		category.Balanced += less
		// What differs is missing on the right where the left is larger.
		if more := abs(e.amount.Minor) - less; more > 0 {
			category.Missing, category.MissingN = category.Missing+more, category.MissingN+1
		} else {
			category.Excess, category.ExtraN = category.Excess+abs(e.difference.Minor), category.ExtraN+1
		}
	}
	if !e.single() && standing != suggested {
		pass := t.passes[e.pass]
		if pass == nil {
			pass = &result.Pass{Name: e.pass}
			t.passes[e.pass] = pass
		}
		pass.Matches, pass.Records = pass.Matches+1, pass.Records+len(e.members)
	}
}

func ageName(days int) string {
	for _, age := range ages {
		if days <= age.upTo {
			return age.name
		}
	}
	return ages[len(ages)-1].name
}

// slice counts an amount under a name, each currency by itself.
func slice(into map[string]map[money.Currency]*Slice, name string, amount money.Amount) {
	if into[name] == nil {
		into[name] = map[money.Currency]*Slice{}
	}
	part := into[name][amount.Currency]
	if part == nil {
		part = &Slice{Name: name, Amount: money.Of(0, amount.Currency)}
		into[name][amount.Currency] = part
	}
	part.Count++
	part.Amount.Minor += abs(amount.Minor)
}

// slices of all names, in an order; those of a name by currency.
func flattened(from map[string]map[money.Currency]*Slice, names []string) (all []Slice) {
	for _, name := range names {
		for _, currency := range slices.Sorted(maps.Keys(from[name])) {
			all = append(all, *from[name][currency])
		}
	}
	return all
}

func (t *tally) finish(b *board) Figures {
	f := t.figures
	total := 0
	for _, n := range f.Records {
		total += n
	}
	if total > 0 {
		f.MatchRate = float64(f.Matched) / float64(total)
	}
	for _, key := range slices.SortedFunc(maps.Keys(t.sums), func(a, b sumKey) int { return cmp.Or(a.side-b.side, cmp.Compare(a.currency, b.currency)) }) {
		f.Sums = append(f.Sums, *t.sums[key])
	}
	causes := slices.SortedFunc(maps.Keys(t.causes), cmp.Compare[string])
	f.Causes = flattened(t.causes, causes)
	slices.SortStableFunc(f.Causes, func(a, b Slice) int { return b.Count - a.Count })
	names := make([]string, len(ages))
	for i, age := range ages {
		names[i] = age.name
	}
	f.Ageing = flattened(t.ageing, names)
	for _, currency := range slices.Sorted(maps.Keys(t.categories)) {
		f.Categories = append(f.Categories, *t.categories[currency])
	}
	days := slices.Sorted(maps.Keys(t.days))
	for _, d := range days[max(0, len(days)-maxDays):] {
		f.ByDay = append(f.ByDay, *t.days[d])
	}
	f.Passes, f.TookRun = t.passesOf(b), b.figures.Took
	return f
}

// passesOf are the passes of the run in their order, with what they found that still stands, and then those of people and earlier runs.
func (t *tally) passesOf(b *board) (passes []result.Pass) {
	for _, p := range b.figures.Passes {
		now := t.passes[p.Name]
		delete(t.passes, p.Name)
		if p.Matches, p.Records = 0, 0; now != nil {
			p.Matches, p.Records = now.Matches, now.Records
		}
		passes = append(passes, p)
	}
	for _, name := range slices.Sorted(maps.Keys(t.passes)) {
		passes = append(passes, *t.passes[name])
	}
	return passes
}
