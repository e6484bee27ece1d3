package account

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// securityView is what the page about the ways in shows.
type securityView struct {
	Factor   account.SecondFactor
	Passkeys []account.Passkey
	Possible bool // that there are passkeys
	Pending  string
}

func (p *pages) security(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	actor := ui.From(ctx).Actor
	view := securityView{Possible: p.passkeys()}
	var err error
	if view.Factor, err = p.accounts.SecondFactor(ctx, actor); err != nil {
		return err
	}
	if view.Passkeys, err = p.accounts.Passkeys(ctx, actor); err != nil {
		return err
	}
	if view.Pending, err = p.accounts.PendingEmail(ctx, actor); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, securityPage(view))
}

func (p *pages) showPassword(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, passwordPage(ui.Problems{}))
}

func (p *pages) changePassword(w http.ResponseWriter, r *http.Request) error {
	f := form{
		do: func(ctx context.Context, actor account.Actor, sent url.Values) error {
			return p.accounts.ChangePassword(ctx, actor, sent.Get("password"), sent.Get("new_password"))
		},
		again: func(_ *http.Request, _ url.Values, problems ui.Problems) (templ.Component, error) {
			return passwordPage(problems), nil
		},
		notice: "account_pages.password.changed", next: "/account/security",
	}
	return f.post(w, r)
}

// emailView is what the form for another address shows.
type emailView struct {
	Email    string
	Pending  string
	Problems ui.Problems
}

func (p *pages) showEmail(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	pending, err := p.accounts.PendingEmail(ctx, ui.From(ctx).Actor)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, emailPage(emailView{Pending: pending}))
}

func (p *pages) changeEmail(w http.ResponseWriter, r *http.Request) error {
	f := form{
		do: func(ctx context.Context, actor account.Actor, sent url.Values) error {
			return p.accounts.AskEmailChange(ctx, actor, sent.Get("email"), sent.Get("password"))
		},
		again: func(_ *http.Request, sent url.Values, problems ui.Problems) (templ.Component, error) {
			return emailPage(emailView{Email: sent.Get("email"), Problems: problems}), nil
		},
		notice: "account_pages.change_email.sent", next: "/account/email",
	}
	return f.post(w, r)
}

// showConfirmEmail asks for one tap, as showVerify does.
func (p *pages) showConfirmEmail(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, confirmEmailPage(r.URL.Query().Get("token")))
}

func (p *pages) confirmEmail(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	err = p.accounts.ConfirmEmailChange(ctx, sent.Get("token"))
	switch code := errs.CodeOf(err); code {
	case "":
		ui.Notify(w, ui.Success, "account_pages.change_email.done")
	case errs.Gone, errs.NotFound, errs.Conflict:
		return ui.Render(w, r, linkStatus(code), confirmEmailFailedPage(ui.ProblemsOf(ctx, err).General))
	default:
		return err
	}
	if ui.From(ctx).SignedIn() {
		return route.SeeOther(w, r, ui.Path(ctx, "/account/security"))
	}
	return route.SeeOther(w, r, ui.Path(ctx, "/sign-in"))
}

// factorView is what the pages about the second factor show.
type factorView struct {
	Factor   account.SecondFactor
	Image    matrix
	Problems ui.Problems
}

func (p *pages) factorPage(r *http.Request, problems ui.Problems) (templ.Component, error) {
	ctx := r.Context()
	factor, err := p.accounts.SecondFactor(ctx, ui.From(ctx).Actor)
	if err != nil {
		return nil, err
	}
	view := factorView{Factor: factor, Problems: problems}
	if factor.URL != "" {
		if view.Image, err = matrixOf(factor.URL); err != nil {
			return nil, err
		}
	}
	return factorPage(view), nil
}

func (p *pages) showFactor(w http.ResponseWriter, r *http.Request) error {
	page, err := p.factorPage(r, ui.Problems{})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, page)
}

func (p *pages) beginFactor(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	err := p.accounts.BeginSecondFactor(ctx, ui.From(ctx).Actor)
	if err != nil && errs.CodeOf(err) != errs.Conflict { // on already: its page says so
		return err
	}
	return route.SeeOther(w, r, ui.Path(ctx, "/account/second-factor"))
}

// confirmFactor shows the recovery codes in its own answer: nowhere are they kept from which another page could.
func (p *pages) confirmFactor(w http.ResponseWriter, r *http.Request) error {
	return p.showRecovery(w, r, func(ctx context.Context, actor account.Actor, sent url.Values) ([]string, error) {
		return p.accounts.ConfirmSecondFactor(ctx, actor, sent.Get("code"))
	})
}

func (p *pages) renewRecovery(w http.ResponseWriter, r *http.Request) error {
	return p.showRecovery(w, r, func(ctx context.Context, actor account.Actor, sent url.Values) ([]string, error) {
		return p.accounts.RenewRecoveryCodes(ctx, actor, sent.Get("password"))
	})
}

func (p *pages) showRecovery(w http.ResponseWriter, r *http.Request, make func(context.Context, account.Actor, url.Values) ([]string, error)) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	codes, err := make(ctx, ui.From(ctx).Actor, sent)
	if err == nil {
		return ui.Render(w, r, http.StatusOK, recoveryPage(codes))
	}
	status, again := formStatus(w, err)
	if !again {
		return err
	}
	page, failed := p.factorPage(r, ui.ProblemsOf(ctx, err))
	if failed != nil {
		return failed
	}
	return ui.Render(w, r, status, page)
}

func (p *pages) stopFactor(w http.ResponseWriter, r *http.Request) error {
	f := form{
		do: func(ctx context.Context, actor account.Actor, sent url.Values) error {
			return p.accounts.StopSecondFactor(ctx, actor, sent.Get("password"))
		},
		again: func(r *http.Request, _ url.Values, problems ui.Problems) (templ.Component, error) {
			return p.factorPage(r, problems)
		},
		notice: "account_pages.factor.stopped", next: "/account/security",
	}
	return f.post(w, r)
}

// passkeys says whether there are passkeys to be offered.
func (p *pages) passkeys() bool {
	return p.accounts.PasskeysPossible() && p.features.On(feature.Passkeys)
}

func (p *pages) passkeysPaused() error {
	if p.features.On(feature.Passkeys) {
		return nil
	}
	return feature.Passkeys.Paused()
}

// beginPasskey answers the script of the settings; its problems go beside the form that it has sent.
func (p *pages) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	var ceremony account.Ceremony
	if err = p.passkeysPaused(); err == nil {
		ceremony, err = p.accounts.BeginPasskey(ctx, ui.From(ctx).Actor, sent.Get("password"))
	}
	if err == nil {
		return sendJSON(w, http.StatusOK, ceremony)
	}
	status, again := formStatus(w, err)
	if !again {
		return err
	}
	problems := ui.ProblemsOf(ctx, err)
	text := problems.General
	if field := problems.Of("password"); field != "" {
		text = field
	}
	return sendJSON(w, status, map[string]string{"problem": text})
}

// passkeyView is what the page shows on which a passkey is made.
type passkeyView struct {
	Name     string
	Problems ui.Problems
}

func (p *pages) showPasskey(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return ui.Render(w, r, http.StatusOK, passkeyPage(passkeyView{Name: device(ctx, r.UserAgent())}))
}

func (p *pages) addPasskey(w http.ResponseWriter, r *http.Request) error {
	f := form{
		do: func(ctx context.Context, actor account.Actor, sent url.Values) error {
			_, err := p.accounts.AddPasskey(ctx, actor, sent.Get("challenge"), sent.Get("credential"), sent.Get("name"))
			if errs.CodeOf(err) == errs.Gone {
				err = errs.Wrap(err, errs.Conflict, "account.challenge_over")
			}
			return err
		},
		again: func(_ *http.Request, sent url.Values, problems ui.Problems) (templ.Component, error) {
			return passkeyPage(passkeyView{Name: sent.Get("name"), Problems: problems}), nil
		},
		notice: "account_pages.passkey.added", next: "/account/security",
	}
	return f.post(w, r)
}

func (p *pages) removePasskey(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.accounts.RemovePasskey(ctx, ui.From(ctx).Actor, r.PathValue("id")); err != nil {
		return err
	}
	ui.Notify(w, ui.Info, "account_pages.passkey.removed")
	return route.SeeOther(w, r, ui.Path(ctx, "/account/security"))
}

func (p *pages) sessions(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	all, err := p.accounts.Sessions(ctx, ui.From(ctx).Actor)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, sessionsPage(all))
}

func (p *pages) revokeSession(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.accounts.Revoke(ctx, ui.From(ctx).Actor, r.PathValue("id")); err != nil && errs.CodeOf(err) != errs.NotFound {
		return err
	}
	ui.Notify(w, ui.Success, "account_pages.sessions.revoked")
	return route.SeeOther(w, r, ui.Path(ctx, "/account/sessions"))
}

func (p *pages) revokeOthers(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if _, err := p.accounts.RevokeOthers(ctx, ui.From(ctx).Actor); err != nil {
		return err
	}
	ui.Notify(w, ui.Success, "account_pages.sessions.revoked_others")
	return route.SeeOther(w, r, ui.Path(ctx, "/account/sessions"))
}

// systems and browsers are told by a word of the user agent, the telling ones first: most browsers claim to be others as well.
var (
	systems = [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
	browsers = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"FxiOS", "Firefox"}, {"Firefox", "Firefox"}, {"CriOS", "Chrome"},
		{"HeadlessChrome", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}, {"curl", "curl"},
	}
)

// device says in words what a user agent is.
func device(ctx context.Context, userAgent string) string {
	system, browser := wordOf(userAgent, systems), wordOf(userAgent, browsers)
	switch {
	case system != "" && browser != "":
		return ui.T(ctx, "account_pages.sessions.device", "Browser", browser, "System", system)
	case system != "" || browser != "":
		return system + browser
	}
	return ui.T(ctx, "account_pages.sessions.unknown_device")
}

func wordOf(userAgent string, known [][2]string) string {
	for _, pair := range known {
		if strings.Contains(userAgent, pair[0]) {
			return pair[1]
		}
	}
	return ""
}

// handheld says whether a user agent is a phone's or a tablet's.
func handheld(userAgent string) bool {
	return strings.Contains(userAgent, "Mobile") || strings.Contains(userAgent, "Android") || strings.Contains(userAgent, "iPad")
}

// tokensView is what the page about personal access tokens shows.
type tokensView struct {
	Tokens   []account.Token
	Name     string
	Days     string
	Key      string
	Made     string // the secret of one just made
	Problems ui.Problems
}

const defaultTokenDays = "90"

func (p *pages) showTokens(w http.ResponseWriter, r *http.Request) error {
	return p.renderTokens(w, r, http.StatusOK, tokensView{Days: defaultTokenDays})
}

func (p *pages) renderTokens(w http.ResponseWriter, r *http.Request, status int, view tokensView) error {
	ctx := r.Context()
	var err error
	if view.Tokens, err = p.accounts.ListTokens(ctx, ui.From(ctx).Actor); err != nil {
		return err
	}
	view.Key = ids.New()
	return ui.Render(w, r, status, tokensPage(view))
}

// createToken shows the secret in its own answer, since it is stored nowhere; sent again by a reload it is the same one.
func (p *pages) createToken(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	view := tokensView{Name: sent.Get("name"), Days: sent.Get("expires_in_days")}
	days, err := strconv.Atoi(view.Days)
	if err != nil {
		days = -1 // which no token can have
	}
	secret, _, err := p.accounts.CreateToken(ctx, ui.From(ctx).Actor, view.Name, days, sent.Get("key"))
	if err != nil {
		status, again := formStatus(w, err)
		if !again {
			return err
		}
		view.Problems = ui.ProblemsOf(ctx, err)
		return p.renderTokens(w, r, status, view)
	}
	return p.renderTokens(w, r, http.StatusOK, tokensView{Made: secret, Days: defaultTokenDays})
}

func (p *pages) revokeToken(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.accounts.RevokeToken(ctx, ui.From(ctx).Actor, r.PathValue("id")); err != nil && errs.CodeOf(err) != errs.NotFound {
		return err
	}
	ui.Notify(w, ui.Success, "account_pages.tokens.revoked")
	return route.SeeOther(w, r, ui.Path(ctx, "/account/tokens"))
}
