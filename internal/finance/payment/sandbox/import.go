package sandbox

import (
	"context"
	"fmt"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/platform/db"
)

// Record is a charge with its past.
type Record struct {
	Charge    processor.Charge
	State     processor.State
	LastFour  string // of the card; empty for one that nobody has paid
	CreatedAt time.Time
}

// changedAt is when the last thing happened that the record tells of.
func (r Record) changedAt() time.Time {
	at := r.CreatedAt
	later := func(t time.Time) {
		if t.After(at) {
			at = t
		}
	}
	later(r.State.CapturedAt)
	for _, refund := range r.State.Refunds {
		later(refund.At)
	}
	for _, b := range r.State.Chargebacks {
		later(b.At)
	}
	return at
}

// Import fills in charges in bulk, and the settlement lines that Settlement answers with. Nothing is told of them.
func Import(ctx context.Context, tx *db.Tx, records []Record, lines []Line) error {
	charges := make([][]any, len(records))
	var refunds, chargebacks [][]any
	for i, r := range records {
		if r.State.Ref == "" || r.State.PaymentID != r.Charge.PaymentID || !knownStatus(r.State.Status) {
			return fmt.Errorf("sandbox: the charge of payment %q has another state than its own", r.Charge.PaymentID)
		}
		c := charge{Charge: r.Charge, state: r.State, lastFour: r.LastFour, createdAt: r.CreatedAt, updatedAt: r.changedAt()}
		charges[i] = c.values()
		for _, refund := range r.State.Refunds {
			refunds = append(refunds, []any{refund.Ref, c.state.Ref, refund.Key, refund.Amount.Minor, db.At(refund.At)})
		}
		for _, b := range r.State.Chargebacks {
			chargebacks = append(chargebacks, []any{b.Ref, c.state.Ref, b.Amount.Minor, b.Fee.Minor, b.Reason, string(b.Status), db.At(b.At)})
		}
	}
	if err := tx.InsertMany(ctx, "sandbox_charges", []string{"ref", "payment_id", "amount_minor", "currency", "summary", "language", "return_url", "immediate",
		"status", "decline", "last_four", "code_tries", "captured_minor", "fee_minor", "captured_at", "created_at", "updated_at"}, charges); err != nil {
		return err
	}
	if err := tx.InsertMany(ctx, "sandbox_refunds", []string{"ref", "charge_ref", "key", "amount_minor", "at"}, refunds); err != nil {
		return err
	}
	if err := tx.InsertMany(ctx, "sandbox_chargebacks", []string{"ref", "charge_ref", "amount_minor", "fee_minor", "reason", "status", "at"}, chargebacks); err != nil {
		return err
	}
	return insertLines(ctx, tx, lines)
}
