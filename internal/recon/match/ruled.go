package match

import (
	"context"
	"hash/maphash"
	"slices"
	"strconv"
	"time"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// ruled is the state of a reconciliation by a ruleset.
type ruled struct {
	ctx      context.Context //nolint:containedctx // of one call of Run
	set      *rules.Ruleset
	plan     *Plan
	sides    [2]*record.Set
	free     [2][]bool
	seeds    [2]maphash.Seed // hashes decide what is equal, and nothing about the order
	loaded   map[string]*values
	dates    [2][]record.Day // by role, when something has asked for them
	steps    []*stage
	found    finds
	pair     [2]int     // room of the members that are taken
	met      [2][]int32 // of each record that a pass left open: a candidate that it had; none without one
	words    *scored    // the words of both sides, when something asks for them
	progress *progress
	run      *run // the evidence, when a scored pass has asked for it
}

// stage is a step with its values.
type stage struct {
	*Step
	keys   []*operand
	alike  []*likeness
	amount *operand
	date   *operand
	able   [2][]bool
	took   time.Duration
	bits   float64 // that equal keys speak for a pair
	pairs  int64   // compared so far
}

// Run reconciles two sets by a ruleset, pass by pass, each on what earlier ones left open. The same sets and ruleset give the same
// outcome; tell is told how far it is, and may be nil. The error of a ruleset that asks for what a side does not have is a *rules.Problem.
func Run(ctx context.Context, set *rules.Ruleset, left, right *record.Set, tell Tell) (*Outcome, error) {
	if set.Auto {
		return Auto(ctx, left, right, tell)
	}
	plan, err := Compile(set, left, right)
	if err != nil {
		return nil, err
	}
	p, stop := watch(ctx, tell)
	defer stop()
	x := &ruled{progress: p, ctx: ctx, set: set, plan: plan, sides: [2]*record.Set{left, right}, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, loaded: map[string]*values{}}
	for k, side := range x.sides {
		x.free[k], x.met[k] = make([]bool, side.Len()), make([]int32, side.Len())
		for i := range x.free[k] {
			x.free[k][i], x.met[k][i] = true, none
		}
	}
	for i := range plan.Steps {
		p.begin(i, len(plan.Steps))
		started := time.Now()
		s, err := x.stage(&plan.Steps[i])
		if err != nil {
			return nil, err
		}
		x.steps = append(x.steps, s)
		if err := x.perform(s, i); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.able = [2][]bool{}
		s.took = time.Since(started)
	}
	return x.outcome(), nil
}

// perform runs a step.
func (x *ruled) perform(s *stage, i int) error {
	switch s.Pass.Kind {
	case rules.Group:
		x.groups(s)
		return nil
	case rules.Sum:
		return x.sums(s)
	case rules.Offset:
		return x.offsets(s)
	case rules.Scored:
		if s.Pass.Joint {
			return nil // done with the one before
		}
		joint := i+1 < len(x.plan.Steps) && x.plan.Steps[i+1].Pass.Joint
		if joint {
			return x.scored(s, &x.plan.Steps[i+1])
		}
		return x.scored(s, nil)
	}
	return x.pairs(s, view{0, s.able[0]}, view{1, s.able[1]}, s.keys)
}

// stage loads what a step compares.
func (x *ruled) stage(step *Step) (*stage, error) {
	s := &stage{Step: step}
	for k := range x.free {
		able, err := x.eligible(step, k)
		if err != nil {
			return nil, err
		}
		s.able[k] = able
	}
	for i := range step.Keys {
		o, err := x.operand(&step.Keys[i])
		if err != nil {
			return nil, err
		}
		s.keys = append(s.keys, o)
	}
	if len(step.Alike) > 0 {
		alike, err := x.likenesses(step.Alike)
		if err != nil {
			return nil, err
		}
		s.alike = alike
	}
	for _, part := range []struct {
		of *Within
		to **operand
	}{{step.Amount, &s.amount}, {step.Date, &s.date}} {
		if part.of == nil {
			continue
		}
		o, err := x.operand(&part.of.Compared)
		if err != nil {
			return nil, err
		}
		*part.to = o
	}
	if step.Date != nil && step.Date.Business {
		s.date.countBusinessDays()
	}
	return s, nil
}

// eligible are the open records of a side that pass a step's conditions.
func (x *ruled) eligible(step *Step, side int) ([]bool, error) {
	able := slices.Clone(x.free[side])
	for i := range step.Where[side] {
		t := &step.Where[side][i]
		v, err := x.load(side, t.Columns, t.As, rules.Field{Left: t.Field, Right: t.Field})
		if err != nil {
			return nil, err
		}
		inParallel(len(able), func(from, to int) {
			for i := from; i < to; i++ {
				able[i] = able[i] && t.holds(v, i)
			}
		})
	}
	return able, nil
}

func (x *ruled) operand(c *Compared) (*operand, error) {
	o := &operand{Compared: c, opposite: x.plan.Opposite}
	for k := range o.of {
		if c.Columns[k] == nil {
			o.of[k] = &values{constant: []byte(c.Constant[k])}
			continue
		}
		v, err := x.load(k, c.Columns[k], c.As, c.Field)
		if err != nil {
			return nil, err
		}
		o.of[k] = v
	}
	return o, nil
}

// load reads the values of columns once, however many passes ask for them.
func (x *ruled) load(side int, columns []int, as Values, field rules.Field) (*values, error) {
	name := strconv.Itoa(side) + "/" + strconv.Itoa(int(as)) + "/" + nameOf(field, side) + "/" + strconv.Itoa(field.Last) + "/" + field.Extract
	if v, ok := x.loaded[name]; ok {
		return v, nil
	}
	v, err := load(x.sides[side], columns, as, field, side)
	if err != nil {
		return nil, err
	}
	x.loaded[name] = v
	return v, nil
}

// days returns the dates of both sides, nil of one that has none.
func (x *ruled) days() [2][]record.Day {
	for k := range x.dates {
		if x.dates[k] == nil {
			x.dates[k] = record.Days(x.sides[k])
		}
	}
	return x.dates
}

// countBusinessDays puts the numbers of business days in place of days: Saturday and Sunday count as the Friday before.
func (o *operand) countBusinessDays() {
	for k, v := range o.of {
		own := &values{texts: v.texts, day: make([]record.Day, len(v.day))}
		for i, d := range v.day {
			own.day[i] = businessDay(d)
		}
		o.of[k] = own
	}
}

func businessDay(d record.Day) record.Day {
	if d == record.NoDay {
		return d
	}
	const thursday = 3 // of 1970-01-01, Monday being 0
	since := int(d) + thursday
	week, weekday := since/7, since%7
	if weekday < 0 {
		week, weekday = week-1, weekday+7
	}
	return record.Day(5*week + min(weekday, 4)) //nolint:gosec // fewer than the days
}

// take keeps what a pass found, and its records are free no more.
func (x *ruled) take(pass *rules.Pass, f Found) {
	f.Pass = pass.Name
	if f.Status == "" {
		f.Status = result.Matched
	}
	if pass.Finds == rules.Suggest {
		f.Status = result.Suggested
	}
	for k, members := range [2][]int{f.Left, f.Right} {
		for _, i := range members {
			x.free[k][i] = false
		}
	}
	x.found.add(&f)
}

// meet remembers that two records were candidates of each other, and stay open.
func (x *ruled) meet(left, right view, l, r int32) {
	if left.side == right.side {
		return
	}
	if x.met[left.side][l] == none {
		x.met[left.side][l] = r
	}
	if x.met[right.side][r] == none {
		x.met[right.side][r] = l
	}
}

// outcome sorts what was found and counts it, in the order of the passes.
func (x *ruled) outcome() *Outcome {
	x.found.sort()
	o := &Outcome{found: x.found, Opposite: x.plan.Opposite, Rules: x.set.YAML(), run: x.run}
	at := map[string]int{}
	for i, s := range x.steps {
		at[s.Pass.Name] = i
		o.Passes = append(o.Passes, result.Pass{Name: s.Pass.Name, Kind: string(s.Pass.Kind), Took: s.took})
	}
	o.found.count(func(name string) *result.Pass { return &o.Passes[at[name]] })
	o.ruled = newReasons(x, at)
	return o
}
