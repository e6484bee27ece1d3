package sandbox

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/i18n"

	"github.com/a-h/templ"
)

//go:embed page.css
var styleSheet []byte

const stylePath = "/sandbox/page.css"

var styleAddress = func() string {
	sum := sha256.Sum256(styleSheet)
	return stylePath + "?v=" + hex.EncodeToString(sum[:6])
}()

// maxFormBytes bounds a form: a card needs a hundred.
const maxFormBytes = 16 << 10

// Handler serves the card page and, where the config says so, the operator's pages: everything below /sandbox/.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, page func(http.ResponseWriter, *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
			w.Header().Set("Cache-Control", "no-store")
			if err := page(w, r); err != nil {
				s.fail(w, r, err)
			}
		})
	}
	mux.HandleFunc("GET "+stylePath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write(styleSheet) // who has gone away needs no style
	})
	handle("GET /sandbox/pay/{ref}", s.showCard)
	handle("POST /sandbox/pay/{ref}", s.takeCard)
	handle("GET /sandbox/pay/{ref}/challenge", s.showChallenge)
	handle("POST /sandbox/pay/{ref}/challenge", s.takeCode)
	if s.config.Operate {
		handle("GET /sandbox/{$}", s.showCharges)
		handle("GET /sandbox/charges/{ref}", s.showCharge)
		handle("POST /sandbox/charges/{ref}", s.operate)
		handle("GET /sandbox/settlements/{day}", s.showSettlement)
	}
	handle("/sandbox/", func(http.ResponseWriter, *http.Request) error { return errs.New(errs.NotFound, "error.not_found") })
	return mux
}

// view is what every page shows: in which language, and to whom the reader can return.
type view struct {
	texts    *i18n.Catalog
	language i18n.Language
	path     string
	back     string // the client's address; empty on pages of no charge
}

// T is a text in the reader's language; args alternate names and values.
func (v view) T(key string, args ...string) string {
	filled := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		filled[args[i]] = args[i+1]
	}
	return v.texts.T(v.language, key, filled)
}

func (v view) money(a money.Amount) string {
	return i18n.FormatMoney(v.language, a.Minor, string(a.Currency), a.Currency.Digits())
}

func (v view) moment(at time.Time) string { return i18n.FormatDateTime(v.language, at, zone()) }

// to is an address of the processor's own in the reader's language.
func (v view) to(path string) string { return path + "?lang=" + string(v.language) }

func (s *Service) viewOf(r *http.Request, c *charge) view {
	v := view{texts: s.config.Texts, language: httpx.Language(r), path: r.URL.Path}
	if c != nil {
		v.back = s.back(c)
		if _, chosen := i18n.Parse(r.URL.Query().Get("lang")); !chosen {
			v.language, _ = i18n.Parse(c.Language)
		}
	}
	return v
}

// render answers with a page. Nothing but the style sheet is loaded, and forms go to the processor itself, which may send the reader back to the client.
func (s *Service) render(w http.ResponseWriter, r *http.Request, status int, v view, page templ.Component) error {
	policy := "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	if back, err := url.Parse(v.back); err == nil && back.Host != "" {
		policy += " " + back.Scheme + "://" + back.Host
	}
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return page.Render(r.Context(), w)
}

func (s *Service) fail(w http.ResponseWriter, r *http.Request, err error) {
	known := httpx.ErrorOf(err)
	if known.Code == errs.Internal {
		s.config.Logger.ErrorContext(r.Context(), "the sandbox failed", "path", r.URL.Path, "error", err)
		known = errs.New(errs.Internal, "error.internal")
	}
	v := s.viewOf(r, nil)
	_ = s.render(w, r, httpx.StatusOf(known.Code), v, wordPage(v, v.T("sandbox.failed"), v.texts.T(v.language, known.Key, known.Args))) // who has gone away needs no page
}

// cardForm is what the card page shows besides the charge.
type cardForm struct {
	number, expiry string
	wrong          map[string]string // what is wrong with an input, by its name
}

func (s *Service) showCard(w http.ResponseWriter, r *http.Request) error {
	c, err := find(r.Context(), s.config.DB, r.PathValue("ref"))
	if err != nil {
		return err
	}
	v := s.viewOf(r, &c)
	switch {
	case c.payable():
		form := cardForm{}
		if card := cardOf(r.URL.Query().Get("card")); card.number != "" {
			form.number, form.expiry = card.groups(), "12 / "+s.config.Clock.Now().AddDate(3, 0, 0).Format("06")
		}
		return s.render(w, r, http.StatusOK, v, cardPage(v, &c, form))
	case c.state.Status == processor.Challenged:
		http.Redirect(w, r, v.to(challengePath(c.state.Ref)), http.StatusSeeOther)
		return nil
	}
	return s.render(w, r, http.StatusOK, v, donePage(v, &c))
}

func (s *Service) takeCard(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	c, err := find(r.Context(), s.config.DB, r.PathValue("ref"))
	if err != nil {
		return err
	}
	v := s.viewOf(r, &c)
	form := cardForm{number: r.PostForm.Get("number"), expiry: r.PostForm.Get("expiry"), wrong: map[string]string{}}
	card, key := numberOf(form.number)
	for name, key := range map[string]string{"number": key, "expiry": expiryOf(form.expiry, s.config.Clock.Now()), "cvc": cvcOf(r.PostForm.Get("cvc"))} {
		if key != "" {
			form.wrong[name] = v.T(key)
		}
	}
	if len(form.wrong) > 0 && c.payable() {
		return s.render(w, r, http.StatusUnprocessableEntity, v, cardPage(v, &c, form))
	}
	if c.payable() {
		if c, err = s.change(r.Context(), c.state.Ref, func(tx *db.Tx, c *charge) error { return c.pay(card, tx.Now) }); err != nil {
			return err
		}
		if c.behaves(hangs) {
			return s.render(w, r, http.StatusServiceUnavailable, v, hangingPage(v))
		}
	}
	s.onward(w, r, v, &c)
	return nil
}

// back is where the client wants the card holder to return to. A client at the same address is reached by whatever name the card holder came by.
func (s *Service) back(c *charge) string {
	if path, same := strings.CutPrefix(c.ReturnURL, s.config.BaseURL+"/"); same {
		return "/" + path
	}
	return c.ReturnURL
}

// onward sends the card holder to where they have something to do.
func (s *Service) onward(w http.ResponseWriter, r *http.Request, v view, c *charge) {
	to := s.back(c)
	switch {
	case c.state.Status == processor.Challenged:
		to = v.to(challengePath(c.state.Ref))
	case c.payable() || c.state.Status == processor.Voided:
		to = v.to(payPath(c.state.Ref))
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (s *Service) showChallenge(w http.ResponseWriter, r *http.Request) error {
	c, err := find(r.Context(), s.config.DB, r.PathValue("ref"))
	if err != nil {
		return err
	}
	v := s.viewOf(r, &c)
	if c.state.Status != processor.Challenged {
		http.Redirect(w, r, v.to(payPath(c.state.Ref)), http.StatusSeeOther)
		return nil
	}
	return s.render(w, r, http.StatusOK, v, challengePage(v, &c))
}

func (s *Service) takeCode(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	c, err := find(r.Context(), s.config.DB, r.PathValue("ref"))
	if err != nil {
		return err
	}
	v := s.viewOf(r, &c)
	if c.state.Status == processor.Challenged {
		c, err = s.change(r.Context(), c.state.Ref, func(tx *db.Tx, c *charge) error {
			if r.PostForm.Has("another") {
				return c.abandon()
			}
			return c.answer(digitsOnly.Replace(r.PostForm.Get("code")), tx.Now)
		})
		if err != nil {
			return err
		}
		if c.state.Status == processor.Challenged {
			return s.render(w, r, http.StatusUnprocessableEntity, v, challengePage(v, &c))
		}
	}
	s.onward(w, r, v, &c)
	return nil
}

func unreadable(err error) error {
	if known := httpx.ErrorOf(err); known.Code == errs.TooLarge {
		return known
	}
	return errs.Wrap(err, errs.Invalid, "sandbox.bad_form")
}

func challengePath(ref string) string { return payPath(ref) + "/challenge" }

// declineText says why the last card was refused.
func declineText(v view, reason string) string {
	switch reason {
	case declinedFunds:
		return v.T("sandbox.declined_funds")
	case declinedExpired:
		return v.T("sandbox.declined_expired")
	}
	return v.T("sandbox.declined_challenge")
}

// mannerText says how a test card behaves.
func mannerText(v view, m manner) string {
	switch m {
	case challenges:
		return v.T("sandbox.card_challenges")
	case refused:
		return v.T("sandbox.card_refused")
	case expired:
		return v.T("sandbox.card_expired")
	case chargesBack:
		return v.T("sandbox.card_charges_back")
	case hangs:
		return v.T("sandbox.card_hangs")
	case late:
		return v.T("sandbox.card_late")
	}
	return v.T("sandbox.card_pays")
}

// doneText says what became of a charge that nobody can pay any more.
func doneText(v view, status processor.Status) (title, text string) {
	switch status {
	case processor.Captured:
		return v.T("sandbox.paid"), v.T("sandbox.paid_text")
	case processor.Voided:
		return v.T("sandbox.voided"), v.T("sandbox.voided_text")
	}
	return v.T("sandbox.reserved"), v.T("sandbox.reserved_text")
}
