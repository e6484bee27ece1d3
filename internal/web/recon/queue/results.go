package queue

import (
	"context"
	"io"
	"math"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/ui"
)

// resultsPage is what a project found, at a glance; each figure leads to its items.
type resultsPage struct {
	frame.Page
	Figures workspace.Figures
	Sources []workspace.Source
	Counts  map[workspace.Status]int // of items
}

func (p *pages) results(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	around, err := p.around(r, ui.T(ctx, "recon_queue.results.title"))
	if err != nil {
		return err
	}
	page := &resultsPage{Page: around}
	if page.Sources, err = p.Workspace.Sources(ctx, actor(r), around.Project.ID); err != nil {
		return err
	}
	if page.Figures, err = p.Workspace.Summary(ctx, actor(r), around.Project.ID); err != nil {
		return err
	}
	items, err := p.Workspace.Items(ctx, actor(r), around.Project.ID, workspace.Filter{}, workspace.ByUrgency, 0, 1)
	if err != nil {
		return err
	}
	page.Counts, page.Waiting = items.Counts, frame.WaitingIn(items.Counts)
	if page.ran() {
		page.Actions = exportMenu(page)
	}
	return ui.Render(w, r, http.StatusOK, resultsTemplate(page))
}

// ran says whether there is a result to show.
func (p *resultsPage) ran() bool { return len(p.Figures.Records) > 0 }

// queue is the address of the items behind a figure.
func (p *resultsPage) queue(ctx context.Context, pairs ...string) string {
	return ui.PathWith(ctx, "/recon/"+p.Project.ID+"/review", pairs...)
}

func (p *resultsPage) file(ctx context.Context, format workspace.ExportFormat, kind workspace.ExportKind) string {
	return ui.PathWith(ctx, "/recon/"+p.Project.ID+"/export", "format", string(format), "kind", string(kind))
}

func (p *resultsPage) sideName(ctx context.Context, side int) string {
	return sideName(ctx, p.Sources, side)
}

// records is how many records all sides have.
func (p *resultsPage) records() int {
	sum := 0
	for _, n := range p.Figures.Records {
		sum += n
	}
	return sum
}

// summed is one of the sums of a side, per currency.
func (p *resultsPage) summed(pick func(*result.Sums) result.Sum, side result.Side) []money.Amount {
	var list []money.Amount
	for i := range p.Figures.Sums {
		s := &p.Figures.Sums[i]
		if s.Side == side {
			list = append(list, money.Of(pick(s).Minor, money.Currency(s.Currency)))
		}
	}
	return list
}

// bySide writes an amount of each side that has one.
func (p *resultsPage) bySide(ctx context.Context, pick func(*result.Sums) result.Sum) []figureLine {
	var lines []figureLine
	for side := range p.Figures.Records {
		if said := amounts(ctx, p.summed(pick, result.Side(side))); said != "" { //nolint:gosec // a handful of sides
			lines = append(lines, figureLine{p.sideName(ctx, side), said})
		}
	}
	return lines
}

// figureLine is a line below a figure.
type figureLine struct{ Label, Value string }

// card is a figure that leads to its items.
type card struct {
	Label, Value, Href string
	Lines              []figureLine
	Tone               string
}

func (p *resultsPage) cards(ctx context.Context) []card {
	f := &p.Figures
	return []card{
		{Label: ui.T(ctx, "recon_queue.card.matched"), Value: ui.Number(ctx, f.Matched), Href: p.queue(ctx, "status", string(workspace.StatusMatched)), Tone: "success",
			Lines: p.bySide(ctx, func(s *result.Sums) result.Sum { return s.Matched })},
		{Label: ui.T(ctx, "recon_queue.card.suggested"), Value: ui.Number(ctx, f.Suggested), Href: p.queue(ctx, "status", string(workspace.StatusSuggested)), Tone: "info",
			Lines: p.bySide(ctx, func(s *result.Sums) result.Sum { return s.Suggested })},
		{Label: ui.T(ctx, "recon_queue.card.broken"), Value: ui.Number(ctx, f.Broken), Href: p.queue(ctx, "status", string(workspace.StatusBreak)), Tone: "danger",
			Lines: p.bySide(ctx, func(s *result.Sums) result.Sum { return s.Break })},
		{Label: ui.T(ctx, "recon_queue.card.open"), Value: ui.Number(ctx, f.Open), Href: p.queue(ctx, "status", string(workspace.StatusOpen)), Tone: "warning",
			Lines: p.bySide(ctx, func(s *result.Sums) result.Sum { return s.Open })},
	}
}

// share is how much of all records n is, of a hundred.
func (p *resultsPage) share(n int) float64 {
	if all := p.records(); all > 0 {
		return 100 * float64(n) / float64(all)
	}
	return 0
}

// stretch is a piece of the bar of all records.
type stretch struct{ Kind, X, Width string }

// bar is all records as one bar: matched, suggested, in breaks, open.
func (p *resultsPage) bar() []stretch {
	f := &p.Figures
	var pieces []stretch
	at := 0.0
	add := func(kind string, n int) {
		width := p.share(max(n, 0))
		if width > 0 {
			pieces = append(pieces, stretch{kind, length(at), length(width)})
		}
		at += width
	}
	add("success", f.Matched-f.Broken)
	add("danger", f.Broken)
	add("info", f.Suggested)
	add("warning", f.Open)
	return pieces
}

func (p *resultsPage) causeLines(ctx context.Context) []ui.Ranked {
	lines := make([]ui.Ranked, len(p.Figures.Causes))
	for i, slice := range p.Figures.Causes {
		lines[i] = ui.Ranked{Label: causeName(ctx, slice.Name), Href: p.queue(ctx, "status", string(workspace.StatusBreak), "cause", slice.Name),
			Value: float64(slice.Count), Words: ui.Number(ctx, slice.Count), Aside: amount(ctx, slice.Amount)}
	}
	return lines
}

// ages are the stretches of age that the workspace counts in, by their names, with the first day of each.
var ages = map[string]struct {
	key  string
	from int
}{
	"0-7": {"recon_queue.age.week", 0}, "8-30": {"recon_queue.age.month", 8}, "31-90": {"recon_queue.age.quarter", 31}, "90+": {"recon_queue.age.older", 91},
}

func (p *resultsPage) ageLines(ctx context.Context) []ui.Ranked {
	lines := make([]ui.Ranked, len(p.Figures.Ageing))
	for i, slice := range p.Figures.Ageing {
		age, ok := ages[slice.Name]
		line := ui.Ranked{Label: slice.Name, Value: float64(slice.Count), Words: ui.Number(ctx, slice.Count), Aside: amount(ctx, slice.Amount)}
		if ok {
			line.Label = ui.T(ctx, age.key)
			line.Href = p.queue(ctx, "status", string(workspace.StatusOpen), "age", ageValue(age.from))
		}
		lines[i] = line
	}
	return lines
}

// categoryLine is one of what agrees, what is missing and what is too much.
type categoryLine struct {
	Label, Words, Href, Kind string
	Count                    int
	Width                    string
}

func (p *resultsPage) categoryLines(ctx context.Context, c *workspace.CategorySum) []categoryLine {
	largest := float64(max(magnitude(c.Balanced), magnitude(c.Missing), magnitude(c.Excess), 1))
	make := func(key, kind string, minor int64, count int, href string) categoryLine {
		width := 100 * float64(magnitude(minor)) / largest
		if minor != 0 {
			width = max(width, 0.5)
		}
		return categoryLine{Label: ui.T(ctx, key), Words: amount(ctx, money.Of(minor, money.Currency(c.Currency))), Href: href, Kind: kind, Count: count, Width: length(width)}
	}
	return []categoryLine{
		make("recon_queue.category.balanced", "success", c.Balanced, c.BalancedN, p.queue(ctx, "status", string(workspace.StatusMatched), "currency", c.Currency)),
		make("recon_queue.category.missing", "warning", c.Missing, c.MissingN, p.queue(ctx, "status", string(workspace.StatusOpen), "side", "0", "currency", c.Currency)),
		make("recon_queue.category.excess", "danger", c.Excess, c.ExtraN, p.queue(ctx, "status", string(workspace.StatusOpen), "side", "1", "currency", c.Currency)),
	}
}

func magnitude(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// dayBar is what a day, or a week, found.
type dayBar struct {
	Label                 string
	Matched, Broken, Open int
	Href                  string
	X, Width              string
	Pieces                []stretch // X is the top, Width the height
}

// mostBars is how many bars a chart has; what is longer is told by weeks, then by months.
const mostBars = 62

// days are the bars by day. The field is 600 wide and 160 high.
func (p *resultsPage) days(ctx context.Context) []dayBar {
	bars := p.gathered(ctx)
	most := 1
	for _, bar := range bars {
		most = max(most, bar.Matched+bar.Broken+bar.Open)
	}
	const width, height = 600.0, 160.0
	step := width / float64(max(len(bars), 1))
	for i := range bars {
		at := float64(i) * step
		if ui.From(ctx).Language == i18n.Arabic {
			at = width - at - step
		}
		gap := min(step*0.25, 10)
		bars[i].X, bars[i].Width = length(at+gap/2), length(step-gap)
		floor := height
		for _, piece := range []struct {
			kind string
			n    int
		}{{"success", bars[i].Matched}, {"danger", bars[i].Broken}, {"warning", bars[i].Open}} {
			if piece.n > 0 {
				tall := float64(piece.n) / float64(most) * height
				floor -= tall
				bars[i].Pieces = append(bars[i].Pieces, stretch{piece.kind, length(floor), length(tall)})
			}
		}
	}
	return bars
}

// gathered puts days into bars: each its own, or by weeks from Monday, or by months.
func (p *resultsPage) gathered(ctx context.Context) []dayBar {
	all := p.Figures.ByDay
	if len(all) == 0 {
		return nil
	}
	first, last := all[0].Day.Time(), all[len(all)-1].Day.Time()
	start := func(t time.Time) time.Time { return t }
	end := func(t time.Time) time.Time { return t }
	switch span := int(last.Sub(first).Hours() / 24); {
	case span > 7*mostBars:
		start = func(t time.Time) time.Time { return t.AddDate(0, 0, 1-t.Day()) }
		end = func(t time.Time) time.Time { return t.AddDate(0, 1, -1) }
	case span >= mostBars:
		start = func(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7) }
		end = func(t time.Time) time.Time { return t.AddDate(0, 0, 6) }
	}
	var bars []dayBar
	for _, day := range all {
		from := start(day.Day.Time())
		label := shortDay(ctx, from)
		if len(bars) == 0 || bars[len(bars)-1].Label != label {
			bars = append(bars, dayBar{Label: label, Href: p.queue(ctx, "status", allStatuses, "from", plainDay(from), "to", plainDay(end(from)))})
		}
		bar := &bars[len(bars)-1]
		bar.Matched, bar.Broken, bar.Open = bar.Matched+day.Matched, bar.Broken+day.Broken, bar.Open+day.Open
	}
	return bars
}

func (b *dayBar) words(ctx context.Context) string {
	return ui.T(ctx, "recon_queue.days.says", "Day", b.Label, "Matched", ui.Number(ctx, b.Matched), "Broken", ui.Number(ctx, b.Broken), "Open", ui.Number(ctx, b.Open))
}

// proof is a line of the sums that prove that nothing was lost.
type proof struct {
	Side, Currency                       string
	In, Matched, Suggested, Offset, Open result.Sum
	Holds                                bool
	OpenHref                             string
}

func (p *resultsPage) proofs(ctx context.Context) []proof {
	lines := make([]proof, len(p.Figures.Sums))
	for i, s := range p.Figures.Sums {
		side := strconv.Itoa(int(s.Side))
		lines[i] = proof{
			Side: p.sideName(ctx, int(s.Side)), Currency: s.Currency, In: s.In, Matched: s.Matched, Suggested: s.Suggested, Offset: s.Offset, Open: s.Open,
			Holds: s.In.Count == s.Matched.Count+s.Suggested.Count+s.Offset.Count+s.Open.Count &&
				s.In.Minor == s.Matched.Minor+s.Suggested.Minor+s.Offset.Minor+s.Open.Minor,
			OpenHref: p.queue(ctx, "status", string(workspace.StatusOpen), "side", side, "currency", s.Currency),
		}
	}
	return lines
}

// proved says whether all sums hold.
func proved(lines []proof) bool {
	return !slices.ContainsFunc(lines, func(l proof) bool { return !l.Holds })
}

// minor writes a sum of minor units.
func minor(ctx context.Context, sum result.Sum, currency string) string {
	return amount(ctx, money.Of(sum.Minor, money.Currency(currency)))
}

func seconds(ctx context.Context, d time.Duration) string {
	return ui.T(ctx, "recon_queue.seconds", "Number", ui.Decimal(ctx, math.Max(d.Seconds(), 0), 1))
}

// export hands the result out as a file, as it is written: nothing of it waits in memory.
func (p *pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	around, err := p.around(r, "")
	if err != nil {
		return err
	}
	form := workspace.ExportForm{
		Format: workspace.ExportFormat(query.Get("format")), Kind: workspace.ExportKind(query.Get("kind")), Period: query.Get("period"), Language: ui.From(ctx).Language,
	}
	name, mediaType := workspace.ExportFile(*around.Project, form)
	file := &download{ResponseWriter: w, name: name, mediaType: mediaType}
	err = p.Workspace.Export(ctx, actor(r), around.Project.ID, form, file)
	if err != nil && file.begun {
		panic(http.ErrAbortHandler) // the file is cut short, which the browser must see
	}
	return err
}

// download names the file when its first bytes are there, so that what fails before can still become an error page.
type download struct {
	http.ResponseWriter
	name, mediaType string
	begun           bool
}

var _ io.Writer = (*download)(nil)

func (d *download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		h := d.Header()
		h.Set("Content-Type", d.mediaType)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
		h.Set("Cache-Control", "no-store")
	}
	return d.ResponseWriter.Write(b)
}

func proofColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Label: ui.T(ctx, "recon_queue.proof.side")}, {Label: ui.T(ctx, "recon_queue.proof.in"), Number: true}, {Label: ui.T(ctx, "recon_queue.card.matched"), Number: true},
		{Label: ui.T(ctx, "recon_queue.card.suggested"), Number: true}, {Label: ui.T(ctx, "recon_queue.proof.offset"), Number: true},
		{Label: ui.T(ctx, "recon_queue.card.open"), Number: true}, {Label: ui.T(ctx, "recon_queue.proof.check"), Number: true},
	}
}
