package queue

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/ui"
)

const (
	// plainRows is how many items a page has that is read without scripts.
	plainRows = 50
	// chunkRows is how many items the virtual list asks for at a time.
	chunkRows = 200
)

// reviewPage is what the queue shows.
type reviewPage struct {
	frame.Page
	View    view
	Items   workspace.Items
	Members []workspace.Member
	Sources []workspace.Source
	Item    *itemPage // beside the list; nil where nothing is open
}

func (p *pages) review(w http.ResponseWriter, r *http.Request) error {
	page, err := p.reviewOf(r, plainRows)
	if err != nil {
		return err
	}
	if id := r.URL.Query().Get("item"); id != "" {
		item, err := p.itemOf(r, page.Page, id)
		switch {
		case err == nil:
			item.From = page.View
			page.Item = &item
		case errs.CodeOf(err) != errs.NotFound: // an item that is no more, since a run or a person took it apart, is no reason to hide the queue
			return err
		}
	}
	page.Quiet, page.Fill = true, true
	return ui.Render(w, r, http.StatusOK, reviewTemplate(page))
}

// rows is a stretch of the queue alone, with the counts of all statuses: what the virtual list asks for as one scrolls.
func (p *pages) rows(w http.ResponseWriter, r *http.Request) error {
	page, err := p.reviewOf(r, chunkRows)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, rowsTemplate(page))
}

func (p *pages) reviewOf(r *http.Request, limit int) (*reviewPage, error) {
	ctx := r.Context()
	around, err := p.around(r, ui.T(ctx, "recon_queue.review.title"))
	if err != nil {
		return nil, err
	}
	page := &reviewPage{Page: around, View: viewOf(r.URL.Query())}
	project := page.Project.ID
	if page.Members, err = p.Workspace.Members(ctx, actor(r), project); err != nil {
		return nil, err
	}
	if page.Sources, err = p.Workspace.Sources(ctx, actor(r), project); err != nil {
		return nil, err
	}
	page.Items, err = p.Workspace.Items(ctx, actor(r), project, page.View.Filter, page.View.Sort, page.View.Offset, limit)
	if err != nil {
		return nil, err
	}
	page.Waiting = frame.WaitingIn(page.Items.Counts)
	return page, nil
}

// base is the path of a page of the project, without the language.
func (p *reviewPage) base(path string) string { return "/recon/" + p.Project.ID + path }

// tab is a status, or all that wait, with how many items it has.
type tab struct {
	Label, Href string
	Count       int
	Current     bool
	Status      string
}

func (p *reviewPage) tabs(ctx context.Context) []tab {
	current := p.View.status()
	make := func(label, status string, count int) tab {
		return tab{Label: label, Href: p.View.with(ctx, p.base("/review"), "status", status), Count: count, Current: current == status, Status: status}
	}
	all := 0
	for _, count := range p.Items.Counts {
		all += count
	}
	list := []tab{make(ui.T(ctx, "recon_queue.tab.waiting"), "", frame.WaitingIn(p.Items.Counts))}
	for _, status := range tabs {
		list = append(list, make(statusName(ctx, status), string(status), p.Items.Counts[status]))
	}
	return append(list, make(ui.T(ctx, "recon_queue.tab.all"), allStatuses, all))
}

// last is the place of the last item that is shown, counted from one.
func (p *reviewPage) last() int { return p.View.Offset + len(p.Items.Items) }

// neighbour is the address of the plain page that begins at offset; empty where there is none.
func (p *reviewPage) neighbour(ctx context.Context, offset int) string {
	if offset >= p.Items.Total || offset <= -plainRows {
		return ""
	}
	offset = max(offset, 0)
	if offset == 0 {
		return p.View.with(ctx, p.base("/review"))
	}
	return p.View.with(ctx, p.base("/review"), "offset", strconv.Itoa(offset))
}

// href is where an item stands, with the way back to this list.
func (p *reviewPage) href(ctx context.Context, item string) string {
	return p.View.with(ctx, p.base("/items/"+item))
}

func (p *reviewPage) sideName(ctx context.Context, side int) string {
	return sideName(ctx, p.Sources, side)
}

func (p *reviewPage) assigneeName(ctx context.Context, id string) string {
	if id == nobody {
		return ui.T(ctx, "recon_queue.unassigned")
	}
	return memberName(p.Members, id)
}

// nobody stands for "assigned to nobody" in a filter.
const nobody = "none"

func memberName(members []workspace.Member, id string) string {
	for _, member := range members {
		if member.AccountID == id {
			return member.Name
		}
	}
	return id
}

// why is what there is to know of an item at a glance: what a break comes from, why a record is open, what a match was found by.
func (p *reviewPage) why(ctx context.Context, item *workspace.Item) string {
	switch {
	case item.Cause != "" && item.Status != workspace.StatusSettled:
		return causeName(ctx, item.Cause)
	case item.Reason != "":
		return reasonName(ctx, item.Reason)
	case item.Members > 2:
		return kindName(ctx, item.Kind)
	case item.Pass != "":
		return frame.PassName(ctx, item.Pass)
	}
	return ""
}

// chance is the confidence of a match; open records have none.
func chance(ctx context.Context, item *workspace.Item) string {
	if item.Side >= 0 || item.Confidence == 0 {
		return ""
	}
	return percent(ctx, item.Confidence, 0)
}

// difference is what a match leaves; nothing where it leaves nothing.
func difference(ctx context.Context, item *workspace.Item) string {
	if item.Difference.IsZero() {
		return ""
	}
	return signed(ctx, item.Difference)
}

func negative(a money.Amount) string {
	if a.Minor < 0 {
		return "below-zero"
	}
	return ""
}

func (p *reviewPage) memberOptions(ctx context.Context, first string) []ui.Option {
	options := []ui.Option{{Label: first}, {Value: nobody, Label: ui.T(ctx, "recon_queue.unassigned")}}
	for _, member := range p.Members {
		options = append(options, ui.Option{Value: member.AccountID, Label: member.Name})
	}
	return options
}

func (p *reviewPage) sideOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "recon_queue.filter.any")}}
	for _, source := range p.Sources {
		options = append(options, ui.Option{Value: strconv.Itoa(source.Side), Label: source.Name})
	}
	return options
}

func (p *reviewPage) chosenSide() string {
	if p.View.Side == nil {
		return ""
	}
	return strconv.Itoa(*p.View.Side)
}

func (p *reviewPage) chosenKind() string {
	if len(p.View.Kinds) != 1 {
		return ""
	}
	return string(p.View.Kinds[0])
}

func kindOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "recon_queue.filter.any")}}
	for _, kind := range kinds {
		options = append(options, ui.Option{Value: string(kind), Label: kindName(ctx, kind)})
	}
	return options
}

func causeOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "recon_queue.filter.any")}}
	for _, cause := range causes {
		options = append(options, ui.Option{Value: cause, Label: causeName(ctx, cause)})
	}
	return options
}

func sortOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, len(sorts))
	for i, sort := range sorts {
		options[i] = ui.Option{Value: string(sort), Label: said(ctx, sortKeys[sort], string(sort))}
	}
	return options
}

// codeOptions are the project's reason codes.
func codeOptions(ctx context.Context, project *workspace.Project) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "recon_queue.choose_reason")}}
	for _, code := range project.Settings.ReasonCodes {
		options = append(options, ui.Option{Value: code, Label: code})
	}
	return options
}

func currentTab(t tab) templ.Attributes {
	if !t.Current {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}
