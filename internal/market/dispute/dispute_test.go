package dispute_test

import (
	"database/sql"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/dispute"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

func TestADisputeIsOpenedFromTheStartUntilFourteenDaysAfterTheEnd(t *testing.T) {
	start := time.Date(2026, time.June, 2, 9, 0, 0, 0, time.UTC)
	end := start.Add(time.Hour)
	for _, c := range []struct {
		status booking.Status
		now    time.Time
		want   string
	}{
		{booking.Requested, start, "dispute.nothing_happened"},
		{booking.Declined, start, "dispute.nothing_happened"},
		{booking.Expired, start, "dispute.nothing_happened"},
		{booking.Withdrawn, start, "dispute.nothing_happened"},
		{booking.Accepted, start.Add(-time.Microsecond), "dispute.too_early"},
		{booking.Accepted, start, ""},
		{booking.InProgress, start, ""},
		{booking.Completed, end, ""},
		{booking.NoShow, end, ""},
		{booking.CancelledByCustomer, start.Add(-time.Hour), ""},
		{booking.CancelledByProvider, start.Add(-time.Hour), ""},
		{booking.Completed, end.Add(dispute.OpenWithin), ""},
		{booking.Completed, end.Add(dispute.OpenWithin + time.Microsecond), "dispute.too_late"},
	} {
		err := dispute.Openable(&booking.Booking{Status: c.status, Start: start, End: end}, c.now)
		if known, ok := err.(*errs.Error); (ok && known.Key != c.want) || (!ok && c.want != "") {
			t.Errorf("%s at %s: %v, want %q", c.status, c.now, err, c.want)
		}
	}
}

func TestOnlyTheTwoSidesOpenADisputeAndSayWhatHappened(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		_, err := m.disputes.Open(t.Context(), m.youssef, b.ID, dispute.Opening{Reason: dispute.Late, Words: words})
		m.refused(err, errs.NotFound, "booking.not_found")
		_, err = m.disputes.Open(t.Context(), m.salma, b.ID, dispute.Opening{Reason: "weather", Words: words})
		m.refused(err, errs.Invalid, "dispute.reason_required")
		_, err = m.disputes.Open(t.Context(), m.salma, b.ID, dispute.Opening{Reason: dispute.Late, Words: "Trop court"})
		m.refused(err, errs.Invalid, "text.too_short")
		_, err = m.disputes.Open(t.Context(), m.salma, b.ID, dispute.Opening{Reason: dispute.Late, Words: strings.Repeat("é", 3001)})
		m.refused(err, errs.Invalid, "text.too_long")
		d, err := m.disputes.Open(t.Context(), m.owner, b.ID, dispute.Opening{Reason: dispute.Price, Words: words})
		if err != nil || d.OpenedBy != booking.ProviderSide || d.Status != dispute.Open || d.Price != b.Price {
			t.Fatalf("%+v, %v", d, err)
		}
		if m.told.count(m.salma.ID, notify.DisputeOpened) != 1 || m.told.count(m.owner.ID, notify.DisputeOpened) != 0 {
			t.Fatal("the other side was not told alone")
		}
		if got := m.said(d.ID); !slices.Equal(got, []dispute.Party{dispute.ProviderParty}) {
			t.Fatalf("%v", got)
		}
	})
}

func TestABookingHasOneDisputeAtATime(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		var all sync.WaitGroup
		var mu sync.Mutex
		opened, refused := 0, 0
		for range 4 {
			for _, who := range []account.Actor{m.salma, m.owner} {
				all.Go(func() {
					_, err := m.disputes.Open(t.Context(), who, b.ID, dispute.Opening{Reason: dispute.Late, Words: words})
					mu.Lock()
					defer mu.Unlock()
					switch errs.CodeOf(err) {
					case "":
						opened++
					case errs.Conflict:
						refused++
					default:
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		if opened != 1 || refused != 7 {
			t.Fatalf("%d opened, %d refused", opened, refused)
		}
		standing, err := m.disputes.Of(t.Context(), m.salma, b.ID)
		m.must(err)
		m.refused(standing.Closed, errs.Conflict, "dispute.open_already")
		opener := m.salma
		if standing.Latest.OpenedBy == booking.ProviderSide {
			opener = m.owner
		}
		_, err = m.disputes.Withdraw(t.Context(), opener, standing.Latest.ID)
		m.must(err)
		if _, err := m.disputes.Open(t.Context(), m.salma, b.ID, dispute.Opening{Reason: dispute.Late, Words: words}); err != nil {
			t.Fatalf("another one after the first was withdrawn: %v", err)
		}
	})
}

func TestTheSameFormSentTwiceOpensOneDisputeAndSaysThingsOnce(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.salma)
		o := dispute.Opening{Reason: dispute.Late, Words: words, IdempotencyKey: "form-1"}
		first, err := m.disputes.Open(t.Context(), m.salma, b.ID, o)
		m.must(err)
		again, err := m.disputes.Open(t.Context(), m.salma, b.ID, o)
		if err != nil || again.ID != first.ID {
			t.Fatalf("%s and %s, %v", first.ID, again.ID, err)
		}
		for range 2 {
			m.must(m.disputes.Say(t.Context(), m.owner, first.ID, "Je peux revenir demain.", "say-1"))
		}
		if got := m.said(first.ID); len(got) != 2 || m.told.count(m.salma.ID, notify.DisputeMessage) != 1 {
			t.Fatalf("%v, %d letters", got, m.told.count(m.salma.ID, notify.DisputeMessage))
		}
	})
}

func TestTheOtherSidesFirstWordsAnswerADispute(t *testing.T) {
	each(t, func(m *market) {
		d := m.opened()
		status := func() dispute.Status {
			now, err := m.disputes.Dispute(t.Context(), m.salma, d.ID)
			m.must(err)
			return now.Status
		}
		m.must(m.disputes.Say(t.Context(), m.salma, d.ID, "J’ajoute une chose.", ""))
		m.must(m.disputes.Say(t.Context(), m.operator, d.ID, "Nous regardons cela.", ""))
		if got := status(); got != dispute.Open {
			t.Fatalf("%s before the provider has spoken", got)
		}
		m.must(m.disputes.Say(t.Context(), m.owner, d.ID, "Je suis venu deux fois.", ""))
		if got := status(); got != dispute.Answered {
			t.Fatalf("%s after the provider has spoken", got)
		}
		want := []dispute.Party{dispute.CustomerParty, dispute.CustomerParty, dispute.OperatorParty, dispute.ProviderParty}
		if got := m.said(d.ID); !slices.Equal(got, want) {
			t.Fatalf("%v", got)
		}
		if m.told.count(m.salma.ID, notify.DisputeMessage) != 2 || m.told.count(m.owner.ID, notify.DisputeMessage) != 2 {
			t.Fatal("not everybody was told of the others' words, and of those alone")
		}
		if !slices.Contains(m.told.watchers, m.operator.ID) {
			t.Fatal("the operator's open page is not told")
		}
		m.refused(m.disputes.Say(t.Context(), m.salma, d.ID, " ", ""), errs.Invalid, "text.required")
	})
}

func TestOthersHaveNoPartInADispute(t *testing.T) {
	each(t, func(m *market) {
		d := m.opened()
		_, err := m.disputes.Dispute(t.Context(), m.youssef, d.ID)
		m.refused(err, errs.NotFound, "dispute.not_found")
		_, err = m.disputes.Messages(t.Context(), m.youssef, d.ID)
		m.refused(err, errs.NotFound, "dispute.not_found")
		m.refused(m.disputes.Say(t.Context(), m.youssef, d.ID, "Moi aussi !", ""), errs.NotFound, "dispute.not_found")
		_, err = m.disputes.Withdraw(t.Context(), m.youssef, d.ID)
		m.refused(err, errs.NotFound, "dispute.not_found")
		_, err = m.disputes.Decide(t.Context(), m.youssef, d.ID, dispute.Decision{Refund: d.Price, Reason: "Je me rembourse moi-même."})
		m.refused(err, errs.Forbidden, "error.forbidden")
		_, err = m.disputes.Dispute(t.Context(), m.salma, "garbage")
		m.refused(err, errs.NotFound, "dispute.not_found")
	})
}

func TestWhoOpenedADisputeWithdrawsIt(t *testing.T) {
	each(t, func(m *market) {
		d := m.opened()
		_, err := m.disputes.Withdraw(t.Context(), m.owner, d.ID)
		m.refused(err, errs.Forbidden, "dispute.not_yours")
		d, err = m.disputes.Withdraw(t.Context(), m.salma, d.ID)
		if err != nil || d.Status != dispute.Withdrawn || d.EndedAt.IsZero() {
			t.Fatalf("%+v, %v", d, err)
		}
		m.refused(m.disputes.Say(t.Context(), m.owner, d.ID, "Trop tard ?", ""), errs.Conflict, "dispute.ended_already")
		_, err = m.disputes.Decide(t.Context(), m.operator, d.ID, dispute.Decision{Refund: d.Price, Reason: "Remboursement complet."})
		m.refused(err, errs.Conflict, "dispute.ended_already")
	})
}

func TestAnOperatorDecidesWithARefundFromNothingToThePrice(t *testing.T) {
	each(t, func(m *market) {
		d := m.opened()
		reason := "Le travail est à refaire."
		for _, refund := range []money.Amount{money.Of(-1, money.MAD), money.Of(d.Price.Minor+1, money.MAD), money.Of(100, "EUR")} {
			_, err := m.disputes.Decide(t.Context(), m.operator, d.ID, dispute.Decision{Refund: refund, Reason: reason})
			m.refused(err, errs.Invalid, "dispute.refund_out_of_range")
		}
		_, err := m.disputes.Decide(t.Context(), m.operator, d.ID, dispute.Decision{Refund: d.Price, Reason: "Oui"})
		m.refused(err, errs.Invalid, "text.too_short")
		_, err = m.disputes.Decide(t.Context(), m.salma, d.ID, dispute.Decision{Refund: d.Price, Reason: reason})
		m.refused(err, errs.Forbidden, "error.forbidden")
		d, err = m.disputes.Decide(t.Context(), m.operator, d.ID, dispute.Decision{Refund: d.Price, Reason: reason})
		if err != nil || d.Status != dispute.Decided || *d.Refund != d.Price || d.Decision != reason || m.refunds.given[d.BookingID] != d.Price {
			t.Fatalf("%+v, %v, %v given back", d, err, m.refunds.given[d.BookingID])
		}
		if m.told.count(m.salma.ID, notify.DisputeDecided) != 1 || m.told.count(m.owner.ID, notify.DisputeDecided) != 1 {
			t.Fatal("not both were told")
		}
		_, err = m.disputes.Decide(t.Context(), m.operator, d.ID, dispute.Decision{Refund: d.Price, Reason: reason})
		m.refused(err, errs.Conflict, "dispute.ended_already")

		_, err = m.disputes.Open(t.Context(), m.salma, d.BookingID, dispute.Opening{Reason: dispute.Late, Words: words})
		m.refused(err, errs.Conflict, "dispute.decided_already")

		none := m.opened()
		none, err = m.disputes.Decide(t.Context(), m.operator, none.ID, dispute.Decision{Refund: money.Of(0, money.MAD), Reason: "Rien ne le justifie."})
		if _, given := m.refunds.given[none.BookingID]; err != nil || given || !none.Refund.IsZero() {
			t.Fatalf("%+v, %v", none, err)
		}
	})
}

func TestADecisionThatCannotBePaidIsNone(t *testing.T) {
	each(t, func(m *market) {
		d := m.opened()
		m.refunds.refuse = errs.New(errs.Conflict, "booking.wrong_state.accepted")
		_, err := m.disputes.Decide(t.Context(), m.operator, d.ID, dispute.Decision{Refund: d.Price, Reason: "Remboursement complet."})
		m.refused(err, errs.Conflict, "booking.wrong_state.accepted")
		if now, err := m.disputes.Dispute(t.Context(), m.salma, d.ID); err != nil || !now.Running() || now.Refund != nil {
			t.Fatalf("%+v, %v", now, err)
		}
		if m.told.count(m.salma.ID, notify.DisputeDecided) != 0 {
			t.Fatal("a decision was told that is none")
		}
	})
}

func TestNobodyDecidesAboutThemselves(t *testing.T) {
	each(t, func(m *market) {
		b := m.done(m.operator)
		d, err := m.disputes.Open(t.Context(), m.operator, b.ID, dispute.Opening{Reason: dispute.Late, Words: words})
		m.must(err)
		_, err = m.disputes.Decide(t.Context(), m.operator, d.ID, dispute.Decision{Refund: d.Price, Reason: "Je me rembourse."})
		m.refused(err, errs.Forbidden, "dispute.own_case")
	})
}

func TestOperatorsListAllDisputesAndOthersTheirOwn(t *testing.T) {
	each(t, func(m *market) {
		var all []string
		for range 3 {
			all = append(all, m.opened().ID)
		}
		_, err := m.disputes.Withdraw(t.Context(), m.salma, all[1])
		m.must(err)
		ids := func(who account.Actor, f dispute.Filter) (found []string) {
			for pages := 0; pages < 5; pages++ {
				page, err := m.disputes.List(t.Context(), who, f)
				m.must(err)
				for _, d := range page.Items {
					found = append(found, d.ID)
				}
				if f.Cursor = page.NextCursor; f.Cursor == "" {
					return found
				}
			}
			t.Fatal("the list has no end")
			return nil
		}
		newest := []string{all[2], all[1], all[0]}
		for _, who := range []account.Actor{m.operator, m.salma, m.owner} {
			if got := ids(who, dispute.Filter{Limit: 2}); !slices.Equal(got, newest) {
				t.Fatalf("%s: %v, want %v", who.Role, got, newest)
			}
			if got := ids(who, dispute.Filter{Open: true, Limit: 1}); !slices.Equal(got, []string{all[0], all[2]}) {
				t.Fatalf("%s: %v wait", who.Role, got)
			}
		}
		if got := ids(m.youssef, dispute.Filter{}); len(got) != 0 {
			t.Fatalf("somebody else: %v", got)
		}
		for who, want := range map[account.Actor]bool{m.salma: true, m.owner: true, m.youssef: false} {
			if got, err := m.disputes.Running(t.Context(), who.ID); got != want || err != nil {
				t.Fatalf("%s in a running one: %v, %v", who.ID, got, err)
			}
		}
		_, err = m.disputes.List(t.Context(), m.salma, dispute.Filter{Cursor: "garbage"})
		m.refused(err, errs.Invalid, "error.bad_cursor")
	})
}

func TestThatABookingWasDisputedIsKnown(t *testing.T) {
	each(t, func(m *market) {
		d, quiet := m.opened(), m.done(m.youssef)
		for id, want := range map[string]bool{d.BookingID: true, quiet.ID: false} {
			if got, err := m.disputes.Disputed(t.Context(), id); got != want || err != nil {
				t.Fatalf("%v, %v", got, err)
			}
		}
	})
}

func TestAnErasedPersonIsGoneFromDisputesAndTheDecisionStays(t *testing.T) {
	each(t, func(m *market) {
		d := m.opened()
		m.must(m.disputes.Say(t.Context(), m.owner, d.ID, "Je suis venu deux fois.", ""))
		erase := func() error {
			return m.db.Tx(t.Context(), func(tx *db.Tx) error { return m.disputes.Erase(t.Context(), tx, m.salma.ID) })
		}
		m.refused(erase(), errs.Conflict, "dispute.erase_running")
		d, err := m.disputes.Decide(t.Context(), m.operator, d.ID, dispute.Decision{Refund: d.Price, Reason: "Le travail est à refaire."})
		m.must(err)
		if name, data, err := m.disputes.Export(t.Context(), m.salma.ID); name != "disputes" || data == nil || err != nil {
			t.Fatalf("%s, %v, %v", name, data, err)
		}
		if _, data, err := m.disputes.Export(t.Context(), m.youssef.ID); data != nil || err != nil {
			t.Fatalf("nothing is kept about this one: %v, %v", data, err)
		}
		m.must(erase())
		now, err := m.disputes.Dispute(t.Context(), m.operator, d.ID)
		m.must(err)
		thread, err := m.disputes.Messages(t.Context(), m.operator, d.ID)
		m.must(err)
		if now.CustomerName != "" || now.ProviderName == "" || now.Decision == "" || thread[0].Words != "" || thread[1].Words == "" {
			t.Fatalf("%+v, %+v", now, thread)
		}
	})
}

func TestEveryChangeIsAudited(t *testing.T) {
	each(t, func(m *market) {
		d := m.opened()
		m.must(m.disputes.Say(t.Context(), m.owner, d.ID, "Je suis venu deux fois.", ""))
		_, err := m.disputes.Decide(t.Context(), m.operator, d.ID, dispute.Decision{Refund: d.Price, Reason: "Le travail est à refaire."})
		m.must(err)
		rows, err := m.db.Query(t.Context(), `SELECT action FROM audit_entries WHERE subject_kind = 'dispute' AND subject_id = $1 ORDER BY at, id`, d.ID)
		actions, err := db.Collect(rows, err, func(rows *sql.Rows) (action string, err error) { return action, rows.Scan(&action) })
		m.must(err)
		if !slices.Equal(actions, []string{"dispute.opened", "dispute.said", "dispute.decided"}) {
			t.Fatalf("%v", actions)
		}
	})
}
