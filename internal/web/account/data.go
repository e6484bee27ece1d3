package account

import (
	"net/http"
	"strings"
	"time"

	"khadamat/internal/account/cookie"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

func (p *pages) showData(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, dataPage(ui.Problems{}))
}

// export sends the file as the form's own answer.
func (p *pages) export(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	request := ui.From(ctx)
	write, err := p.accounts.Export(ctx, request.Actor, sent.Get("password"))
	if err != nil {
		status, again := formStatus(w, err)
		if !again {
			return err
		}
		return ui.Render(w, r, status, dataPage(ui.ProblemsOf(ctx, err)))
	}
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Content-Disposition", `attachment; filename="khadamat-`+request.Now.Format(time.DateOnly)+`.json"`)
	header.Set("Cache-Control", "no-store")
	if err := write(w); err != nil {
		panic(http.ErrAbortHandler) // the file is cut short, which the browser must see
	}
	return nil
}

func (p *pages) showErase(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, erasePage(ui.Problems{}))
}

func (p *pages) erase(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if !strings.EqualFold(strings.TrimSpace(sent.Get("word")), ui.T(ctx, "account_pages.erase.word")) {
		var f errs.Fields
		f.Add("word", "account_pages.erase.word_wrong", errs.Args{"Word": ui.T(ctx, "account_pages.erase.word")})
		return ui.Render(w, r, http.StatusUnprocessableEntity, erasePage(ui.ProblemsOf(ctx, f.Err())))
	}
	if err := p.accounts.Erase(ctx, ui.From(ctx).Actor, sent.Get("password")); err != nil {
		status, again := formStatus(w, err)
		if !again {
			return err
		}
		return ui.Render(w, r, status, erasePage(ui.ProblemsOf(ctx, err)))
	}
	cookie.Clear(w, r)
	ui.Notify(w, ui.Info, "account_pages.erase.done")
	return route.SeeOther(w, r, ui.Path(ctx, ""))
}

func (p *pages) terms(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, legalPage(termsText))
}

func (p *pages) privacy(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, legalPage(privacyText))
}
