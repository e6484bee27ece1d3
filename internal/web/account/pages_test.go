package account_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/mail"
	"khadamat/internal/web/webtest"
)

func newcomer(role string) url.Values {
	return url.Values{"role": {role}, "name": {"Nadia Berrada"}, "email": {"nadia@example.test"}, "password": {"le chat dort bien"}, "key": {ids.New()}, "terms_accepted": {"1"}}
}

func TestANewcomerSignsUpConfirmsAndComesBackToWhereTheyWere(t *testing.T) {
	town := webtest.New(t)
	nadia := town.Browser()
	page := nadia.Get("/fr/sign-up?next=" + url.QueryEscape("/fr/search?q=plombier"))
	if page.Status != http.StatusOK || page.Titles() != 1 || page.Value("next") != "/fr/search?q=plombier" {
		t.Fatalf("status %d, next %q:\n%s", page.Status, page.Value("next"), page.Words())
	}
	form := newcomer("customer")
	form.Set("next", page.Value("next"))
	check := nadia.Follow(nadia.Post("/fr/sign-up", form))
	if !check.Has("nadia@example.test") || !strings.Contains(check.Body, `href="/fr/search?q=plombier"`) {
		t.Errorf("the newcomer is not told to look at their mail, or not led on:\n%s", check.Words())
	}
	if list := nadia.Get("/fr/bookings"); list.Status != http.StatusOK || !list.Has("Confirmez votre adresse e-mail") {
		t.Errorf("status %d, want the list with a word on the address:\n%s", list.Status, list.Words())
	}
	link := "/fr/verify-email?token=" + url.QueryEscape(town.Mails.Tokens("verify_email")[0])
	opened := nadia.Get(link)
	if list := nadia.Get("/fr/bookings"); !list.Has("Confirmez votre adresse e-mail") {
		t.Error("opening the link confirmed the address: a GET changed something")
	}
	done := nadia.Follow(nadia.Post("/fr/verify-email", url.Values{"token": {opened.Value("token")}}))
	if !done.Has("Votre adresse est confirmée") || done.Has("Confirmez votre adresse e-mail") {
		t.Errorf("the address is not confirmed:\n%s", done.Words())
	}
	if again := nadia.Post("/fr/verify-email", url.Values{"token": {opened.Value("token")}}); again.Status != http.StatusGone || again.Titles() != 1 {
		t.Errorf("the same link again answers %d, want 410", again.Status)
	}
}

func TestANewProviderIsLedToTheirOwnPages(t *testing.T) {
	town := webtest.New(t)
	browser := town.Browser()
	check := browser.Follow(browser.Post("/fr/sign-up", newcomer("provider")))
	if !strings.Contains(check.Body, `href="/fr/provider/day"`) {
		t.Errorf("a new provider is not led to their day:\n%s", check.Words())
	}
}

func TestASignUpFormSentTwiceMakesOneAccount(t *testing.T) {
	town := webtest.New(t)
	before := town.Count("accounts")
	form := newcomer("customer")
	for range 2 {
		if got := town.Browser().Post("/fr/sign-up", form); got.Status != http.StatusSeeOther {
			t.Errorf("status %d, want 303:\n%s", got.Status, got.Words())
		}
	}
	if n := town.Count("accounts") - before; n != 1 {
		t.Errorf("%d accounts were made, want 1", n)
	}
}

func TestASignUpFormSaysWhichFieldIsWrong(t *testing.T) {
	town := webtest.New(t)
	before := town.Count("accounts")
	browser := town.Browser()
	for name, test := range map[string]struct{ field, value string }{
		"no name":              {"name", ""},
		"name of one letter":   {"name", "N"},
		"name too long":        {"name", strings.Repeat("n", 81)},
		"name not UTF-8":       {"name", "Nadia \xff"},
		"name with override":   {"name", "Nadia \u202egnp"},
		"name on two lines":    {"name", "Nadia\nBerrada"},
		"no address":           {"email", ""},
		"address without host": {"email", "nadia@"},
		"address with NUL":     {"email", "nadia\x00@example.test"},
		"address too long":     {"email", strings.Repeat("n", 250) + "@example.test"},
		"address taken":        {"email", "SALMA@example.test"},
		"short password":       {"password", "court"},
		"long password":        {"password", strings.Repeat("p", 201)},
		"common password":      {"password", "1234567890"},
		"broken password":      {"password", "le chat \xff dort"},
		"role of the house":    {"role", "admin"},
		"no role":              {"role", ""},
	} {
		t.Run(name, func(t *testing.T) {
			form := newcomer("customer")
			form.Set(test.field, test.value)
			answer := browser.Post("/fr/sign-up", form)
			if answer.Status != http.StatusUnprocessableEntity || answer.Titles() != 1 {
				t.Fatalf("status %d, want 422:\n%s", answer.Status, answer.Words())
			}
			complaint := `id="field-` + test.field + `-problem"`
			if !strings.Contains(answer.Body, complaint) {
				t.Errorf("the field %s has no complaint:\n%s", test.field, answer.Words())
			}
			if test.field != "name" && answer.Value("name") != "Nadia Berrada" {
				t.Error("the name was not kept")
			}
			if answer.Value("password") != "" {
				t.Error("the password was sent back")
			}
		})
	}
	if n := town.Count("accounts") - before; n != 0 {
		t.Errorf("%d accounts were made", n)
	}
}

func TestAWrongPasswordIsToldKindlyAndFiveLockTheAddress(t *testing.T) {
	town := webtest.New(t)
	browser := town.Browser()
	form := url.Values{"email": {town.Salma.Email}, "password": {"ce n’est pas cela"}}
	first := browser.Post("/fr/sign-in", form)
	if first.Status != http.StatusUnprocessableEntity || first.Value("email") != town.Salma.Email || first.Value("password") != "" {
		t.Errorf("status %d, want 422 with the address kept and no password", first.Status)
	}
	unknown := browser.Post("/fr/sign-in", url.Values{"email": {"nobody@example.test"}, "password": {"ce n’est pas cela"}})
	if strings.ReplaceAll(unknown.Words(), "nobody", "salma") != first.Words() {
		t.Error("an address that nobody has reads otherwise than a wrong password")
	}
	for range 4 {
		browser.Post("/fr/sign-in", form)
	}
	form.Set("password", webtest.Password)
	if locked := browser.Post("/fr/sign-in", form); locked.Status != http.StatusTooManyRequests || locked.Header.Get("Retry-After") == "" {
		t.Errorf("the sixth try answers %d with Retry-After %q, want 429", locked.Status, locked.Header.Get("Retry-After"))
	}
}

func TestNextNeverLeadsElsewhere(t *testing.T) {
	town := webtest.New(t)
	for _, next := range []string{
		"https://evil.test/", "//evil.test", "/\\evil.test", "\\/evil.test", "javascript:alert(1)", "/\t/evil.test", "http:evil.test",
		"///evil.test", "/%0d%0aSet-Cookie:x=1\r\nLocation: https://evil.test", " //evil.test", "https:/evil.test", "@evil.test",
	} {
		browser := town.Browser()
		page := browser.Get("/fr/sign-in?next=" + url.QueryEscape(next))
		if got := page.Value("next"); got != "" {
			t.Errorf("the form keeps %q for %q", got, next)
		}
		for _, answer := range []webtest.Page{
			browser.Post("/fr/sign-in", url.Values{"email": {town.Salma.Email}, "password": {webtest.Password}, "next": {next}}),
			browser.Get("/fr/sign-in?next=" + url.QueryEscape(next)),
			browser.Get("/fr/sign-up?next=" + url.QueryEscape(next)),
		} {
			if answer.Status != http.StatusSeeOther || answer.Location() != "/fr/bookings" {
				t.Errorf("%q leads to %q, want /fr/bookings", next, answer.Location())
			}
		}
		if check := browser.Get("/fr/check-mail?next=" + url.QueryEscape(next)); strings.Contains(check.Body, `href="`+html.EscapeString(next)) {
			t.Errorf("the page about mail links to %q", next)
		}
	}
}

func TestSigningOutForgetsTheSession(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	if got := salma.Get("/fr/sign-out"); got.Status == http.StatusSeeOther || salma.Get("/fr/bookings").Status != http.StatusOK {
		t.Errorf("a GET signs out (status %d)", got.Status)
	}
	done := salma.Follow(salma.Post("/fr/sign-out", nil))
	if !done.Has("Vous êtes déconnecté") {
		t.Errorf("the page does not say so:\n%s", done.Words())
	}
	if got := salma.Get("/fr/bookings"); got.Status != http.StatusSeeOther {
		t.Errorf("the list still answers %d", got.Status)
	}
	if got := town.Browser().Post("/fr/sign-out", nil); got.Status != http.StatusSeeOther {
		t.Errorf("signing out twice answers %d, want 303", got.Status)
	}
}

func TestAForgottenPasswordIsReplaced(t *testing.T) {
	town := webtest.New(t)
	browser := town.Browser()
	known := browser.Post("/fr/forgotten-password", url.Values{"email": {town.Salma.Email}})
	unknown := browser.Post("/fr/forgotten-password", url.Values{"email": {"nobody@example.test"}})
	if known.Status != http.StatusSeeOther || known.Location() != unknown.Location() || unknown.Status != known.Status {
		t.Errorf("answers %d to %q and %d to %q: they tell who has an account", known.Status, known.Location(), unknown.Status, unknown.Location())
	}
	if sent := browser.Follow(known); !sent.Has("C’est envoyé") {
		t.Errorf("the page does not say that it is sent:\n%s", sent.Words())
	}
	token := town.Mails.Tokens("reset_password")[0]
	page := browser.Get("/ar/reset-password?token=" + url.QueryEscape(token))
	short := browser.Post("/fr/reset-password", url.Values{"token": {page.Value("token")}, "password": {"court"}})
	if short.Status != http.StatusUnprocessableEntity || short.Value("token") != token {
		t.Errorf("a short password answers %d and keeps %q, want 422 and the token", short.Status, short.Value("token"))
	}
	done := browser.Follow(browser.Post("/fr/reset-password", url.Values{"token": {token}, "password": {"une autre phrase"}}))
	if !done.Has("Votre mot de passe est changé") {
		t.Errorf("the page does not say that it is changed:\n%s", done.Words())
	}
	if got := browser.Post("/fr/sign-in", url.Values{"email": {town.Salma.Email}, "password": {"une autre phrase"}}); got.Status != http.StatusSeeOther {
		t.Errorf("the new password answers %d", got.Status)
	}
}

func TestLinksThatNeverWereAndAddressesThatAreNoneAreRefused(t *testing.T) {
	town := webtest.New(t)
	browser := town.Browser()
	for _, token := range []string{"", "x", "\xff\x00", strings.Repeat("t", 5000), ids.New()} {
		for path, form := range map[string]url.Values{
			"/fr/verify-email":   {"token": {token}},
			"/fr/reset-password": {"token": {token}, "password": {"une autre phrase"}},
		} {
			if got := browser.Post(path, form); got.Status != http.StatusNotFound || got.Titles() != 1 {
				t.Errorf("%s with the token %.10q answers %d, want 404", path, token, got.Status)
			}
			if got := browser.Get(path + "?token=" + url.QueryEscape(token)); got.Status != http.StatusOK {
				t.Errorf("opening %s with the token %.10q answers %d, want 200", path, token, got.Status)
			}
		}
	}
	for _, email := range []string{"", "nadia", "\xff@example.test", strings.Repeat("n", 300) + "@example.test", "a@b\u202e.test"} {
		if got := browser.Post("/fr/forgotten-password", url.Values{"email": {email}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("forgotten password of %.20q answers %d, want 422", email, got.Status)
		}
		if got := browser.Post("/fr/sign-in", url.Values{"email": {email}, "password": {"x"}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("signing in as %.20q answers %d, want 422", email, got.Status)
		}
	}
}

func TestTheMailIsSentAgainOnceAMinute(t *testing.T) {
	town := webtest.New(t)
	browser := town.Browser()
	browser.Post("/fr/sign-up", newcomer("customer"))
	if got := browser.Post("/fr/check-mail", nil); got.Status != http.StatusTooManyRequests || got.Header.Get("Retry-After") == "" {
		t.Errorf("at once it answers %d, want 429 with Retry-After", got.Status)
	}
	town.Clock.Advance(2 * time.Minute)
	if done := browser.Follow(browser.Post("/fr/check-mail", nil)); !done.Has("Nous avons renvoyé l’e-mail") {
		t.Errorf("two minutes later it was not sent again:\n%s", done.Words())
	}
	if n := len(town.Mails.Tokens("verify_email")); n != 2 {
		t.Errorf("%d mails were sent, want 2", n)
	}
}

func TestTheOutboxShowsMailsAndTheirLinks(t *testing.T) {
	town := webtest.New(t)
	browser := town.Browser()
	if empty := browser.Get("/dev/outbox"); empty.Status != http.StatusOK || empty.Titles() != 1 {
		t.Errorf("the empty outbox answers %d", empty.Status)
	}
	link := "https://khadamat.example/fr/verify-email?token=abc"
	err := town.Outbox.Send(t.Context(), mail.Message{
		To: "nadia@example.test", Subject: "Confirmez <b>votre</b> adresse", Text: "Bonjour,\n\n" + link + ".\n", Language: "fr",
		HTML: `<p onclick="steal()">Bonjour</p>`,
	})
	if err != nil {
		t.Fatal(err)
	}
	items, err := town.Outbox.List(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if list := browser.Get("/dev/outbox"); !strings.Contains(list.Body, "/dev/outbox/"+items[0].ID) || !list.Has("Confirmez <b>votre</b> adresse") {
		t.Errorf("the list does not show the mail:\n%s", list.Words())
	}
	page := browser.Get("/dev/outbox/" + items[0].ID)
	if !strings.Contains(page.Body, `href="`+link+`"`) || strings.Contains(page.Body, "<b>") || strings.Contains(page.Body, "onclick=\"steal") {
		t.Errorf("the mail's link is missing, or its markup is not escaped:\n%s", page.Words())
	}
	for _, id := range []string{ids.New(), "x", "..%2f..%2fetc%2fpasswd", "%00"} {
		if got := browser.Get("/dev/outbox/" + id); got.Status != http.StatusNotFound {
			t.Errorf("the mail %q answers %d, want 404", id, got.Status)
		}
	}
}

func TestEveryPageReadsInArabicAndEnglish(t *testing.T) {
	town := webtest.New(t)
	browser := town.Browser()
	for _, lang := range []string{"ar", "en"} {
		for _, path := range []string{"/sign-in", "/sign-up", "/forgotten-password", "/forgotten-password?sent=1", "/reset-password?token=x", "/verify-email?token=x"} {
			page := browser.Get("/" + lang + path)
			if page.Status != http.StatusOK || page.Titles() != 1 || !strings.Contains(page.Body, `<html lang="`+lang+`"`) || strings.Contains(page.Body, "account_pages.") {
				t.Errorf("%s in %s: status %d, %d first headings, or a key instead of a text", path, lang, page.Status, page.Titles())
			}
		}
	}
}
