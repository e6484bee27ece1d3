package web

import (
	"context"
	"net/http"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/account/cookie"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/ui"
)

// read finds out who reads, in which language, and what the page before left to be said.
func (s *Site) read(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := s.requestOf(r)
		r = r.WithContext(ui.With(r.Context(), request))
		rememberLanguage(w, r, request.Language)
		if err := s.identify(w, r, request); err != nil {
			s.Fail(w, r, err)
			return
		}
		if r.Method == http.MethodGet {
			request.Notice = ui.TakeNotice(w, r, s.config.Texts)
			request.Unread = s.unread(r.Context(), request.Actor)
		}
		next.ServeHTTP(w, r)
	})
}

// unread is the number on the bell. A page is worth more than that number.
func (s *Site) unread(ctx context.Context, actor account.Actor) int {
	if s.config.Notices == nil {
		return 0
	}
	unread, err := s.config.Notices.Unread(ctx, actor)
	if err != nil {
		s.config.Logger.WarnContext(ctx, "cannot count notifications", "error", err)
	}
	return unread
}

func (s *Site) requestOf(r *http.Request) *ui.Request {
	return &ui.Request{
		Language: languageOf(r), Texts: s.config.Texts, URL: r.URL, BaseURL: s.config.BaseURL,
		Now: s.config.Clock.Now(), Demo: s.config.Demo, RequestID: httpx.RequestIDIn(r.Context()),
	}
}

const languageCookie = "kh_lang"

// languageOf is the language in the path; where the path has none, the one last read, then the one the browser asks for.
func languageOf(r *http.Request) i18n.Language {
	if language, ok := pathLanguage(r.URL.Path); ok {
		return language
	}
	if kept, err := r.Cookie(languageCookie); err == nil {
		if language, ok := i18n.Parse(kept.Value); ok {
			return language
		}
	}
	return i18n.Match(r.Header.Get("Accept-Language"))
}

func pathLanguage(path string) (i18n.Language, bool) {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return i18n.Parse(first)
}

// rememberLanguage keeps the language of the page for the next visit to "/".
func rememberLanguage(w http.ResponseWriter, r *http.Request, language i18n.Language) {
	if _, ok := pathLanguage(r.URL.Path); !ok {
		return
	}
	if kept, err := r.Cookie(languageCookie); err == nil && kept.Value == string(language) {
		return
	}
	const year = 365 * 24 * 60 * 60
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: string(language), Path: "/", MaxAge: year, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// identify fills in who reads. A browser whose access token has run out gets new cookies for its refresh token; one whose session
// has ended forgets its cookies and goes on as nobody. The error is about the house, never about the reader.
func (s *Site) identify(w http.ResponseWriter, r *http.Request, request *ui.Request) error {
	actor, err := s.actorOf(w, r)
	if err != nil || !actor.SignedIn() {
		return err
	}
	known, err := s.config.Accounts.Account(r.Context(), actor.ID)
	if errs.CodeOf(err) == errs.NotFound {
		cookie.Clear(w, r)
		return nil
	}
	if err != nil {
		return err
	}
	request.Actor, request.Account = actor, known
	httpx.SetAccount(r.Context(), actor.ID)
	return nil
}

func (s *Site) actorOf(w http.ResponseWriter, r *http.Request) (account.Actor, error) {
	ctx := r.Context()
	if access := cookie.Access(r); access != "" {
		actor, err := s.config.Accounts.Authenticate(ctx, access)
		if errs.CodeOf(err) != errs.Unauthenticated {
			return actor, err
		}
	}
	refresh := cookie.Refresh(r)
	if refresh == "" {
		return account.Actor{}, nil
	}
	session, err := s.config.Accounts.RefreshShared(ctx, refresh, clientOf(ctx, r))
	if errs.CodeOf(err) == errs.Unauthenticated {
		cookie.Clear(w, r)
		return account.Actor{}, nil
	}
	if err != nil {
		return account.Actor{}, err
	}
	cookie.Set(w, r, session)
	return account.Actor{ID: session.Account.ID, Role: session.Account.Role, SessionID: session.ID}, nil
}

func clientOf(ctx context.Context, r *http.Request) account.Client {
	return account.Client{Address: httpx.AddressIn(ctx).String(), UserAgent: r.UserAgent()}
}
