package provider_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
	"khadamat/internal/web/webtest"
)

// column is what the calendar shows of one day.
func column(t *testing.T, page webtest.Page, date string) string {
	t.Helper()
	_, rest, found := strings.Cut(page.Body, `data-date="`+date+`"`)
	if !found {
		t.Fatalf("the calendar has no %s:\n%s", date, page.Words())
	}
	own, _, _ := strings.Cut(rest, "</section>")
	return own
}

func TestTheCalendarShowsTheWeekWithItsJobsRequestsAndPauses(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	sure, asked := town.Book(town.Instant, town.At(10, 0)), town.Book(town.OnRequest, town.At(14, 30))
	page := owner.Get("/fr/provider/calendar?date=2026-06-03")
	if page.Status != http.StatusOK || !page.Has("1 – 7 juin 2026") {
		t.Fatalf("status %d:\n%s", page.Status, page.Words())
	}
	tuesday := column(t, page, "2026-06-02")
	for what, want := range map[string]string{
		"the job":              `class="calendar-block sure at h10 m0 dh1 dm0`,
		"its pause after":      `class="calendar-buffer at h10 m0 dh1 dm30"`,
		"the request":          `class="calendar-block asked at h14 m30 dh1 dm0`,
		"the working hours":    `class="calendar-open at h9 m0 dh9 dm0"`,
		"the job's page":       `href="/fr/bookings/` + sure.ID + `"`,
		"where it is moved":    `href="/fr/bookings/` + sure.ID + `/reschedule"`,
		"the customer":         "Salma Bennani",
		"a place to tap":       `href="/fr/provider/calendar/new?date=2026-06-02&amp;from=12%3A00"`,
		"what a drag may move": `data-booking="` + sure.ID + `" data-status="accepted" data-minutes="60" data-from="10:00"`,
	} {
		if !strings.Contains(tuesday, want) {
			t.Errorf("%s is not there (%s):\n%s", what, want, tuesday)
		}
	}
	_, request, _ := strings.Cut(tuesday, `data-booking="`+asked.ID+`"`)
	if before, _, _ := strings.Cut(request, ">"); strings.Contains(before, "data-movable") {
		t.Error("a request that nobody has accepted can be moved")
	}
	if strings.Contains(column(t, page, "2026-06-03"), sure.ID) || strings.Contains(page.Body, "style=") {
		t.Error("a job stands on two days, or the page carries styles")
	}
	if !strings.Contains(column(t, page, "2026-06-01"), "data-now") || strings.Contains(tuesday, "data-now") {
		t.Error("the line of now is not on the day of now")
	}
}

func TestWhatOverlapsStandsSideBySide(t *testing.T) {
	town := webtest.New(t)
	town.Book(town.OnRequest, town.At(10, 0))
	town.Book(town.OnRequest, town.At(10, 30))
	town.Book(town.OnRequest, town.At(16, 0))
	tuesday := column(t, town.As(town.Owner).Get("/fr/provider/calendar?date=2026-06-02&view=day"), "2026-06-02")
	if !strings.Contains(tuesday, "h10 m0 dh1 dm0 l0 ls2") || !strings.Contains(tuesday, "h10 m30 dh1 dm0 l1 ls2") || !strings.Contains(tuesday, `h16 m0 dh1 dm0"`) {
		t.Errorf("lanes are wrong:\n%s", tuesday)
	}
}

func TestADayWithoutJobsOrDatesThatAreNoneShowACalendarAllTheSame(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	for _, query := range []string{"", "?date=x", "?date=9999-12-31", "?view=month", "?view=day&date=2026-02-15", "?date=2026-03-22"} {
		if page := owner.Get("/fr/provider/calendar" + query); page.Status != http.StatusOK || page.Titles() != 1 {
			t.Errorf("%s answers %d", query, page.Status)
		}
	}
	if got := town.As(town.Salma).Get("/fr/provider/calendar"); got.Status != http.StatusForbidden {
		t.Errorf("a customer sees a calendar: %d", got.Status)
	}
}

func TestAJobThatIsMovedIsProposedToItsCustomer(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	b := town.Book(town.Instant, town.At(10, 0))
	path := "/fr/provider/calendar/" + b.ID + "/move"
	moved := owner.Follow(owner.Post(path, url.Values{"date": {"2026-06-03"}, "from": {"11:30"}, "view": {"week"}}))
	if !moved.Has("Proposition envoyée") || !strings.Contains(column(t, moved, "2026-06-02"), "Nouvel horaire proposé") {
		t.Fatalf("nothing was proposed:\n%s", moved.Words())
	}
	stored, err := town.Bookings.Booking(t.Context(), webtest.Actor(town.Salma), b.ID)
	if err != nil || stored.Proposal == nil || !stored.Proposal.Start.Equal(town.At(11, 30).AddDate(0, 0, 1)) || stored.Proposal.By != booking.ProviderSide || !stored.Start.Equal(b.Start) {
		t.Fatalf("the booking is %+v (%v)", stored, err)
	}
	for words, form := range map[string]url.Values{
		"hors de vos horaires":   {"date": {"2026-06-03"}, "from": {"20:00"}},
		"ne commencent pas":      {"date": {"2026-06-03"}, "from": {"11:10"}},
		"déjà passée":            {"date": {"2026-05-03"}, "from": {"11:00"}},
		"pas encore ouvert":      {"date": {"2027-05-03"}, "from": {"11:00"}},
		"n’avons pas compris":    {"date": {"demain"}, "from": {"11:00"}},
		"nouvel horaire. Réessa": {"date": {"2026-06-03"}, "from": {"onze heures"}},
	} {
		if got := owner.Follow(owner.Post(path, form)); !got.Has(words) {
			t.Errorf("%v is not answered with %q:\n%s", form, words, got.Words())
		}
	}
	if got := owner.Post("/fr/provider/calendar/"+town.Instant.ID+"/move", url.Values{"date": {"2026-06-03"}, "from": {"11:30"}}); got.Status != http.StatusNotFound {
		t.Errorf("what is no booking of theirs answers %d", got.Status)
	}
}

func rulesOf(t *testing.T, town *webtest.Town) schedule.Rules {
	t.Helper()
	own, err := town.Catalog.ProviderOf(t.Context(), town.Owner.ID)
	if err != nil {
		t.Fatal(err)
	}
	return own.Availability
}

func TestHoursAreBlockedAddedAndMadeUsualAgain(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	wednesday := schedule.NewDate(2026, time.June, 3)
	form := owner.Get("/fr/provider/calendar/new?date=2026-06-03&from=12:00")
	if form.Value("date") != "2026-06-03" || form.Value("from") != "12:00" || form.Value("to") != "13:00" {
		t.Fatalf("the form does not know what was tapped: %s", form.Body)
	}
	blocked := owner.Follow(owner.Post("/fr/provider/calendar/new", url.Values{"kind": {"off"}, "date": {"2026-06-03"}, "from": {"12:00"}, "to": {"13:30"}, "reason": {"Médecin"}}))
	if !blocked.Has("Ces heures sont bloquées") || !strings.Contains(column(t, blocked, "2026-06-03"), `class="calendar-closed at h12 m0 dh1 dm30"`) {
		t.Errorf("the calendar does not show it:\n%s", blocked.Words())
	}
	if slots, err := town.Bookings.Slots(t.Context(), town.Provider.ID, town.Instant.ID, nil, town.At(11, 30).AddDate(0, 0, 1), town.At(13, 30).AddDate(0, 0, 1)); err != nil || len(slots) != 0 {
		t.Errorf("customers still find %v (%v)", slots, err)
	}
	owner.Follow(owner.Post("/fr/provider/calendar/new", url.Values{"kind": {"extra"}, "date": {"2026-06-03"}, "from": {"20:00"}, "to": {"00:00"}}))
	if got := rulesOf(t, town).SpansOn(wednesday); len(got) != 3 || got[2] != (schedule.Span{From: 1200, To: 1440}) {
		t.Errorf("the hours are %v", got)
	}
	listed := owner.Follow(owner.Post("/fr/provider/calendar/new", url.Values{"kind": {"day"}, "date": {"2026-06-03"}, "next": {"hours"}}))
	if !listed.Has("Jour de repos · Médecin") {
		t.Errorf("the page of the hours does not list it:\n%s", listed.Words())
	}
	usual := owner.Follow(owner.Post("/fr/provider/calendar/usual", url.Values{"date": {"2026-06-03"}}))
	if !usual.Has("horaires habituels") || len(rulesOf(t, town).Exceptions) != 0 {
		t.Errorf("the usual hours do not come back: %+v", rulesOf(t, town).Exceptions)
	}
}

func TestAChangeOfADayThatMakesNoSenseIsRefusedAndKept(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	for name, wrong := range map[string][2]string{
		"no date": {"date", "demain"}, "a day that is over": {"date", "2026-05-31"}, "no kind": {"kind", "party"}, "no time": {"from", "midi"},
		"the end before the start": {"to", "08:00"}, "a reason that turns the line": {"reason", "a\u202eb"},
	} {
		t.Run(name, func(t *testing.T) {
			form := url.Values{"kind": {"off"}, "date": {"2026-06-03"}, "from": {"12:00"}, "to": {"13:00"}, "reason": {"Médecin"}}
			form.Set(wrong[0], wrong[1])
			answer := owner.Post("/fr/provider/calendar/new", form)
			if answer.Status != http.StatusUnprocessableEntity || !strings.Contains(answer.Body, `class="problem"`) || (wrong[0] != "reason" && answer.Value("reason") != "Médecin") {
				t.Errorf("status %d:\n%s", answer.Status, answer.Words())
			}
		})
	}
	if len(rulesOf(t, town).Exceptions) != 0 {
		t.Error("something was saved")
	}
}

func TestSavingTheWeekKeepsTheSpecialDays(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	owner.Post("/fr/provider/calendar/new", url.Values{"kind": {"day"}, "date": {"2026-06-03"}})
	owner.Follow(owner.Post("/fr/provider/hours", week()))
	if rules := rulesOf(t, town); len(rules.Exceptions) != 1 || rules.NoticeMinutes != 120 {
		t.Errorf("the rules are %+v", rules)
	}
}

func TestTheHoursOfOneDayAreCopiedToTheOthersBeforeAnythingIsSaved(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	form := url.Values{"copy": {"1"}, "horizon_days": {"30"}, "week.1.from": {"08:00"}, "week.1.to": {"11:00"}, "week.6.from": {"10:00"}, "week.6.to": {"12:00"}}
	copied := owner.Post("/fr/provider/hours", form)
	if copied.Status != http.StatusOK || strings.Count(copied.Body, `value="08:00"`) != 6 || !copied.Has("Les horaires sont copiés") {
		t.Errorf("status %d, %d days begin at eight, want 6", copied.Status, strings.Count(copied.Body, `value="08:00"`))
	}
	if rules := rulesOf(t, town); rules.Week[1][0].From != 540 {
		t.Errorf("it was saved: %+v", rules.Week)
	}
}
