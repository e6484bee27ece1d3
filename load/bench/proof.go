package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"syscall"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/money"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/workspace"
	"khadamat/load/rig"
)

// The books that the nightly proof is measured on.
const (
	provenBookings  = 20_000
	bookingsADay    = 37
	payoutsAWeek    = 40
	plantedEvery    = 2000 // bookings
	proofTarget     = 5 * time.Second
	dashboardTarget = 50 * time.Millisecond
)

// counting is the house's finance over books that the bench makes up.
type counting struct {
	db      *db.DB
	clock   *clock.Manual
	desk    *workspace.Service
	payouts *payout.Service
	proof   *proof.Service
	finance account.Actor
	day     time.Time // midnight UTC; of what comes next
	made    int       // bookings
	planted int
	balance money.Amount
	files   []proof.Filled
	moved   []ledger.Transaction
	paid    []payout.BankAccount // providers
	sent    struct {
		batches  []payout.Batch
		payouts  []payout.Payout
		accounts []payout.BankAccount
	}
}

// measureProof runs the nightly proof over the books of 18 months, and then again with one day more.
func measureProof(ctx context.Context, engineName string, place rig.Place, _ options, report *rig.Report) error {
	c, err := newCounting(ctx, place)
	if err != nil {
		return err
	}
	defer c.db.Close()
	for c.made < provenBookings {
		c.live()
	}
	if err := c.keep(ctx); err != nil {
		return err
	}
	worked := workedSoFar()
	first, err := c.prove(ctx)
	if err != nil {
		return err
	}
	worked = workedSoFar() - worked
	page, err := c.proof.Cases(ctx, c.finance, proof.CaseFilter{State: proof.Open})
	if err != nil {
		return err
	}
	report.Figure(fmt.Sprintf("proof of %d bookings, %s: feeds, run and cases", c.made, engineName), fmt.Sprintf("%.2f s", first.Seconds()), "< 5 s", first < proofTarget)
	report.Note("… of it processors at work, the database server aside", fmt.Sprintf("%.2f s", worked.Seconds()))
	report.Figure("… planted errors found", fmt.Sprintf("%d of %d", page.Total, c.planted), "all, none invented", page.Total == c.planted)
	c.live()
	if err := c.keep(ctx); err != nil {
		return err
	}
	next, err := c.prove(ctx)
	if err != nil {
		return err
	}
	report.Figure("… the night after, with a day more", fmt.Sprintf("%.2f s", next.Seconds()), "< 5 s", next < proofTarget)
	var samples []time.Duration
	for range 100 {
		started := time.Now()
		if _, err := c.proof.Dashboard(ctx, c.finance, time.Time{}, i18n.French); err != nil {
			return err
		}
		samples = append(samples, time.Since(started))
	}
	slowest := rig.Quantile(samples, 0.95)
	report.Figure("… dashboard, p95 of 100", rig.Millis(slowest), "< 50 ms", slowest < dashboardTarget)
	return nil
}

func newCounting(ctx context.Context, place rig.Place) (*counting, error) {
	day := time.Date(2025, time.May, 1, 0, 0, 0, 0, time.UTC)
	c := &counting{clock: clock.NewManual(day), day: day, balance: money.Of(0, money.MAD)}
	var err error
	if c.db, err = db.Open(ctx, db.Config{URL: place.DatabaseURL, Folder: place.Folder}, c.clock); err != nil {
		return nil, err
	}
	if err := c.db.Migrate(ctx); err != nil {
		return nil, err
	}
	blobs, err := blob.NewFolder(filepath.Join(place.Folder, "blobs"))
	if err != nil {
		return nil, err
	}
	binary, err := filepath.Abs(rig.Binary)
	if err != nil {
		return nil, err
	}
	runner, err := engine.New(binary)
	if err != nil {
		return nil, err
	}
	queue := job.New(c.db, slog.New(slog.DiscardHandler))
	accounts, book := account.New(account.Config{DB: c.db, Clock: c.clock}), ledger.NewBook(c.db)
	c.desk = workspace.New(workspace.Config{DB: c.db, Clock: c.clock, Blobs: blobs, Chunks: blobs, Queue: queue, Accounts: accounts, Runner: runner, Folder: filepath.Join(place.Folder, "recon")})
	c.desk.Attach(queue)
	if err := queue.Open(); err != nil {
		return nil, err
	}
	c.payouts = payout.New(payout.Config{DB: c.db, Clock: c.clock, Book: book, Blobs: blobs, Accounts: accounts})
	c.proof = proof.New(proof.Config{DB: c.db, Clock: c.clock, Blobs: blobs, Book: book, Payouts: c.payouts, Workspace: c.desk, Accounts: accounts, IBAN: payout.DefaultHouse.IBAN})
	finance := account.Account{ID: ids.New(), Email: "finance@example.test", Name: "Finance", Role: account.Finance, Language: "fr", CreatedAt: day}
	c.finance = account.Actor{ID: finance.ID, Role: finance.Role}
	return c, c.db.Tx(ctx, func(tx *db.Tx) error { return account.Insert(ctx, tx, finance, "-") })
}

// live makes up a day: bookings that are paid, some refunded, settled in the evening and at the bank on the next day; payouts on Mondays.
func (c *counting) live() {
	batch := "SBX-" + c.day.Format(time.DateOnly)
	file := proof.Filled{Taken: proof.Taken{Kind: proof.SettlementFile, Name: batch + ".csv", SHA256: batch, Reference: batch, From: c.day, To: c.day, TakenAt: c.day.AddDate(0, 0, 1)}}
	total := money.Of(0, money.MAD)
	settle := func(kind proof.LineType, p payment.Payment, gross, fee int64, at time.Time) {
		line := proof.SettlementLine{ID: ids.New(), Processor: "SBX", Type: kind, Ref: p.Ref, PaymentID: p.ID, Gross: money.Of(gross, money.MAD), Fee: money.Of(fee, money.MAD),
			Net: money.Of(gross-fee, money.MAD), Batch: batch, At: at}
		total.Minor += line.Net.Minor
		file.Settlement = append(file.Settlement, line)
	}
	for i := range bookingsADay {
		at := c.day.Add(8*time.Hour + time.Duration(i)*15*time.Minute)
		gross := int64(100_00 + (c.made*7919)%900_00)
		p := payment.Payment{ID: ids.New(), BookingID: ids.New(), Method: payment.Card, Captured: money.Of(gross, money.MAD), Fee: money.Of(gross*24/1000+2_00, money.MAD)}
		p.Ref = "ch_" + p.ID
		c.moved = append(c.moved, payment.CaptureOf(p, at))
		c.made++
		switch wrong := c.made % plantedEvery; {
		case wrong == 0: // missing
			c.planted++
			continue
		case wrong == plantedEvery/2: // taken twice
			c.planted++
			settle(proof.Charge, p, gross, p.Fee.Minor, at)
		}
		settle(proof.Charge, p, gross, p.Fee.Minor, at)
		if c.made%20 == 0 {
			refund := payment.Refund{ID: ids.New(), Ref: "re_" + p.ID, Amount: money.Of(gross/2, money.MAD)}
			c.moved = append(c.moved, payment.RefundedOf(p, refund, at.Add(time.Hour)))
			settle(proof.RefundLine, p, -refund.Amount.Minor, 0, at.Add(time.Hour))
		}
	}
	file.Settlement = append(file.Settlement, proof.SettlementLine{ID: "po_" + batch, Processor: "SBX", Type: proof.PayoutLine, Gross: total, Fee: money.Of(0, money.MAD), Net: total,
		Batch: batch, At: c.day.AddDate(0, 0, 1)})
	file.Taken.Lines, file.Taken.Total = len(file.Settlement), total
	c.files = append(c.files, file)
	c.day = c.day.AddDate(0, 0, 1)
	c.bank(batch, total)
}

// bank makes up the statement of a day.
func (c *counting) bank(batch string, total money.Amount) {
	name := c.day.Format(time.DateOnly)
	s := proof.Filled{Taken: proof.Taken{Kind: proof.StatementFile, Name: name + ".xml", SHA256: "statement " + name, Reference: name, AccountID: payout.DefaultHouse.IBAN, From: c.day,
		To: c.day, Total: money.Of(0, money.MAD), Opening: c.balance, TakenAt: c.day.Add(20 * time.Hour)}}
	add := func(amount money.Amount, reference string, paid *payout.Payout) {
		line := proof.BankLine{ID: proof.LineID(c.day, name, len(s.Bank)+1), AccountID: payout.DefaultHouse.IBAN, BookedOn: c.day, Amount: amount, Reference: reference, Text: "VIR"}
		s.Bank = append(s.Bank, line)
		s.Taken.Total.Minor += amount.Minor
		c.moved = append(c.moved, proof.TransactionOf(line, paid))
	}
	add(total, batch, nil)
	if c.day.Weekday() == time.Monday {
		for _, p := range c.pay() {
			add(money.Of(-p.Amount.Minor, money.MAD), p.EndToEndID, &p)
		}
	}
	s.Taken.Lines = len(s.Bank)
	c.balance.Minor += s.Taken.Total.Minor
	s.Taken.Closing = c.balance
	c.files = append(c.files, s)
}

// pay makes up the week's payouts.
func (c *counting) pay() []payout.Payout {
	year, week := c.day.ISOWeek()
	batch := payout.Batch{ID: ids.New(), Name: fmt.Sprintf("KHP-%d-W%02d", year, week), Through: c.day, Count: payoutsAWeek, Total: money.Of(0, money.MAD), PreparedAt: c.day, SentAt: c.day, SentBy: c.finance.ID}
	var all []payout.Payout
	for i := range payoutsAWeek {
		if len(c.paid) == i {
			to := payout.BankAccount{ID: ids.New(), ProviderID: ids.New(), AccountID: c.finance.ID, Holder: "A Provider", IBAN: payout.DefaultHouse.IBAN, CreatedAt: c.day}
			c.paid, c.sent.accounts = append(c.paid, to), append(c.sent.accounts, to)
		}
		to := c.paid[i]
		p := payout.Payout{ID: ids.New(), BatchID: batch.ID, ProviderID: to.ProviderID, ProviderName: to.Holder, BankAccountID: to.ID, Holder: to.Holder, IBAN: to.IBAN,
			Amount: money.Of(int64(500_00+i*11_11), money.MAD), EndToEndID: payout.EndToEndID(batch.Name, i+1), Status: payout.Paid, At: c.day, SentAt: c.day, SettledAt: c.day}
		batch.Total.Minor += p.Amount.Minor
		c.moved = append(c.moved, payout.SentOf(p))
		all = append(all, p)
	}
	c.sent.batches, c.sent.payouts = append(c.sent.batches, batch), append(c.sent.payouts, all...)
	return all
}

// keep stores what was made up since it was called last.
func (c *counting) keep(ctx context.Context) error {
	c.clock.Set(c.day.AddDate(0, 0, 4).Add(150 * time.Minute)) // so late that nothing waits
	err := c.db.Tx(ctx, func(tx *db.Tx) error {
		if err := payout.Import(ctx, tx, c.sent.batches, c.sent.payouts, c.sent.accounts); err != nil {
			return err
		}
		if err := ledger.Import(ctx, tx, c.moved); err != nil {
			return err
		}
		return proof.Import(ctx, tx, c.files)
	})
	c.files, c.moved = nil, nil
	c.sent.batches, c.sent.payouts, c.sent.accounts = nil, nil, nil
	return err
}

// workedSoFar is the processor time of this process and of its children that have ended.
func workedSoFar() (sum time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var used syscall.Rusage
		if syscall.Getrusage(who, &used) == nil {
			sum += time.Duration(used.Utime.Nano() + used.Stime.Nano())
		}
	}
	return sum
}

// prove returns how long the proof took.
func (c *counting) prove(ctx context.Context) (time.Duration, error) {
	started := time.Now()
	err := c.proof.ProveNow(ctx)
	return time.Since(started), err
}
