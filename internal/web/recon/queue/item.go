package queue

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"khadamat/internal/money"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/ui"
)

// itemPage is what one item shows, on a page of its own or beside the list.
type itemPage struct {
	frame.Page
	Item    workspace.Detail
	Members []workspace.Member
	Sources []workspace.Source
	From    view // the list that it was opened from
}

func (p *pages) item(w http.ResponseWriter, r *http.Request) error {
	around, err := p.around(r, ui.T(r.Context(), "recon_queue.item.title"))
	if err != nil {
		return err
	}
	page, err := p.itemOf(r, around, r.PathValue("item"))
	if err != nil {
		return err
	}
	page.From = viewOf(r.URL.Query())
	page.Title = title(page.Item.Text, page.Item.RecordID)
	if page.Title == "" {
		page.Title = page.Item.RecordID
	}
	page.Above = &ui.Crumb{Href: page.list(r.Context()), Label: ui.T(r.Context(), "recon_queue.review.title")}
	return ui.Render(w, r, http.StatusOK, itemTemplate(&page))
}

func (p *pages) itemOf(r *http.Request, around frame.Page, id string) (itemPage, error) {
	ctx, page := r.Context(), itemPage{Page: around}
	var err error
	if page.Item, err = p.Workspace.Item(ctx, actor(r), around.Project.ID, id, ui.From(ctx).Language); err != nil {
		return page, err
	}
	if page.Members, err = p.Workspace.Members(ctx, actor(r), around.Project.ID); err != nil {
		return page, err
	}
	page.Sources, err = p.Workspace.Sources(ctx, actor(r), around.Project.ID)
	return page, err
}

func (p *itemPage) base(path string) string { return "/recon/" + p.Project.ID + path }

// list is the way back to the list.
func (p *itemPage) list(ctx context.Context) string { return p.From.with(ctx, p.base("/review")) }

// self is the item's own address, to which its forms lead back where no script runs.
func (p *itemPage) self(ctx context.Context) string {
	return p.From.with(ctx, p.base("/items/"+p.Item.ID))
}

func (p *itemPage) can(action workspace.Action) bool { return slices.Contains(p.Item.Actions, action) }

// canAny says whether one of the actions is allowed.
func (p *itemPage) canAny(actions ...workspace.Action) bool {
	return slices.ContainsFunc(actions, p.can)
}

// locked is the lock that somebody else holds; nil where nobody does.
func (p *itemPage) locked(ctx context.Context) *workspace.Lock {
	lock := p.Item.Locked
	if lock == nil || lock.AccountID == ui.From(ctx).Actor.ID {
		return nil
	}
	return lock
}

// group is the members of one side with what they add up to.
type group struct {
	Side    int
	Name    string
	Records []workspace.Record
	Sum     money.Amount
}

// groups are the item's records by side.
func (p *itemPage) groups(ctx context.Context) []group {
	var list []group
	for _, record := range p.Item.Records {
		at := slices.IndexFunc(list, func(g group) bool { return g.Side == record.Side })
		if at < 0 {
			at = len(list)
			list = append(list, group{Side: record.Side, Name: sideName(ctx, p.Sources, record.Side), Sum: money.Of(0, record.Amount.Currency)})
		}
		list[at].Records = append(list[at].Records, record)
		list[at].Sum.Minor += record.Amount.Minor
	}
	slices.SortFunc(list, func(a, b group) int { return a.Side - b.Side })
	return list
}

// pair returns the two records that stand face to face, and whether there are just these.
func (p *itemPage) pair() (left, right *workspace.Record, ok bool) {
	r := p.Item.Records
	if len(r) != 2 || r[0].Side == r[1].Side {
		return nil, nil, false
	}
	if r[0].Side > r[1].Side {
		return &r[1], &r[0], true
	}
	return &r[0], &r[1], true
}

// isMatch says whether the item is a match, rather than a record that is open.
func (p *itemPage) isMatch() bool { return p.Item.Side < 0 }

// partsTitle says what the picture of the reasons is about.
func (p *itemPage) partsTitle(ctx context.Context) string {
	return ui.T(ctx, "recon_queue.evidence.title", "Chance", percent(ctx, p.Item.Confidence, 0))
}

// shape says what kind of match it is, in words.
func (p *itemPage) shape(ctx context.Context) string {
	if !p.isMatch() {
		return p.sideOf(ctx)
	}
	words := kindName(ctx, p.Item.Kind)
	if p.Item.Kind == result.Break && p.Item.Cause != "" {
		words = causeName(ctx, p.Item.Cause)
	}
	if p.Item.Pass != "" {
		words += " · " + frame.PassName(ctx, p.Item.Pass)
	}
	return words
}

func (p *itemPage) sideOf(ctx context.Context) string { return sideName(ctx, p.Sources, p.Item.Side) }

// last is the decision that waits for a second person; nil where none does.
func (p *itemPage) last() *workspace.Decision {
	for i := len(p.Item.History) - 1; i >= 0; i-- {
		if d := &p.Item.History[i]; d.Action == workspace.WriteOff {
			return d
		}
	}
	return nil
}

// happened is a decision in words.
func happened(ctx context.Context, d *workspace.Decision, members []workspace.Member) string {
	words := said(ctx, actionKeys[d.Action], string(d.Action))
	switch {
	case d.Action == workspace.Assign && d.Reason != "":
		words += " · " + memberName(members, d.Reason)
	case d.Reason != "":
		words += " · " + d.Reason
	}
	if !d.Amount.IsZero() {
		words += " · " + amount(ctx, d.Amount)
	}
	return words
}

// matchHref is the page on which the item is matched by hand.
func (p *itemPage) matchHref(ctx context.Context) string {
	return ui.PathWith(ctx, p.base("/match"), "item", p.Item.ID, "back", p.list(ctx))
}

func dayCount(ctx context.Context, days int) string {
	return ui.T(ctx, "recon_queue.days_apart", "Count", days)
}

// actionList is what the reader may do, for the script that gives keys their meaning.
func actionList(actions []workspace.Action) string {
	list := make([]string, len(actions))
	for i, action := range actions {
		list[i] = string(action)
	}
	return strings.Join(list, " ")
}

func assignees(ctx context.Context, members []workspace.Member) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "recon_queue.unassigned")}}
	for _, member := range members {
		options = append(options, ui.Option{Value: member.AccountID, Label: member.Name})
	}
	return options
}

// limitWords says who may write off how much.
func limitWords(ctx context.Context, project *workspace.Project) string {
	if limit := project.Settings.WriteOffLimit; !limit.IsZero() {
		return ui.T(ctx, "recon_queue.limit", "Amount", amount(ctx, limit))
	}
	return ui.T(ctx, "recon_queue.limit_none")
}
