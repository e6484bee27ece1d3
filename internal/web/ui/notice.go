package ui

import (
	"encoding/base64"
	"net/http"
	"strings"

	"khadamat/internal/platform/i18n"
)

// Tone is the colour and the icon of something that is said.
type Tone string

// The closed set of tones.
const (
	Success Tone = "success"
	Info    Tone = "info"
	Warning Tone = "warning"
	Danger  Tone = "danger"
	Neutral Tone = "neutral"
)

// Notice is one sentence that a page says for the page before it ("Your booking is confirmed.").
type Notice struct {
	Tone Tone
	Key  string // of a text without placeholders
}

const noticeCookie = "kh_notice"

// Notify has the next page that the reader sees say the text under key, which has no placeholders. Call it before redirecting.
func Notify(w http.ResponseWriter, tone Tone, key string) {
	value := base64.RawURLEncoding.EncodeToString([]byte(string(tone) + " " + key))
	http.SetCookie(w, &http.Cookie{Name: noticeCookie, Value: value, Path: "/", MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// TakeNotice returns what Notify left with the reader, and forgets it. A cookie is anybody's to write: only texts that exist
// are said.
func TakeNotice(w http.ResponseWriter, r *http.Request, texts *i18n.Catalog) *Notice {
	cookie, err := r.Cookie(noticeCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: noticeCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	raw, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	tone, key, _ := strings.Cut(string(raw), " ")
	if !texts.Has(i18n.French, key) || len(texts.Placeholders(i18n.French, key)) > 0 {
		return nil
	}
	switch t := Tone(tone); t {
	case Success, Info, Warning, Danger:
		return &Notice{Tone: t, Key: key}
	}
	return nil
}
