package finance_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/payout"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
	"khadamat/internal/web/webtest"
)

// house is a town whose customers have paid, with the files that the processor and the bank sent about it, and two people of finance.
type house struct {
	*webtest.Town
	kenza, omar         account.Account
	analyst, reviewer   *webtest.Browser
	payments            []payment.Payment
	settlement, account string // files
}

const (
	paidDay = "2026-05-28" // some days before the town's clock, so that processor and bank have had their time
	batch   = "SBX-" + paidDay
)

// withMoney makes five payments of one day. Of the processor's file the third line is missing, and of the second the fee is 4.00 too high.
func withMoney(t *testing.T) *house {
	t.Helper()
	h := &house{Town: webtest.New(t)}
	h.kenza, h.omar = h.Analyst("kenza@example.test", "Kenza Tazi"), h.Person("omar@example.test", "Omar Lahlou", account.Reviewer)
	h.analyst, h.reviewer = h.As(h.kenza), h.As(h.omar)
	at := time.Date(2026, time.May, 28, 10, 0, 0, 0, time.UTC)
	var booked []booking.Past
	var posted []ledger.Transaction
	var lines []sandbox.Line
	for i := range 5 {
		b := h.done(at.Add(time.Duration(i) * 2 * time.Hour))
		booked = append(booked, booking.Past{Booking: b})
		p := payment.Draft(b, payment.Card, 1200)
		p.Status, p.Processor, p.Ref, p.Done = payment.Captured, sandbox.Name, fmt.Sprintf("ch_%04d", i+1), true
		p.Captured, p.Earned, p.Keep, p.Wanted, p.Fee, p.CapturedAt = p.Amount, p.Amount, p.Amount, p.Amount, sandbox.Fee(p.Amount), b.End
		h.payments = append(h.payments, p)
		posted = append(posted, payment.CaptureOf(p, b.End), payment.EarningOf(p, p.Amount, b.End))
		line := sandbox.Line{ID: fmt.Sprintf("txn_%04d", i+1), Type: sandbox.TypeCapture, Charge: p.Ref, Payment: p.ID, Gross: p.Captured, Fee: p.Fee, At: b.End}
		switch i {
		case 1:
			line.Fee.Minor += 400
		case 2:
			continue
		}
		lines = append(lines, line)
	}
	h.must(t, h.DB.Tx(t.Context(), func(tx *db.Tx) error {
		if err := booking.Import(t.Context(), tx, booked, func(string) string { return ids.New() }); err != nil {
			return err
		}
		if err := payment.Import(t.Context(), tx, h.payments); err != nil {
			return err
		}
		return ledger.Import(t.Context(), tx, posted)
	}))
	h.write(t, lines)
	return h
}

// done is a booking that was kept.
func (h *house) done(start time.Time) booking.Booking {
	return booking.Booking{
		ID: ids.New(), CustomerID: h.Salma.ID, ProviderID: h.Provider.ID, ProviderAccountID: h.Owner.ID, ServiceID: h.Instant.ID, Status: booking.Completed,
		Start: start, End: start.Add(time.Hour), Block: schedule.Interval{Start: start, End: start.Add(time.Hour)}, Price: h.Instant.Price, Policy: h.Provider.Policy, CreatedAt: start.Add(-48 * time.Hour), UpdatedAt: start.Add(time.Hour),
		Details: booking.Details{CustomerName: h.Salma.Name, ProviderName: h.Provider.Name, Title: h.Instant.Title, CityID: "casablanca", Zone: "Africa/Casablanca", Place: h.Instant.Place},
	}
}

// write makes the files of the processor and of the bank.
func (h *house) write(t *testing.T, lines []sandbox.Line) {
	t.Helper()
	var file strings.Builder
	h.must(t, sandbox.WriteSettlement(&file, batch, lines))
	h.settlement = file.String()
	var sum int64
	for _, line := range lines {
		sum += line.Gross.Minor - line.Fee.Minor
	}
	h.account = bankFile(payout.DefaultHouse.IBAN, sum)
}

// bankFile is a statement with one credit, that of the batch.
func bankFile(iban string, minor int64) string {
	received := fmt.Sprintf("%d.%02d", minor/100, minor%100)
	return "account,date,amount,currency,balance,reference,description\n" +
		iban + ",2026-05-29," + received + ",MAD," + received + "," + batch + ",REGLEMENT " + batch + "\n"
}

func (h *house) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// take brings a file in by the form.
func (h *house) take(kind, content string) webtest.Page {
	return h.analyst.PostFiles("/fr/finance/files", map[string][]string{"kind": {kind}}, "file", content)
}

// prove takes both files in and proves.
func (h *house) prove(t *testing.T) {
	t.Helper()
	for kind, content := range map[string]string{"settlement": h.settlement, "statement": h.account} {
		if got := h.take(kind, content); got.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", kind, got.Status, got.Words())
		}
	}
	h.must(t, h.Proof.ProveNow(t.Context()))
}

// reverse takes a transaction back.
func (h *house) reverse(t *testing.T, key string) (made ledger.Transaction) {
	t.Helper()
	h.must(t, h.DB.Tx(t.Context(), func(tx *db.Tx) (err error) {
		made, err = ledger.Reverse(t.Context(), tx, key, "reversal:"+key, "", "")
		return err
	}))
	return made
}

// bankAccount says where the provider is paid.
func (h *house) bankAccount(t *testing.T) {
	t.Helper()
	account := payout.BankAccount{ID: ids.New(), ProviderID: h.Provider.ID, AccountID: h.Owner.ID, Holder: "Hamid Tazi", IBAN: "MA64011519000001205000534921", CreatedAt: h.Clock.Now()}
	h.must(t, h.DB.Tx(t.Context(), func(tx *db.Tx) error {
		return payout.Import(t.Context(), tx, nil, nil, []payout.BankAccount{account})
	}))
}
