package quote_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/picture"
)

func TestAJobIsToldToThoseItIsForAndShownToTheirTrade(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		for name, rule := range map[string]struct {
			shop  shop
			told  bool
			shown bool
		}{
			"a plumber of the city":          {m.atlas, true, true},
			"a painter of the city":          {m.rif, false, true}, // the same top category
			"a barber of the city":           {m.barber, false, false},
			"a plumber of another city":      {m.faraway, false, false},
			"the customer, who sells nought": {shop{actor: m.salma}, false, false},
		} {
			if got := m.told.letters(rule.shop.actor.ID); slices.Contains(got, notify.QuotePosted) != rule.told {
				m.Errorf("%s was sent %v", name, got)
			}
			page, err := m.quotes.Near(m.Context(), rule.shop.actor, "", 0)
			if rule.shop.actor.ID == m.salma.ID {
				m.refused(err, errs.Forbidden, "")
				continue
			}
			m.must(err)
			if shown := len(page.Items) == 1; shown != rule.shown {
				m.Errorf("%s sees %d jobs", name, len(page.Items))
			}
			_, err = m.quotes.Job(m.Context(), rule.shop.actor, j.ID)
			if rule.shown {
				m.must(err)
			} else {
				m.refused(err, errs.NotFound, "quote.not_found")
			}
		}
	})
}

func TestAJobIsCheckedFieldByField(t *testing.T) {
	each(t, func(m *market) {
		_, err := m.quotes.Post(m.Context(), m.salma, quote.JobInput{CategoryID: "travaux", CityID: "paris", Title: "Court", Description: "Trop court",
			Budget: quote.Budget{Min: quote.Dirhams(900), Max: quote.Dirhams(100)}, PhotoIDs: make([]string, 7)})
		known, ok := errors.AsType[*errs.Error](err)
		if !ok {
			m.Fatal(err)
		}
		var got []string
		for _, f := range known.Fields {
			got = append(got, f.Name)
		}
		if want := []string{"category", "city", "title", "description", "place", "urgency", "budget_max", "photo"}; !slices.Equal(got, want) {
			m.Errorf("complaints about %v, want %v", got, want)
		}
		if n := m.count("SELECT count(*) FROM quote_jobs"); n != 0 {
			m.Errorf("%d jobs were stored", n)
		}
	})
}

func TestAFormSentTwicePostsOneJob(t *testing.T) {
	each(t, func(m *market) {
		in := input()
		in.IdempotencyKey = "once"
		first, err := m.quotes.Post(m.Context(), m.salma, in)
		m.must(err)
		sent, err := m.quotes.UploadPhoto(m.Context(), m.salma, photo())
		m.must(err)
		in.PhotoIDs = []string{sent.ID} // pictures come anew with each sending
		again, err := m.quotes.Post(m.Context(), m.salma, in)
		m.must(err)
		if first.ID != again.ID || m.count("SELECT count(*) FROM quote_jobs") != 1 {
			m.Errorf("two jobs: %s and %s", first.ID, again.ID)
		}
		in.Title = "Une tout autre demande"
		_, err = m.quotes.Post(m.Context(), m.salma, in)
		m.refused(err, errs.Conflict, "idempotency.other_body")
	})
}

func TestNobodyHasMoreOpenJobsThanTheyCanFollow(t *testing.T) {
	each(t, func(m *market) {
		for range quote.MaxOpenJobs {
			m.post()
		}
		_, err := m.quotes.Post(m.Context(), m.salma, input())
		m.refused(err, errs.Conflict, "quote.too_many_jobs")
	})
}

func TestTheAddressAndTheFullNameAreForTheChosenProviderAlone(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		see := func(s shop) quote.Job {
			m.Helper()
			view, err := m.quotes.Job(m.Context(), s.actor, j.ID)
			m.must(err)
			return view.Job
		}
		near, err := m.quotes.Near(m.Context(), m.atlas.actor, "", 0)
		m.must(err)
		for name, seen := range map[string]quote.Job{"before an offer": see(m.atlas), "in the list": near.Items[0].Job} {
			if seen.Address != "" || seen.CustomerName != "Salma B." {
				m.Errorf("%s: %q, %q", name, seen.Address, seen.CustomerName)
			}
		}
		chosen := m.answer(m.atlas, j)
		m.answer(m.rif, j)
		if seen := see(m.atlas); seen.Address != "" {
			m.Errorf("with an offer under way: %q", seen.Address)
		}
		_, _, err = m.quotes.Accept(m.Context(), m.salma, chosen.ID, "")
		m.must(err)
		if seen := see(m.atlas); seen.Address != "12, rue des Orangers" || seen.CustomerName != "Salma Bennani" {
			m.Errorf("the chosen one sees %q, %q", seen.Address, seen.CustomerName)
		}
		if seen := see(m.rif); seen.Address != "" {
			m.Errorf("the other one sees %q", seen.Address)
		}
	})
}

func TestAProviderAnswersAJobOnce(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		in := m.terms(m.atlas)
		in.IdempotencyKey = "once"
		first, err := m.quotes.Answer(m.Context(), m.atlas.actor, j.ID, in)
		m.must(err)
		again, err := m.quotes.Answer(m.Context(), m.atlas.actor, j.ID, in)
		m.must(err)
		if first.ID != again.ID {
			m.Error("the same form made two offers")
		}
		_, err = m.quotes.Answer(m.Context(), m.atlas.actor, j.ID, m.terms(m.atlas))
		m.refused(err, errs.Conflict, "quote.already_answered")
		if got := m.told.letters(m.salma.ID); !slices.Equal(got, []notify.Template{notify.QuoteOffered}) {
			m.Errorf("the customer was sent %v", got)
		}
		view := m.job(j.ID)
		if len(view.Offers) != 1 || view.Job.Offers != 1 || view.Offers[0].Last().Price != quote.Dirhams(900) {
			m.Errorf("the customer sees %+v", view.Offers)
		}
		mine, err := m.quotes.Mine(m.Context(), m.salma, true, "", 0)
		m.must(err)
		if len(mine.Items) != 1 || mine.Items[0].Waiting != 1 {
			m.Errorf("the list shows %+v", mine.Items)
		}
	})
}

func TestWhoMayNotAnswerCannot(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		for name, s := range map[string]shop{"a barber": m.barber, "one from elsewhere": m.faraway} {
			if _, err := m.quotes.Answer(m.Context(), s.actor, j.ID, m.terms(s)); errs.CodeOf(err) != errs.NotFound {
				m.Errorf("%s: %v", name, err)
			}
		}
		_, err := m.quotes.Answer(m.Context(), m.salma, j.ID, m.terms(m.atlas))
		m.refused(err, errs.Forbidden, "")
		_, err = m.quotes.Answer(m.Context(), m.atlas.actor, j.ID, m.terms(m.rif))
		m.refused(err, errs.Invalid, "quote.service_required")
		own, err := m.quotes.Post(m.Context(), m.atlas.actor, input())
		m.must(err)
		_, err = m.quotes.Answer(m.Context(), m.atlas.actor, own.ID, m.terms(m.atlas))
		m.refused(err, errs.NotFound, "quote.not_found")
	})
}

func TestAnOfferIsCheckedFieldByField(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		_, err := m.quotes.Answer(m.Context(), m.atlas.actor, j.ID, quote.OfferInput{Price: quote.Dirhams(0), Words: "Oui", DurationMinutes: 5})
		known, ok := errors.AsType[*errs.Error](err)
		if !ok || len(known.Fields) != 6 {
			m.Fatalf("got %v, want six complaints", err)
		}
		closed := m.terms(m.atlas)
		closed.Start = m.at(20, 0)
		_, err = m.quotes.Answer(m.Context(), m.atlas.actor, j.ID, closed)
		m.refused(err, errs.Invalid, "schedule.slot_outside_hours")
	})
}

func TestTheTwoProposeInTurnAndNotForEver(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		o := m.answer(m.atlas, j)
		counter := func(actor account.Actor, dirhams int64) error {
			_, err := m.quotes.Counter(m.Context(), actor, o.ID, quote.CounterInput{Price: quote.Dirhams(dirhams), Start: m.at(11, 0)})
			return err
		}
		m.refused(counter(m.atlas.actor, 800), errs.Conflict, "quote.not_your_turn")
		m.refused(counter(m.rif.actor, 800), errs.NotFound, "quote.not_found")
		m.refused(counter(m.youssef, 800), errs.NotFound, "quote.not_found")
		m.refused(counter(m.salma, 0), errs.Invalid, "quote.price_range")
		_, err := m.quotes.Counter(m.Context(), m.salma, o.ID, quote.CounterInput{Price: quote.Dirhams(900), Start: m.at(10, 0)})
		m.refused(err, errs.Invalid, "quote.same_terms")
		for round := 2; round <= quote.MaxRounds; round++ {
			actor := m.salma
			if round%2 == 1 {
				actor = m.atlas.actor
			}
			m.must(counter(actor, 900-int64(round)))
			m.must(counter(actor, 900-int64(round))) // sent twice, done once
		}
		if n := len(m.job(j.ID).Offers[0].Proposals); n != quote.MaxRounds {
			m.Errorf("%d proposals", n)
		}
		m.refused(counter(m.atlas.actor, 700), errs.Conflict, "quote.too_many_rounds")
		if got := m.told.letters(m.atlas.actor.ID); !slices.Equal(got, []notify.Template{notify.QuotePosted, notify.QuoteCountered, notify.QuoteCountered, notify.QuoteCountered}) {
			m.Errorf("the provider was sent %v", got)
		}
	})
}

func TestAcceptingMakesTheBookingAndEndsTheRest(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		chosen, other := m.answer(m.atlas, j), m.answer(m.rif, j)
		_, err := m.quotes.Counter(m.Context(), m.salma, chosen.ID, quote.CounterInput{Price: quote.Dirhams(800), Start: m.at(14, 0), Words: "Plutôt l’après-midi ?"})
		m.must(err)
		_, _, err = m.quotes.Accept(m.Context(), m.salma, chosen.ID, "")
		m.refused(err, errs.Conflict, "quote.not_your_turn")
		m.told.letters(m.rif.actor.ID)
		m.told.letters(m.salma.ID)
		accepted, job, err := m.quotes.Accept(m.Context(), m.atlas.actor, chosen.ID, "")
		m.must(err)
		if accepted.Status != quote.OfferAccepted || job.Status != quote.JobTaken {
			m.Fatalf("offer %s, job %s", accepted.Status, job.Status)
		}
		b, err := m.bookings.Booking(m.Context(), m.salma, job.BookingID)
		m.must(err)
		if b.Status != booking.Accepted || b.Price != quote.Dirhams(800) || !b.Start.Equal(m.at(14, 0)) || b.End.Sub(b.Start) != 2*time.Hour ||
			b.Details.Address != "12, rue des Orangers" || b.Details.Title.FR != j.Title || b.ServiceID != m.atlas.service.ID {
			m.Errorf("the booking is %+v", b)
		}
		view := m.job(j.ID)
		for _, o := range view.Offers {
			if o.ID == other.ID && o.Status != quote.OfferClosed {
				m.Errorf("the other offer is %s", o.Status)
			}
		}
		if got := m.told.letters(m.rif.actor.ID); !slices.Equal(got, []notify.Template{notify.QuoteClosed}) {
			m.Errorf("the other provider was sent %v", got)
		}
		if got := m.told.letters(m.salma.ID); !slices.Contains(got, notify.QuoteAccepted) {
			m.Errorf("the customer was sent %v", got)
		}
		// Whatever comes later comes too late, and the same acceptance again is the same.
		_, again, err := m.quotes.Accept(m.Context(), m.atlas.actor, chosen.ID, "")
		m.must(err)
		if again.BookingID != job.BookingID {
			m.Error("a second booking")
		}
		_, _, err = m.quotes.Accept(m.Context(), m.salma, other.ID, "")
		m.refused(err, errs.Gone, "quote.job_taken")
		_, err = m.quotes.Counter(m.Context(), m.salma, other.ID, quote.CounterInput{Price: quote.Dirhams(700), Start: m.at(15, 0)})
		m.refused(err, errs.Gone, "quote.job_taken")
		_, err = m.quotes.Withdraw(m.Context(), m.salma, j.ID)
		m.refused(err, errs.Gone, "quote.job_taken")
		_, err = m.quotes.Answer(m.Context(), m.rif.actor, j.ID, m.terms(m.rif))
		m.refused(err, errs.Gone, "quote.job_taken")
	})
}

func TestTwoAcceptancesAtOnceMakeOneBooking(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		offers := []quote.Offer{m.answer(m.atlas, j), m.answer(m.rif, j)}
		var together sync.WaitGroup
		results := make(chan error, 8)
		for i := range 8 {
			together.Go(func() {
				_, _, err := m.quotes.Accept(m.Context(), m.salma, offers[i%2].ID, "")
				results <- err
			})
		}
		together.Wait()
		close(results)
		won := 0
		for err := range results {
			if err == nil {
				won++
			} else if errs.CodeOf(err) != errs.Gone {
				m.Errorf("the loser got %v", err)
			}
		}
		if won != 4 { // all four that accepted the same offer
			m.Errorf("%d acceptances won", won)
		}
		if n := m.count("SELECT count(*) FROM bookings"); n != 1 {
			m.Errorf("%d bookings", n)
		}
		if n := m.count("SELECT count(*) FROM quote_offers WHERE status = 'accepted'"); n != 1 {
			m.Errorf("%d accepted offers", n)
		}
	})
}

func TestATimeThatHasGoneMakesNoBookingAndAnotherCanBeProposed(t *testing.T) {
	each(t, func(m *market) {
		first, second := m.post(), m.post()
		a, b := m.answer(m.atlas, first), m.answer(m.atlas, second) // the same hour
		_, _, err := m.quotes.Accept(m.Context(), m.salma, a.ID, "")
		m.must(err)
		_, _, err = m.quotes.Accept(m.Context(), m.salma, b.ID, "")
		m.refused(err, errs.Conflict, "booking.slot_taken")
		if view := m.job(second.ID); view.Job.Status != quote.JobOpen || view.Offers[0].Status != quote.OfferOpen {
			m.Fatalf("job %s, offer %s", view.Job.Status, view.Offers[0].Status)
		}
		_, err = m.quotes.Counter(m.Context(), m.salma, b.ID, quote.CounterInput{Price: quote.Dirhams(900), Start: m.at(10, 30)})
		m.refused(err, errs.Conflict, "schedule.slot_taken")
		_, err = m.quotes.Counter(m.Context(), m.salma, b.ID, quote.CounterInput{Price: quote.Dirhams(900), Start: m.at(15, 0)})
		m.must(err)
		_, _, err = m.quotes.Accept(m.Context(), m.atlas.actor, b.ID, "")
		m.must(err)
		if n := m.count("SELECT count(*) FROM bookings"); n != 2 {
			m.Errorf("%d bookings", n)
		}
	})
}

func TestTheDatabaseHasTheLastWordOnATime(t *testing.T) {
	each(t, func(m *market) {
		offers := []quote.Offer{m.answer(m.atlas, m.post()), m.answer(m.atlas, m.post()), m.answer(m.atlas, m.post())}
		var together sync.WaitGroup
		for _, o := range offers {
			together.Go(func() {
				if _, _, err := m.quotes.Accept(m.Context(), m.salma, o.ID, ""); err != nil && errs.CodeOf(err) != errs.Conflict {
					m.Error(err)
				}
			})
		}
		together.Wait()
		if n := m.count("SELECT count(*) FROM bookings"); n != 1 {
			m.Errorf("%d bookings of one hour", n)
		}
		if n := m.count("SELECT count(*) FROM quote_jobs WHERE status = 'taken'"); n != 1 {
			m.Errorf("%d jobs are taken", n)
		}
	})
}

func TestAnOfferOfAServiceThatIsGoneCannotBeAccepted(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		o := m.answer(m.atlas, j)
		m.must(m.offers.RemoveService(m.Context(), m.atlas.actor, m.atlas.provider.ID, m.atlas.service.ID))
		_, _, err := m.quotes.Accept(m.Context(), m.salma, o.ID, "")
		m.refused(err, errs.Conflict, "quote.service_gone")
		_, err = m.quotes.Counter(m.Context(), m.salma, o.ID, quote.CounterInput{Price: quote.Dirhams(800), Start: m.at(11, 0)})
		m.refused(err, errs.Conflict, "quote.service_gone")
		if view := m.job(j.ID); view.Job.Status != quote.JobOpen {
			m.Errorf("the job is %s", view.Job.Status)
		}
	})
}

func TestEitherSideEndsAnOfferAndTheOtherIsTold(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		a, r := m.answer(m.atlas, j), m.answer(m.rif, j)
		m.told.letters(m.atlas.actor.ID)
		m.told.letters(m.salma.ID)
		_, err := m.quotes.Decline(m.Context(), m.youssef, a.ID)
		m.refused(err, errs.NotFound, "quote.not_found")
		declined, err := m.quotes.Decline(m.Context(), m.salma, a.ID)
		m.must(err)
		back, err := m.quotes.Decline(m.Context(), m.rif.actor, r.ID)
		m.must(err)
		if declined.DeclinedBy != booking.CustomerSide || back.DeclinedBy != booking.ProviderSide {
			m.Errorf("ended by %s and %s", declined.DeclinedBy, back.DeclinedBy)
		}
		if got := m.told.letters(m.atlas.actor.ID); !slices.Equal(got, []notify.Template{notify.QuoteDeclined}) {
			m.Errorf("the provider was sent %v", got)
		}
		if got := m.told.letters(m.salma.ID); !slices.Equal(got, []notify.Template{notify.QuoteDeclined}) {
			m.Errorf("the customer was sent %v", got)
		}
		_, _, err = m.quotes.Accept(m.Context(), m.salma, a.ID, "")
		m.refused(err, errs.Gone, "quote.offer_declined")
		_, err = m.quotes.Answer(m.Context(), m.atlas.actor, j.ID, m.terms(m.atlas))
		m.refused(err, errs.Conflict, "quote.already_answered")
	})
}

func TestAnOfferHoldsUntilItsDay(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		in := m.terms(m.atlas)
		in.Start, in.ValidFor = m.at(10, 0).AddDate(0, 0, 9), 24*time.Hour
		o, err := m.quotes.Answer(m.Context(), m.atlas.actor, j.ID, in)
		m.must(err)
		m.clock.Advance(23 * time.Hour)
		_, err = m.quotes.Counter(m.Context(), m.salma, o.ID, quote.CounterInput{Price: quote.Dirhams(800), Start: in.Start})
		m.must(err)
		m.clock.Advance(24 * time.Hour) // a counter gives two days to answer
		_, err = m.quotes.Counter(m.Context(), m.atlas.actor, o.ID, quote.CounterInput{Price: quote.Dirhams(850), Start: in.Start})
		m.must(err)
		m.clock.Advance(49 * time.Hour)
		_, _, err = m.quotes.Accept(m.Context(), m.salma, o.ID, "")
		m.refused(err, errs.Gone, "quote.offer_lapsed")
	})
}

func TestAnOfferEndsBeforeItsOwnTimeBegins(t *testing.T) {
	each(t, func(m *market) {
		o := m.answer(m.atlas, m.post())
		if !o.ValidUntil.Equal(m.at(10, 0)) {
			m.Errorf("valid until %s, starts %s", o.ValidUntil, o.Last().Start)
		}
		m.clock.Set(m.at(10, 0))
		_, _, err := m.quotes.Accept(m.Context(), m.salma, o.ID, "")
		m.refused(err, errs.Gone, "quote.offer_lapsed")
	})
}

func TestAJobIsWithdrawnByItsCustomerAlone(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		o := m.answer(m.atlas, j)
		m.told.letters(m.atlas.actor.ID)
		for _, other := range []account.Actor{m.youssef, m.atlas.actor} {
			_, err := m.quotes.Withdraw(m.Context(), other, j.ID)
			m.refused(err, errs.NotFound, "quote.not_found")
		}
		_, err := m.quotes.Withdraw(m.Context(), m.salma, j.ID)
		m.must(err)
		if got := m.told.letters(m.atlas.actor.ID); !slices.Equal(got, []notify.Template{notify.QuoteClosed}) {
			m.Errorf("the provider was sent %v", got)
		}
		_, _, err = m.quotes.Accept(m.Context(), m.salma, o.ID, "")
		m.refused(err, errs.Gone, "quote.job_withdrawn")
		_, err = m.quotes.Job(m.Context(), m.rif.actor, j.ID)
		m.refused(err, errs.Gone, "quote.job_withdrawn")
		page, err := m.quotes.Near(m.Context(), m.rif.actor, "", 0)
		m.must(err)
		if len(page.Items) != 0 {
			m.Error("it still stands in the list")
		}
	})
}

func TestAJobExpiresAfterFourteenDays(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		m.answer(m.atlas, j)
		m.told.letters(m.atlas.actor.ID)
		m.clock.Advance(14*24*time.Hour - time.Second)
		if n, err := m.quotes.ExpireDue(m.Context()); n != 0 || err != nil {
			m.Fatalf("%d, %v", n, err)
		}
		m.clock.Advance(time.Second)
		_, err := m.quotes.Answer(m.Context(), m.rif.actor, j.ID, m.terms(m.rif))
		if code := errs.CodeOf(err); code != errs.Invalid && code != errs.Gone { // its hour is over as well
			m.Fatal(err)
		}
		if n, err := m.quotes.ExpireDue(m.Context()); n != 1 || err != nil {
			m.Fatalf("%d, %v", n, err)
		}
		if n, err := m.quotes.ExpireDue(m.Context()); n != 0 || err != nil {
			m.Fatalf("again %d, %v", n, err)
		}
		if view := m.job(j.ID); view.Job.Status != quote.JobExpired || view.Offers[0].Status != quote.OfferClosed {
			m.Errorf("job %s, offer %s", view.Job.Status, view.Offers[0].Status)
		}
		if got := m.told.letters(m.atlas.actor.ID); !slices.Equal(got, []notify.Template{notify.QuoteClosed}) {
			m.Errorf("the provider was sent %v", got)
		}
	})
}

func TestAPausedMarketTakesNothingNew(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		o := m.answer(m.atlas, j)
		m.switches[feature.Quotes] = true
		_, err := m.quotes.Post(m.Context(), m.salma, input())
		m.refused(err, errs.Conflict, "feature.paused.quotes")
		_, err = m.quotes.Answer(m.Context(), m.rif.actor, j.ID, m.terms(m.rif))
		m.refused(err, errs.Conflict, "feature.paused.quotes")
		_, err = m.quotes.Decline(m.Context(), m.salma, o.ID) // ending what there is stays possible
		m.must(err)
	})
}

func TestListsArePagedTheNewestFirst(t *testing.T) {
	each(t, func(m *market) {
		var posted []string
		for range 5 {
			j := m.post()
			posted = append([]string{j.ID}, posted...)
			m.answer(m.rif, quote.Job{ID: j.ID})
			m.clock.Advance(time.Second)
		}
		for name, list := range map[string]func(string) (quote.Page, error){
			"the customer's": func(c string) (quote.Page, error) { return m.quotes.Mine(m.Context(), m.salma, true, c, 2) },
			"those near":     func(c string) (quote.Page, error) { return m.quotes.Near(m.Context(), m.atlas.actor, c, 2) },
			"those offered":  func(c string) (quote.Page, error) { return m.quotes.Offered(m.Context(), m.rif.actor, c, 2) },
		} {
			var seen []string
			for next, pages := "", 0; pages < 4; pages++ {
				page, err := list(next)
				m.must(err)
				for _, item := range page.Items {
					seen = append(seen, item.Job.ID)
				}
				if next = page.NextCursor; next == "" {
					break
				}
			}
			if !slices.Equal(seen, posted) {
				m.Errorf("%s: %v, want %v", name, seen, posted)
			}
			_, err := list("rubbish")
			m.refused(err, errs.Invalid, "error.bad_cursor")
		}
	})
}

func TestPhotosAreForThoseWhoMaySeeTheJob(t *testing.T) {
	each(t, func(m *market) {
		sent, err := m.quotes.UploadPhoto(m.Context(), m.salma, photo())
		m.must(err)
		sees := func(actor account.Actor) bool {
			m.Helper()
			file, err := m.quotes.OpenPhoto(m.Context(), actor, sent.ID, picture.Small)
			if err != nil {
				m.refused(err, errs.NotFound, "")
				return false
			}
			m.must(file.Close())
			return true
		}
		if !sees(m.salma) || sees(m.atlas.actor) {
			m.Error("before the job is posted a photo is its sender's alone")
		}
		in := input()
		in.PhotoIDs = []string{sent.ID}
		j, err := m.quotes.Post(m.Context(), m.salma, in)
		m.must(err)
		if view := m.job(j.ID); len(view.Photos) != 1 || view.Photos[0].ID != sent.ID {
			m.Errorf("the job shows %v", view.Photos)
		}
		for name, rule := range map[string]struct {
			actor account.Actor
			sees  bool
		}{
			"its customer": {m.salma, true}, "a plumber of the city": {m.atlas.actor, true}, "another customer": {m.youssef, false},
			"a barber": {m.barber.actor, false}, "one from elsewhere": {m.faraway.actor, false}, "nobody": {account.Actor{}, false},
		} {
			if got := sees(rule.actor); got != rule.sees {
				m.Errorf("%s sees it: %v", name, got)
			}
		}
		_, err = m.quotes.Withdraw(m.Context(), m.salma, j.ID)
		m.must(err)
		if sees(m.atlas.actor) || !sees(m.salma) {
			m.Error("once withdrawn it is its customer's alone again")
		}
	})
}

func TestNobodyPostsSomebodyElsesPhotos(t *testing.T) {
	each(t, func(m *market) {
		sent, err := m.quotes.UploadPhoto(m.Context(), m.youssef, photo())
		m.must(err)
		in := input()
		in.PhotoIDs = []string{sent.ID}
		_, err = m.quotes.Post(m.Context(), m.salma, in)
		m.refused(err, errs.Invalid, "quote.photo_gone")
		if kept, err := m.quotes.Uploaded(m.Context(), m.salma, in.PhotoIDs); len(kept) != 0 || err != nil {
			m.Errorf("the form shows %v, %v", kept, err)
		}
		_, err = m.quotes.UploadPhoto(m.Context(), m.salma, strings.NewReader("<script>"))
		m.refused(err, errs.Invalid, "picture.unknown_format")
	})
}

func TestPhotosThatWereNeverPostedGoAfterADay(t *testing.T) {
	each(t, func(m *market) {
		old, err := m.quotes.UploadPhoto(m.Context(), m.salma, photo())
		m.must(err)
		posted, err := m.quotes.UploadPhoto(m.Context(), m.salma, photo())
		m.must(err)
		in := input()
		in.PhotoIDs = []string{posted.ID}
		_, err = m.quotes.Post(m.Context(), m.salma, in)
		m.must(err)
		m.clock.Advance(25 * time.Hour)
		fresh, err := m.quotes.UploadPhoto(m.Context(), m.salma, photo())
		m.must(err)
		if n, err := m.quotes.ForgetUploads(m.Context()); n != 1 || err != nil {
			m.Fatalf("%d, %v", n, err)
		}
		for id, there := range map[string]bool{old.ID: false, posted.ID: true, fresh.ID: true} {
			file, err := m.quotes.OpenPhoto(m.Context(), m.salma, id, picture.Large)
			if (err == nil) != there {
				m.Errorf("%s is there: %v", id, err)
			}
			if file != nil {
				m.must(file.Close())
			}
		}
	})
}

func TestNobodySendsPhotosWithoutEnd(t *testing.T) {
	each(t, func(m *market) {
		for range 3 * quote.MaxPhotos {
			_, err := m.quotes.UploadPhoto(m.Context(), m.salma, photo())
			m.must(err)
		}
		_, err := m.quotes.UploadPhoto(m.Context(), m.salma, photo())
		m.refused(err, errs.Conflict, "quote.too_many_uploads")
	})
}

func TestSlotsAreTheProvidersFreeTimes(t *testing.T) {
	each(t, func(m *market) {
		day, next := m.at(0, 0), m.at(0, 0).AddDate(0, 0, 1)
		before, err := m.quotes.Slots(m.Context(), m.atlas.provider.ID, 2*time.Hour, day, next)
		m.must(err)
		_, _, err = m.quotes.Accept(m.Context(), m.salma, m.answer(m.atlas, m.post()).ID, "")
		m.must(err)
		after, err := m.quotes.Slots(m.Context(), m.atlas.provider.ID, 2*time.Hour, day, next)
		m.must(err)
		if len(before) == 0 || len(after) >= len(before) || after[0].Start.Before(m.at(12, 30)) {
			m.Errorf("%d slots before, %d after, the first at %s", len(before), len(after), after[0].Start)
		}
	})
}

func TestAPersonGetsEverythingAndIsTakenOutOfIt(t *testing.T) {
	each(t, func(m *market) {
		sent, err := m.quotes.UploadPhoto(m.Context(), m.salma, photo())
		m.must(err)
		in := input()
		in.PhotoIDs = []string{sent.ID}
		open, err := m.quotes.Post(m.Context(), m.salma, in)
		m.must(err)
		taken := m.post()
		m.answer(m.atlas, open)
		_, _, err = m.quotes.Accept(m.Context(), m.salma, m.answer(m.atlas, taken).ID, "")
		m.must(err)
		for _, who := range []account.Actor{m.salma, m.atlas.actor} {
			name, data, err := m.quotes.Export(m.Context(), who.ID)
			m.must(err)
			text, err := db.JSON(data)
			m.must(err)
			if name != "quotes" || !strings.Contains(text, "Je viens avec tout le matériel.") {
				m.Errorf("%s: %s", name, text)
			}
			if has := strings.Contains(text, in.Address); has != (who == m.salma) {
				m.Errorf("the address stands in the wrong file: %s", text)
			}
		}
		m.told.letters(m.atlas.actor.ID)
		erase := func(actor account.Actor) {
			m.Helper()
			m.must(m.db.Tx(m.Context(), func(tx *db.Tx) error { return m.quotes.Erase(m.Context(), tx, actor.ID) }))
		}
		erase(m.salma)
		if got := m.told.letters(m.atlas.actor.ID); !slices.Contains(got, notify.QuoteClosed) {
			m.Errorf("the waiting provider was sent %v", got)
		}
		view := m.job(taken.ID)
		if view.Job.Title != "" || view.Job.Address != "" || view.Job.CustomerName != "" || view.Job.Status != quote.JobTaken || view.Offers[0].Last().Price != quote.Dirhams(900) {
			m.Errorf("what remains: %+v", view.Job)
		}
		if view := m.job(open.ID); view.Job.Status != quote.JobWithdrawn || len(view.Photos) != 0 {
			m.Errorf("the open one is %s with %d photos", view.Job.Status, len(view.Photos))
		}
		erase(m.atlas.actor)
		if view := m.job(taken.ID); view.Offers[0].ProviderName != "" || view.Offers[0].Last().Words != "" {
			m.Errorf("what remains of the provider: %+v", view.Offers[0])
		}
		if _, data, err := m.quotes.Export(m.Context(), m.youssef.ID); data != nil || err != nil {
			m.Errorf("nothing is kept about Youssef: %v, %v", data, err)
		}
	})
}

func TestAnErasedProviderTakesOpenOffersBack(t *testing.T) {
	each(t, func(m *market) {
		j := m.post()
		m.answer(m.atlas, j)
		m.must(m.db.Tx(m.Context(), func(tx *db.Tx) error { return m.quotes.Erase(m.Context(), tx, m.atlas.actor.ID) }))
		if o := m.job(j.ID).Offers[0]; o.Status != quote.OfferDeclined || o.DeclinedBy != booking.ProviderSide {
			m.Errorf("the offer is %s by %s", o.Status, o.DeclinedBy)
		}
	})
}

func TestAFilledDatabaseLooksAsIfPeopleHadDoneIt(t *testing.T) {
	each(t, func(m *market) {
		now := m.clock.Now()
		j := quote.Job{ID: ids.New(), CustomerID: m.salma.ID, CustomerName: "Salma Bennani", CategoryID: "plomberie", CityID: "casablanca", Title: "Changer le chauffe-eau",
			Description: "Il a quinze ans.", Place: catalog.AtCustomer, Urgency: quote.Today, Status: quote.JobOpen, ExpiresAt: now.Add(time.Hour), CreatedAt: now, UpdatedAt: now}
		o := quote.Offer{ID: ids.New(), JobID: j.ID, ProviderID: m.atlas.provider.ID, ProviderAccountID: m.atlas.actor.ID, ProviderName: "Plomberie Atlas", ServiceID: m.atlas.service.ID,
			Status: quote.OfferOpen, Duration: time.Hour, Proposals: []quote.Proposal{{By: booking.ProviderSide, Price: quote.Dirhams(1200), Start: m.at(10, 0), At: now}},
			ValidUntil: now.Add(time.Hour), CreatedAt: now, UpdatedAt: now}
		m.must(m.db.Tx(m.Context(), func(tx *db.Tx) error {
			return quote.InsertMany(m.Context(), tx, []quote.Past{{Job: j, Offers: []quote.Offer{o}}}, func(string) string { return ids.New() })
		}))
		view := m.job(j.ID)
		if view.Job.Offers != 1 || len(view.Offers) != 1 || !view.Job.Budget.IsZero() || m.count("SELECT count(*) FROM audit_entries WHERE subject_id IN ($1, $2)", j.ID, o.ID) != 2 {
			m.Errorf("got %+v with %d offers", view.Job, len(view.Offers))
		}
		_, _, err := m.quotes.Accept(m.Context(), m.salma, o.ID, "3, rue du Port")
		m.must(err)
		if got := m.job(j.ID).Job; got.Address != "3, rue du Port" {
			m.Errorf("the address given with the acceptance is %q", got.Address)
		}
	})
}
