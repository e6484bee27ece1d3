package payout

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
)

// Weeks is how many weeks the chart of earnings shows.
const Weeks = 12

// Earnings is what a provider has to know about their money.
type Earnings struct {
	Payable     money.Amount // what the house owes; negative: what the provider owes for cash jobs
	Disputed    money.Amount // held back of it
	UnderWay    money.Amount // prepared, and not in the bank's hands yet
	Free        money.Amount // Payable less both, zero at least
	Next        time.Time    // when the house pays next
	NextAmount  money.Amount // what it would pay, as things stand
	Hold        Hold         // why NextAmount is zero; empty where it is not
	Contested   []Contest    // what is held back, booking by booking
	Account     BankAccount  // where it goes
	HasAccount  bool
	Last        Payout // the latest one that is not dropped
	HasLast     bool
	WeekEarned  []WeekEarned // Weeks of them, the oldest first
	MonthEarned money.Amount // in the month that it is
}

// WeekEarned is what was earned in one week, less what was given back.
type WeekEarned struct {
	Monday time.Time
	Amount money.Amount
}

// Contest is a booking whose money is held back.
type Contest struct {
	BookingID string
	ByBank    bool // the customer's bank took it back; else there is a dispute
	Amount    money.Amount
	Entry     Entry // what the booking was about, as far as it is known
}

// Earnings returns what the actor has earned and will be paid. It returns not_found where the actor is no provider.
func (s *Service) Earnings(ctx context.Context, actor account.Actor) (Earnings, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return Earnings{}, err
	}
	now := s.config.Clock.Now()
	e := Earnings{Next: NextPayout(now), UnderWay: money.Of(0, money.MAD), NextAmount: money.Of(0, money.MAD)}
	balance, err := s.config.Book.Balance(ctx, ledger.PayableTo(own.ID), money.MAD, time.Time{})
	if err != nil {
		return Earnings{}, err
	}
	e.Payable = money.Of(-balance.Minor, money.MAD)
	if err := s.contests(ctx, &e, own.ID); err != nil {
		return Earnings{}, err
	}
	if err := s.transfers(ctx, &e, own.ID); err != nil {
		return Earnings{}, err
	}
	return e, s.weeks(ctx, &e, own.ID, now)
}

// contests fills in what is held back.
func (s *Service) contests(ctx context.Context, e *Earnings, providerID string) error {
	found, err := s.contested(ctx, s.config.Book, providerID)
	if err != nil {
		return err
	}
	e.Disputed = money.Of(0, money.MAD)
	for _, c := range found {
		minor := c.earned(time.Time{})[providerID].now
		if minor <= 0 {
			continue
		}
		entries, err := s.entries(ctx, providerID, c.of(providerID))
		if err != nil {
			return err
		}
		contest := Contest{BookingID: c.bookingID, ByBank: c.chargeback, Amount: money.Of(minor, money.MAD)}
		if len(entries) > 0 {
			contest.Entry = entries[len(entries)-1]
		}
		e.Contested = append(e.Contested, contest)
		e.Disputed.Minor += minor
	}
	return nil
}

// of are the transactions that changed what a provider is owed.
func (c contested) of(providerID string) (own []ledger.Transaction) {
	for _, t := range c.transactions {
		if sumOf(t, ledger.PayableTo(providerID)) != 0 {
			own = append(own, t)
		}
	}
	return own
}

// transfers fills in what is on its way, and what will be next.
func (s *Service) transfers(ctx context.Context, e *Earnings, providerID string) (err error) {
	waiting, err := payoutsWhere(ctx, s.config.DB, `provider_id = $1 AND status = 'prepared'`, providerID)
	if err != nil {
		return err
	}
	for _, p := range waiting {
		e.UnderWay.Minor += p.Amount.Minor
	}
	if e.Account, e.HasAccount, err = presentAccount(ctx, s.config.DB, providerID); err != nil {
		return err
	}
	latest, err := payoutsWhere(ctx, s.config.DB, `provider_id = $1 AND status <> 'dropped' ORDER BY prepared_at DESC, id DESC LIMIT 1`, providerID)
	if err != nil {
		return err
	}
	if e.HasLast = len(latest) > 0; e.HasLast {
		e.Last = latest[0]
	}
	back, err := payoutsWhere(ctx, s.config.DB, `bank_account_id = $1 AND status = 'returned' LIMIT 1`, e.Account.ID)
	if err != nil {
		return err
	}
	left := e.Payable.Minor - e.Disputed.Minor - e.UnderWay.Minor
	e.Free = money.Of(max(0, left), money.MAD)
	if e.Hold = holdOf(left, e.HasAccount, len(back) > 0); e.Hold == "" {
		e.NextAmount = e.Free
	}
	return nil
}

// weeks fills in the chart, and the month.
func (s *Service) weeks(ctx context.Context, e *Earnings, providerID string, now time.Time) error {
	monday := weekStart(now)
	year, month, day := monday.In(zone()).Date()
	first := time.Date(year, month, day-7*(Weeks-1), 0, 0, 0, 0, zone()).UTC()
	for i := range Weeks {
		e.WeekEarned = append(e.WeekEarned, WeekEarned{time.Date(year, month, day-7*(Weeks-1-i), 0, 0, 0, 0, zone()).UTC(), money.Of(0, money.MAD)})
	}
	all, err := find(ctx, s.config.Book, ledger.Filter{Owner: providerID, From: first})
	if err != nil {
		return err
	}
	e.MonthEarned = money.Of(0, money.MAD)
	thisMonth := MonthOf(now)
	for _, t := range all {
		entry := entryOf(t, providerID)
		if !entry.Own() {
			continue
		}
		if !t.At.Before(thisMonth.Start()) {
			e.MonthEarned.Minor += entry.Amount.Minor
		}
		at := len(e.WeekEarned) - 1
		for at > 0 && t.At.Before(e.WeekEarned[at].Monday) {
			at--
		}
		e.WeekEarned[at].Amount.Minor += entry.Amount.Minor
	}
	return nil
}

// EntryPage is a part of a provider's entries, the newest first. NextCursor is empty on the last one.
type EntryPage struct {
	Items      []Entry
	NextCursor string
}

// Entries lists all that changed what the actor is owed. It returns not_found where the actor is no provider, and invalid with the fields limit
// and cursor.
func (s *Service) Entries(ctx context.Context, actor account.Actor, cursor string, limit int) (EntryPage, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return EntryPage{}, err
	}
	page, err := s.config.Book.Find(ctx, ledger.Filter{Owner: own.ID, Cursor: cursor, Limit: limit})
	if err != nil {
		return EntryPage{}, err
	}
	items, err := s.entries(ctx, own.ID, page.Items)
	return EntryPage{Items: items, NextCursor: page.NextCursor}, err
}

// Mine lists the actor's own payouts. It returns not_found where the actor is no provider, and invalid with the fields status, limit and cursor.
func (s *Service) Mine(ctx context.Context, actor account.Actor, f Filter) (Page, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return Page{}, err
	}
	f.ProviderID = own.ID
	return s.list(ctx, f)
}
