package payout_test

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/payout"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
)

// done has somebody finish a job for a price, of which so much was paid by card and the rest at the door. It returns the booking.
func (w *world) done(who account.Actor, price, card money.Amount) string {
	w.Helper()
	var id string
	switch card {
	case price:
		id = w.earned(who, price)
	default:
		id = w.deposited(who, price, card)
	}
	w.works[id] = booking.Booking{ID: id, ProviderID: w.of(who), Status: booking.Completed, Price: price, Start: w.clock.Now().Add(-time.Hour), Details: booking.Details{Title: catalog.Text{FR: "Fuite d’eau"}}}
	return id
}

func TestEarningsSayWhatIsPaidNextAndWhatIsHeld(t *testing.T) {
	each(t, func(w *world) {
		hamid := w.provider("Hamid")
		w.done(hamid, mad(500), mad(500))
		e, err := w.payouts.Earnings(w.Context(), hamid)
		w.must(err)
		if e.Payable != mad(440) || e.Hold != payout.NoBankAccount || !e.NextAmount.IsZero() {
			w.Errorf("without an account they are %+v", e)
		}
		w.paidOn(hamid)
		argued := w.done(hamid, mad(300), mad(300))
		w.disputes[w.of(hamid)] = []string{argued}
		e, err = w.payouts.Earnings(w.Context(), hamid)
		w.must(err)
		next := time.Date(2026, time.June, 8, 5, 0, 0, 0, time.UTC) // Monday at six in Casablanca
		if e.Payable != mad(704) || e.Disputed != mad(264) || e.NextAmount != mad(440) || e.Hold != "" || !e.Next.Equal(next) || e.MonthEarned != mad(704) {
			w.Errorf("they are %+v", e)
		}
		if len(e.Contested) != 1 || e.Contested[0].BookingID != argued || e.Contested[0].Amount != mad(264) || e.Contested[0].Entry.Title.FR != "Fuite d’eau" || e.Contested[0].ByBank {
			w.Errorf("held are %+v", e.Contested)
		}
		if last := e.WeekEarned[payout.Weeks-1]; len(e.WeekEarned) != payout.Weeks || last.Amount != mad(704) || !e.WeekEarned[0].Amount.IsZero() {
			w.Errorf("the weeks are %+v", e.WeekEarned)
		}
		w.nextDay()
		w.prepared()
		e, err = w.payouts.Earnings(w.Context(), hamid)
		w.must(err)
		if e.UnderWay != mad(440) || !e.Free.IsZero() || e.Hold != payout.NothingEarned || !e.HasLast || e.Last.Status != payout.Prepared {
			w.Errorf("once prepared they are %+v", e)
		}
	})
}

func TestWhoOffersNothingHasNoEarnings(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.payouts.Earnings(w.Context(), actor(account.Provider))
		w.refused(err, errs.NotFound, "catalog.no_provider")
		_, err = w.payouts.Entries(w.Context(), account.Actor{}, "", 0)
		w.refused(err, errs.Unauthenticated, "error.unauthenticated")
	})
}

// TestEntriesAddUp checks, for every way to pay, that price less commission less what was paid at the door is what changes the balance.
func TestEntriesAddUp(t *testing.T) {
	each(t, func(w *world) {
		hamid, other := w.earner("Hamid"), w.earner("Lina")
		w.done(hamid, mad(500), mad(500))
		w.done(hamid, mad(1000), mad(200)) // a deposit
		w.done(hamid, mad(800), mad(0))    // in cash
		back := w.done(hamid, mad(300), mad(300))
		w.refunded(hamid, back, mad(300))
		w.done(other, mad(700), mad(700))
		w.nextDay()
		b := w.prepared()
		_, err := w.payouts.Send(w.Context(), w.reviewer, b.ID)
		w.must(err)

		st, err := w.payouts.Statement(w.Context(), hamid, w.clock.Now().Add(-48*time.Hour), w.clock.Now().Add(time.Hour))
		w.must(err)
		var said []string
		balance := st.Opening
		for _, e := range st.Lines {
			said = append(said, fmt.Sprintf("%s %d-%d-%d=%d", e.Kind, e.Price.Minor, e.Commission.Minor, e.AtTheDoor.Minor, e.Amount.Minor))
			if e.Own() && e.Price.Minor-e.Commission.Minor-e.AtTheDoor.Minor != e.Amount.Minor {
				w.Errorf("%+v does not add up", e)
			}
			balance = must(balance.Add(e.Amount))
		}
		want := []string{"earning 50000-6000-0=44000", "earning 100000-12000-80000=8000", "cash 80000-9600-80000=-9600", "earning 30000-3600-0=26400", "refund -30000--3600-0=-26400",
			"payout 0-0-0=-42400"}
		if !slices.Equal(said, want) {
			w.Errorf("the statement says\n%q, want\n%q", said, want)
		}
		if balance != st.Closing || !st.Closing.IsZero() {
			w.Errorf("it closes with %v, and adds up to %v", st.Closing, balance)
		}

		var listed []string
		for cursor := ""; ; {
			page, err := w.payouts.Entries(w.Context(), hamid, cursor, 2)
			w.must(err)
			for _, e := range page.Items {
				listed = append(listed, string(e.Kind))
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if want := []string{"payout", "refund", "earning", "cash", "earning", "earning"}; !slices.Equal(listed, want) {
			w.Errorf("page by page they are %v", listed)
		}
	})
}

func TestAStatementOpensWithWhatWasBefore(t *testing.T) {
	each(t, func(w *world) {
		hamid := w.earner("Hamid")
		w.done(hamid, mad(500), mad(500))
		w.nextDay()
		from := w.clock.Now()
		w.done(hamid, mad(100), mad(100))
		to := from.Add(time.Hour)
		w.clock.Set(to)
		w.done(hamid, mad(900), mad(900))
		st, err := w.payouts.Statement(w.Context(), hamid, from, to)
		w.must(err)
		if st.Opening != mad(440) || st.Closing != mad(528) || len(st.Lines) != 1 {
			w.Errorf("the statement is %+v", st)
		}
		for _, wrong := range []time.Time{from, from.Add(-time.Hour), from.AddDate(2, 0, 0)} {
			_, err := w.payouts.Statement(w.Context(), hamid, from, wrong)
			w.refused(err, errs.Invalid, "payout.range")
		}
	})
}

func TestInvoicesHaveNumbersWithoutGapsAndStayAsTheyAre(t *testing.T) {
	each(t, func(w *world) {
		month := payout.MonthOf(w.clock.Now())
		var people []account.Actor
		for _, name := range []string{"Hamid", "Lina", "Omar"} {
			who := w.earner(name)
			people = append(people, who)
			w.done(who, mad(500), mad(500))
			w.done(who, mad(800), mad(0))
		}
		_, err := w.payouts.Invoice(w.Context(), people[0], month)
		w.refused(err, errs.Conflict, "payout.month_running")
		w.clock.Set(month.Next().Start())
		_, err = w.payouts.Invoice(w.Context(), w.earner("Nouveau"), month)
		w.refused(err, errs.Conflict, "payout.nothing_to_invoice")

		var group sync.WaitGroup
		made := make(chan payout.Invoice, 4*len(people))
		for range 4 {
			for _, who := range people {
				group.Go(func() {
					i, err := w.payouts.Invoice(w.Context(), who, month)
					if err != nil {
						w.Error(err)
					}
					made <- i
				})
			}
		}
		group.Wait()
		close(made)
		numbers := map[string]string{}
		for i := range made {
			if before := numbers[i.ProviderName]; before != "" && before != i.Number {
				w.Errorf("%s got %s and %s", i.ProviderName, before, i.Number)
			}
			numbers[i.ProviderName] = i.Number
			if i.Net != mad(130) || i.VAT != mad(26) || i.Total() != mad(156) || len(i.Lines) != 2 || i.Lines[1].Price != 80000 {
				w.Errorf("the invoice is %+v", i)
			}
		}
		var all []string
		for _, number := range numbers {
			all = append(all, number)
		}
		slices.Sort(all)
		if want := []string{"KHF-2026-000001", "KHF-2026-000002", "KHF-2026-000003"}; !slices.Equal(all, want) {
			w.Errorf("the numbers are %v", all)
		}
		first, err := w.payouts.Invoice(w.Context(), people[0], month)
		w.must(err)
		w.nextDay()
		again, err := w.payouts.Invoice(w.Context(), people[0], month)
		w.must(err)
		if fmt.Sprint(first) != fmt.Sprint(again) {
			w.Errorf("it was %+v and is %+v", first, again)
		}
	})
}

func TestCommissionThatIsGivenBackIsCredited(t *testing.T) {
	each(t, func(w *world) {
		hamid := w.earner("Hamid")
		id := w.done(hamid, mad(500), mad(500))
		w.clock.Set(payout.MonthOf(w.clock.Now()).Next().Start())
		w.refunded(hamid, id, mad(500))
		month := payout.MonthOf(w.clock.Now())
		w.clock.Set(month.Next().Start())
		i, err := w.payouts.Invoice(w.Context(), hamid, month)
		w.must(err)
		if !i.Credit() || i.Total() != mad(-60) {
			w.Errorf("the invoice is %+v", i)
		}
	})
}

func TestPapersAreTheSameEachTime(t *testing.T) {
	each(t, func(w *world) {
		hamid := w.earner("سباكة الأطلس")
		for range 60 {
			w.done(hamid, mad(500), mad(500))
		}
		month := payout.MonthOf(w.clock.Now())
		w.clock.Set(month.Next().Start())
		for _, language := range i18n.Languages {
			for name, paper := range map[string]func() (payout.Paper, error){
				"statement": func() (payout.Paper, error) {
					return w.payouts.StatementPaper(w.Context(), hamid, month.Start(), month.Next().Start(), language)
				},
				"invoice": func() (payout.Paper, error) { return w.payouts.InvoicePaper(w.Context(), hamid, month, language) },
			} {
				first, err := paper()
				w.must(err)
				second, err := paper()
				w.must(err)
				if !bytes.HasPrefix(first.Content, []byte("%PDF-1.7")) || !bytes.Equal(first.Content, second.Content) {
					w.Errorf("%s: the %s is no PDF, or another one each time", language, name)
				}
			}
		}
		months, err := w.payouts.Months(w.Context(), hamid)
		w.must(err)
		if len(months) != 1 || months[0] != month {
			w.Errorf("the months are %v", months)
		}
	})
}

func TestWhoLeavesTakesTheirBankAccountAlong(t *testing.T) {
	each(t, func(w *world) {
		p := w.sentTo("Hamid")
		var who account.Actor
		for id := range w.providers {
			who = actor(account.Provider)
			who.ID = id
		}
		w.refused(w.erase(who), errs.Conflict, "payout.erase_under_way")
		w.paid(p)
		_, before, err := w.payouts.Export(w.Context(), who.ID)
		w.must(err)
		w.must(w.erase(who))
		_, after, err := w.payouts.Export(w.Context(), who.ID)
		w.must(err)
		if said := fmt.Sprint(before); !bytes.Contains([]byte(said), []byte(p.IBAN)) {
			w.Errorf("they got %s", said)
		}
		if said := fmt.Sprint(after); bytes.Contains([]byte(said), []byte(p.IBAN)) || bytes.Contains([]byte(said), []byte("Hamid")) {
			w.Errorf("left are %s", said)
		}
	})
}
