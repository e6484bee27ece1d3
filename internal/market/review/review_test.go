package review_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func TestAReviewIsBlindUntilBothAreIn(t *testing.T) {
	each(t, func(m *market) {
		for _, customerFirst := range []bool{true, false} {
			b := m.done(m.salma)
			first, second := m.salma, m.owner
			if !customerFirst {
				first, second = m.owner, m.salma
			}
			before := m.summary().Count
			m.says(first, b, 4, "Premier mot")
			if s := m.standing(second, b); s.Theirs != nil || !s.TheyDid || !s.Writable() {
				t.Fatalf("customer first %v: the second side sees %+v", customerFirst, s)
			}
			if s := m.standing(first, b); s.Mine == nil || s.Public || !s.Editable() {
				t.Fatalf("customer first %v: the first side sees %+v", customerFirst, s)
			}
			if got := m.summary().Count; got != before {
				t.Fatalf("customer first %v: a blind review is counted", customerFirst)
			}
			if m.told.count(second.ID, notify.ReviewPublished) != 0 && customerFirst {
				t.Fatal("a blind review was told")
			}
			m.says(second, b, 5, "Second mot")
			for _, who := range []account.Actor{first, second} {
				if s := m.standing(who, b); s.Theirs == nil || !s.Public || s.Editable() {
					t.Fatalf("customer first %v: with both in one side sees %+v", customerFirst, s)
				}
			}
			if got := m.summary().Count; got != before+1 {
				t.Fatalf("customer first %v: %d reviews, want %d", customerFirst, got, before+1)
			}
		}
		if m.told.count(m.salma.ID, notify.ReviewPublished) != 2 || m.told.count(m.owner.ID, notify.ReviewPublished) != 2 {
			t.Fatal("the reviewed were not told once each")
		}
	})
}

func TestABlindReviewBecomesPublicAfterSevenDays(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		m.says(m.salma, b, 2, "Arrivé en retard")
		m.clock.Advance(review.BlindFor - time.Microsecond)
		if n, err := m.reviews.PublishDue(t.Context()); n != 0 || err != nil || len(m.shown()) != 0 || m.summary().Count != 0 {
			t.Fatalf("a moment early: %d published, %v, %v shown", n, err, m.shown())
		}
		m.clock.Advance(time.Microsecond)
		// Nobody has come by to publish it, and it is there all the same.
		if !slices.Equal(m.shown(), []string{"Arrivé en retard"}) || m.summary().Stars != [5]int64{0, 1, 0, 0, 0} {
			t.Fatalf("in time: %v, %+v", m.shown(), m.summary())
		}
		if s := m.standing(m.owner, b); s.Theirs == nil {
			t.Fatal("the provider does not see it")
		}
		for i, want := range []int{1, 0} {
			if n, err := m.reviews.PublishDue(t.Context()); n != want || err != nil {
				t.Fatalf("publishing for the %d. time: %d, %v", i+1, n, err)
			}
		}
		if sum, count := m.rated(); sum != 2 || count != 1 || m.summary().Count != 1 {
			t.Fatalf("rated %d/%d, %+v", sum, count, m.summary())
		}
		if m.told.count(m.owner.ID, notify.ReviewPublished) != 1 {
			t.Fatal("the provider was not told once")
		}
	})
}

func TestAReviewAfterSevenDaysIsPublicAtOnce(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		m.clock.Advance(review.BlindFor)
		m.says(m.salma, b, 5, "Parfait")
		if sum, count := m.rated(); len(m.shown()) != 1 || sum != 5 || count != 1 {
			t.Fatalf("%v shown, rated %d/%d", m.shown(), sum, count)
		}
		m.says(m.owner, b, 5, "Merci")
		if m.told.count(m.owner.ID, notify.ReviewPublished) != 1 || m.told.count(m.salma.ID, notify.ReviewPublished) != 1 {
			t.Fatal("somebody was told twice or not at all")
		}
	})
}

func TestOnlyACompletedBookingIsReviewedAndForSixtyDays(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.youssef)
		open := m.booked(m.salma)
		_, err := m.reviews.Write(t.Context(), m.salma, open.ID, review.Input{Stars: 5})
		m.refused(err, errs.Conflict, "review.not_completed")
		_, err = m.reviews.Write(t.Context(), m.salma, b.ID, review.Input{Stars: 1})
		m.refused(err, errs.NotFound, "booking.not_found")
		_, err = m.reviews.Write(t.Context(), account.Actor{}, b.ID, review.Input{Stars: 1})
		if errs.CodeOf(err) != errs.Unauthenticated {
			t.Fatalf("nobody: %v", err)
		}
		m.clock.Advance(review.WriteWithin)
		m.says(m.youssef, b, 3, "")
		m.clock.Advance(time.Microsecond)
		_, err = m.reviews.Write(t.Context(), m.owner, b.ID, review.Input{Stars: 3})
		m.refused(err, errs.Gone, "review.too_late")
	})
}

func TestStarsAreOneToFiveAndWordsHaveAnEnd(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		for _, stars := range []int{-1, 0, 6} {
			_, err := m.reviews.Write(t.Context(), m.salma, b.ID, review.Input{Stars: stars})
			m.refused(err, errs.Invalid, "review.stars_required")
		}
		_, err := m.reviews.Write(t.Context(), m.salma, b.ID, review.Input{Stars: 4, Words: strings.Repeat("é", 2001)})
		m.refused(err, errs.Invalid, "text.too_long")
		m.says(m.salma, b, 4, strings.Repeat("é", 2000))
	})
}

func TestThereIsOneReviewASideHoweverOftenItIsSent(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		var all sync.WaitGroup
		var mu sync.Mutex
		written, refused := 0, 0
		for range 8 {
			for _, who := range []account.Actor{m.salma, m.owner} {
				all.Go(func() {
					_, err := m.reviews.Write(t.Context(), who, b.ID, review.Input{Stars: 5})
					mu.Lock()
					defer mu.Unlock()
					switch errs.CodeOf(err) {
					case "":
						written++
					case errs.Conflict:
						refused++
					default:
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		if written != 2 || refused != 14 {
			t.Fatalf("%d written, %d refused", written, refused)
		}
		if sum, count := m.rated(); sum != 5 || count != 1 || m.summary().Count != 1 {
			t.Fatalf("rated %d/%d, %+v", sum, count, m.summary())
		}
	})
}

func TestTheSameFormSentTwiceIsAnsweredTheSame(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		in := review.Input{Stars: 4, Words: "Bien", IdempotencyKey: "form-1"}
		first, err := m.reviews.Write(t.Context(), m.salma, b.ID, in)
		m.must(err)
		again, err := m.reviews.Write(t.Context(), m.salma, b.ID, in)
		if err != nil || again.ID != first.ID {
			t.Fatalf("%v, %v", again.ID, err)
		}
		r := m.published(m.youssef, 3, "Moyen")
		for range 2 {
			replied, err := m.reviews.Reply(t.Context(), m.owner, r.ID, "Désolé", "reply-1")
			if err != nil || replied.Reply != "Désolé" {
				t.Fatalf("%+v, %v", replied, err)
			}
		}
		if m.told.count(m.youssef.ID, notify.ReviewReplied) != 1 {
			t.Fatal("the reply was not told once")
		}
	})
}

func TestAReviewCanBeEditedUntilItIsPublic(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		r := m.says(m.salma, b, 2, "Bof")
		r, err := m.reviews.Edit(t.Context(), m.salma, r.ID, review.Input{Stars: 4, Words: "Réflexion faite, bien"})
		if err != nil || r.Stars != 4 {
			t.Fatalf("%+v, %v", r, err)
		}
		_, err = m.reviews.Edit(t.Context(), m.owner, r.ID, review.Input{Stars: 5})
		m.refused(err, errs.NotFound, "review.not_found")
		m.says(m.owner, b, 5, "")
		_, err = m.reviews.Edit(t.Context(), m.salma, r.ID, review.Input{Stars: 1})
		m.refused(err, errs.Conflict, "review.published_already")
		if sum, _ := m.rated(); sum != 4 || m.shown()[0] != "Réflexion faite, bien" {
			t.Fatalf("rated %d, %v shown", sum, m.shown())
		}
		alone := m.done(m.youssef)
		waiting := m.says(m.youssef, alone, 3, "")
		m.clock.Advance(review.BlindFor)
		_, err = m.reviews.Edit(t.Context(), m.youssef, waiting.ID, review.Input{Stars: 1})
		m.refused(err, errs.Conflict, "review.published_already")
	})
}

func TestTheReviewedProviderRepliesOnce(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		blind := m.says(m.salma, b, 3, "Moyen")
		_, err := m.reviews.Reply(t.Context(), m.owner, blind.ID, "Pardon", "")
		m.refused(err, errs.NotFound, "review.not_found")
		r := m.published(m.youssef, 3, "Moyen")
		for _, who := range []account.Actor{m.youssef, m.salma, m.operator} {
			_, err := m.reviews.Reply(t.Context(), who, r.ID, "Moi aussi", "")
			m.refused(err, errs.NotFound, "review.not_found")
		}
		_, err = m.reviews.Reply(t.Context(), m.owner, r.ID, "  ", "")
		m.refused(err, errs.Invalid, "text.required")
		_, err = m.reviews.Reply(t.Context(), m.owner, r.ID, "Merci de votre visite", "")
		m.must(err)
		_, err = m.reviews.Reply(t.Context(), m.owner, r.ID, "Et encore", "")
		m.refused(err, errs.Conflict, "review.replied_already")
		if m.told.count(m.youssef.ID, notify.ReviewReplied) != 1 {
			t.Fatal("the author was not told once")
		}
		about, err := m.reviews.AboutMe(t.Context(), m.youssef, "", 0)
		m.must(err)
		_, err = m.reviews.Reply(t.Context(), m.youssef, about.Items[0].ID, "Merci", "")
		m.refused(err, errs.Forbidden, "review.no_reply_here")
	})
}

func TestWhatProvidersWriteIsForProvidersAndThatCustomer(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		m.says(m.salma, b, 5, "Parfait")
		r := m.says(m.owner, b, 4, "Cliente ponctuelle")
		other := m.person("Autre Artisan", account.Provider)
		for _, who := range []account.Actor{m.salma, m.owner, other, m.operator} {
			if _, err := m.reviews.Review(t.Context(), who, r.ID); err != nil {
				t.Fatalf("%s: %v", who.Role, err)
			}
			if page, err := m.reviews.OfCustomer(t.Context(), who, m.salma.ID, "", 0); err != nil || len(page.Items) != 1 {
				t.Fatalf("%s: %v, %v", who.Role, page.Items, err)
			}
			if s, err := m.reviews.CustomerSummary(t.Context(), who, m.salma.ID); err != nil || s.Stars != [5]int64{0, 0, 0, 1, 0} {
				t.Fatalf("%s: %+v, %v", who.Role, s, err)
			}
		}
		_, err := m.reviews.CustomerSummary(t.Context(), m.youssef, m.salma.ID)
		m.refused(err, errs.Forbidden, "error.forbidden")
		_, err = m.reviews.Review(t.Context(), m.youssef, r.ID)
		m.refused(err, errs.NotFound, "review.not_found")
		_, err = m.reviews.Review(t.Context(), account.Actor{}, r.ID)
		m.refused(err, errs.NotFound, "review.not_found")
		_, err = m.reviews.OfCustomer(t.Context(), m.youssef, m.salma.ID, "", 0)
		m.refused(err, errs.Forbidden, "error.forbidden")
		m.refused(m.reviews.Report(t.Context(), m.youssef, r.ID, review.ReportInput{Reason: review.Spam}), errs.NotFound, "review.not_found")
		if !slices.Equal(m.shown(), []string{"Parfait"}) {
			t.Fatalf("%v shown", m.shown())
		}
	})
}

func TestAReviewIsReportedOnceAPersonAndAnOperatorDecides(t *testing.T) {
	each(t, func(m *market) {
		r := m.published(m.salma, 1, "Escroc !")
		m.refused(m.reviews.Report(t.Context(), m.salma, r.ID, review.ReportInput{Reason: review.Spam}), errs.Forbidden, "review.own_report")
		m.refused(m.reviews.Report(t.Context(), m.youssef, r.ID, review.ReportInput{Reason: "boredom"}), errs.Invalid, "review.reason_required")
		m.refused(m.reviews.Report(t.Context(), m.youssef, r.ID, review.ReportInput{Reason: review.Other}), errs.Invalid, "review.say_what")
		m.must(m.reviews.Report(t.Context(), m.youssef, r.ID, review.ReportInput{Reason: review.Other, Words: "C’est un concurrent"}))
		m.refused(m.reviews.Report(t.Context(), m.youssef, r.ID, review.ReportInput{Reason: review.Spam}), errs.Conflict, "review.reported_already")
		m.must(m.reviews.Report(t.Context(), m.owner, r.ID, review.ReportInput{Reason: review.Insult}))
		_, err := m.reviews.Reported(t.Context(), m.owner, "", 0)
		m.refused(err, errs.Forbidden, "error.forbidden")
		page, err := m.reviews.Reported(t.Context(), m.operator, "", 0)
		if err != nil || len(page.Items) != 1 || len(page.Items[0].Reports) != 2 || page.Items[0].Reports[0].Words != "C’est un concurrent" {
			t.Fatalf("%+v, %v", page, err)
		}
		m.refused(m.reviews.Keep(t.Context(), m.owner, r.ID), errs.Forbidden, "error.forbidden")
		m.must(m.reviews.Keep(t.Context(), m.operator, r.ID))
		if page, err := m.reviews.Reported(t.Context(), m.operator, "", 0); err != nil || len(page.Items) != 0 || len(m.shown()) != 1 {
			t.Fatalf("after keeping it: %+v, %v", page, err)
		}
		m.refused(m.reviews.Remove(t.Context(), m.owner, r.ID, "Parce que"), errs.Forbidden, "error.forbidden")
		m.refused(m.reviews.Remove(t.Context(), m.operator, r.ID, ""), errs.Invalid, "text.required")
		m.must(m.reviews.Remove(t.Context(), m.operator, r.ID, "Insulte"))
		if sum, count := m.rated(); len(m.shown()) != 0 || m.summary().Count != 0 || sum != 0 || count != 0 {
			t.Fatalf("after removing it: %v shown, %+v, rated %d/%d", m.shown(), m.summary(), sum, count)
		}
		if m.told.count(m.salma.ID, notify.ReviewRemoved) != 1 {
			t.Fatal("the author was not told")
		}
		m.refused(m.reviews.Remove(t.Context(), m.operator, r.ID, "Encore"), errs.Conflict, "review.removed_already")
		m.refused(m.reviews.Keep(t.Context(), m.operator, r.ID), errs.Conflict, "review.removed_already")
		if own, err := m.reviews.Review(t.Context(), m.salma, r.ID); err != nil || own.RemovedWhy != "Insulte" {
			t.Fatalf("its author sees %+v, %v", own, err)
		}
	})
}

func TestARatingIsExactWhoeverWritesAndRemovesAtOnce(t *testing.T) {
	each(t, func(m *market) {
		bookings := make([]booking.Booking, 8)
		for i := range bookings {
			bookings[i] = m.done(m.person("Client", account.Customer))
		}
		var all sync.WaitGroup
		for i, b := range bookings {
			all.Go(func() {
				customer := account.Actor{ID: b.CustomerID, Role: account.Customer}
				r, err := m.reviews.Write(t.Context(), customer, b.ID, review.Input{Stars: i%5 + 1})
				if err == nil {
					_, err = m.reviews.Write(t.Context(), m.owner, b.ID, review.Input{Stars: 5})
				}
				if err == nil && i%2 == 0 {
					err = m.reviews.Remove(t.Context(), m.operator, r.ID, "Test")
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		// Those that stay are the 2., 4., 6. and 8.: 2, 4, 1 and 3 stars.
		if sum, count := m.rated(); sum != 10 || count != 4 || m.summary().Stars != [5]int64{1, 1, 1, 1, 0} {
			t.Fatalf("rated %d/%d, %+v", sum, count, m.summary())
		}
	})
}

func TestListsComeInPagesAndByStars(t *testing.T) {
	each(t, func(m *market) {
		for i, words := range []string{"un", "deux", "trois", "quatre", "cinq"} {
			m.published(m.person("Client", account.Customer), i%2+4, words)
		}
		var seen []string
		for after, pages := "", 0; pages == 0 || after != ""; pages++ {
			page, err := m.reviews.OfProvider(t.Context(), m.provider.ID, after, 2)
			m.must(err)
			for _, r := range page.Items {
				seen = append(seen, r.Words)
			}
			if after = page.NextCursor; pages > 3 {
				t.Fatal("the list has no end")
			}
		}
		if !slices.Equal(seen, []string{"cinq", "quatre", "trois", "deux", "un"}) {
			t.Fatalf("%v", seen)
		}
		five, err := m.reviews.OfProviderWith(t.Context(), m.provider.ID, 5, "", 0)
		if err != nil || len(five.Items) != 2 || five.Items[0].Words != "quatre" {
			t.Fatalf("%+v, %v", five.Items, err)
		}
		_, err = m.reviews.Reply(t.Context(), m.owner, five.Items[0].ID, "Merci", "")
		m.must(err)
		for replied, want := range map[bool]int{false: 4, true: 1} {
			if own, err := m.reviews.Own(t.Context(), m.owner, m.provider.ID, replied, "", 0); err != nil || len(own.Items) != want {
				t.Fatalf("replied %v: %d, %v", replied, len(own.Items), err)
			}
			if none, err := m.reviews.Own(t.Context(), m.salma, m.provider.ID, replied, "", 0); err != nil || len(none.Items) != 0 {
				t.Fatalf("another's: %+v, %v", none.Items, err)
			}
		}
		_, err = m.reviews.OfProvider(t.Context(), m.provider.ID, "garbage", 0)
		m.refused(err, errs.Invalid, "error.bad_cursor")
		_, err = m.reviews.OfProvider(t.Context(), m.provider.ID, "", 101)
		m.refused(err, errs.Invalid, "error.bad_limit")
	})
}

func TestWhatCanStillBeReviewedIsKnown(t *testing.T) {
	each(t, func(m *market) {
		first := m.done(m.salma)
		second := m.done(m.salma)
		m.says(m.salma, first, 5, "")
		waiting, err := m.reviews.Waiting(t.Context(), m.salma, booking.CustomerSide, 10)
		if err != nil || len(waiting) != 1 || waiting[0].ID != second.ID {
			t.Fatalf("%+v, %v", waiting, err)
		}
		waiting, err = m.reviews.Waiting(t.Context(), m.owner, booking.ProviderSide, 10)
		if err != nil || len(waiting) != 2 {
			t.Fatalf("the provider: %+v, %v", waiting, err)
		}
		m.clock.Advance(review.WriteWithin + 24*time.Hour)
		waiting, err = m.reviews.Waiting(t.Context(), m.owner, booking.ProviderSide, 10)
		if err != nil || len(waiting) != 0 {
			t.Fatalf("after sixty days: %+v, %v", waiting, err)
		}
	})
}

func TestManyReviewsOfThePastAreCounted(t *testing.T) {
	each(t, func(m *market) {
		first, second := m.done(m.salma), m.done(m.youssef)
		past := func(b booking.Booking, stars int) review.Review {
			return review.Review{ID: ids.New(), BookingID: b.ID, Side: booking.CustomerSide, AuthorID: b.CustomerID, SubjectID: m.owner.ID, ProviderID: m.provider.ID,
				CustomerName: "Salma", ProviderName: "Atlas", Stars: stars, Words: "Bien", PublicAt: m.clock.Now(), Counted: true, CreatedAt: m.clock.Now(), UpdatedAt: m.clock.Now()}
		}
		for i, r := range []review.Review{past(first, 5), past(second, 4)} {
			m.must(m.db.Tx(t.Context(), func(tx *db.Tx) error { return review.InsertMany(t.Context(), tx, []review.Review{r}) }))
			if got := m.summary().Count; got != int64(i+1) {
				t.Fatalf("%d counted, want %d", got, i+1)
			}
		}
		if s := m.summary(); s.Stars != [5]int64{0, 0, 0, 1, 1} || s.Mean != 4.3 {
			t.Fatalf("%+v", s)
		}
		if n, err := m.reviews.PublishDue(t.Context()); n != 0 || err != nil {
			t.Fatalf("%d published, %v", n, err)
		}
	})
}

func TestAnErasedPersonIsGoneFromReviewsAndTheStarsStay(t *testing.T) {
	each(t, func(m *market) {
		r := m.published(m.salma, 5, "Mon numéro est le 0600000000")
		_, err := m.reviews.Reply(t.Context(), m.owner, r.ID, "Merci Salma", "")
		m.must(err)
		if name, data, err := m.reviews.Export(t.Context(), m.salma.ID); name != "reviews" || data == nil || err != nil {
			t.Fatalf("%s, %v, %v", name, data, err)
		}
		if _, data, err := m.reviews.Export(t.Context(), m.youssef.ID); data != nil || err != nil {
			t.Fatalf("nothing is kept about this one: %v, %v", data, err)
		}
		m.must(m.db.Tx(t.Context(), func(tx *db.Tx) error { return m.reviews.Erase(t.Context(), tx, m.salma.ID) }))
		page, err := m.reviews.OfProvider(t.Context(), m.provider.ID, "", 0)
		m.must(err)
		if got := page.Items[0]; got.CustomerName != "" || got.Words != "" || got.Stars != 5 || got.ProviderName != "Plomberie Atlas" {
			t.Fatalf("%+v", got)
		}
		about, err := m.reviews.OfCustomer(t.Context(), m.owner, m.salma.ID, "", 0)
		if err != nil || about.Items[0].Words != "" || about.Items[0].CustomerName != "" {
			t.Fatalf("%+v, %v", about.Items, err)
		}
		m.must(m.db.Tx(t.Context(), func(tx *db.Tx) error { return m.reviews.Erase(t.Context(), tx, m.owner.ID) }))
		page, err = m.reviews.OfProvider(t.Context(), m.provider.ID, "", 0)
		if err != nil || page.Items[0].Reply != "" || page.Items[0].ProviderName != "" || m.summary().Count != 1 {
			t.Fatalf("%+v, %v", page.Items, err)
		}
	})
}

func TestWhilePausedNothingIsWrittenAndAllIsRead(t *testing.T) {
	each(t, func(m *market) {
		r := m.published(m.salma, 4, "Bien")
		b := m.done(m.youssef)
		m.paused[feature.Reviews] = true
		want := feature.Reviews.Paused().(*errs.Error)
		_, err := m.reviews.Write(t.Context(), m.youssef, b.ID, review.Input{Stars: 5})
		m.refused(err, want.Code, want.Key)
		_, err = m.reviews.Edit(t.Context(), m.salma, r.ID, review.Input{Stars: 5})
		m.refused(err, want.Code, want.Key)
		_, err = m.reviews.Reply(t.Context(), m.owner, r.ID, "Merci", "")
		m.refused(err, want.Code, want.Key)
		m.refused(m.reviews.Report(t.Context(), m.youssef, r.ID, review.ReportInput{Reason: review.Spam}), want.Code, want.Key)
		if s := m.standing(m.youssef, b); s.Writable() || len(m.shown()) != 1 {
			t.Fatalf("%+v, %v shown", s, m.shown())
		}
	})
}

func TestEveryChangeIsAudited(t *testing.T) {
	each(t, func(m *market) {
		r := m.published(m.salma, 1, "Escroc !")
		m.must(m.reviews.Report(t.Context(), m.youssef, r.ID, review.ReportInput{Reason: review.Insult}))
		m.must(m.reviews.Remove(t.Context(), m.operator, r.ID, "Insulte"))
		rows, err := m.db.Query(t.Context(), `SELECT action FROM audit_entries WHERE subject_kind = 'review' AND subject_id = $1 ORDER BY at, id`, r.ID)
		m.must(err)
		defer rows.Close()
		var actions []string
		for rows.Next() {
			var action string
			m.must(rows.Scan(&action))
			actions = append(actions, action)
		}
		if !slices.Equal(actions, []string{"review.written", "review.published", "review.reported", "review.removed"}) {
			t.Fatalf("%v", actions)
		}
	})
}
