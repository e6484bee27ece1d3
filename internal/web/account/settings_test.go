package account_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/web/webtest"
)

// settingsPaths are the pages that everybody has.
var settingsPaths = []string{
	"/account", "/account/profile", "/account/addresses/new", "/account/security", "/account/password", "/account/email", "/account/second-factor",
	"/account/passkeys/new", "/account/sessions", "/account/tokens", "/account/data", "/account/erase",
}

func TestEverySettingReadsInEveryLanguageWithoutAFault(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	for _, language := range []string{"fr", "ar", "en"} {
		for _, path := range append([]string{"/terms", "/privacy", "/account/confirm-email?token=x"}, settingsPaths...) {
			page := salma.Get("/" + language + path)
			if page.Status != http.StatusOK || strings.Contains(page.Words(), "account_pages.") || strings.Contains(page.Words(), "{{") {
				t.Errorf("%s in %s: status %d, or a key instead of a text", path, language, page.Status)
			}
			for _, fault := range page.Faults(language) {
				t.Errorf("%s in %s: %s", path, language, fault)
			}
		}
	}
}

func TestNobodySeesSettingsWithoutSigningIn(t *testing.T) {
	town := webtest.New(t)
	nobody := town.Browser()
	for _, path := range settingsPaths {
		page := nobody.Get("/fr" + path)
		if page.Status != http.StatusSeeOther || !strings.HasPrefix(page.Location(), "/fr/sign-in?next=") {
			t.Errorf("%s answers %d to %s", path, page.Status, page.Location())
		}
	}
	for _, path := range []string{"/terms", "/privacy"} {
		if page := nobody.Get("/fr" + path); page.Status != http.StatusOK {
			t.Errorf("%s answers %d", path, page.Status)
		}
	}
}

func TestWhoRefusesTheTermsGetsNoAccount(t *testing.T) {
	town := webtest.New(t)
	form := newcomer("customer")
	form.Del("terms_accepted")
	page := town.Browser().Post("/fr/sign-up", form)
	if page.Status != http.StatusUnprocessableEntity || !page.Has("Acceptez les conditions") || page.Value("name") != "Nadia Berrada" {
		t.Errorf("status %d:\n%s", page.Status, page.Words())
	}
}

func TestAProfileIsSavedAndARefusedOneKeepsWhatWasTyped(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	refused := salma.Post("/fr/account/profile", url.Values{"name": {"Salma B."}, "phone": {"appelez-moi"}, "language": {"fr"}})
	if refused.Status != http.StatusUnprocessableEntity || refused.Value("phone") != "appelez-moi" || refused.Value("name") != "Salma B." {
		t.Errorf("status %d, phone %q", refused.Status, refused.Value("phone"))
	}
	saved := salma.Follow(salma.Post("/fr/account/profile", url.Values{"name": {"Salma B."}, "phone": {"06 12 34 56 78"}, "language": {"ar"}}))
	if !saved.Has("Votre profil est enregistré") || saved.Value("phone") != "+212612345678" || saved.Value("name") != "Salma B." {
		t.Errorf("%s", saved.Words())
	}
}

func TestAddressesAreAddedChangedAndRemoved(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	form := url.Values{"label": {"Maison"}, "address": {"12, rue des Orangers"}, "city_id": {"casablanca"}, "key": {salma.Get("/fr/account/addresses/new").Value("key")}}
	list := salma.Follow(salma.Post("/fr/account/addresses", form))
	salma.Post("/fr/account/addresses", form) // an impatient finger
	if town.Count("addresses") != 1 || !list.Has("12, rue des Orangers · Casablanca") || !list.Has("Principale") {
		t.Fatalf("%d addresses\n%s", town.Count("addresses"), list.Words())
	}
	path := regexp.MustCompile(`/fr/account/addresses/[0-9a-f-]{36}`).FindString(list.Body)
	if edit := salma.Get(path); edit.Status != http.StatusOK || edit.Value("label") != "Maison" {
		t.Errorf("status %d, label %q", edit.Status, edit.Value("label"))
	}
	if other := town.As(town.Youssef).Get(path); other.Status != http.StatusNotFound {
		t.Errorf("somebody else's address answers %d", other.Status)
	}
	if changed := salma.Follow(salma.Post(path, url.Values{"label": {"Chez moi"}, "address": {"13, rue des Orangers"}})); !changed.Has("13, rue des Orangers") {
		t.Errorf("%s", changed.Words())
	}
	if gone := salma.Follow(salma.Post(path+"/remove", nil)); gone.Has("Orangers") {
		t.Errorf("%s", gone.Words())
	}
}

func TestASecondFactorIsSetUpAndAskedForOnTheNextVisit(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	setup := salma.Follow(salma.Post("/fr/account/second-factor", nil))
	secret := strings.ReplaceAll(regexp.MustCompile(`class="secret[^>]*>([A-Z2-7 ]+)<`).FindStringSubmatch(setup.Body)[1], " ", "")
	if !strings.Contains(setup.Body, `class="qr"`) || len(setup.Faults("fr")) > 0 {
		t.Fatalf("no code to scan, or %v", setup.Faults("fr"))
	}
	code := func() string {
		now, err := totp.GenerateCode(secret, town.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	if wrong := salma.Post("/fr/account/second-factor/confirm", url.Values{"code": {"000000"}}); wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code answers %d", wrong.Status)
	}
	shown := salma.Post("/fr/account/second-factor/confirm", url.Values{"code": {code()}})
	recovery := regexp.MustCompile(`<li>([a-z2-7-]{19})</li>`).FindAllStringSubmatch(shown.Body, -1)
	if shown.Status != http.StatusOK || len(recovery) != 10 || shown.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("status %d, %d codes, kept %q", shown.Status, len(recovery), shown.Header.Get("Cache-Control"))
	}
	town.Clock.Advance(time.Minute)

	visitor := town.Browser()
	asked := visitor.Post("/fr/sign-in", url.Values{"email": {town.Salma.Email}, "password": {webtest.Password}, "next": {"/fr/account"}})
	page := visitor.Follow(asked)
	if asked.Location() != "/fr/sign-in/code?next=%2Ffr%2Faccount" || page.Value("next") != "/fr/account" || len(page.Faults("fr")) > 0 {
		t.Fatalf("led to %s, %v", asked.Location(), page.Faults("fr"))
	}
	if got := visitor.Get("/fr/bookings"); got.Status != http.StatusSeeOther {
		t.Errorf("half a session opens a page: %d", got.Status)
	}
	if wrong := visitor.Post("/fr/sign-in/code", url.Values{"code": {"000000"}}); wrong.Status != http.StatusUnprocessableEntity || !wrong.Has("Ce code n’est pas le bon") {
		t.Errorf("a wrong code answers %d", wrong.Status)
	}
	if in := visitor.Post("/fr/sign-in/code", url.Values{"code": {recovery[0][1]}, "next": {"/fr/account"}}); in.Location() != "/fr/account" {
		t.Errorf("status %d, led to %q", in.Status, in.Location())
	}
	stopped := visitor.Follow(visitor.Post("/fr/account/second-factor/stop", url.Values{"password": {webtest.Password}}))
	if !stopped.Has("La double vérification est désactivée") {
		t.Errorf("%s", stopped.Words())
	}
	if late := town.Browser().Get("/fr/sign-in/code"); late.Location() != "/fr/sign-in" {
		t.Errorf("without a password the page for the code leads to %q", late.Location())
	}
}

func TestAnotherDeviceIsSignedOutFromTheList(t *testing.T) {
	town := webtest.New(t)
	salma, lost := town.As(town.Salma), town.As(town.Salma)
	list := salma.Get("/fr/account/sessions")
	if !list.Has("Cet appareil") {
		t.Errorf("%s", list.Words())
	}
	if done := salma.Follow(salma.Post("/fr/account/sessions/others/revoke", nil)); !done.Has("Vos autres appareils sont déconnectés") {
		t.Errorf("%s", done.Words())
	}
	if got := lost.Get("/fr/account"); got.Status != http.StatusSeeOther {
		t.Errorf("the other device still reads: %d", got.Status)
	}
	if got := salma.Get("/fr/account"); got.Status != http.StatusOK {
		t.Errorf("this device is out too: %d", got.Status)
	}
}

func TestATokenIsShownOnceAndRevoked(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	form := url.Values{"name": {"Agenda"}, "expires_in_days": {"90"}, "key": {salma.Get("/fr/account/tokens").Value("key")}}
	secret := regexp.MustCompile(`kh_[0-9A-Za-z]{43}`).FindString(salma.Post("/fr/account/tokens", form).Body)
	if _, err := town.Accounts.AuthenticateToken(t.Context(), secret); err != nil {
		t.Fatalf("%q: %v", secret, err)
	}
	list := salma.Get("/fr/account/tokens")
	if strings.Contains(list.Body, secret) || !list.Has("Agenda") {
		t.Errorf("%s", list.Words())
	}
	path := regexp.MustCompile(`/fr/account/tokens/[0-9a-f-]{36}/revoke`).FindString(list.Body)
	if done := salma.Follow(salma.Post(path, nil)); done.Has("Agenda") {
		t.Errorf("%s", done.Words())
	}
	if bad := salma.Post("/fr/account/tokens", url.Values{"name": {""}, "expires_in_days": {"demain"}}); bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("nonsense answers %d", bad.Status)
	}
}

func TestAnotherAddressIsConfirmedByItsLink(t *testing.T) {
	town := webtest.New(t)
	salma := town.As(town.Salma)
	asked := salma.Follow(salma.Post("/fr/account/email", url.Values{"email": {"salma@nouveau.test"}, "password": {webtest.Password}}))
	if !asked.Has("Ouvrez le lien envoyé à \u2068salma@nouveau.test\u2069") {
		t.Errorf("%s", asked.Words())
	}
	link := "/fr/account/confirm-email?token=" + town.Mails.Tokens("change_email")[0]
	opened := town.Browser().Get(link)
	if salma.Get("/fr/account").Has("salma@nouveau.test") {
		t.Error("opening the link changed something")
	}
	phone := town.Browser()
	if done := phone.Post("/fr/account/confirm-email", url.Values{"token": {opened.Value("token")}}); done.Location() != "/fr/sign-in" {
		t.Errorf("status %d to %q", done.Status, done.Location())
	}
	if !salma.Get("/fr/account").Has("salma@nouveau.test") {
		t.Error("the address is still the old one")
	}
	if again := phone.Post("/fr/account/confirm-email", url.Values{"token": {opened.Value("token")}}); again.Status != http.StatusGone {
		t.Errorf("the same link again answers %d", again.Status)
	}
}

func TestMyDataComesAsAFileOfMine(t *testing.T) {
	town := webtest.New(t)
	town.Book(town.OnRequest, town.At(10, 0))
	salma := town.As(town.Salma)
	if wrong := salma.Post("/fr/account/data", url.Values{"password": {"pas le bon mot"}}); wrong.Status != http.StatusUnprocessableEntity || !wrong.Has("Ce n’est pas votre mot de passe") {
		t.Errorf("a wrong password answers %d", wrong.Status)
	}
	file := salma.Post("/fr/account/data", url.Values{"password": {webtest.Password}})
	var parts map[string]json.RawMessage
	if err := json.Unmarshal([]byte(file.Body), &parts); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, file.Body)
	}
	if parts["account"] == nil || !strings.Contains(string(parts["bookings"]), "12, rue des Orangers") || strings.Contains(file.Body, "Youssef") {
		t.Errorf("%s", file.Body)
	}
	if got := file.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="khadamat-2026-06-01.json"`) {
		t.Errorf("it comes as %q", got)
	}
}

func TestErasingTakesAPersonOutAndLeavesTheBooking(t *testing.T) {
	town := webtest.New(t)
	booked := town.Book(town.OnRequest, town.At(10, 0))
	salma := town.As(town.Salma)
	form := url.Values{"password": {webtest.Password}, "word": {"oui"}}
	if page := salma.Post("/fr/account/erase", form); page.Status != http.StatusUnprocessableEntity || !page.Has("Écrivez exactement SUPPRIMER") {
		t.Errorf("without the word: %d\n%s", page.Status, page.Words())
	}
	form.Set("word", "supprimer")
	if page := salma.Post("/fr/account/erase", form); page.Status != http.StatusUnprocessableEntity || !page.Has("Vous avez encore une réservation") {
		t.Errorf("with an open booking: %d\n%s", page.Status, page.Words())
	}
	if _, err := town.Bookings.Cancel(t.Context(), webtest.Actor(town.Salma), booked.ID, "plus besoin"); err != nil {
		t.Fatal(err)
	}
	gone := salma.Post("/fr/account/erase", form)
	if home := salma.Follow(gone); gone.Location() != "/fr" || !home.Has("Votre compte est effacé") || home.Has("Salma") {
		t.Errorf("status %d to %q\n%s", gone.Status, gone.Location(), home.Words())
	}
	left, err := town.Bookings.Booking(t.Context(), webtest.Actor(town.Owner), booked.ID)
	if err != nil || left.Details.CustomerName != "Personne supprimée" || left.Status != booking.Withdrawn {
		t.Errorf("%+v, %v", left, err)
	}
	if in := town.Browser().Post("/fr/sign-in", url.Values{"email": {town.Salma.Email}, "password": {webtest.Password}}); in.Status != http.StatusUnprocessableEntity {
		t.Errorf("she still signs in: %d", in.Status)
	}
}

func TestASuspendedProviderIsToldWhyAndIsOffTheMarket(t *testing.T) {
	town := webtest.New(t)
	admin := town.Person("admin@example.test", "Amal", account.Admin)
	owner := town.As(town.Owner)
	if err := town.Accounts.Sanction(t.Context(), webtest.Actor(admin), town.Owner.ID, account.SanctionInput{Kind: account.Suspension, Reason: "Trois rendez-vous manqués"}); err != nil {
		t.Fatal(err)
	}
	if got := owner.Get("/fr/provider/day"); got.Status != http.StatusSeeOther {
		t.Errorf("the open page still reads: %d", got.Status)
	}
	refused := town.Browser().Post("/fr/sign-in", url.Values{"email": {town.Owner.Email}, "password": {webtest.Password}})
	if refused.Status != http.StatusUnprocessableEntity || !refused.Has("suspendu jusqu’au 8 juin 2026") || !refused.Has("Trois rendez-vous manqués") {
		t.Errorf("status %d\n%s", refused.Status, refused.Words())
	}
	if got := town.Browser().Get("/fr/providers/" + town.Provider.ID); got.Status != http.StatusNotFound {
		t.Errorf("the provider's page answers %d", got.Status)
	}
	town.Clock.Advance(7 * 24 * time.Hour)
	if _, err := town.Accounts.LiftDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := town.Browser().Get("/fr/providers/" + town.Provider.ID); got.Status != http.StatusOK {
		t.Errorf("after seven days it answers %d", got.Status)
	}
}

func TestThoseWhoWorkHereComeHomeToTheirOwnPages(t *testing.T) {
	town := webtest.New(t)
	for role, home := range map[account.Role]string{account.Admin: "/fr/admin", account.Moderator: "/fr/admin", account.Finance: "/fr/finance", account.Reviewer: "/fr/finance"} {
		who := town.Person(string(role)+"@example.test", "Amal", role)
		if in := town.Browser().Post("/fr/sign-in", url.Values{"email": {who.Email}, "password": {webtest.Password}}); in.Location() != home {
			t.Errorf("%s comes to %q", role, in.Location())
		}
	}
}

func TestPasskeysAreOfferedAndAskedFor(t *testing.T) {
	town := webtest.New(t)
	visitor := town.Browser()
	if page := visitor.Get("/fr/sign-in"); !strings.Contains(page.Body, "<passkey-sign-in hidden") {
		t.Error("no button for a passkey")
	}
	asked := visitor.Post("/fr/sign-in/passkey/options", nil)
	var ceremony account.Ceremony
	if err := json.Unmarshal([]byte(asked.Body), &ceremony); err != nil || ceremony.Challenge == "" || !strings.Contains(string(ceremony.Options), `"rpId":"khadamat.example"`) {
		t.Errorf("%d: %v\n%s", asked.Status, err, asked.Body)
	}
	if refused := visitor.Post("/fr/sign-in/passkey", url.Values{"challenge": {ceremony.Challenge}, "credential": {"{}"}}); refused.Status != http.StatusUnprocessableEntity ||
		!refused.Has("Cette clé d’accès n’a pas été reconnue") {
		t.Errorf("nonsense answers %d", refused.Status)
	}
	salma := town.As(town.Salma)
	if wrong := salma.Post("/fr/account/passkeys/options", url.Values{"password": {"pas le bon mot"}}); wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body, `"problem":"Ce n’est pas`) {
		t.Errorf("a wrong password answers %d: %s", wrong.Status, wrong.Body)
	}
	if right := salma.Post("/fr/account/passkeys/options", url.Values{"password": {webtest.Password}}); right.Status != http.StatusOK {
		t.Errorf("the right one answers %d: %s", right.Status, right.Body)
	}
}
