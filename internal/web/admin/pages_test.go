package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/dispute"
	"khadamat/internal/market/review"
	"khadamat/internal/platform/audit"
	"khadamat/internal/web/webtest"
)

// house is a town with operators, a booking that was done, a dispute about it and a review that somebody reported.
type house struct {
	*webtest.Town
	moderator, admin *webtest.Browser
	booking          booking.Booking
	dispute          dispute.Dispute
	review           review.Review
}

func open(t *testing.T) *house {
	t.Helper()
	town := webtest.New(t)
	h := &house{Town: town}
	h.moderator = town.As(town.Person("moderator@example.test", "Nadia Moderator", account.Moderator))
	h.admin = town.As(town.Person("admin@example.test", "Amal Admin", account.Admin))
	h.booking = town.Book(town.Instant, town.At(10, 0))
	town.Clock.Set(town.At(10, 5))
	owner, salma := webtest.Actor(town.Owner), webtest.Actor(town.Salma)
	for _, do := range []func() error{
		func() error { _, err := town.Bookings.Start(t.Context(), owner, h.booking.ID); return err },
		func() error { _, err := town.Bookings.Complete(t.Context(), owner, h.booking.ID); return err },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if h.dispute, err = town.Disputes.Open(t.Context(), salma, h.booking.ID, dispute.Opening{Reason: dispute.PoorQuality, Words: "La fuite est revenue le lendemain matin."}); err != nil {
		t.Fatal(err)
	}
	for side, by := range map[string]account.Actor{"salma": salma, "owner": owner} {
		written, err := town.Reviews.Write(t.Context(), by, h.booking.ID, review.Input{Stars: 2, Words: "Pas content du tout."})
		if err != nil {
			t.Fatal(err)
		}
		if side == "salma" {
			h.review = written
		}
	}
	if err := town.Reviews.Report(t.Context(), webtest.Actor(town.Youssef), h.review.ID, review.ReportInput{Reason: review.Insult, Words: "Ce n’est pas poli."}); err != nil {
		t.Fatal(err)
	}
	return h
}

// page is an address of the console, and whether it is for admins alone.
type page struct {
	method, path string
	adminOnly    bool
}

func (h *house) pages() []page {
	return []page{
		{"GET", "/admin", false}, {"GET", "/admin?days=365", false}, {"GET", "/admin/statistics.csv", false},
		{"GET", "/admin/people", false}, {"GET", "/admin/people/" + h.Salma.ID, false},
		{"POST", "/admin/people/" + h.Salma.ID + "/sanction", false}, {"POST", "/admin/people/" + h.Salma.ID + "/lift", false},
		{"GET", "/admin/verifications", false}, {"GET", "/admin/verifications/" + h.Provider.ID, false},
		{"POST", "/admin/verifications/" + h.Provider.ID + "/approve", false}, {"POST", "/admin/verifications/" + h.Provider.ID + "/reject", false},
		{"GET", "/admin/documents/" + h.Provider.ID, false},
		{"GET", "/admin/providers", false}, {"GET", "/admin/providers/" + h.Provider.ID, false},
		{"GET", "/admin/bookings", false}, {"GET", "/admin/bookings.csv", false}, {"GET", "/admin/bookings/" + h.booking.ID, false},
		{"GET", "/admin/reviews", false}, {"POST", "/admin/reviews/" + h.review.ID + "/remove", false}, {"POST", "/admin/reviews/" + h.review.ID + "/keep", false},
		{"GET", "/admin/disputes", false}, {"GET", "/admin/disputes?view=all", false}, {"GET", "/admin/disputes/" + h.dispute.ID, false},
		{"POST", "/admin/disputes/" + h.dispute.ID + "/say", false}, {"POST", "/admin/disputes/" + h.dispute.ID + "/decide", false},
		{"GET", "/admin/categories", true}, {"POST", "/admin/categories", true}, {"GET", "/admin/categories/plomberie", true}, {"POST", "/admin/categories/plomberie", true},
		{"POST", "/admin/categories/plomberie/commission", true}, {"POST", "/admin/categories/plomberie/do", true},
		{"GET", "/admin/cities", true}, {"POST", "/admin/cities", true}, {"GET", "/admin/cities/rabat", true}, {"POST", "/admin/cities/rabat", true}, {"POST", "/admin/cities/rabat/do", true},
		{"GET", "/admin/features", true}, {"POST", "/admin/features/quotes", true}, {"GET", "/admin/audit", true},
	}
}

func send(b *webtest.Browser, p page, language string) webtest.Page {
	if p.method == "POST" {
		return b.Post("/"+language+p.path, url.Values{})
	}
	return b.Get("/" + language + p.path)
}

func TestEveryPageIsForThoseItIsFor(t *testing.T) {
	h := open(t)
	nobody, customer, provider := h.Browser(), h.As(h.Salma), h.As(h.Owner)
	for _, p := range h.pages() {
		if got := send(nobody, p, "fr"); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location(), "/fr/sign-in") {
			t.Errorf("nobody: %s %s gives %d to %q", p.method, p.path, got.Status, got.Location())
		}
		for who, b := range map[string]*webtest.Browser{"a customer": customer, "a provider": provider} {
			if got := send(b, p, "fr"); got.Status != http.StatusForbidden {
				t.Errorf("%s: %s %s gives %d", who, p.method, p.path, got.Status)
			}
		}
		if got := send(h.moderator, p, "fr"); (got.Status == http.StatusForbidden) != p.adminOnly || got.Status >= 500 {
			t.Errorf("a moderator: %s %s gives %d", p.method, p.path, got.Status)
		}
		if got := send(h.admin, p, "fr"); got.Status == http.StatusForbidden || got.Status >= 500 {
			t.Errorf("an admin: %s %s gives %d", p.method, p.path, got.Status)
		}
	}
}

func TestEveryPageIsWellMadeInAllLanguages(t *testing.T) {
	h := open(t)
	for _, language := range []string{"fr", "ar", "en"} {
		for _, p := range h.pages() {
			if p.method != "GET" || strings.HasSuffix(p.path, ".csv") {
				continue
			}
			got := send(h.admin, p, language)
			if strings.Contains(p.path, "/documents/") || strings.Contains(p.path, "/verifications/") {
				if got.Status != http.StatusNotFound { // there are none in this town
					t.Errorf("%s: %d", p.path, got.Status)
				}
				continue
			}
			if got.Status != http.StatusOK {
				t.Errorf("%s %s: %d", language, p.path, got.Status)
			}
			for _, fault := range got.Faults(language) {
				t.Errorf("%s %s: %s", language, p.path, fault)
			}
			if strings.Contains(got.Body, "admin.") && strings.Contains(got.Words(), " admin.") {
				t.Errorf("%s %s shows a key instead of a text", language, p.path)
			}
		}
	}
}

func TestTheDashboardSaysWhatWaits(t *testing.T) {
	h := open(t)
	got := h.moderator.Get("/fr/admin")
	for _, want := range []string{"0 prestataire à vérifier", "1 avis signalé", "1 litige à trancher"} {
		if !got.Has(want) {
			t.Errorf("the dashboard does not say %q:\n%s", want, got.Words())
		}
	}
	h.moderator.Post("/fr/admin/reviews/"+h.review.ID+"/keep", nil)
	if got := h.moderator.Get("/fr/admin"); !got.Has("0 avis signalé") {
		t.Error("a decided review still waits")
	}
}

func TestASanctionNeedsAReasonAndIsSeenInTheHistory(t *testing.T) {
	h := open(t)
	path := "/fr/admin/people/" + h.Youssef.ID
	refused := h.moderator.Post(path+"/sanction", url.Values{"kind": {"suspension"}, "key": {"k1"}})
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, `value="suspension" checked`) {
		t.Errorf("without a reason: %d, or the choice is lost", refused.Status)
	}
	done := h.moderator.Follow(h.moderator.Post(path+"/sanction", url.Values{"kind": {"suspension"}, "reason": {"Propos déplacés envers un prestataire."}, "key": {"k1"}}))
	for _, want := range []string{"La sanction est prononcée", "Suspension de 7 jours", "Propos déplacés", "Suspendu", "Lever la sanction"} {
		if !done.Has(want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if list := h.moderator.Get("/fr/admin/people?standing=suspended"); !list.Has("Youssef Alaoui") || list.Has("Salma Bennani") {
		t.Error("the filter by standing is wrong")
	}
	lifted := h.moderator.Follow(h.moderator.Post(path+"/lift", nil))
	if !lifted.Has("La sanction est levée") || lifted.Has("Lever la sanction") {
		t.Error("the sanction is not lifted")
	}
}

func TestOnlyAdminsBan(t *testing.T) {
	h := open(t)
	path := "/fr/admin/people/" + h.Youssef.ID
	if h.moderator.Get(path).Has("Exclusion") || !h.admin.Get(path).Has("Exclusion") {
		t.Error("a ban is offered to moderators, or not to admins")
	}
	form := url.Values{"kind": {"ban"}, "reason": {"Fraude répétée."}, "key": {"k"}}
	if got := h.moderator.Post(path+"/sanction", form); got.Status != http.StatusForbidden {
		t.Errorf("a moderator bans: %d", got.Status)
	}
	if got := h.admin.Post(path+"/sanction", form); got.Status != http.StatusSeeOther {
		t.Errorf("an admin cannot ban: %d", got.Status)
	}
}

func TestADisputeIsDecidedWithARefundInBounds(t *testing.T) {
	h := open(t)
	path := "/fr/admin/disputes/" + h.dispute.ID
	if got := h.moderator.Get(path); !got.Has("La fuite est revenue") || !got.Has("Plomberie Atlas") || !got.Has("200 MAD") {
		t.Error("the page lacks the words, the provider or the price")
	}
	for what, refund := range map[string]string{"too much": "200,01", "no number": "beaucoup", "nothing written": ""} {
		got := h.moderator.Post(path+"/decide", url.Values{"refund": {refund}, "reason": {"Le travail est à refaire."}})
		if got.Status != http.StatusUnprocessableEntity || !got.Has("Le travail est à refaire.") {
			t.Errorf("%s: %d, or the words are lost", what, got.Status)
		}
	}
	done := h.moderator.Follow(h.moderator.Post(path+"/decide", url.Values{"refund": {"87,50"}, "reason": {"Le travail est à refaire."}}))
	if !done.Has("87,50 MAD rendus au client") || done.Has("Rendre la décision") {
		t.Errorf("the decision does not show:\n%s", done.Words())
	}
	if got := h.moderator.Get("/fr/admin/bookings/" + h.booking.ID); !got.Has("Remboursement décidé · 87,50 MAD") {
		t.Error("the booking does not show the refund")
	}
}

func TestARemovedReviewNeedsAReason(t *testing.T) {
	h := open(t)
	if got := h.moderator.Get("/fr/admin/reviews"); !got.Has("Pas content du tout") || !got.Has("Insulte") {
		t.Error("the review or the report is not shown")
	}
	if got := h.moderator.Post("/fr/admin/reviews/"+h.review.ID+"/remove", url.Values{"reason": {""}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", got.Status)
	}
	done := h.moderator.Follow(h.moderator.Post("/fr/admin/reviews/"+h.review.ID+"/remove", url.Values{"reason": {"Propos insultants."}}))
	if !done.Has("L’avis est retiré") || !done.Has("Aucun avis signalé") {
		t.Errorf("after removing:\n%s", done.Words())
	}
}

func TestCategoriesAreEditedAndTheirCommissionInherited(t *testing.T) {
	h := open(t)
	key := h.admin.Get("/fr/admin/categories").Value("key")
	form := url.Values{"key": {key}, "id": {"ramonage"}, "parent_id": {"travaux"}, "name_fr": {"Ramonage"}, "name_ar": {"تنظيف المداخن"}, "name_en": {""}}
	refused := h.admin.Post("/fr/admin/categories", form)
	if refused.Status != http.StatusUnprocessableEntity || refused.Value("name_fr") != "Ramonage" || !strings.Contains(refused.Body, `id="field-name_en-problem"`) {
		t.Errorf("without an English name: %d, a value lost, or no problem at the field", refused.Status)
	}
	form.Set("name_en", "Chimneys")
	if got := h.admin.Follow(h.admin.Post("/fr/admin/categories", form)); !got.Has("Ramonage") {
		t.Error("the category is not there")
	}
	h.admin.Post("/fr/admin/categories/travaux/commission", url.Values{"commission": {"8,5 %"}})
	if got := h.admin.Get("/fr/admin/categories/ramonage"); !got.Has("hériter : 8,5 %") {
		t.Errorf("the commission is not inherited:\n%s", got.Words())
	}
	for _, wrong := range []string{"51", "-1", "beaucoup"} {
		if got := h.admin.Post("/fr/admin/categories/travaux/commission", url.Values{"commission": {wrong}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("a commission of %q: %d", wrong, got.Status)
		}
	}
	if got := h.admin.Post("/fr/admin/categories/plomberie/do", url.Values{"do": {"remove"}}); got.Status != http.StatusUnprocessableEntity || !got.Has("masquez-la plutôt") {
		t.Errorf("a category with services goes: %d", got.Status)
	}
	if got := h.admin.Post("/fr/admin/categories/ramonage/do", url.Values{"do": {"remove"}}); got.Status != http.StatusSeeOther {
		t.Errorf("an empty category stays: %d", got.Status)
	}
	if _, known := h.Catalog.Category("ramonage"); known {
		t.Error("the removed category is still known")
	}
}

func TestCitiesAreEdited(t *testing.T) {
	h := open(t)
	form := url.Values{"key": {"k"}, "id": {"sale"}, "name_fr": {"Salé"}, "name_ar": {"سلا"}, "name_en": {"Sale"}, "latitude": {"34,05"}, "longitude": {"-6.8"}}
	if got := h.admin.Post("/fr/admin/cities", form); got.Status != http.StatusSeeOther {
		t.Fatalf("a new city: %d\n%s", got.Status, got.Words())
	}
	if city, known := h.Catalog.City("sale"); !known || city.Latitude != 34.05 || city.Longitude != -6.8 {
		t.Errorf("the city is %+v", city)
	}
	form.Set("latitude", "au nord")
	if got := h.admin.Post("/fr/admin/cities/sale", form); got.Status != http.StatusUnprocessableEntity || got.Value("latitude") != "au nord" {
		t.Errorf("a latitude that is none: %d", got.Status)
	}
	h.admin.Post("/fr/admin/cities/sale/do", url.Values{"do": {"hide"}})
	if got := h.admin.Get("/fr/admin/cities/sale"); !got.Has("Afficher") {
		t.Error("the city is not hidden")
	}
}

func TestSwitchesArePausedAndResumed(t *testing.T) {
	h := open(t)
	if got := h.admin.Follow(h.admin.Post("/fr/admin/features/bookings", url.Values{"do": {"off"}})); !got.Has("C’est en pause.") || !got.Has("Changé par Amal Admin") {
		t.Errorf("after pausing:\n%s", got.Words())
	}
	if h.Features.On(feature.Bookings) {
		t.Error("bookings are still on")
	}
	h.admin.Post("/fr/admin/features/bookings", url.Values{"do": {"on"}})
	if !h.Features.On(feature.Bookings) {
		t.Error("bookings stay off")
	}
	if got := h.admin.Post("/fr/admin/features/everything", url.Values{"do": {"off"}}); got.Status != http.StatusNotFound {
		t.Errorf("an unknown switch: %d", got.Status)
	}
}

func TestTheAuditTrailIsReadBySubjectAndAction(t *testing.T) {
	h := open(t)
	if _, err := audit.Seal(t.Context(), h.DB); err != nil {
		t.Fatal(err)
	}
	got := h.admin.Get("/fr/admin/audit?subject=" + h.booking.ID)
	for _, want := range []string{"booking.requested", "booking.completed", "Salma Bennani", "Hamid Tazi", "Dernière empreinte"} {
		if !got.Has(want) {
			t.Errorf("the trail lacks %q", want)
		}
	}
	if got := h.admin.Get("/fr/admin/audit?action=review."); !got.Has("Salma Bennani") || strings.Contains(got.Body, ">booking.requested</strong>") {
		t.Error("the filter by the beginning of an action is wrong")
	}
	if got := h.admin.Get("/fr/admin/audit?cursor=%21"); got.Status != http.StatusUnprocessableEntity && got.Status != http.StatusBadRequest {
		t.Errorf("a cursor that is none: %d", got.Status)
	}
}

func TestFilesHoldWhatTheListHoldsAndNoFormula(t *testing.T) {
	h := open(t)
	owner := webtest.Actor(h.Owner)
	_, err := h.Catalog.UpdateProfile(t.Context(), owner, h.Provider.ID, catalog.Profile{Name: "=HYPERLINK(\"http://x\")", CityID: "casablanca", Bio: h.Provider.Bio})
	if err != nil {
		t.Fatal(err)
	}
	h.Book(h.OnRequest, h.At(14, 0).Add(48*time.Hour))
	got := h.moderator.Get("/fr/admin/bookings.csv")
	if got.Status != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/csv") || !strings.Contains(got.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file: %d, %v", got.Status, got.Header)
	}
	lines := strings.Split(strings.TrimSpace(got.Body), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "\ufeffRéférence,Statut") {
		t.Errorf("%d lines:\n%s", len(lines), got.Body)
	}
	if !strings.Contains(got.Body, `"'=HYPERLINK(""http://x"")"`) || strings.Contains(got.Body, `,"=HYPERLINK`) {
		t.Errorf("a formula goes through:\n%s", got.Body)
	}
	one := h.moderator.Get("/fr/admin/bookings.csv?status=completed")
	if n := strings.Count(strings.TrimSpace(one.Body), "\n"); n != 1 {
		t.Errorf("%d bookings are done, want 1", n)
	}
	if figures := h.moderator.Get("/fr/admin/statistics.csv?days=7"); strings.Count(strings.TrimSpace(figures.Body), "\n") != 7 {
		t.Errorf("seven days:\n%s", figures.Body)
	}
}

func TestBookingsAreFoundByReferenceAndStatus(t *testing.T) {
	h := open(t)
	reference := strings.ToUpper(h.booking.ID[len(h.booking.ID)-8:])
	if got := h.moderator.Get("/fr/admin/bookings?reference=" + reference); !got.Has("Salma Bennani") {
		t.Error("the booking is not found by its reference")
	}
	if got := h.moderator.Get("/fr/admin/bookings?status=declined"); got.Has("Salma Bennani") || !got.Has("Aucune réservation ne correspond") {
		t.Error("the filter by status is wrong")
	}
	if got := h.moderator.Get("/fr/admin/bookings?from=2026-06-03"); got.Has("Salma Bennani") {
		t.Error("a booking of the day before is shown")
	}
	if got := h.moderator.Get("/fr/admin/bookings?from=2026-06-02&to=2026-06-02"); !got.Has("Salma Bennani") {
		t.Error("the day \"to\" is not part of the list")
	}
}
