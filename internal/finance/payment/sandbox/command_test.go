package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func TestTheSameChargeIsBegunOnce(t *testing.T) {
	each(t, func(s *desk) {
		charge := asked()
		first := s.begin(charge)
		if second := s.begin(charge); second != first {
			s.Fatalf("the same charge was begun again: %v and %v", first, second)
		}
		translated := charge
		translated.Language, translated.Summary = "ar", "تنظيف"
		if second := s.begin(translated); second != first {
			s.Fatalf("other words made another charge: %v and %v", first, second)
		}
		charge.Amount = mad(350_01)
		_, err := s.sandbox.Begin(s.Context(), charge)
		s.refused(err, errs.Conflict, "processor.other_body")
		if got := s.state(first.Ref); got.Amount != mad(350_00) || got.Status != processor.Created || got.PaymentID != charge.PaymentID || got.Ref != first.Ref {
			s.Fatalf("the charge is %+v", got)
		}
	})
}

func TestAChargeThatMakesNoSenseIsRefused(t *testing.T) {
	one(t, func(s *desk) {
		for key, change := range map[string]func(*processor.Charge){
			"processor.bad_key":    func(c *processor.Charge) { c.PaymentID = "" },
			"processor.bad_amount": func(c *processor.Charge) { c.Amount = mad(0) },
			"sandbox.bad_summary":  func(c *processor.Charge) { c.Summary = "\xff" },
			"sandbox.bad_return":   func(c *processor.Charge) { c.ReturnURL = "javascript:alert(1)" },
			"sandbox.bad_language": func(c *processor.Charge) { c.Language = "de" },
		} {
			charge := asked()
			change(&charge)
			_, err := s.sandbox.Begin(s.Context(), charge)
			s.refused(err, errs.Invalid, key)
		}
		charge := asked()
		charge.Amount = money.Of(1, "EUR")
		_, err := s.sandbox.Begin(s.Context(), charge)
		s.refused(err, errs.Invalid, "processor.bad_amount")
		_, err = s.sandbox.Fetch(s.Context(), "ch_unknown")
		s.refused(err, errs.NotFound, "processor.unknown_charge")
	})
}

func TestACaptureTakesUpToWhatIsReservedOnce(t *testing.T) {
	each(t, func(s *desk) {
		ref := s.begin(asked()).Ref
		_, err := s.sandbox.Capture(s.Context(), ref, mad(100_00), "early")
		s.refused(err, errs.Conflict, "processor.not_capturable")
		ref = s.paid(asked())
		_, err = s.sandbox.Capture(s.Context(), ref, mad(350_01), "a")
		s.refused(err, errs.Invalid, "processor.bad_amount")
		_, err = s.sandbox.Capture(s.Context(), ref, mad(-1), "b")
		s.refused(err, errs.Invalid, "processor.bad_amount")
		got, err := s.sandbox.Capture(s.Context(), ref, mad(175_00), "capture")
		s.must(err)
		if got.Status != processor.Captured || got.Captured != mad(175_00) || got.Fee != mad(6_20) || !got.CapturedAt.Equal(s.clock.Now()) {
			s.Fatalf("captured: %+v", got)
		}
		s.clock.Advance(time.Hour)
		again, err := s.sandbox.Capture(s.Context(), ref, mad(175_00), "capture")
		s.must(err)
		if fmt.Sprint(again) != fmt.Sprint(got) {
			s.Fatalf("the same command again gave %+v, want %+v", again, got)
		}
		_, err = s.sandbox.Capture(s.Context(), ref, mad(100_00), "capture")
		s.refused(err, errs.Conflict, "processor.other_body")
		_, err = s.sandbox.Void(s.Context(), ref, "capture")
		s.refused(err, errs.Conflict, "processor.other_body")
		_, err = s.sandbox.Capture(s.Context(), ref, mad(100_00), "another")
		s.refused(err, errs.Conflict, "processor.not_capturable")
		_, err = s.sandbox.Capture(s.Context(), ref, mad(100_00), "")
		s.refused(err, errs.Invalid, "processor.bad_key")
	})
}

func TestAnImmediateChargeIsCapturedAtOnce(t *testing.T) {
	each(t, func(s *desk) {
		charge := asked()
		charge.Immediate = true
		got := s.state(s.paid(charge))
		if got.Status != processor.Captured || got.Captured != mad(350_00) || got.Fee != mad(10_40) {
			s.Fatalf("captured: %+v", got)
		}
	})
}

func TestWhatIsNotCapturedIsLetGo(t *testing.T) {
	each(t, func(s *desk) {
		for name, ref := range map[string]string{"created": s.begin(asked()).Ref, "authorised": s.paid(asked())} {
			got, err := s.sandbox.Void(s.Context(), ref, "void:"+name)
			s.must(err)
			if got.Status != processor.Voided {
				s.Fatalf("%s: the charge is %s", name, got.Status)
			}
			_, err = s.sandbox.Void(s.Context(), ref, "void:"+name)
			s.must(err)
			_, err = s.sandbox.Capture(s.Context(), ref, mad(1), "late:"+name)
			s.refused(err, errs.Conflict, "processor.not_capturable")
		}
		declined := s.begin(asked())
		s.pay(declined.URL, "4000000000009995")
		challenged := s.begin(asked())
		s.pay(challenged.URL, "4000002760003184")
		for i, ref := range []string{declined.Ref, challenged.Ref} {
			_, err := s.sandbox.Void(s.Context(), ref, fmt.Sprint("v", i))
			s.must(err)
			s.is(ref, processor.Voided)
		}
		_, err := s.sandbox.Void(s.Context(), s.captured(), "too late")
		s.refused(err, errs.Conflict, "processor.not_voidable")
	})
}

func TestRefundsNeverExceedWhatWasCaptured(t *testing.T) {
	each(t, func(s *desk) {
		_, err := s.sandbox.Refund(s.Context(), s.paid(asked()), mad(1), "early")
		s.refused(err, errs.Conflict, "processor.not_refundable")
		ref := s.captured()
		for _, key := range []string{"one", "two", "one"} {
			_, err := s.sandbox.Refund(s.Context(), ref, mad(100_00), key)
			s.must(err)
		}
		_, err = s.sandbox.Refund(s.Context(), ref, mad(150_01), "three")
		s.refused(err, errs.Conflict, "processor.refund_too_high")
		_, err = s.sandbox.Refund(s.Context(), ref, mad(0), "nothing")
		s.refused(err, errs.Invalid, "processor.bad_amount")
		_, err = s.sandbox.Refund(s.Context(), ref, mad(1), "one")
		s.refused(err, errs.Conflict, "processor.other_body")
		got, err := s.sandbox.Refund(s.Context(), ref, mad(150_00), "three")
		s.must(err)
		keys := map[string]money.Amount{}
		for _, r := range got.Refunds {
			keys[r.Key] = r.Amount
		}
		if len(got.Refunds) != 3 || keys["one"] != mad(100_00) || keys["two"] != mad(100_00) || keys["three"] != mad(150_00) {
			s.Fatalf("refunds: %+v", got.Refunds)
		}
		_, err = s.sandbox.Refund(s.Context(), ref, mad(1), "four")
		s.refused(err, errs.Conflict, "processor.refund_too_high")
	})
}

func TestCommandsAtOnceAreDoneOnce(t *testing.T) {
	each(t, func(s *desk) {
		ref := s.captured()
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				_, err := s.sandbox.Refund(s.Context(), ref, mad(100_00), fmt.Sprint("refund ", i%4))
				if err != nil && errs.CodeOf(err) != errs.Conflict {
					s.Error(err)
				}
			})
		}
		all.Wait()
		if got := s.state(ref).Refunds; len(got) != 3 {
			s.Fatalf("%d refunds of 100.00 out of 350.00, want 3", len(got))
		}
		charge := asked()
		refs := make([]string, 8)
		for i := range refs {
			all.Go(func() {
				checkout, err := s.sandbox.Begin(s.Context(), charge)
				if err != nil {
					s.Error(err)
				}
				refs[i] = checkout.Ref
			})
		}
		all.Wait()
		for _, ref := range refs {
			if ref != refs[0] {
				s.Fatalf("one payment was begun as %s and %s", refs[0], ref)
			}
		}
	})
}

func TestAChargebackTakesWhatIsLeftAndCostsAFee(t *testing.T) {
	each(t, func(s *desk) {
		_, err := s.sandbox.ChargeBack(s.Context(), s.paid(asked()), "fraudulent")
		s.refused(err, errs.Conflict, "processor.not_refundable")
		ref := s.captured()
		_, err = s.sandbox.Refund(s.Context(), ref, mad(50_00), "refund")
		s.must(err)
		got, err := s.sandbox.ChargeBack(s.Context(), ref, "fraudulent")
		s.must(err)
		b := got.Chargebacks[0]
		if len(got.Chargebacks) != 1 || b.Amount != mad(300_00) || b.Fee != mad(150_00) || b.Status != processor.ChargebackOpened || b.Reason != "fraudulent" {
			s.Fatalf("chargebacks: %+v", got.Chargebacks)
		}
		_, err = s.sandbox.Refund(s.Context(), ref, mad(1), "more")
		s.refused(err, errs.Conflict, "processor.refund_too_high")
		_, err = s.sandbox.ChargeBack(s.Context(), ref, "fraudulent")
		s.refused(err, errs.Conflict, "processor.not_refundable")
		got, err = s.sandbox.Decide(s.Context(), ref, true)
		s.must(err)
		if got.Chargebacks[0].Status != processor.ChargebackWon {
			s.Fatalf("chargebacks: %+v", got.Chargebacks)
		}
		_, err = s.sandbox.Decide(s.Context(), ref, false)
		s.refused(err, errs.Conflict, "sandbox.no_chargeback")
		_, err = s.sandbox.Refund(s.Context(), ref, mad(300_00), "more still")
		s.must(err)
	})
}

func TestACardThatHangsIsDoneAndSaysSoWhenAskedAgain(t *testing.T) {
	each(t, func(s *desk) {
		checkout := s.begin(asked())
		if p := s.pay(checkout.URL, "4000 0000 0000 0119"); p.status != http.StatusServiceUnavailable {
			s.Fatalf("the page answered %d", p.status)
		}
		s.is(checkout.Ref, processor.Authorised)
		_, err := s.sandbox.Capture(s.Context(), checkout.Ref, mad(350_00), "capture")
		s.refused(err, errs.Unavailable, "processor.no_answer")
		s.is(checkout.Ref, processor.Captured)
		got, err := s.sandbox.Capture(s.Context(), checkout.Ref, mad(350_00), "capture")
		s.must(err)
		_, err = s.sandbox.Refund(s.Context(), checkout.Ref, mad(1_00), "refund")
		s.refused(err, errs.Unavailable, "processor.no_answer")
		again, err := s.sandbox.Refund(s.Context(), checkout.Ref, mad(1_00), "refund")
		s.must(err)
		if got.Captured != mad(350_00) || len(again.Refunds) != 1 {
			s.Fatalf("captured %v, refunds %+v", got.Captured, again.Refunds)
		}
	})
}

func TestWhatIsImportedGoesOn(t *testing.T) {
	each(t, func(s *desk) {
		reserved, taken := record(processor.Authorised), record(processor.Captured)
		taken.State.Captured, taken.State.Fee, taken.State.CapturedAt = mad(350_00), mad(10_40), s.clock.Now().Add(-time.Hour)
		taken.State.Refunds = []processor.Refund{{Ref: "re_1", Key: "k", Amount: mad(50_00), At: s.clock.Now()}}
		taken.State.Chargebacks = []processor.Chargeback{{Ref: "cb_1", Amount: mad(300_00), Fee: mad(150_00), Reason: "fraudulent", Status: processor.ChargebackLost, At: s.clock.Now()}}
		s.must(s.db.Tx(s.Context(), func(tx *db.Tx) error { return importRecords(s, tx, reserved, taken) }))
		if got := s.state(taken.State.Ref); fmt.Sprint(got) != fmt.Sprint(taken.State) {
			s.Fatalf("read\n%+v, want\n%+v", got, taken.State)
		}
		// The one that was captured changed last.
		if list := s.get("/sandbox/").body; strings.Index(list, taken.State.Ref) < 0 || strings.Index(list, taken.State.Ref) > strings.Index(list, reserved.State.Ref) {
			s.Fatalf("the operator's list:\n%s", list)
		}
		_, err := s.sandbox.Refund(s.Context(), taken.State.Ref, mad(1), "more")
		s.refused(err, errs.Conflict, "processor.refund_too_high")
		got, err := s.sandbox.Capture(s.Context(), reserved.State.Ref, mad(350_00), "capture:"+ids.New())
		s.must(err)
		if got.Captured != mad(350_00) {
			s.Fatalf("captured: %+v", got)
		}
		other := record(processor.Created)
		other.State.PaymentID = "another"
		if err := s.db.Tx(s.Context(), func(tx *db.Tx) error { return importRecords(s, tx, other) }); err == nil {
			s.Fatal("a charge with the state of another was imported")
		}
	})
}
