package account

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// form is what most of the settings do with what was sent: a change, then a page that says so; or the form again with its problems.
type form struct {
	do     func(ctx context.Context, actor account.Actor, sent url.Values) error
	again  func(r *http.Request, sent url.Values, problems ui.Problems) (templ.Component, error)
	notice string // the key of what the next page says
	next   string // the next page
}

func (f form) post(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if err := f.do(ctx, ui.From(ctx).Actor, sent); err != nil {
		status, again := formStatus(w, err)
		if !again || errs.CodeOf(err) == errs.Unauthenticated {
			return err
		}
		page, failed := f.again(r, sent, ui.ProblemsOf(ctx, err))
		if failed != nil {
			return failed
		}
		return ui.Render(w, r, status, page)
	}
	ui.Notify(w, ui.Success, f.notice)
	return route.SeeOther(w, r, ui.Path(ctx, f.next))
}

// overviewView is what the first page of the settings shows.
type overviewView struct {
	Factor   account.SecondFactor
	Sessions int
	Terms    bool // are accepted
}

func (p *pages) overview(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	actor := ui.From(ctx).Actor
	view := overviewView{Terms: !ui.From(ctx).Account.TermsAcceptedAt.IsZero()}
	factor, err := p.accounts.SecondFactor(ctx, actor)
	if err != nil {
		return err
	}
	sessions, err := p.accounts.Sessions(ctx, actor)
	if err != nil {
		return err
	}
	view.Factor, view.Sessions = factor, len(sessions)
	return ui.Render(w, r, http.StatusOK, overviewPage(view))
}

func (p *pages) acceptTerms(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.accounts.AcceptTerms(ctx, ui.From(ctx).Actor); err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "account_pages.terms.accepted")
	return route.SeeOther(w, r, ui.Path(ctx, "/account"))
}

// profileView is what the page about oneself shows.
type profileView struct {
	Name, Phone, Language string
	Addresses             []account.Address
	Problems              ui.Problems
}

func (p *pages) showProfile(w http.ResponseWriter, r *http.Request) error {
	reader := ui.From(r.Context()).Account
	page, err := p.profilePage(r, profileView{Name: reader.Name, Phone: reader.Phone, Language: reader.Language})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, page)
}

func (p *pages) profilePage(r *http.Request, view profileView) (templ.Component, error) {
	var err error
	view.Addresses, err = p.accounts.Addresses(r.Context(), ui.From(r.Context()).Actor)
	return profilePage(view, p.cityNames(r)), err
}

func (p *pages) saveProfile(w http.ResponseWriter, r *http.Request) error {
	f := form{
		do: func(ctx context.Context, actor account.Actor, sent url.Values) error {
			return p.accounts.UpdateProfile(ctx, actor, account.ProfileInput{Name: sent.Get("name"), Phone: sent.Get("phone"), Language: sent.Get("language")})
		},
		again: func(r *http.Request, sent url.Values, problems ui.Problems) (templ.Component, error) {
			return p.profilePage(r, profileView{Name: sent.Get("name"), Phone: sent.Get("phone"), Language: sent.Get("language"), Problems: problems})
		},
		notice: "account_pages.profile.saved", next: "/account/profile",
	}
	return f.post(w, r)
}

// languageOptions are the languages as they call themselves.
func languageOptions() []ui.Option {
	return []ui.Option{
		{Value: string(i18n.French), Label: "Français"}, {Value: string(i18n.Arabic), Label: "العربية"}, {Value: string(i18n.English), Label: "English"},
	}
}

// cityNames are the cities' names in the reader's language, by id.
func (p *pages) cityNames(r *http.Request) map[string]string {
	names := map[string]string{}
	for _, city := range p.catalog.Cities() {
		names[city.ID] = city.Name.In(ui.Lang(r.Context()))
	}
	return names
}

func (p *pages) cityOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Value: "", Label: ui.T(ctx, "account_pages.address.no_city")}}
	for _, city := range p.catalog.Cities() {
		options = append(options, ui.Option{Value: city.ID, Label: city.Name.In(ui.Lang(ctx))})
	}
	return options
}

// addressView is what the form for an address shows.
type addressView struct {
	Address  account.Address
	Key      string
	Cities   []ui.Option
	Problems ui.Problems
}

func (v addressView) path() string {
	if v.Address.ID == "" {
		return "/account/addresses"
	}
	return "/account/addresses/" + v.Address.ID
}

func (p *pages) newAddress(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, addressPage(addressView{Key: ids.New(), Cities: p.cityOptions(r.Context())}))
}

func (p *pages) showAddress(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	all, err := p.accounts.Addresses(ctx, ui.From(ctx).Actor)
	if err != nil {
		return err
	}
	for _, address := range all {
		if address.ID == r.PathValue("id") {
			return ui.Render(w, r, http.StatusOK, addressPage(addressView{Address: address, Cities: p.cityOptions(ctx)}))
		}
	}
	return errs.New(errs.NotFound, "error.not_found")
}

func (p *pages) saveAddress(w http.ResponseWriter, r *http.Request) error {
	typed := func(sent url.Values) account.Address {
		return account.Address{ID: r.PathValue("id"), Label: sent.Get("label"), Address: sent.Get("address"), CityID: sent.Get("city_id"), Default: sent.Get("default") != ""}
	}
	f := form{
		do: func(ctx context.Context, actor account.Actor, sent url.Values) error {
			_, err := p.accounts.PutAddress(ctx, actor, account.AddressInput{Address: typed(sent), IdempotencyKey: sent.Get("key")})
			return err
		},
		again: func(r *http.Request, sent url.Values, problems ui.Problems) (templ.Component, error) {
			return addressPage(addressView{Address: typed(sent), Key: ids.New(), Cities: p.cityOptions(r.Context()), Problems: problems}), nil
		},
		notice: "account_pages.address.saved", next: "/account/profile",
	}
	return f.post(w, r)
}

func (p *pages) removeAddress(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.accounts.RemoveAddress(ctx, ui.From(ctx).Actor, r.PathValue("id")); err != nil {
		return err
	}
	ui.Notify(w, ui.Info, "account_pages.address.removed")
	return route.SeeOther(w, r, ui.Path(ctx, "/account/profile"))
}
