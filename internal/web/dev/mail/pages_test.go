package mail_test

import (
	"net/http"
	"strings"
	"testing"

	"khadamat/internal/notify"
	post "khadamat/internal/platform/mail"
	"khadamat/internal/web/webtest"
)

func TestEveryLetterCanBeLookedAtInEveryLanguage(t *testing.T) {
	town := webtest.New(t)
	browser := town.Browser()
	for language, direction := range map[string]string{"fr": "ltr", "ar": "rtl", "en": "ltr"} {
		list := browser.Get("/dev/mail?in=" + language)
		if list.Status != http.StatusOK || list.Titles() != 1 {
			t.Fatalf("%d", list.Status)
		}
		for _, template := range notify.Templates() {
			if !strings.Contains(list.Body, `"/dev/mail/`+string(template)+`?in=`+language+`"`) {
				t.Errorf("%s is not in the list", template)
			}
			letter := browser.Get("/dev/mail/" + string(template) + "/letter?in=" + language)
			if letter.Status != http.StatusOK || !strings.Contains(letter.Body, `<html lang="`+language+`" dir="`+direction+`">`) {
				t.Errorf("%s in %s: %d", template, language, letter.Status)
			}
			policy := letter.Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "sandbox") || !strings.Contains(policy, "frame-ancestors 'self'") || strings.Contains(policy, "script-src") {
				t.Errorf("a letter may do too much: %s", policy)
			}
		}
	}
	page := browser.Get("/dev/mail/booking_confirmed?in=ar")
	if page.Status != http.StatusOK || !strings.Contains(page.Header.Get("Content-Security-Policy"), "frame-src 'self'") || !page.Has("تم التأكيد") || page.Titles() != 1 {
		t.Errorf("%d, %s", page.Status, page.Header)
	}
	for _, path := range []string{"/dev/mail/love", "/dev/mail/love/letter", "/dev/outbox/x/letter"} {
		if got := browser.Get(path); got.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
}

func TestTheOutboxShowsALetterAsItWouldLook(t *testing.T) {
	town := webtest.New(t)
	browser := town.Browser()
	for _, m := range []post.Message{
		{To: "salma@example.test", Subject: "Bonjour", Text: "Bonjour Salma", HTML: "<p>Bonjour <strong>Salma</strong></p>"},
		{To: "salma@example.test", Subject: "Sans", Text: "Rien que du texte"},
	} {
		if err := town.Outbox.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	items, err := town.Outbox.List(t.Context(), 2)
	if err != nil || len(items) != 2 {
		t.Fatal(err)
	}
	plain, whole := items[0].ID, items[1].ID
	if page := browser.Get("/dev/outbox/" + whole); !strings.Contains(page.Body, `src="/dev/outbox/`+whole+`/letter"`) || !page.Has("Bonjour Salma") {
		t.Errorf("%s", page.Body)
	}
	if letter := browser.Get("/dev/outbox/" + whole + "/letter"); !strings.Contains(letter.Body, "<strong>Salma</strong>") || letter.Header.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("%v: %s", letter.Header, letter.Body)
	}
	if page := browser.Get("/dev/outbox/" + plain); strings.Contains(page.Body, "<iframe") {
		t.Error("a frame for a letter without HTML")
	}
	if letter := browser.Get("/dev/outbox/" + plain + "/letter"); letter.Status != http.StatusNotFound {
		t.Errorf("a letter without HTML: %d", letter.Status)
	}
}
