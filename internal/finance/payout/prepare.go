package payout

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// turns is the name under which everything that decides who is paid what takes turns.
const turns = "payouts"

// PrepareDue prepares the week's batch once the hour has come, and returns whether it made one. It does nothing where this week was looked at
// before, whichever node did so.
func (s *Service) PrepareDue(ctx context.Context) (bool, error) {
	now := s.config.Clock.Now()
	monday := weekStart(now)
	if now.Before(atPayHour(monday)) {
		return false, nil
	}
	var looked bool
	err := s.config.DB.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM payout_weeks WHERE through = $1)`, db.At(monday)).Scan(&looked)
	if looked || err != nil {
		return false, err
	}
	made := false
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		made = false
		if err := tx.Lock(ctx, turns); err != nil {
			return err
		}
		if before, err := lookedAt(ctx, tx, db.At(monday)); before || err != nil {
			return err
		}
		b, err := s.prepare(ctx, tx, monday, "")
		made = err == nil && b.Count > 0
		return err
	})
	return made, err
}

// Prepare makes a batch of what was posted before today, for finance. It returns forbidden to others, and conflict where nobody is due
// anything.
func (s *Service) Prepare(ctx context.Context, actor account.Actor) (Batch, error) {
	if err := mayLook(actor); err != nil {
		return Batch{}, err
	}
	var made Batch
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if err := tx.Lock(ctx, turns); err != nil {
			return err
		}
		if made, err = s.prepare(ctx, tx, dayStart(tx.Now), actor.ID); err == nil && made.Count == 0 {
			err = errs.New(errs.Conflict, "payout.nothing_due")
		}
		return err
	})
	return made, err
}

// prepare makes a batch of what was posted before through; where that is nothing, the batch is empty and nothing is stored.
func (s *Service) prepare(ctx context.Context, tx *db.Tx, through time.Time, actorID string) (Batch, error) {
	dues, err := s.dues(ctx, tx, s.config.Book.In(tx), through)
	if err != nil {
		return Batch{}, err
	}
	dues = slices.DeleteFunc(dues, func(d Due) bool { return d.Hold != "" })
	if len(dues) == 0 {
		return Batch{}, nil
	}
	name, err := nextBatchName(ctx, tx)
	if err != nil {
		return Batch{}, err
	}
	b := Batch{ID: ids.New(), Name: name, Through: through, Count: len(dues), Total: money.Of(0, money.MAD), PreparedAt: tx.Now, PreparedBy: actorID}
	payouts := make([]Payout, len(dues))
	for i, d := range dues {
		provider, err := s.config.Providers.ProviderOf(ctx, d.Account.AccountID)
		if err != nil {
			return Batch{}, err
		}
		if b.Total, err = b.Total.Add(d.Amount); err != nil {
			return Batch{}, err
		}
		payouts[i] = Payout{
			ID: ids.New(), BatchID: b.ID, ProviderID: d.ProviderID, ProviderName: provider.Name, BankAccountID: d.Account.ID, Holder: d.Account.Holder, IBAN: d.Account.IBAN,
			Amount: d.Amount, EndToEndID: EndToEndID(name, i+1), Status: Prepared, At: tx.Now,
		}
	}
	if err := insertBatches(ctx, tx, []Batch{b}); err != nil {
		return Batch{}, err
	}
	if err := insertPayouts(ctx, tx, payouts); err != nil {
		return Batch{}, err
	}
	return b, s.audit(ctx, tx, actorID, "payout.prepared", "payout_batch", b.ID, map[string]any{"name": name, "count": b.Count, "total_minor": b.Total.Minor})
}

// Hold says why nothing is paid.
type Hold string

// The closed set of reasons; the first that applies is given.
const (
	NothingEarned Hold = "nothing_earned" // or less than is owed for cash jobs
	NoBankAccount Hold = "no_bank_account"
	SentBack      Hold = "sent_back" // the last payout to this very account was returned
	BelowMinimum  Hold = "below_minimum"
)

// Due is what one provider would be paid.
type Due struct {
	ProviderID string
	Account    BankAccount // where there is one
	Amount     money.Amount
	Disputed   money.Amount // held back, and not in Amount
	Hold       Hold         // why Amount is not paid; empty: it is
}

// Outlook is what the next batch would be.
type Outlook struct {
	At       time.Time // when the house prepares it
	Count    int
	Total    money.Amount
	Disputed money.Amount // held back
	Waiting  []Due        // who would get nothing although they earned something, and why
}

// Outlook returns what a batch would be that were prepared now of all that has been posted, for finance. It returns forbidden to others.
func (s *Service) Outlook(ctx context.Context, actor account.Actor) (Outlook, error) {
	if err := mayLook(actor); err != nil {
		return Outlook{}, err
	}
	now := s.config.Clock.Now()
	dues, err := s.dues(ctx, s.config.DB, s.config.Book, time.Time{})
	if err != nil {
		return Outlook{}, err
	}
	o := Outlook{At: NextPayout(now), Total: money.Of(0, money.MAD), Disputed: money.Of(0, money.MAD)}
	for _, d := range dues {
		if o.Disputed, err = o.Disputed.Add(d.Disputed); err != nil {
			return Outlook{}, err
		}
		switch {
		case d.Hold == NothingEarned:
		case d.Hold != "":
			o.Waiting = append(o.Waiting, d)
		default:
			o.Count++
			if o.Total, err = o.Total.Add(d.Amount); err != nil {
				return Outlook{}, err
			}
		}
	}
	return o, nil
}

// dues works out what everybody is due of what was posted before through, or at all where that is the zero time, in the order of the providers' ids. What was given back, charged
// back or disputed since counts as well, so that nobody is paid what is not theirs any more.
func (s *Service) dues(ctx context.Context, q db.Querier, book *ledger.Book, through time.Time) ([]Due, error) {
	then, err := book.Payables(ctx, through)
	if err != nil {
		return nil, err
	}
	now, err := book.Payables(ctx, time.Time{})
	if err != nil {
		return nil, err
	}
	held, err := s.held(ctx, book, "", through)
	if err != nil {
		return nil, err
	}
	reserved, err := reservedFor(ctx, q, through)
	if err != nil {
		return nil, err
	}
	accounts, err := accountsWhere(ctx, q, `replaced_at IS NULL`)
	if err != nil {
		return nil, err
	}
	byProvider := make(map[string]BankAccount, len(accounts))
	for _, a := range accounts {
		byProvider[a.ProviderID] = a
	}
	back, err := sentBack(ctx, q)
	if err != nil {
		return nil, err
	}
	dues := make([]Due, 0, len(now))
	for providerID, payable := range now {
		h, r := held[providerID], reserved[providerID]
		minor := min(then[providerID].Minor-h.then-r.then, payable.Minor-h.now-r.now)
		account, known := byProvider[providerID]
		dues = append(dues, Due{
			ProviderID: providerID, Account: account, Amount: money.Of(max(0, minor), money.MAD), Disputed: money.Of(h.now, money.MAD), Hold: holdOf(minor, known, back[account.ID]),
		})
	}
	slices.SortFunc(dues, func(a, b Due) int { return strings.Compare(a.ProviderID, b.ProviderID) })
	return dues, nil
}

func holdOf(minor int64, hasAccount, cameBack bool) Hold {
	switch {
	case minor <= 0:
		return NothingEarned
	case !hasAccount:
		return NoBankAccount
	case cameBack:
		return SentBack
	case minor < Minimum.Minor:
		return BelowMinimum
	}
	return ""
}

// twice is an amount in minor units as it was at a moment, and as it is now.
type twice struct{ then, now int64 }

// reservedFor reads, by provider, what is on its way to them: what is prepared is in no balance yet, and what was sent since through not in
// that of then.
func reservedFor(ctx context.Context, q db.Querier, through time.Time) (map[string]twice, error) {
	since := through.UnixMicro()
	if through.IsZero() {
		since = math.MaxInt64
	}
	payouts, err := payoutsWhere(ctx, q, `status = 'prepared' OR sent_at >= $1`, since)
	if err != nil {
		return nil, err
	}
	reserved := map[string]twice{}
	for _, p := range payouts {
		r := reserved[p.ProviderID]
		r.then += p.Amount.Minor
		if p.Status == Prepared {
			r.now += p.Amount.Minor
		}
		reserved[p.ProviderID] = r
	}
	return reserved, nil
}

// sentBack reads the present bank accounts to which a payout was returned.
func sentBack(ctx context.Context, q db.Querier) (map[string]bool, error) {
	returned, err := payoutsWhere(ctx, q, `status = 'returned' AND bank_account_id IN (SELECT id FROM payout_accounts WHERE replaced_at IS NULL)`)
	if err != nil {
		return nil, err
	}
	back := make(map[string]bool, len(returned))
	for _, p := range returned {
		back[p.BankAccountID] = true
	}
	return back, nil
}
