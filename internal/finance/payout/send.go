package payout

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// maxFileBytes bounds a file for the bank: some hundred thousand payouts.
const maxFileBytes = 128 << 20

// Send releases a batch: its payouts are posted to the ledger and its file is made. Payouts that what is owed by now does not cover any more
// are dropped. It takes a reviewer who did not prepare the batch: others get forbidden; it returns conflict where it was sent before.
func (s *Service) Send(ctx context.Context, actor account.Actor, batchID string) (Batch, error) {
	if err := actor.RequireRole(account.Reviewer); err != nil {
		return Batch{}, err
	}
	var sent Batch
	kept := ""
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, turns); err != nil {
			return err
		}
		b, err := findBatch(ctx, tx, batchID, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if err := b.sendable(actor.ID); err != nil {
			return err
		}
		payouts, err := ofBatch(ctx, tx, b.ID, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		covered, err := s.cover(ctx, s.config.Book.In(tx))
		if err != nil {
			return err
		}
		b.SentAt, b.SentBy, b.Count, b.Total = tx.Now, actor.ID, 0, money.Of(0, b.Total.Currency)
		for i := range payouts {
			if err := s.release(ctx, tx, &b, &payouts[i], covered[payouts[i].ProviderID]); err != nil {
				return err
			}
		}
		if b.Count > 0 {
			ref, err := s.keepFile(ctx, b, payouts)
			if err != nil {
				return err
			}
			b.fileSHA256, kept = ref.SHA256, ref.SHA256
		}
		if err := saveBatch(ctx, tx, b); err != nil {
			return err
		}
		sent = b
		return s.audit(ctx, tx, actor.ID, "payout.sent", "payout_batch", b.ID, map[string]any{"name": b.Name, "count": b.Count, "total_minor": b.Total.Minor})
	})
	if err != nil && kept != "" {
		err = errors.Join(err, s.config.Blobs.Delete(context.WithoutCancel(ctx), kept)) // nobody refers to it
	}
	return sent, err
}

// release sends one payout of a batch, or drops it where what is owed to its provider, in minor units, does not cover it any more.
func (s *Service) release(ctx context.Context, tx *db.Tx, b *Batch, p *Payout, owed int64) error {
	if owed < p.Amount.Minor {
		if err := p.settle(Prepared, Dropped, tx.Now); err != nil {
			return err
		}
		return savePayout(ctx, tx, *p)
	}
	if err := p.settle(Prepared, Sent, tx.Now); err != nil {
		return err
	}
	var err error
	if b.Total, err = b.Total.Add(p.Amount); err != nil {
		return err
	}
	b.Count++
	t := SentOf(*p)
	t.Actor = b.SentBy
	if _, err := ledger.Post(ctx, tx, t); err != nil {
		return err
	}
	if err := savePayout(ctx, tx, *p); err != nil {
		return err
	}
	return s.tell(ctx, tx, *p, notify.PayoutSent)
}

// cover is what everybody is owed now, without what is disputed, in minor units.
func (s *Service) cover(ctx context.Context, book *ledger.Book) (map[string]int64, error) {
	payables, err := book.Payables(ctx, time.Time{})
	if err != nil {
		return nil, err
	}
	held, err := s.held(ctx, book, "", time.Time{})
	if err != nil {
		return nil, err
	}
	covered := make(map[string]int64, len(payables))
	for providerID, payable := range payables {
		covered[providerID] = payable.Minor - held[providerID].now
	}
	return covered, nil
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, p Payout, template notify.Template) error {
	account, err := accountsWhere(ctx, tx, `id = $1`, p.BankAccountID)
	if err != nil || len(account) == 0 {
		return err
	}
	args := map[string]notify.Value{"Amount": notify.Money(p.Amount), "IBAN": notify.Words(MaskIBAN(p.IBAN))}
	return s.config.Notifier.Tell(ctx, tx, notify.Notice{Watchers: []string{account[0].AccountID}, Type: changed,
		Letters: []notify.Letter{{AccountID: account[0].AccountID, Template: template, Args: args}}})
}

func (s *Service) keepFile(ctx context.Context, b Batch, payouts []Payout) (blob.Ref, error) {
	content, err := Order(b, payouts, s.config.House)
	if err != nil {
		return blob.Ref{}, err
	}
	return s.config.Blobs.Put(ctx, bytes.NewReader(content), maxFileBytes)
}

// File returns the file of a batch that was sent, for finance, with the name to save it under. It returns forbidden to others, conflict where
// the batch was not sent, and gone where it has no payouts left.
func (s *Service) File(ctx context.Context, actor account.Actor, batchID string) (name string, content []byte, err error) {
	b, payouts, err := s.Batch(ctx, actor, batchID)
	if err != nil {
		return "", nil, err
	}
	switch {
	case !b.Sent():
		return "", nil, errs.New(errs.Conflict, "payout.not_sent")
	case b.Count == 0:
		return "", nil, errs.New(errs.Gone, "payout.empty_batch")
	}
	name = b.Name + ".xml"
	if b.fileSHA256 == "" { // it was imported
		content, err = Order(b, payouts, s.config.House)
		return name, content, err
	}
	file, err := s.config.Blobs.Open(ctx, b.fileSHA256)
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	content, err = io.ReadAll(file)
	return name, content, err
}

// BankLine is what a bank's statement says about a payout.
type BankLine struct {
	Reference string       // the bank's, or the statement's line
	Amount    money.Amount // positive: received; negative: paid
}

// Paid notes, as part of tx, that a payout was seen on the bank's statement, and books it. It returns false where that was noted before,
// not_found for an unknown end-to-end id, and conflict where the payout was not sent or the amount is another one: nothing is booked then.
func (s *Service) Paid(ctx context.Context, tx *db.Tx, endToEndID string, line BankLine) (Payout, bool, error) {
	p, err := hold(ctx, tx, endToEndID)
	if err != nil {
		return Payout{}, false, err
	}
	if p.Status == Paid || p.Status == Returned {
		return p, false, nil
	}
	if line.Amount.Currency != p.Amount.Currency || line.Amount.Minor != -p.Amount.Minor {
		return p, false, errs.New(errs.Conflict, "payout.other_amount").With(errs.Args{"Name": p.EndToEndID})
	}
	if err := p.settle(Sent, Paid, tx.Now); err != nil {
		return p, false, err
	}
	if _, err := ledger.Post(ctx, tx, withReference(PaidOf(p), line)); err != nil {
		return p, false, err
	}
	return p, true, savePayout(ctx, tx, p)
}

// Return notes, as part of tx, that a payout came back from the provider's bank, owes the provider the money again, and tells them to look at
// their bank account. The actor is who settled the case. It returns not_found for an unknown end-to-end id, and conflict where the payout was
// not paid, or the amount is another one.
func (s *Service) Return(ctx context.Context, tx *db.Tx, endToEndID, actorID string, line BankLine) (Payout, error) {
	p, err := hold(ctx, tx, endToEndID)
	if err != nil {
		return Payout{}, err
	}
	if line.Amount != p.Amount {
		return p, errs.New(errs.Conflict, "payout.other_amount").With(errs.Args{"Name": p.EndToEndID})
	}
	if err := p.settle(Paid, Returned, tx.Now); err != nil {
		return p, err
	}
	t := withReference(ReturnedOf(p), line)
	t.Actor = actorID
	if _, err := ledger.Post(ctx, tx, t); err != nil {
		return p, err
	}
	if err := savePayout(ctx, tx, p); err != nil {
		return p, err
	}
	return p, s.tell(ctx, tx, p, notify.PayoutReturned)
}

func withReference(t ledger.Transaction, line BankLine) ledger.Transaction {
	if line.Reference != "" {
		t.Reference = line.Reference
	}
	return t
}
