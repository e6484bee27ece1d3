package workspace

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
)

const (
	analyticsDays = 30
	longestSpan   = 400 * 24 * time.Hour
)

// Analytics are figures over time, of one project or of all that the actor is a member of. It returns invalid with the field from.
func (s *Service) Analytics(ctx context.Context, actor account.Actor, form AnalyticsForm) (Analytics, error) {
	if err := MayEnter(actor); err != nil {
		return Analytics{}, err
	}
	now := s.config.Clock.Now()
	if form.To.IsZero() {
		form.To = now.Add(time.Microsecond) // now itself is still in it
	}
	if form.From.IsZero() {
		form.From = form.To.AddDate(0, 0, -analyticsDays)
	}
	if !form.From.Before(form.To) || form.To.Sub(form.From) > longestSpan {
		return Analytics{}, errs.Fields{{Name: "from", Key: "recon_workspace.bad_span"}}.Err()
	}
	var projects []Project
	if form.ProjectID != "" {
		p, err := s.read(ctx, actor, form.ProjectID)
		if err != nil {
			return Analytics{}, err
		}
		projects = []Project{p.Project}
	} else {
		cards, err := cardsOf(ctx, s.config.DB, actor.ID, actor.Role == account.Admin, false)
		if err != nil {
			return Analytics{}, err
		}
		for _, card := range cards {
			projects = append(projects, card.Project)
		}
	}
	c := &census{service: s, form: form, total: newRow("", ""), days: map[string]*row{}, people: map[string]*row{}, sources: map[string]*row{}, projects: map[string]*row{}}
	for _, p := range projects {
		if err := c.count(ctx, p); err != nil {
			return Analytics{}, err
		}
	}
	return c.finish(ctx)
}

// census gathers figures.
type census struct {
	service                         *Service
	form                            AnalyticsForm
	total                           *row
	days, people, sources, projects map[string]*row
}

// row is an AnalyticsRow on its way.
type row struct {
	AnalyticsRow
	matched, records int
	open             map[money.Currency]int64
	waits            []wait
}

// wait is how long so many items waited before they were settled.
type wait struct {
	micros int64
	count  int
}

func newRow(name, id string) *row {
	return &row{AnalyticsRow: AnalyticsRow{Name: name, ID: id}, open: map[money.Currency]int64{}}
}

func in(rows map[string]*row, name, id string) *row {
	key := cmp.Or(id, name)
	if rows[key] == nil {
		rows[key] = newRow(name, id)
	}
	return rows[key]
}

// count counts one project in.
func (c *census) count(ctx context.Context, p Project) error {
	kept, err := figuresOf(ctx, c.service.config.DB, p.ID, c.form.From, c.form.To.Add(-time.Microsecond), int(longestSpan/(24*time.Hour))+1)
	if err != nil {
		return err
	}
	of := in(c.projects, p.Name, p.ID)
	if err := c.eachDay(ctx, p, kept); err != nil {
		return err
	}
	if len(kept) > 0 {
		k := &kept[0] // the latest
		of.figures(&k.figures)
		c.total.figures(&k.figures)
		sources, err := sourcesOf(ctx, c.service.config.DB, p.ID)
		if err != nil {
			return err
		}
		for _, source := range sources {
			in(c.sources, p.Name+" · "+source.Name, source.ID).side(&k.figures, source.Side)
		}
	}
	runs, err := runTimes(ctx, c.service.config.DB, p.ID, c.form.From, c.form.To)
	if err != nil {
		return err
	}
	for _, at := range runs {
		for _, r := range []*row{c.total, of, in(c.days, at.In(zone()).Format(time.DateOnly), "")} {
			r.Runs++
		}
	}
	acts, err := actsOf(ctx, c.service.config.DB, p.ID, c.form.From, c.form.To)
	if err != nil {
		return err
	}
	for _, a := range acts {
		for _, r := range []*row{c.total, of, in(c.days, a.at.In(zone()).Format(time.DateOnly), ""), in(c.people, "", a.by)} {
			r.act(a)
		}
	}
	return nil
}

// eachDay counts a project's figures in on every day: those that were kept last until then. They come with the latest first.
func (c *census) eachDay(ctx context.Context, p Project, kept []keptFigures) error {
	before, err := figuresOf(ctx, c.service.config.DB, p.ID, time.Time{}, c.form.From.AddDate(0, 0, -1), 1)
	if err != nil {
		return err
	}
	kept = slices.Concat(kept, before)
	last := c.form.To.Add(-time.Microsecond).In(zone()).Format(time.DateOnly)
	for day := c.form.From.In(zone()); ; day = day.AddDate(0, 0, 1) {
		name := day.Format(time.DateOnly)
		if name > last {
			return nil
		}
		row := in(c.days, name, "")
		if at := slices.IndexFunc(kept, func(k keptFigures) bool { return k.day <= name }); at >= 0 {
			row.figures(&kept[at].figures)
		}
	}
}

// figures adds a project's figures.
func (r *row) figures(f *Figures) {
	for _, n := range f.Records {
		r.records += n
	}
	r.matched += f.Matched
	for _, sums := range f.Sums {
		r.Open += sums.Open.Count
	}
	for _, slice := range f.Ageing {
		r.open[slice.Amount.Currency] += slice.Amount.Minor
	}
}

// side adds the figures of one side.
func (r *row) side(f *Figures, side int) {
	for _, sums := range f.Sums {
		if int(sums.Side) != side {
			continue
		}
		r.records += sums.In.Count
		r.matched += sums.Matched.Count + sums.Offset.Count
		r.Open += sums.Open.Count
		r.open[money.Currency(sums.Currency)] += abs(sums.Open.Minor)
	}
}

// act is what was done to some items at once.
type act struct {
	by     string
	action Action
	at     time.Time
	waited int64
	count  int
}

// settles says whether an action settles items.
func (a Action) settles() bool {
	return a == Accept || a == Match || a == Explain || a == WriteOff
}

func (r *row) act(a act) {
	r.Decisions += a.count
	if a.action.settles() {
		r.Settled += a.count
		r.waits = append(r.waits, wait{a.waited, a.count})
	}
}

// done works the shares out.
func (r *row) done() AnalyticsRow {
	r.Records, r.MatchRate = r.records, -1
	if r.records > 0 {
		r.MatchRate = float64(r.matched) / float64(r.records)
	}
	for _, currency := range slices.Sorted(maps.Keys(r.open)) {
		if r.open[currency] != 0 {
			r.OpenAmounts = append(r.OpenAmounts, money.Of(r.open[currency], currency))
		}
	}
	slices.SortFunc(r.waits, func(a, b wait) int { return cmp.Compare(a.micros, b.micros) })
	r.MedianSettle, r.P90Settle = quantile(r.waits, 0.5), quantile(r.waits, 0.9)
	return r.AnalyticsRow
}

// quantile is the least wait that so large a share of the items did not exceed (nearest rank). The waits are in order.
func quantile(waits []wait, share float64) time.Duration {
	total := 0
	for _, w := range waits {
		total += w.count
	}
	rank := max(1, int(share*float64(total)+0.999999))
	for _, w := range waits {
		if rank -= w.count; rank <= 0 {
			return time.Duration(w.micros) * time.Microsecond
		}
	}
	return 0
}

func (c *census) finish(ctx context.Context) (Analytics, error) {
	names, err := c.service.names(ctx, slices.Collect(maps.Keys(c.people))...)
	if err != nil {
		return Analytics{}, err
	}
	for id, r := range c.people {
		r.Name = names[id]
	}
	byName := func(a, b AnalyticsRow) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }
	busiest := func(a, b AnalyticsRow) int { return cmp.Or(cmp.Compare(b.Decisions, a.Decisions), byName(a, b)) }
	return Analytics{From: c.form.From, To: c.form.To, Totals: c.total.done(), Days: inOrder(c.days, byName), People: inOrder(c.people, busiest),
		Sources: inOrder(c.sources, byName), Projects: inOrder(c.projects, byName)}, nil
}

func inOrder(rows map[string]*row, order func(a, b AnalyticsRow) int) []AnalyticsRow {
	all := make([]AnalyticsRow, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.done())
	}
	slices.SortFunc(all, order)
	return all
}
