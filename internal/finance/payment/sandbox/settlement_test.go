package sandbox_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func record(status processor.Status) sandbox.Record {
	charge := asked()
	return sandbox.Record{
		Charge: charge, LastFour: "0077", CreatedAt: time.Date(2026, time.May, 30, 10, 0, 0, 0, time.UTC),
		State: processor.State{Ref: "ch_" + ids.New(), PaymentID: charge.PaymentID, Amount: charge.Amount, Status: status},
	}
}

func importRecords(s *desk, tx *db.Tx, records ...sandbox.Record) error {
	return sandbox.Import(s.Context(), tx, records, nil)
}

func TestTheFeeIsRoundedHalfToEven(t *testing.T) {
	for minor, want := range map[int64]int64{0: 200, 350_00: 1040, 125_00: 500, 62_50: 350, 1_25: 203, 3_75: 209, 6_25: 215, 1_000_000_000: 24_000_200} {
		if got := sandbox.Fee(mad(minor)); got != mad(want) {
			t.Errorf("the fee of %d is %v, want %d", minor, got, want)
		}
	}
}

func TestAFileHasTheLinesAndThePayout(t *testing.T) {
	at := time.Date(2026, time.November, 20, 9, 30, 0, 0, time.UTC)
	lines := []sandbox.Line{
		{ID: "ln_1", Type: sandbox.TypeCapture, Charge: "ch_1", Payment: "p1", Gross: mad(350_00), Fee: mad(10_40), At: at},
		{ID: "ln_2", Type: sandbox.TypeRefund, Charge: "ch_1", Payment: "p1", Gross: mad(-50_05), Fee: mad(0), At: at.Add(time.Hour)},
		{ID: "ln_3", Type: sandbox.TypeChargeback, Charge: "ch_2", Payment: "p2", Gross: mad(-400_00), Fee: sandbox.ChargebackFee(), At: at.Add(2 * time.Hour)},
		{ID: "ln_4", Type: sandbox.TypeAdjustment, Charge: "ch_3", Payment: "p3", Gross: mad(1_000_00), Fee: mad(0), At: at.Add(3 * time.Hour)},
	}
	var file bytes.Buffer
	if err := sandbox.WriteSettlement(&file, sandbox.BatchName("2026-11-20"), lines); err != nil {
		t.Fatal(err)
	}
	want := `id,type,charge,payment,gross,fee,net,currency,batch,created_at
ln_1,capture,ch_1,p1,350.00,10.40,339.60,MAD,SBX-2026-11-20,2026-11-20T09:30:00Z
ln_2,refund,ch_1,p1,-50.05,0.00,-50.05,MAD,SBX-2026-11-20,2026-11-20T10:30:00Z
ln_3,chargeback,ch_2,p2,-400.00,150.00,-550.00,MAD,SBX-2026-11-20,2026-11-20T11:30:00Z
ln_4,adjustment,ch_3,p3,1000.00,0.00,1000.00,MAD,SBX-2026-11-20,2026-11-20T12:30:00Z
po_2026-11-20,payout,,,899.95,160.40,739.55,MAD,SBX-2026-11-20,2026-11-21T00:00:00Z
`
	if file.String() != want {
		t.Errorf("got\n%s\nwant\n%s", file.String(), want)
	}
	if name := sandbox.FileName(sandbox.BatchName("2026-11-20")); name != "settlement-SBX-2026-11-20.csv" {
		t.Errorf("the file is called %s", name)
	}
}

func TestAFileThatMakesNoSenseIsNotWritten(t *testing.T) {
	line := sandbox.Line{ID: "ln_1", Gross: mad(1 << 62), Fee: mad(0)}
	other := sandbox.Line{ID: "ln_2", Gross: money.Of(1, "EUR"), Fee: money.Of(0, "EUR")}
	for name, err := range map[string]error{
		"a batch of no day": sandbox.WriteSettlement(&bytes.Buffer{}, "SBX-2026-13-40", nil),
		"two currencies":    sandbox.WriteSettlement(&bytes.Buffer{}, "SBX-2026-11-20", []sandbox.Line{line, other}),
		"an overflow":       sandbox.WriteSettlement(&bytes.Buffer{}, "SBX-2026-11-20", []sandbox.Line{line, line}),
	} {
		if err == nil {
			t.Errorf("%s was written", name)
		}
	}
}

func TestADayIsSettledOnceItIsOver(t *testing.T) {
	each(t, func(s *desk) {
		ref := s.captured()
		s.clock.Advance(time.Hour)
		_, err := s.sandbox.Refund(s.Context(), ref, mad(50_00), "refund")
		s.must(err)
		_, _, err = s.sandbox.Settlement(s.Context(), "2026-06-01")
		s.refused(err, errs.Unavailable, "sandbox.day_not_over")
		// Casablanca is an hour ahead of UTC on that day: its midnight is 23:00.
		s.clock.Set(time.Date(2026, time.June, 1, 23, 0, 0, 0, time.UTC))
		_, err = s.sandbox.ChargeBack(s.Context(), ref, "fraudulent")
		s.must(err)
		content, name, err := s.sandbox.Settlement(s.Context(), "2026-06-01")
		s.must(err)
		rows := strings.Split(strings.TrimSpace(string(content)), "\n")
		if name != "settlement-SBX-2026-06-01.csv" || len(rows) != 4 || !strings.Contains(rows[1], ",capture,"+ref+",") || !strings.Contains(rows[2], ",refund,"+ref+",") ||
			!strings.HasPrefix(rows[3], "po_2026-06-01,payout,,,300.00,10.40,289.60,MAD,SBX-2026-06-01,2026-06-01T23:00:00Z") {
			s.Fatalf("%s:\n%s", name, content)
		}
		s.clock.Advance(24 * time.Hour)
		_, err = s.sandbox.Decide(s.Context(), ref, true)
		s.must(err)
		content, _, err = s.sandbox.Settlement(s.Context(), "2026-06-02")
		s.must(err)
		if !strings.Contains(string(content), "po_2026-06-02,payout,,,-300.00,150.00,-450.00,") {
			s.Fatalf("the chargeback's day:\n%s", content)
		}
		s.clock.Advance(24 * time.Hour)
		content, _, err = s.sandbox.Settlement(s.Context(), "2026-06-03")
		s.must(err)
		if !strings.Contains(string(content), ",adjustment,"+ref+",") {
			s.Fatalf("the day it was won:\n%s", content)
		}
		_, _, err = s.sandbox.Settlement(s.Context(), "2026-05-31")
		s.refused(err, errs.NotFound, "sandbox.nothing_settled")
		_, _, err = s.sandbox.Settlement(s.Context(), "31/05/2026")
		s.refused(err, errs.Invalid, "sandbox.bad_day")
	})
}
