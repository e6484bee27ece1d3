package queue

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

const (
	// foundRows is how many records of a side are shown; who looks for others says more of them.
	foundRows = 50
	// maxChosen is how many records one matches by hand.
	maxChosen = 500
)

// deskPage is where records are matched by hand.
type deskPage struct {
	frame.Page
	Sides    []deskSide
	Chosen   []workspace.FoundRecord
	Totals   []total
	Back     string
	Reason   string
	Note     string
	Problems ui.Problems
}

// deskSide is one side: what is chosen of it, and what a search found.
type deskSide struct {
	Number     int
	Name       string
	Text       string
	Min, Max   string
	Taken      bool // records that are matched are shown too
	Chosen     []workspace.FoundRecord
	Candidates []workspace.Nearest // of the item that one came from
	Found      []workspace.FoundRecord
	More       bool // there are more than are shown
}

// total is what is chosen in one currency.
type total struct {
	Sums       []money.Amount // by side, in the order of the sides
	Difference money.Amount
}

func (p *pages) matchDesk(w http.ResponseWriter, r *http.Request) error {
	page, err := p.desk(r, r.URL.Query())
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, deskTemplate(page))
}

// match puts the chosen records together. What is wrong with the choice is said beside it.
func (p *pages) match(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	act := workspace.Act{Action: workspace.Match, Keys: form["key"], Reason: form.Get("reason"), Note: form.Get("note")}
	refused := p.decide(w, r, act, form.Get("back"))
	if refused == nil || !ui.Refused(refused) {
		return refused
	}
	page, err := p.desk(r, form)
	if err != nil {
		return err
	}
	page.Problems = ui.ProblemsOf(r.Context(), refused)
	return ui.Render(w, r, http.StatusUnprocessableEntity, deskTemplate(page))
}

// desk gathers what the page shows for a query: what is chosen, and for each side what was looked for.
func (p *pages) desk(r *http.Request, query url.Values) (*deskPage, error) {
	ctx := r.Context()
	around, err := p.around(r, ui.T(ctx, "recon_queue.desk.title"))
	if err != nil {
		return nil, err
	}
	project := around.Project.ID
	page := &deskPage{Page: around, Back: ui.LocalPath(query.Get("back"), around.Path(ctx, "/review")), Reason: query.Get("reason"), Note: query.Get("note")}
	page.Above = &ui.Crumb{Href: page.Back, Label: ui.T(ctx, "recon_queue.review.title")}
	keys, candidates, err := p.beginning(r, project, query)
	if err != nil {
		return nil, err
	}
	if page.Chosen, err = p.Workspace.Records(ctx, actor(r), project, keys); err != nil {
		return nil, err
	}
	sources, err := p.Workspace.Sources(ctx, actor(r), project)
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		side, err := p.side(r, project, query, source, page.Chosen)
		if err != nil {
			return nil, err
		}
		side.suggest(candidates, keys)
		page.Sides = append(page.Sides, side)
	}
	page.Totals = totals(page.Chosen, len(page.Sides))
	return page, nil
}

// beginning are the records that are chosen: by their keys, and those of the items that one came with. The candidates of a single open one come
// along.
func (p *pages) beginning(r *http.Request, project string, query url.Values) (keys []string, candidates []workspace.Nearest, err error) {
	ctx, items := r.Context(), query["item"]
	keys = slices.Clone(query["key"])
	if len(keys)+len(items) > maxChosen {
		return nil, nil, errs.New(errs.Invalid, "recon_queue.desk.too_many").With(errs.Args{"Most": maxChosen})
	}
	for _, id := range items {
		item, err := p.Workspace.Item(ctx, actor(r), project, id, ui.From(ctx).Language)
		switch {
		case errs.CodeOf(err) == errs.NotFound:
			continue
		case err != nil:
			return nil, nil, err
		}
		// Once the page has been sent, what is chosen stands in its keys.
		if len(query["key"]) == 0 {
			for _, record := range item.Records {
				keys = append(keys, record.Key)
			}
		}
		if len(items) == 1 && item.Side >= 0 {
			candidates, err = p.Workspace.Candidates(ctx, actor(r), project, id, "", ui.From(ctx).Language)
			if err != nil {
				return nil, nil, err
			}
		}
	}
	return keys, candidates, nil
}

// side looks for records of one side. Nothing is looked for before something is asked: a side of a million records has no first fifty that mean
// anything.
func (p *pages) side(r *http.Request, project string, query url.Values, source workspace.Source, chosen []workspace.FoundRecord) (deskSide, error) {
	number := strconv.Itoa(source.Side)
	side := deskSide{Number: source.Side, Name: source.Name, Text: word(query, "q"+number), Min: word(query, "min"+number), Max: word(query, "max"+number), Taken: query.Get("taken"+number) != ""}
	for _, record := range chosen {
		if record.Side == source.Side {
			side.Chosen = append(side.Chosen, record)
		}
	}
	search := workspace.RecordSearch{Side: source.Side, Text: side.Text, Min: minorOf(side.Min, 2), Max: minorOf(side.Max, 2), Open: !side.Taken, Limit: foundRows + 1}
	found, err := p.Workspace.SearchRecords(r.Context(), actor(r), project, search)
	if err != nil {
		return side, err
	}
	if len(found) > foundRows {
		found, side.More = found[:foundRows], true
	}
	for _, record := range found {
		if !slices.ContainsFunc(side.Chosen, func(c workspace.FoundRecord) bool { return c.Key == record.Key }) {
			side.Found = append(side.Found, record)
		}
	}
	return side, nil
}

// suggest puts those candidates of the item that stand on this side before what was found.
func (s *deskSide) suggest(candidates []workspace.Nearest, chosen []string) {
	for _, candidate := range candidates {
		if candidate.Side != s.Number || slices.Contains(chosen, candidate.Key) || s.Text != "" {
			continue
		}
		s.Candidates = append(s.Candidates, candidate)
		s.Found = slices.DeleteFunc(s.Found, func(f workspace.FoundRecord) bool { return f.Key == candidate.Key })
	}
}

// totals adds up what is chosen, per currency and side. The difference is that of the first side and the second; with more sides that of the
// largest sum and the smallest, since all of them should be equal; of one side alone it is its sum, which should be nothing.
func totals(chosen []workspace.FoundRecord, sides int) []total {
	var list []total
	present := map[money.Currency][]bool{}
	for _, record := range chosen {
		currency := record.Amount.Currency
		if !counts(record.Amount) || record.Side >= sides {
			continue
		}
		at := slices.IndexFunc(list, func(t total) bool { return t.Difference.Currency == currency })
		if at < 0 {
			at = len(list)
			list = append(list, total{Sums: make([]money.Amount, sides), Difference: money.Of(0, currency)})
			for i := range list[at].Sums {
				list[at].Sums[i].Currency = currency
			}
			present[currency] = make([]bool, sides)
		}
		list[at].Sums[record.Side].Minor += record.Amount.Minor
		present[currency][record.Side] = true
	}
	for i := range list {
		list[i].Difference.Minor = apart(list[i].Sums, present[list[i].Difference.Currency])
	}
	return list
}

func apart(sums []money.Amount, present []bool) int64 {
	if len(sums) == 2 && present[0] && present[1] {
		return sums[0].Minor - sums[1].Minor
	}
	var there []int64
	for i, sum := range sums {
		if present[i] {
			there = append(there, sum.Minor)
		}
	}
	if len(there) == 1 {
		return there[0]
	}
	return slices.Max(there) - slices.Min(there)
}

// balanced says whether amounts are chosen and nothing is left of them in any currency.
func (p *deskPage) balanced() bool {
	return len(p.Totals) > 0 && !slices.ContainsFunc(p.Totals, func(t total) bool { return !t.Difference.IsZero() })
}

// ready says whether there is something to match.
func (p *deskPage) ready() bool { return len(p.Chosen) > 1 }

// told says what is chosen.
func (p *deskPage) told(ctx context.Context) string {
	return ui.T(ctx, "recon_queue.desk.chosen", "Count", len(p.Chosen))
}

// takenStatus is how a candidate is marked that belongs to another match.
func takenStatus(taken bool) workspace.Status {
	if taken {
		return workspace.StatusMatched
	}
	return workspace.StatusOpen
}

// candidateNote is how sure a candidate is, and what keeps it apart.
func candidateNote(ctx context.Context, n workspace.Nearest) string {
	note := n.Apart
	if n.Confidence > 0 {
		note = percent(ctx, n.Confidence, 0)
		if n.Apart != "" {
			note += " · " + n.Apart
		}
	}
	return note
}
