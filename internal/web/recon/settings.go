package recon

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// settingsView is what the page of a project's settings shows.
type settingsView struct {
	frame.Page
	Form     url.Values // as it is filled in
	Problems ui.Problems
	Members  []workspace.Member
	Email    string // of somebody who is to become a member
	Joining  ui.Problems
}

func (p *pages) settings(w http.ResponseWriter, r *http.Request) error {
	view, err := p.settingsView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, settingsPage(view))
}

func (p *pages) settingsView(r *http.Request) (settingsView, error) {
	page, err := p.around(r, ui.T(r.Context(), "recon_pages.nav.settings"))
	if err != nil {
		return settingsView{}, err
	}
	view := settingsView{Page: page, Form: formOf(page.Project)}
	view.Members, err = p.Workspace.Members(r.Context(), actor(r), page.Project.ID)
	return view, err
}

// formOf is a project as its form is filled in.
func formOf(project *workspace.Project) url.Values {
	s := project.Settings
	currency := cmp.Or(s.WriteOffLimit.Currency, money.MAD)
	form := url.Values{}
	set := func(name, value string) { form.Set(name, value) }
	set("version", strconv.Itoa(project.Version))
	set("name", project.Name)
	set("description", project.Description)
	set("write_off_limit", written(s.WriteOffLimit.Minor, currency))
	set("currency", string(currency))
	set("escalate_after", none(s.EscalateAfter))
	set("escalate_above", written(s.EscalateAbove, currency))
	set("accept_suggested", none(int(math.Round(s.AcceptSuggested*100))))
	set("reason_codes", strings.Join(s.ReasonCodes, "\n"))
	set("run_daily_at", s.RunDailyAt)
	if s.RunOnNewData {
		set("run_on_new_data", "1")
	}
	return form
}

// none writes a number, nothing for zero.
func none(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// written writes minor units as minorOf reads them; nothing for zero.
func written(minor int64, currency money.Currency) string {
	if minor == 0 {
		return ""
	}
	digits := currency.Digits()
	s := strconv.FormatInt(minor, 10)
	for len(s) <= digits {
		s = "0" + s
	}
	whole, decimals := s[:len(s)-digits], strings.TrimRight(s[len(s)-digits:], "0")
	if decimals == "" {
		return whole
	}
	return whole + "." + decimals
}

// minorOf reads an amount, its decimals after a comma or a point. An empty one is zero.
func minorOf(fields *errs.Fields, name, s string, currency money.Currency) int64 {
	s = strings.Replace(strings.Join(strings.Fields(s), ""), ",", ".", 1)
	if s == "" {
		return 0
	}
	whole, decimals, _ := strings.Cut(s, ".")
	digits := currency.Digits()
	if len(decimals) > digits {
		fields.Add(name, "recon_pages.settings.amount_bad", nil)
		return 0
	}
	minor, err := strconv.ParseUint(whole+decimals+strings.Repeat("0", digits-len(decimals)), 10, 62)
	if err != nil {
		fields.Add(name, "recon_pages.settings.amount_bad", nil)
	}
	return int64(minor) //nolint:gosec // 62 bits
}

func wholeNumber(fields *errs.Fields, name, s string, most int) int {
	if strings.TrimSpace(s) == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 || n > most {
		fields.Add(name, "recon_pages.settings.number_bad", errs.Args{"Most": most})
	}
	return n
}

const (
	mostDays    = 3650
	mostPercent = 100
)

// projectForm reads what the form says; what it does not ask stays as it is.
func projectForm(form url.Values) (workspace.ProjectForm, error) {
	var fields errs.Fields
	currency := money.Currency(strings.ToUpper(strings.TrimSpace(form.Get("currency"))))
	if !currency.Valid() {
		fields.Add("currency", "recon_pages.settings.currency_bad", nil)
	}
	settings := workspace.Settings{
		WriteOffLimit:   money.Of(minorOf(&fields, "write_off_limit", form.Get("write_off_limit"), currency), currency),
		EscalateAfter:   wholeNumber(&fields, "escalate_after", form.Get("escalate_after"), mostDays),
		EscalateAbove:   minorOf(&fields, "escalate_above", form.Get("escalate_above"), currency),
		AcceptSuggested: float64(wholeNumber(&fields, "accept_suggested", form.Get("accept_suggested"), mostPercent)) / mostPercent,
		RunOnNewData:    form.Get("run_on_new_data") != "",
		RunDailyAt:      strings.TrimSpace(form.Get("run_daily_at")),
	}
	for code := range strings.Lines(form.Get("reason_codes")) {
		if code = strings.TrimSpace(code); code != "" {
			settings.ReasonCodes = append(settings.ReasonCodes, code)
		}
	}
	return workspace.ProjectForm{Name: strings.TrimSpace(form.Get("name")), Description: strings.TrimSpace(form.Get("description")), Settings: settings}, fields.Err()
}

func (p *pages) saveSettings(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	wanted, err := projectForm(form)
	if err == nil {
		version, _ := strconv.Atoi(form.Get("version")) // what is none is no version, and conflicts
		_, err = p.Workspace.Change(r.Context(), actor(r), r.PathValue("project"), version, wanted)
	}
	if again(err) {
		view, broken := p.settingsView(r)
		if broken != nil {
			return broken
		}
		view.Form, view.Problems = form, ui.ProblemsOf(r.Context(), err)
		return ui.Render(w, r, http.StatusUnprocessableEntity, settingsPage(view))
	}
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "recon_pages.settings.saved")
	return to(w, r, r.PathValue("project"), "/settings")
}

// saveMember gives somebody a role, or takes them out.
func (p *pages) saveMember(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("project")
	if gone := form.Get("remove"); gone != "" {
		err = p.Workspace.RemoveMember(r.Context(), actor(r), id, gone)
	} else {
		_, err = p.Workspace.SetMember(r.Context(), actor(r), id, strings.TrimSpace(form.Get("email")), workspace.Role(form.Get("role")))
	}
	if again(err) {
		view, broken := p.settingsView(r)
		if broken != nil {
			return broken
		}
		view.Email, view.Joining = form.Get("email"), ui.ProblemsOf(r.Context(), err)
		return ui.Render(w, r, http.StatusUnprocessableEntity, settingsPage(view))
	}
	if err != nil {
		return err
	}
	if form.Get("remove") == actor(r).ID {
		return route.SeeOther(w, r, ui.Path(r.Context(), "/recon"))
	}
	ui.Notify(w, ui.Success, "recon_pages.settings.members_saved")
	return to(w, r, id, "/settings")
}

// archive takes a project out of use, or back into it.
func (p *pages) archive(w http.ResponseWriter, r *http.Request) error {
	form, err := route.Form(w, r)
	if err != nil {
		return err
	}
	done := "recon_pages.settings.archived"
	if form.Get("do") == "restore" {
		done = "recon_pages.settings.restored"
		err = p.Workspace.Restore(r.Context(), actor(r), r.PathValue("project"))
	} else {
		err = p.Workspace.Archive(r.Context(), actor(r), r.PathValue("project"))
	}
	if err != nil {
		return err
	}
	ui.Notify(w, ui.Success, done)
	return to(w, r, r.PathValue("project"), "/settings")
}

func roleChoices(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, role := range roles {
		options = append(options, ui.Option{Value: string(role), Label: ui.T(ctx, roleKeys[role])})
	}
	return options
}
