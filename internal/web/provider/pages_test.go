package provider_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/webtest"
)

func TestARequestIsAnsweredWithOneTap(t *testing.T) {
	for verb, want := range map[string]booking.Status{"accept": booking.Accepted, "decline": booking.Declined} {
		t.Run(verb, func(t *testing.T) {
			town := webtest.New(t)
			owner := town.As(town.Owner)
			b := town.Book(town.OnRequest, town.At(10, 0))
			page := owner.Get("/fr/provider/requests")
			for _, words := range []string{"Salma Bennani", "mardi 2 juin", "de 10:00 à 11:00", "200 MAD", "12, rue des Orangers", "1 demande attend votre réponse"} {
				if !page.Has(words) {
					t.Errorf("the request does not say %q:\n%s", words, page.Words())
				}
			}
			if !strings.Contains(page.Body, `id="requests" data-live`) {
				t.Error("new requests would not appear by themselves")
			}
			done := owner.Follow(owner.Post("/fr/provider/requests/"+b.ID+"/"+verb, nil))
			got, err := town.Bookings.Booking(t.Context(), webtest.Actor(town.Salma), b.ID)
			if err != nil || got.Status != want || !done.Has("Aucune demande en attente") {
				t.Errorf("the booking is %s (%v), want %s and an empty page:\n%s", got.Status, err, want, done.Words())
			}
		})
	}
}

func TestAnAnswerThatComesTooLateSaysWhy(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	b := town.Book(town.OnRequest, town.At(10, 0))
	if _, err := town.Bookings.Cancel(t.Context(), webtest.Actor(town.Salma), b.ID, ""); err != nil {
		t.Fatal(err)
	}
	done := owner.Follow(owner.Post("/fr/provider/requests/"+b.ID+"/accept", nil))
	if !strings.Contains(done.Body, "tone-warning") {
		t.Errorf("the page does not warn:\n%s", done.Words())
	}
}

func TestOtherPeoplesRequestsAreNotFound(t *testing.T) {
	town := webtest.New(t)
	other := town.As(town.Person("rival@example.test", "Rachid Filali", account.Provider))
	b := town.Book(town.OnRequest, town.At(10, 0))
	for _, id := range []string{b.ID, ids.New(), "x", "%00"} {
		for _, path := range []string{"/fr/provider/requests/" + id + "/accept", "/fr/provider/requests/" + id + "/decline", "/fr/provider/day/" + id + "/start", "/fr/provider/day/" + id + "/complete"} {
			if got := other.Post(path, nil); got.Status != http.StatusNotFound {
				t.Errorf("POST %s answers %d, want 404", path, got.Status)
			}
		}
	}
}

func TestCustomersHaveNoBusinessHere(t *testing.T) {
	town := webtest.New(t)
	salma, stranger := town.As(town.Salma), town.Browser()
	for _, page := range []string{"requests", "day", "profile", "services", "services/new", "hours"} {
		if got := salma.Get("/fr/provider/" + page); got.Status != http.StatusForbidden {
			t.Errorf("%s answers a customer %d, want 403", page, got.Status)
		}
		if got := stranger.Get("/fr/provider/" + page); got.Status != http.StatusSeeOther {
			t.Errorf("%s answers a stranger %d, want the way to sign in", page, got.Status)
		}
	}
}

func TestADayShowsItsJobsAndTheFreeTimeBetween(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	morning := town.Book(town.Instant, town.At(10, 0))
	town.Book(town.Instant, town.At(14, 0))
	page := owner.Get("/fr/provider/day?date=2026-06-02")
	words := page.Words()
	last := 0
	for _, next := range []string{"Demain", "2 rendez-vous", "09:00 Libre : 1 h", "10:00 Salma Bennani", "11:00 Libre : 3 h", "14:00 Salma Bennani", "15:00 Libre : 3 h"} {
		at := strings.Index(words[last:], next)
		if at < 0 {
			t.Fatalf("want %q next:\n%s", next, words)
		}
		last += at
	}
	for _, date := range []string{"2026-06-01", "2026-06-03"} {
		if !strings.Contains(page.Body, "/fr/provider/day?date="+date) {
			t.Errorf("the page does not lead to %s", date)
		}
	}
	if strings.Contains(page.Body, morning.ID+"/start") {
		t.Error("tomorrow's job can be started today")
	}
	town.Clock.Set(town.At(10, 0))
	today := owner.Get("/fr/provider/day")
	if !strings.Contains(today.Body, morning.ID+"/start") {
		t.Fatalf("today's job cannot be started:\n%s", today.Words())
	}
	begun := owner.Follow(owner.Post("/fr/provider/day/"+morning.ID+"/start", url.Values{"date": {"2026-06-02"}}))
	if !strings.Contains(begun.Body, morning.ID+"/complete") {
		t.Fatalf("a begun job cannot be finished:\n%s", begun.Words())
	}
	if done := owner.Follow(owner.Post("/fr/provider/day/"+morning.ID+"/complete", url.Values{"date": {"2026-06-02"}})); !done.Has("Terminée") {
		t.Errorf("the job is not shown as done:\n%s", done.Words())
	}
}

func TestDatesThatAreNoneShowToday(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	for _, date := range []string{"", "x", "2026-13-01", "9999-12-31", "0001-01-01", "%ff", strings.Repeat("1", 500)} {
		if got := owner.Get("/fr/provider/day?date=" + date); got.Status != http.StatusOK || !got.Has("Aujourd’hui") {
			t.Errorf("the day of %.20q answers %d, want today", date, got.Status)
		}
	}
}

func lesson() url.Values {
	return url.Values{
		"category_id": {"plomberie"}, "title.fr": {"Cours de maths"}, "title.ar": {"درس في الرياضيات"}, "pricing": {"hourly"}, "price": {"180"},
		"duration_minutes": {"90"}, "place": {"remote"}, "instant": {"1"}, "key": {ids.New()},
		"addons.0.title.fr": {"Corrigé"}, "addons.0.price": {"12,50"}, "addons.0.duration_minutes": {""},
	}
}

func TestAServiceFormSaysWhichFieldIsWrong(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	before := town.Count("services")
	for name, test := range map[string]struct{ field, value, at string }{
		"no category":          {"category_id", "", "category_id"},
		"unknown category":     {"category_id", "\xff", "category_id"},
		"title too long":       {"title.fr", strings.Repeat("t", 101), "title.fr"},
		"title with control":   {"title.ar", "درس\x07", "title.ar"},
		"description override": {"description.fr", "a\u202eb", "description.fr"},
		"unknown pricing":      {"pricing", "gift", "pricing"},
		"price in words":       {"price", "cher", "price"},
		"negative price":       {"price", "-5", "price"},
		"price of a palace":    {"price", "99999999", "price"},
		"price beyond numbers": {"price", strings.Repeat("9", 40), "price"},
		"three decimals":       {"price", "1.005", "price"},
		"duration in words":    {"duration_minutes", "une heure", "duration_minutes"},
		"no duration":          {"duration_minutes", "0", "duration_minutes"},
		"duration of a week":   {"duration_minutes", "10080", "duration_minutes"},
		"unknown place":        {"place", "moon", "place"},
		"add-on price":         {"addons.0.price", "x", "addons.0.price"},
		"add-on minutes":       {"addons.0.duration_minutes", "1e3", "addons.0.duration_minutes"},
	} {
		t.Run(name, func(t *testing.T) {
			form := lesson()
			form.Set(test.field, test.value)
			answer := owner.Post("/fr/provider/services/new", form)
			if answer.Status != http.StatusUnprocessableEntity || !strings.Contains(answer.Body, `id="field-`+test.at+`-problem"`) {
				t.Errorf("status %d, want 422 and a complaint about %s:\n%s", answer.Status, test.at, answer.Words())
			}
			if test.field != "title.fr" && answer.Value("title.fr") != "Cours de maths" {
				t.Error("the title was not kept")
			}
		})
	}
	if n := town.Count("services") - before; n != 0 {
		t.Errorf("%d services were made", n)
	}
}

func TestAServiceIsChangedHiddenAndShownByItsOwnerAlone(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	path := "/fr/provider/services/" + town.Instant.ID
	page := owner.Get(path)
	if page.Value("price") != "200" || page.Value("addons.0.id") != town.Instant.Addons[0].ID {
		t.Fatalf("the form holds price %q and add-on %q", page.Value("price"), page.Value("addons.0.id"))
	}
	form := url.Values{
		"category_id": {"plomberie"}, "title.fr": {"Fuite d’eau urgente"}, "pricing": {"fixed"}, "price": {"250,50"}, "duration_minutes": {"45"}, "place": {"customer"},
		"addons.0.id": {town.Instant.Addons[0].ID}, "addons.0.title.fr": {"Joint neuf"}, "addons.0.price": {"35"}, "addons.0.duration_minutes": {"10"},
	}
	owner.Follow(owner.Post(path, form))
	offer, err := town.Catalog.Offer(t.Context(), town.Instant.ID)
	if err != nil || offer.Service.Price.Minor != 25050 || offer.Service.Addons[0].ID != town.Instant.Addons[0].ID || offer.Service.Addons[0].Price.Minor != 3500 {
		t.Errorf("the service is %+v (%v)", offer.Service, err)
	}
	if hidden := owner.Follow(owner.Post(path+"/hide", nil)); !hidden.Has("Masqué") {
		t.Errorf("the service is not shown as hidden:\n%s", hidden.Words())
	}
	if _, err := town.Catalog.Offer(t.Context(), town.Instant.ID); err == nil {
		t.Error("a hidden service can be booked")
	}
	if shown := owner.Follow(owner.Post(path+"/show", nil)); shown.Has("Masqué") {
		t.Errorf("the service is still hidden:\n%s", shown.Words())
	}
	rivalAccount := town.Person("rival@example.test", "Rachid Filali", account.Provider)
	if _, err := town.Catalog.CreateProvider(t.Context(), webtest.Actor(rivalAccount), catalog.Profile{Name: "Rachid"}); err != nil {
		t.Fatal(err)
	}
	rival := town.As(rivalAccount)
	for _, id := range []string{town.Instant.ID, ids.New(), "x", "%00"} {
		theirs := "/fr/provider/services/" + id
		for what, got := range map[string]webtest.Page{"GET": rival.Get(theirs), "POST": rival.Post(theirs, form), "hide": rival.Post(theirs+"/hide", nil), "show": rival.Post(theirs+"/show", nil)} {
			if got.Status != http.StatusNotFound {
				t.Errorf("%s of somebody else's service answers %d, want 404", what, got.Status)
			}
		}
	}
}

func week() url.Values {
	form := url.Values{"buffer_before_minutes": {"0"}, "buffer_after_minutes": {"15"}, "notice_minutes": {"120"}, "horizon_days": {"30"}, "step_minutes": {"30"}}
	for _, day := range []string{"1", "2", "3", "4", "5"} {
		form["week."+day+".from"], form["week."+day+".to"] = []string{"09:00", "14:00"}, []string{"12:00", "00:00"}
	}
	return form
}

func TestHoursAreSavedAsTheyWereWritten(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	saved := owner.Follow(owner.Post("/fr/provider/hours", week()))
	if !saved.Has("Vos horaires sont enregistrés") || !strings.Contains(saved.Body, `<option value="120" selected>2 h</option>`) || !strings.Contains(saved.Body, `value="09:00"`) {
		t.Errorf("the form does not show what was saved:\n%s", saved.Words())
	}
	own, err := town.Catalog.ProviderOf(t.Context(), town.Owner.ID)
	if err != nil {
		t.Fatal(err)
	}
	rules := own.Availability
	if monday := rules.Week[time.Monday]; len(monday) != 2 || monday[0].From != 540 || monday[1].To != 1440 || len(rules.Week[time.Sunday]) != 0 {
		t.Errorf("the rules are %+v", rules)
	}
}

func TestHoursThatMakeNoSenseAreRefusedAndKept(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	for name, wrong := range map[string]url.Values{
		"end before start": {"week.1.from": {"12:00"}, "week.1.to": {"09:00"}},
		"overlap":          {"week.1.from": {"09:00", "10:00"}, "week.1.to": {"12:00", "13:00"}},
		"no end":           {"week.1.from": {"09:00"}, "week.1.to": {""}},
		"no time":          {"week.1.from": {"morning"}, "week.1.to": {"25:99"}},
		"broken bytes":     {"week.1.from": {"\xff"}, "week.1.to": {"\x00"}},
		"step in words":    {"step_minutes": {"half"}},
		"step of a minute": {"step_minutes": {"1"}},
		"negative buffer":  {"buffer_after_minutes": {"-1"}},
		"number too big":   {"notice_minutes": {strings.Repeat("9", 30)}},
		"no horizon":       {"horizon_days": {"0"}},
	} {
		t.Run(name, func(t *testing.T) {
			form := week()
			maps.Copy(form, wrong)
			answer := owner.Post("/fr/provider/hours", form)
			if answer.Status != http.StatusUnprocessableEntity || !strings.Contains(answer.Body, `class="problem"`) {
				t.Errorf("status %d, want 422 and a complaint:\n%s", answer.Status, answer.Words())
			}
			if name != "no horizon" && !strings.Contains(answer.Body, `<option value="30" selected>30 jours</option>`) {
				t.Error("the numbers were not kept")
			}
		})
	}
	own, err := town.Catalog.ProviderOf(t.Context(), town.Owner.ID)
	if err != nil || own.Availability.NoticeMinutes != town.Provider.Availability.NoticeMinutes || len(own.Availability.Week[time.Sunday]) != 1 {
		t.Errorf("the hours changed: %+v (%v)", own.Availability, err)
	}
}

func TestAProfileFormSaysWhichFieldIsWrong(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	right := url.Values{"name": {"Plomberie Atlas"}, "city_id": {"casablanca"}, "policy": {"strict"}, "bio.fr": {strings.Repeat("Plombier à Casablanca. ", 4)}}
	for name, test := range map[string]struct{ field, value string }{
		"no name":        {"name", ""},
		"name override":  {"name", "Atlas\u202e"},
		"unknown city":   {"city_id", "atlantis"},
		"no city":        {"city_id", ""},
		"unknown policy": {"policy", "gratis"},
		"short bio":      {"bio.fr", "Plombier."},
		"bio not UTF-8":  {"bio.fr", "\xff\xfe"},
		"endless bio":    {"bio.fr", strings.Repeat("a", 4001)},
	} {
		t.Run(name, func(t *testing.T) {
			form := maps.Clone(right)
			form[test.field] = []string{test.value}
			answer := owner.Post("/fr/provider/profile", form)
			if answer.Status != http.StatusUnprocessableEntity || !strings.Contains(answer.Body, `class="problem"`) {
				t.Errorf("status %d, want 422 and a complaint:\n%s", answer.Status, answer.Words())
			}
		})
	}
	own, err := town.Catalog.ProviderOf(t.Context(), town.Owner.ID)
	if err != nil || own.Policy != catalog.Moderate || own.Bio != town.Provider.Bio {
		t.Errorf("the profile changed: %+v (%v)", own, err)
	}
	owner.Follow(owner.Post("/fr/provider/profile", right))
	if own, err = town.Catalog.ProviderOf(t.Context(), town.Owner.ID); err != nil || own.Policy != catalog.Strict || own.Latitude != town.Provider.Latitude {
		t.Errorf("a right form did not save the policy and keep the place: %+v (%v)", own, err)
	}
}

func TestEveryPageReadsInArabicAndEnglish(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	town.Book(town.OnRequest, town.At(10, 0))
	town.Book(town.Instant, town.At(14, 0))
	for _, lang := range []string{"ar", "en"} {
		for _, path := range []string{"requests", "day", "day?date=2026-06-02", "profile", "services", "services/new", "services/" + town.Instant.ID, "hours", "calendar", "calendar?view=day", "calendar/new", "calendar/connections", "documents", "more", "live"} {
			page := owner.Get("/" + lang + "/provider/" + path)
			if page.Status != http.StatusOK || page.Titles() != 1 || !strings.Contains(page.Body, `<html lang="`+lang+`"`) || strings.Contains(page.Body, "_pages.") {
				t.Errorf("%s in %s: status %d, %d first headings, or a key instead of a text", path, lang, page.Status, page.Titles())
			}
		}
	}
}
