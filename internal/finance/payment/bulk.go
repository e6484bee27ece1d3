package payment

import (
	"context"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/platform/db"
)

// ListIndexes are the indexes that filling a database may do without meanwhile.
var ListIndexes = []string{"payments_list", "payments_ref"}

// Import adds payments as they are, with their refunds and chargebacks, as they stand in the ledger already: it posts nothing, asks no processor and
// tells nobody. A payment that is reserved (Authorised) is one that its processor knows under its Ref.
func Import(ctx context.Context, tx *db.Tx, all []Payment) error {
	var rows, refunds, chargebacks [][]any
	for _, p := range all {
		p.imported()
		rows = append(rows, values(p))
		for _, r := range p.Refunds {
			r.posted = map[RefundStatus]int{RefundWanted: 1, RefundSent: 2, RefundFailed: 3}[r.Status]
			refunds = append(refunds, refundValues(p, r))
		}
		for _, c := range p.Chargebacks {
			c.posted = 2
			if c.Status == processor.ChargebackOpened {
				c.posted = 1
			}
			chargebacks = append(chargebacks, chargebackValues(p, c))
		}
	}
	if err := tx.InsertMany(ctx, "payments", columnNames, rows); err != nil {
		return err
	}
	if err := tx.InsertMany(ctx, "payment_refunds", refundColumns, refunds); err != nil {
		return err
	}
	return tx.InsertMany(ctx, "payment_chargebacks", chargebackColumns, chargebacks)
}

// imported fills in what others cannot: how far the charge is at the processor.
func (p *Payment) imported() {
	switch p.Status {
	case Authorised, Capturing:
		p.charge = processor.Authorised
	case Captured:
		p.charge, p.feeKnown = processor.Captured, true
	case Released:
		if p.Ref != "" {
			p.charge = processor.Voided
		}
	}
}
