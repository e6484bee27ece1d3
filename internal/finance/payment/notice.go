package payment

import (
	"context"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
)

// change is what watchers of a booking are told at once.
type change struct {
	ID      string `json:"id"` // of the booking
	Payment Status `json:"payment"`
}

// missingNotice tells both sides of a booking that fell away. Their open pages hear of it from the booking.
func missingNotice(b booking.Booking) notify.Notice {
	var n notify.Notice
	for _, side := range []booking.Side{booking.CustomerSide, booking.ProviderSide} {
		n.Letters = append(n.Letters, notify.Letter{AccountID: b.AccountOf(side), Template: notify.PaymentMissing, Args: booking.LetterArgs(b)})
	}
	return n
}

// tell has the open pages of both sides show the payment as it is, and writes the customer of money that was taken or given back.
func (s *Service) tell(ctx context.Context, tx *db.Tx, b booking.Booking, p *Payment, happened []ledger.Transaction) error {
	n := notify.Notice{Watchers: []string{b.CustomerID, b.ProviderAccountID}, Type: "booking.changed", Data: change{b.ID, p.Status}}
	for _, t := range happened {
		switch t.Type {
		case TypeCapture:
			n.Letters = append(n.Letters, letter(b, notify.PaymentReceived, p.Captured))
		case TypeRefunded:
			n.Letters = append(n.Letters, letter(b, notify.RefundSent, creditOf(t, ledger.ProcessorClearing)))
		}
	}
	return s.config.Notifier.Tell(ctx, tx, n)
}

func letter(b booking.Booking, template notify.Template, amount money.Amount) notify.Letter {
	args := booking.LetterArgs(b)
	args["Amount"] = notify.Money(amount)
	return notify.Letter{AccountID: b.CustomerID, Template: template, Args: args}
}

// creditOf is what a transaction credits to an account without owner.
func creditOf(t ledger.Transaction, kind ledger.Kind) (sum money.Amount) {
	for _, l := range t.Postings {
		if l.Account.Kind == kind && l.Minor < 0 {
			sum = money.Of(sum.Minor-l.Minor, l.Currency)
		}
	}
	return sum
}
