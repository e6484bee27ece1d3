package admin

import (
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// peopleView is what the list of people shows.
type peopleView struct {
	frame
	Query    string
	Role     account.Role
	Standing account.Standing
	Items    []account.Person
	First    string
	Next     string
}

func (p *pages) people(w http.ResponseWriter, r *http.Request) error {
	ctx, query := r.Context(), r.URL.Query()
	f, err := p.frame(r, ui.T(ctx, "admin.people.title"))
	if err != nil {
		return err
	}
	view := peopleView{frame: f, Query: query.Get("q"), Role: account.Role(query.Get("role")), Standing: account.Standing(query.Get("standing"))}
	filter := account.PeopleFilter{Query: view.Query, Cursor: query.Get("cursor"), Limit: listPage}
	if roleKeys[view.Role] != "" {
		filter.Role = view.Role
	}
	if view.Standing.Valid() {
		filter.Standing = view.Standing
	}
	page, err := p.Accounts.People(ctx, ui.From(ctx).Actor, filter)
	if err != nil {
		return err
	}
	view.Items, view.First, view.Next = page.Items, first(ctx, "/admin/people", r), next(ctx, "/admin/people", r, page.NextCursor)
	return ui.Render(w, r, http.StatusOK, peoplePage(view))
}

// listPage is how many lines the lists of the console have.
const listPage = 30

func (v peopleView) roles(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "admin.filter.all_roles")}}
	for _, role := range roles {
		options = append(options, ui.Option{Value: string(role), Label: ui.T(ctx, roleKeys[role])})
	}
	return options
}

func (v peopleView) standings(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "admin.filter.all_standings")}}
	for _, standing := range []account.Standing{account.Good, account.Suspended, account.Banned} {
		options = append(options, ui.Option{Value: string(standing), Label: ui.T(ctx, standingBadges[standing].key)})
	}
	return options
}

// personView is what the page of one person shows.
type personView struct {
	frame
	Person    account.Person
	Sanctions []account.Sanction
	Bookings  []booking.Booking
	Provider  catalog.Provider // of the account; zero where it has none
	Input     account.SanctionInput
	Problems  ui.Problems
	Mine      bool // the reader's own
}

// personBookings is how many bookings the page of a person shows.
const personBookings = 8

func (p *pages) personView(r *http.Request) (personView, error) {
	ctx, actor := r.Context(), ui.From(r.Context()).Actor
	person, err := p.Accounts.Person(ctx, actor, r.PathValue("id"))
	if err != nil {
		return personView{}, err
	}
	f, err := p.frame(r, person.Name)
	if err != nil {
		return personView{}, err
	}
	f.Back = &ui.Crumb{Href: ui.Path(ctx, "/admin/people"), Label: ui.T(ctx, "admin.people.title")}
	view := personView{frame: f, Person: person, Mine: person.ID == actor.ID}
	view.Input.IdempotencyKey = ids.New()
	if view.Sanctions, err = p.Accounts.Sanctions(ctx, actor, person.ID); err != nil {
		return personView{}, err
	}
	filter := booking.OverseerFilter{CustomerID: person.ID, Limit: personBookings}
	view.Provider, err = p.Catalog.ProviderOf(ctx, person.ID)
	switch errs.CodeOf(err) {
	case "":
		filter.CustomerID, filter.ProviderID = "", view.Provider.ID
	case errs.NotFound:
	default:
		return personView{}, err
	}
	made, err := p.Bookings.All(ctx, actor, filter)
	view.Bookings = made.Items
	return view, err
}

func (p *pages) person(w http.ResponseWriter, r *http.Request) error {
	view, err := p.personView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, personPage(view))
}

func (p *pages) sanction(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	input := account.SanctionInput{Kind: account.SanctionKind(sent.Get("kind")), Reason: sent.Get("reason"), IdempotencyKey: sent.Get("key")}
	err = p.Accounts.Sanction(ctx, ui.From(ctx).Actor, id, input)
	if err == nil || !ui.Refused(err) {
		return after(w, r, err, "admin.person.sanctioned", "/admin/people/"+id)
	}
	view, loading := p.personView(r)
	if loading != nil {
		return loading
	}
	view.Input, view.Problems = input, ui.ProblemsOf(ctx, err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, personPage(view))
}

func (p *pages) lift(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	err := p.Accounts.Lift(ctx, ui.From(ctx).Actor, id)
	return after(w, r, err, "admin.person.lifted", "/admin/people/"+id)
}

// kinds are the sanctions that the reader may pronounce.
func (v personView) kinds(ctx context.Context) []ui.Option {
	options := []ui.Option{
		{Value: string(account.Warning), Label: ui.T(ctx, "admin.sanction.warning"), Hint: ui.T(ctx, "admin.sanction.warning_hint")},
		{Value: string(account.Suspension), Label: ui.T(ctx, "admin.sanction.suspension"), Hint: ui.T(ctx, "admin.sanction.suspension_hint")},
	}
	if ui.From(ctx).Actor.Role == account.Admin {
		options = append(options, ui.Option{Value: string(account.Ban), Label: ui.T(ctx, "admin.sanction.ban"), Hint: ui.T(ctx, "admin.sanction.ban_hint")})
	}
	return options
}

// standingOf says how a sanction stands now.
func standingOf(ctx context.Context, s account.Sanction) string {
	switch {
	case s.Kind == account.Warning:
		return ""
	case !s.LiftedAt.IsZero():
		return ui.T(ctx, "admin.sanction.ended", "Moment", when(ctx, s.LiftedAt))
	case !s.Until.IsZero():
		return ui.T(ctx, "admin.sanction.until", "Moment", when(ctx, s.Until))
	}
	return ui.T(ctx, "admin.sanction.in_force")
}
