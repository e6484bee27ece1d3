package payout_test

import (
	"maps"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

func TestWhatWasEarnedIsPaidOnceAndBooked(t *testing.T) {
	each(t, func(w *world) {
		hamid := w.earner("Hamid Tazi")
		w.earned(hamid, mad(300))
		w.earned(hamid, mad(200))
		w.nextDay()
		b := w.prepared()
		if b.Count != 1 || b.Total != mad(440) || b.Name != "KHP-2026-W23" {
			w.Fatalf("the batch is %+v", b)
		}
		if _, err := w.payouts.Prepare(w.Context(), w.finance); err == nil {
			w.Error("what is prepared is prepared again")
		} else {
			w.refused(err, errs.Conflict, "payout.nothing_due")
		}
		sent, err := w.payouts.Send(w.Context(), w.reviewer, b.ID)
		w.must(err)
		if sent.Total != mad(440) || sent.SentBy != w.reviewer.ID {
			w.Errorf("sent is %+v", sent)
		}
		if owed, under := w.balance(ledger.PayableTo(w.of(hamid))), w.balance(ledger.Of(ledger.PayoutClearing)); owed != 0 || under != -44000 {
			w.Errorf("%d are owed and %d under way", owed, under)
		}
		_, err = w.payouts.Prepare(w.Context(), w.finance)
		w.refused(err, errs.Conflict, "payout.nothing_due")
		_, err = w.payouts.Send(w.Context(), w.reviewer, b.ID)
		w.refused(err, errs.Conflict, "payout.sent_already")
		if w.told.count(hamid.ID, notify.PayoutSent) != 1 {
			w.Error("the provider was not told")
		}
	})
}

func TestNobodySendsWhatTheyPrepared(t *testing.T) {
	each(t, func(w *world) {
		w.earned(w.earner("Hamid Tazi"), mad(300))
		w.nextDay()
		b, err := w.payouts.Prepare(w.Context(), w.reviewer)
		w.must(err)
		_, err = w.payouts.Send(w.Context(), w.reviewer, b.ID)
		w.refused(err, errs.Forbidden, "payout.own_batch")
		_, err = w.payouts.Send(w.Context(), w.finance, b.ID)
		w.refused(err, errs.Forbidden, "error.forbidden")
		if moved := w.balance(ledger.Of(ledger.PayoutClearing)); moved != 0 {
			w.Errorf("%d were sent", moved)
		}
		second := actor(account.Reviewer)
		_, err = w.payouts.Send(w.Context(), second, b.ID)
		w.must(err)
	})
}

func TestTheWeekIsPreparedOnceOnMondayAtSix(t *testing.T) {
	each(t, func(w *world) {
		hamid := w.earner("Hamid Tazi")
		w.clock.Set(time.Date(2026, time.June, 7, 22, 59, 59, 0, time.UTC)) // Sunday, a second before midnight in Casablanca
		w.earned(hamid, mad(300))
		w.clock.Set(time.Date(2026, time.June, 7, 23, 0, 0, 0, time.UTC)) // Monday: the week after
		w.earned(hamid, mad(500))
		w.clock.Set(time.Date(2026, time.June, 8, 4, 59, 0, 0, time.UTC))
		if made, err := w.payouts.PrepareDue(w.Context()); made || err != nil {
			w.Fatalf("prepared before six: %v, %v", made, err)
		}
		w.clock.Advance(time.Minute)
		made, err := w.payouts.PrepareDue(w.Context())
		if !made || err != nil {
			w.Fatalf("not prepared at six: %v", err)
		}
		if made, err := w.payouts.PrepareDue(w.Context()); made || err != nil {
			w.Errorf("prepared twice: %v, %v", made, err)
		}
		page, err := w.payouts.Batches(w.Context(), w.reviewer, "", 0)
		w.must(err)
		if len(page.Items) != 1 || page.Items[0].Total != mad(264) || page.Items[0].PreparedBy != "" {
			w.Errorf("the batches are %+v", page.Items)
		}
		_, err = w.payouts.Send(w.Context(), w.reviewer, page.Items[0].ID)
		w.must(err)
	})
}

func TestTooLittleWaits(t *testing.T) {
	each(t, func(w *world) {
		little, enough, nowhere := w.earner("Peu"), w.earner("Assez"), w.provider("Sans compte")
		w.earned(little, money.Of(11362, money.MAD)) // 99.99 are left
		w.earned(enough, money.Of(11364, money.MAD)) // 100.00
		w.earned(nowhere, mad(900))
		w.nextDay()
		outlook, err := w.payouts.Outlook(w.Context(), w.finance)
		w.must(err)
		why := map[string]payout.Hold{}
		for _, d := range outlook.Waiting {
			why[d.ProviderID] = d.Hold
		}
		want := map[string]payout.Hold{w.of(little): payout.BelowMinimum, w.of(nowhere): payout.NoBankAccount}
		if !maps.Equal(why, want) || outlook.Count != 1 || outlook.Total != mad(100) {
			w.Errorf("the outlook is %+v", outlook)
		}
		if got := w.amounts(w.prepared()); !maps.Equal(got, map[string]string{"Assez": "100.00 MAD"}) {
			w.Errorf("prepared are %v", got)
		}
	})
}

func TestCommissionOfCashJobsIsNetted(t *testing.T) {
	each(t, func(w *world) {
		hamid, cashier := w.earner("Hamid"), w.earner("Caisse")
		w.earned(hamid, mad(500))
		w.cash(hamid, mad(1000))
		w.cash(cashier, mad(1000)) // owes 120
		w.nextDay()
		if got := w.amounts(w.prepared()); !maps.Equal(got, map[string]string{"Hamid": "320.00 MAD"}) {
			w.Errorf("prepared are %v", got)
		}
	})
}

func TestWhatIsDisputedIsHeldBack(t *testing.T) {
	each(t, func(w *world) {
		hamid := w.earner("Hamid")
		w.earned(hamid, mad(500))
		argued := w.earned(hamid, mad(300))
		w.nextDay()
		w.disputes[w.of(hamid)] = []string{argued}
		outlook, err := w.payouts.Outlook(w.Context(), w.finance)
		w.must(err)
		if outlook.Disputed != mad(264) {
			w.Errorf("%v are held", outlook.Disputed)
		}
		if got := w.amounts(w.prepared()); got["Hamid"] != "440.00 MAD" {
			w.Errorf("prepared are %v", got)
		}
		delete(w.disputes, w.of(hamid))
		w.nextDay()
		if got := w.amounts(w.prepared()); got["Hamid"] != "264.00 MAD" {
			w.Errorf("once it is decided %v are prepared", got)
		}
	})
}

func TestWhatABankTakesBackIsHeldUntilItIsDecided(t *testing.T) {
	each(t, func(w *world) {
		hamid := w.earner("Hamid")
		w.earned(hamid, mad(500))
		argued := w.earned(hamid, mad(300))
		back := func(kind string, debit, credit ledger.Kind) {
			w.post(ledger.Transaction{Key: kind + ":" + argued, Type: kind, Subject: argued, Postings: []ledger.Posting{
				ledger.Debit(ledger.Of(debit), mad(300)), ledger.Credit(ledger.Of(credit), mad(300))}})
		}
		back("chargeback", ledger.Chargebacks, ledger.ProcessorClearing)
		w.nextDay()
		if got := w.amounts(w.prepared()); got["Hamid"] != "440.00 MAD" {
			w.Errorf("prepared are %v", got)
		}
		back("chargeback_won", ledger.ProcessorClearing, ledger.Chargebacks)
		if got := w.amounts(w.prepared()); got["Hamid"] != "264.00 MAD" {
			w.Errorf("once it is won %v are prepared", got)
		}
	})
}

func TestWhatIsNotThereAnyMoreIsDroppedAtSending(t *testing.T) {
	each(t, func(w *world) {
		hamid, lina := w.earner("Hamid"), w.earner("Lina")
		job := w.earned(hamid, mad(300))
		w.earned(lina, mad(300))
		w.nextDay()
		b := w.prepared()
		w.refunded(hamid, job, mad(300))
		sent, err := w.payouts.Send(w.Context(), w.reviewer, b.ID)
		w.must(err)
		_, payouts, err := w.payouts.Batch(w.Context(), w.finance, b.ID)
		w.must(err)
		status := map[string]payout.Status{}
		for _, p := range payouts {
			status[p.ProviderName] = p.Status
		}
		if sent.Count != 1 || sent.Total != mad(264) || status["Hamid"] != payout.Dropped || status["Lina"] != payout.Sent {
			w.Errorf("sent is %+v with %v", sent, status)
		}
		if owed := w.balance(ledger.PayableTo(w.of(hamid))); owed != 0 {
			w.Errorf("Hamid's balance is %d", owed)
		}
	})
}

func TestTwoWhoPrepareAtOncePayNobodyTwice(t *testing.T) {
	each(t, func(w *world) {
		for _, name := range []string{"Hamid", "Lina", "Omar"} {
			w.earned(w.earner(name), mad(300))
		}
		w.nextDay()
		var group sync.WaitGroup
		failures := make(chan error, 8)
		for range cap(failures) {
			group.Go(func() {
				_, err := w.payouts.Prepare(w.Context(), w.finance)
				failures <- err
			})
		}
		group.Wait()
		close(failures)
		made := 0
		for err := range failures {
			if err == nil {
				made++
				continue
			}
			w.refused(err, errs.Conflict, "payout.nothing_due")
		}
		all, err := w.payouts.Payouts(w.Context(), w.finance, payout.Filter{})
		w.must(err)
		if made != 1 || len(all.Items) != 3 {
			w.Errorf("%d batches with %d payouts", made, len(all.Items))
		}
	})
}

func TestTwoWhoSendAtOnceSendOnce(t *testing.T) {
	each(t, func(w *world) {
		w.earned(w.earner("Hamid"), mad(300))
		w.nextDay()
		b := w.prepared()
		var group sync.WaitGroup
		failures := make(chan error, 6)
		for range cap(failures) {
			group.Go(func() {
				_, err := w.payouts.Send(w.Context(), w.reviewer, b.ID)
				failures <- err
			})
		}
		group.Wait()
		close(failures)
		sent := 0
		for err := range failures {
			if err == nil {
				sent++
			}
		}
		if under := w.balance(ledger.Of(ledger.PayoutClearing)); sent != 1 || under != -26400 {
			w.Errorf("sent %d times, %d under way", sent, under)
		}
	})
}

// sentTo sends somebody 264 dirhams and returns the payout.
func (w *world) sentTo(name string) payout.Payout {
	w.Helper()
	w.earned(w.earner(name), mad(300))
	w.nextDay()
	b := w.prepared()
	_, err := w.payouts.Send(w.Context(), w.reviewer, b.ID)
	w.must(err)
	_, payouts, err := w.payouts.Batch(w.Context(), w.finance, b.ID)
	w.must(err)
	return payouts[0]
}

func TestAPayoutIsPaidOnceAndOnlyWithItsAmount(t *testing.T) {
	each(t, func(w *world) {
		p := w.sentTo("Hamid")
		pay := func(id string, amount money.Amount) (again bool, err error) {
			err = w.db.Tx(w.Context(), func(tx *db.Tx) error {
				_, paid, err := w.payouts.Paid(w.Context(), tx, id, payout.BankLine{Reference: "BMCE-77", Amount: amount})
				again = !paid
				return err
			})
			return again, err
		}
		_, err := pay(p.EndToEndID, mad(-246)) // swapped digits
		w.refused(err, errs.Conflict, "payout.other_amount")
		_, err = pay("KHP-2020-W01-00001", mad(-264))
		w.refused(err, errs.NotFound, "payout.not_found")
		for i := range 2 {
			if again, err := pay(p.EndToEndID, mad(-264)); err != nil || again != (i == 1) {
				w.Errorf("try %d: again %v, %v", i, again, err)
			}
		}
		if under, bank := w.balance(ledger.Of(ledger.PayoutClearing)), w.balance(ledger.Of(ledger.Bank)); under != 0 || bank != -26400 {
			w.Errorf("%d under way, %d at the bank", under, bank)
		}
	})
}

func TestAReturnedPayoutIsOwedAgainAndWaitsForAnotherAccount(t *testing.T) {
	each(t, func(w *world) {
		p := w.sentTo("Hamid")
		w.tx(func(tx *db.Tx) error {
			if _, err := w.payouts.Return(w.Context(), tx, p.EndToEndID, w.finance.ID, payout.BankLine{Amount: p.Amount}); errs.CodeOf(err) != errs.Conflict {
				w.Errorf("a payout that the bank never paid was returned: %v", err)
			}
			return nil
		})
		w.tx(func(tx *db.Tx) error {
			_, _, err := w.payouts.Paid(w.Context(), tx, p.EndToEndID, payout.BankLine{Amount: mad(-264)})
			return err
		})
		w.post(ledger.Transaction{Key: "bank:1", Type: "bank", Postings: []ledger.Posting{ledger.Debit(ledger.Of(ledger.Bank), p.Amount), ledger.Credit(ledger.Of(ledger.Suspense), p.Amount)}})
		w.tx(func(tx *db.Tx) error {
			_, err := w.payouts.Return(w.Context(), tx, p.EndToEndID, w.finance.ID, payout.BankLine{Reference: "AC04", Amount: p.Amount})
			return err
		})
		if owed, suspense := w.balance(ledger.PayableTo(p.ProviderID)), w.balance(ledger.Of(ledger.Suspense)); owed != -26400 || suspense != 0 {
			w.Errorf("%d owed, %d in suspense", owed, suspense)
		}
		w.nextDay()
		_, err := w.payouts.Prepare(w.Context(), w.finance)
		w.refused(err, errs.Conflict, "payout.nothing_due")
		for id, provider := range w.providers {
			if w.told.count(id, notify.PayoutReturned) != 1 {
				w.Errorf("%s was not told", provider.Name)
			}
			who := actor(account.Provider)
			who.ID = id
			w.paidOn(who)
		}
		if got := w.amounts(w.prepared()); got["Hamid"] != "264.00 MAD" {
			w.Errorf("prepared are %v", got)
		}
	})
}

func TestABankAccountIsChangedWithThePasswordAndKept(t *testing.T) {
	each(t, func(w *world) {
		hamid := w.earner("Hamid")
		for _, wrong := range []struct {
			input payout.BankAccountInput
			key   string
		}{
			{payout.BankAccountInput{Holder: "Hamid", IBAN: "MA46 0117 8000 0012 3000 0607 8964", Password: password}, "payout.iban_wrong"},
			{payout.BankAccountInput{Holder: "", IBAN: casablancaIBAN, Password: password}, "text.required"},
			{payout.BankAccountInput{Holder: "Hamid", IBAN: casablancaIBAN, Password: "autre chose"}, "account.password_wrong"},
		} {
			_, err := w.payouts.SetBankAccount(w.Context(), hamid, wrong.input)
			w.refused(err, errs.Invalid, wrong.key)
		}
		_, err := w.payouts.SetBankAccount(w.Context(), actor(account.Provider), payout.BankAccountInput{Holder: "Hamid", IBAN: casablancaIBAN, Password: password})
		w.refused(err, errs.NotFound, "catalog.no_provider")
		w.paidOn(hamid)
		var all, present int
		w.must(w.db.QueryRow(w.Context(), `SELECT count(*), count(*) - count(replaced_at) FROM payout_accounts`).Scan(&all, &present))
		if all != 2 || present != 1 || w.told.count(hamid.ID, notify.BankAccountChanged) != 2 {
			w.Errorf("%d accounts, %d of them present, %d letters", all, present, w.told.count(hamid.ID, notify.BankAccountChanged))
		}
	})
}

func TestOnlyFinanceSeesPayouts(t *testing.T) {
	each(t, func(w *world) {
		b := w.sentTo("Hamid").BatchID
		for _, role := range []account.Role{account.Customer, account.Provider, account.Moderator} {
			stranger := actor(role)
			var failures []error
			_, err := w.payouts.Batches(w.Context(), stranger, "", 0)
			failures = append(failures, err)
			_, _, err = w.payouts.Batch(w.Context(), stranger, b)
			failures = append(failures, err)
			_, _, err = w.payouts.File(w.Context(), stranger, b)
			failures = append(failures, err)
			_, err = w.payouts.Prepare(w.Context(), stranger)
			failures = append(failures, err)
			_, err = w.payouts.Send(w.Context(), stranger, b)
			failures = append(failures, err)
			for i, err := range failures {
				if errs.CodeOf(err) != errs.Forbidden {
					w.Errorf("%s, %d: %v", role, i, err)
				}
			}
		}
	})
}
