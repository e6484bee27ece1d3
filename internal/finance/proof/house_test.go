package proof_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/texts"
)

// house is the house's finance, on a real database, with what the processor and the bank do made up by the test.
type house struct {
	*testing.T
	db      *db.DB
	clock   *clock.Manual
	book    *ledger.Book
	desk    *workspace.Service
	payouts *payout.Service
	*proof.Service
	finance, second, reviewer, customer account.Actor
	lines                               map[string][]sandbox.Line // of the processor, by day
	bank                                []entry
	balance                             money.Amount // of the bank's last statement
	payments                            map[string]payment.Payment
}

// entry is a movement at the bank.
type entry struct {
	day       string
	minor     int64
	reference string
	text      string
	code      string // of a return
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) { test(newHouse(t, d, now)) })
}

// lite is each on SQLite alone, for what is not about the database.
func lite(t *testing.T) *house {
	t.Helper()
	now := clock.NewManual(dbtest.Start)
	return newHouse(t, dbtest.SQLite(t, now), now)
}

func newHouse(t *testing.T, d *db.DB, now *clock.Manual) *house { return newHouseOver(t, d, now, nil) }

// newHouseOver is newHouse with a processor that gives its files by itself.
func newHouseOver(t *testing.T, d *db.DB, now *clock.Manual, settlements proof.Settlements) *house {
	t.Helper()
	h := &house{T: t, db: d, clock: now, book: ledger.NewBook(d), lines: map[string][]sandbox.Line{}, payments: map[string]payment.Payment{}, balance: money.Of(1_000_000_00, money.MAD)}
	blobs, err := blob.NewFolder(t.TempDir())
	h.must(err)
	quiet := slog.New(slog.DiscardHandler)
	queue := job.New(d, quiet)
	accounts := account.New(account.Config{DB: d, Clock: now})
	h.desk = workspace.New(workspace.Config{DB: d, Clock: now, Blobs: blobs, Chunks: blobs, Queue: queue, Accounts: accounts, Runner: engine.InProcess(), Folder: t.TempDir()})
	h.desk.Attach(queue)
	notices := notify.New(notify.Config{DB: d, Clock: now, Queue: queue, Hub: live.New(live.NewLocal(), live.Options{}), Texts: texts.Catalog(), Logger: quiet})
	office := &notify.Office{Accounts: accounts, Notices: notices, Texts: texts.Catalog()}
	office.Attach(queue)
	h.must(queue.Open())
	h.payouts = payout.New(payout.Config{DB: d, Clock: now, Book: h.book, Blobs: blobs, Accounts: accounts, Notifier: notices})
	h.Service = proof.New(proof.Config{DB: d, Clock: now, Blobs: blobs, Book: h.book, Payouts: h.payouts, Settlements: settlements, Workspace: h.desk, Accounts: accounts, IBAN: payout.DefaultHouse.IBAN})
	for name, who := range map[string]struct {
		role account.Role
		into *account.Actor
	}{
		"Nadia Finance": {account.Finance, &h.finance}, "Karim Finance": {account.Finance, &h.second}, "Imane Reviewer": {account.Reviewer, &h.reviewer},
		"Omar Customer": {account.Customer, &h.customer},
	} {
		a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: who.role, Language: "en", CreatedAt: now.Now()}
		h.change(func(tx *db.Tx) error { return account.Insert(t.Context(), tx, a, "-") })
		*who.into = account.Actor{ID: a.ID, Role: a.Role}
	}
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) change(do func(*db.Tx) error) {
	h.Helper()
	h.must(h.db.Tx(h.Context(), do))
}

func (h *house) post(t ledger.Transaction) {
	h.Helper()
	h.change(func(tx *db.Tx) error {
		_, err := ledger.Post(h.Context(), tx, t)
		return err
	})
}

// refused fails unless an error has the code and the key.
func (h *house) refused(err error, code errs.Code, key string) {
	h.Helper()
	e, ok := err.(*errs.Error)
	if !ok || e.Code != code || e.Key != key {
		h.Fatalf("got %v, want %s: %s", err, code, key)
	}
	for _, language := range i18n.Languages {
		if said := texts.Catalog().T(language, e.Key, e.Args); said == "" || strings.Contains(said, "{{") || said == e.Key {
			h.Errorf("%s says %q of %v", language, said, err)
		}
	}
}

// on sets the clock to a time of a day in May 2026: "12 14:30" in Casablanca.
func (h *house) on(at string) {
	h.Helper()
	zone, err := schedule.Location(payout.Zone)
	h.must(err)
	to, err := time.ParseInLocation("2006-01-2 15:04", "2026-05-"+at, zone)
	h.must(err)
	h.clock.Set(to)
}

func day(number int) string { return fmt.Sprintf("2026-05-%02d", number) }

// capture has the processor take a payment, tell the house, and settle it with the day; where settled is false, it forgets to.
func (h *house) capture(name string, minor int64, settled bool) payment.Payment {
	h.Helper()
	gross := money.Of(minor, money.MAD)
	p := payment.Payment{ID: ids.New(), BookingID: ids.New(), Method: payment.Card, Price: gross, Amount: gross, Captured: gross, Fee: sandbox.Fee(gross), Ref: "ch_" + name}
	h.payments[name] = p
	h.post(payment.CaptureOf(p, h.clock.Now()))
	if settled {
		h.settle(sandbox.TypeCapture, p, gross, p.Fee)
	}
	return p
}

// settle puts a line into the processor's file of the day.
func (h *house) settle(kind sandbox.LineType, p payment.Payment, gross, fee money.Amount) {
	of := sandbox.DayOf(h.clock.Now())
	h.lines[of] = append(h.lines[of], sandbox.Line{ID: fmt.Sprintf("ln_%s_%d", of, len(h.lines[of])), Type: kind, Charge: p.Ref, Payment: p.ID, Gross: gross, Fee: fee, At: h.clock.Now()})
}

// chargeback takes a payment back; told says whether the house hears of it.
func (h *house) chargeback(p payment.Payment, told bool) {
	h.Helper()
	fee := sandbox.ChargebackFee()
	if told {
		h.post(payment.ChargebackOf(p, processor.Chargeback{Ref: "cb_" + p.Ref, Amount: p.Captured, Fee: fee}, h.clock.Now()))
	}
	h.settle(sandbox.TypeChargeback, p, money.Of(-p.Captured.Minor, money.MAD), fee)
}

// file is the processor's file of a day, and what it sends to the bank.
func (h *house) file(of string) (content []byte, total money.Amount) {
	h.Helper()
	var file bytes.Buffer
	h.must(sandbox.WriteSettlement(&file, sandbox.BatchName(of), h.lines[of]))
	total = money.Of(0, money.MAD)
	for _, line := range h.lines[of] {
		net, err := line.Net()
		h.must(err)
		total.Minor += net.Minor
	}
	return file.Bytes(), total
}

// takeFile has the house take in the processor's file of a day; the bank receives the money on another one.
func (h *house) takeFile(of, received string) proof.Taken {
	h.Helper()
	content, total := h.file(of)
	taken, err := h.TakeSettlement(h.Context(), h.finance, "settlement-"+of+".csv", bytes.NewReader(content))
	h.must(err)
	if received != "" {
		h.bank = append(h.bank, entry{day: received, minor: total.Minor, reference: sandbox.BatchName(of), text: "PROCESSOR"})
	}
	return taken
}

// statement is a camt.053 of what the bank did since the last one.
func (h *house) statement(iban, number, from, through string) string {
	h.Helper()
	var b strings.Builder
	balance := func(code, of string, amount money.Amount) {
		fmt.Fprintf(&b, `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp>%s<Dt><Dt>%s</Dt></Dt></Bal>`, code, camtAmount(amount.Minor), of)
	}
	fmt.Fprintf(&b, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>%s</Id><Acct><Id><IBAN>%s</IBAN></Id><Ccy>MAD</Ccy></Acct>`, number, iban)
	closing := h.balance
	for _, e := range h.bank {
		closing.Minor += e.minor
	}
	balance("OPBD", from, h.balance)
	balance("CLBD", through, closing)
	for _, e := range h.bank {
		back := ""
		if e.code != "" {
			back = "<RtrInf><Rsn><Cd>" + e.code + "</Cd></Rsn></RtrInf>"
		}
		fmt.Fprintf(&b, `<Ntry>%s<BookgDt><Dt>%s</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs><RmtInf><Ustrd>%s</Ustrd></RmtInf>%s</TxDtls></NtryDtls></Ntry>`,
			camtAmount(e.minor), e.day, e.reference, e.text, back)
	}
	b.WriteString(`</Stmt></BkToCstmrStmt></Document>`)
	return b.String()
}

func camtAmount(minor int64) string {
	direction := "CRDT"
	if minor < 0 {
		direction, minor = "DBIT", -minor
	}
	return fmt.Sprintf(`<Amt Ccy="MAD">%d.%02d</Amt><CdtDbtInd>%s</CdtDbtInd>`, minor/100, minor%100, direction)
}

// takeStatement has the house take in what the bank did since the last one.
func (h *house) takeStatement(number, from, through string) proof.Taken {
	h.Helper()
	content := h.statement(payout.DefaultHouse.IBAN, number, from, through)
	taken, err := h.TakeStatement(h.Context(), h.finance, "statement-"+number+".xml", strings.NewReader(content), i18n.English)
	h.must(err)
	for _, e := range h.bank {
		h.balance.Minor += e.minor
	}
	h.bank = nil
	return taken
}

// pay sends a payout to a provider who is owed it.
func (h *house) pay(endToEnd string, minor int64) payout.Payout {
	h.Helper()
	now := h.clock.Now()
	bankAccount := payout.BankAccount{ID: ids.New(), ProviderID: ids.New(), AccountID: h.customer.ID, Holder: "A Provider", IBAN: "MA64011519000001205000534921", CreatedAt: now}
	batch := payout.Batch{ID: ids.New(), Name: endToEnd[:12] + ids.New()[20:], Through: now, Count: 1, Total: money.Of(minor, money.MAD), PreparedAt: now, SentAt: now, SentBy: h.reviewer.ID}
	p := payout.Payout{ID: ids.New(), BatchID: batch.ID, ProviderID: bankAccount.ProviderID, ProviderName: "A Provider", BankAccountID: bankAccount.ID, Holder: bankAccount.Holder,
		IBAN: bankAccount.IBAN, Amount: money.Of(minor, money.MAD), EndToEndID: endToEnd, Status: payout.Sent, At: now, SentAt: now}
	h.change(func(tx *db.Tx) error {
		if err := payout.Import(h.Context(), tx, []payout.Batch{batch}, []payout.Payout{p}, []payout.BankAccount{bankAccount}); err != nil {
			return err
		}
		_, err := ledger.Post(h.Context(), tx, payout.SentOf(p))
		return err
	})
	return p
}

// prove runs the proof and returns its unsettled cases.
func (h *house) prove() []proof.Case {
	h.Helper()
	h.must(h.ProveNow(h.Context()))
	return h.cases(proof.CaseFilter{State: proof.Open})
}

func (h *house) cases(filter proof.CaseFilter) []proof.Case {
	h.Helper()
	filter.Limit = 100
	page, err := h.Cases(h.Context(), h.finance, filter)
	h.must(err)
	return page.Items
}

// only is the one case of a kind, all others being none.
func (h *house) only(kind proof.Kind) proof.Case {
	h.Helper()
	cases := h.prove()
	if len(cases) != 1 || cases[0].Kind != kind {
		h.Fatalf("the cases are %s, not one %s", kindsOf(cases), kind)
	}
	return cases[0]
}

func kindsOf(cases []proof.Case) string {
	var all []string
	for _, c := range cases {
		all = append(all, fmt.Sprintf("%s %s %s", c.Kind, c.Reference, c.Amount))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func (h *house) stands(kind ledger.Kind) int64 {
	h.Helper()
	balance, err := h.book.Balance(h.Context(), ledger.Of(kind), money.MAD, time.Time{})
	h.must(err)
	return balance.Minor
}

func (h *house) balanced() {
	h.Helper()
	trial, err := h.book.Trial(h.Context(), time.Time{})
	h.must(err)
	if !trial.Balanced() {
		h.Fatal("the trial balance is not zero")
	}
}

// calmDay is a day on which everything goes well: three payments, a refund, a payout.
func (h *house) calmDay(number int) {
	h.Helper()
	h.on(fmt.Sprintf("%d 10:00", number))
	for i := range 3 {
		h.capture(fmt.Sprintf("%d-%d", number, i), int64(200_00+number*10_00+i*37_50), true)
	}
	p := h.payments[fmt.Sprintf("%d-0", number)]
	refund := payment.Refund{ID: ids.New(), Ref: "re_" + p.Ref, Amount: money.Of(50_00, money.MAD)}
	h.post(payment.RefundOf(p, refund, h.clock.Now()))
	h.post(payment.RefundedOf(p, refund, h.clock.Now()))
	h.settle(sandbox.TypeRefund, p, money.Of(-50_00, money.MAD), money.Of(0, money.MAD))
}
