package payout

import (
	"context"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// exported is what a person gets of what is kept about their money.
type exported struct {
	BankAccounts []exportedAccount `json:"bank_accounts"`
	Payouts      []exportedPayout  `json:"payouts"`
}

type exportedAccount struct {
	Holder     string    `json:"holder"`
	IBAN       string    `json:"iban"`
	CreatedAt  time.Time `json:"created_at"`
	ReplacedAt time.Time `json:"replaced_at,omitzero"`
}

type exportedPayout struct {
	Reference string       `json:"reference"`
	IBAN      string       `json:"iban"`
	Amount    money.Amount `json:"amount"`
	Status    Status       `json:"status"`
	At        time.Time    `json:"at"`
}

// Export returns a person's bank accounts and payouts. It is part of account.Holder.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	const name = "payouts"
	accounts, err := accountsWhere(ctx, s.config.DB, `account_id = $1 ORDER BY created_at, id`, accountID)
	if err != nil || len(accounts) == 0 {
		return name, nil, err
	}
	all := exported{BankAccounts: []exportedAccount{}, Payouts: []exportedPayout{}}
	for _, a := range accounts {
		all.BankAccounts = append(all.BankAccounts, exportedAccount{a.Holder, a.IBAN, a.CreatedAt, a.ReplacedAt})
	}
	payouts, err := payoutsWhere(ctx, s.config.DB, ofPerson+` ORDER BY prepared_at, id`, accountID)
	for _, p := range payouts {
		all.Payouts = append(all.Payouts, exportedPayout{p.EndToEndID, p.IBAN, p.Amount, p.Status, p.At})
	}
	return name, all, err
}

// ofPerson is the condition for the payouts to one person.
const ofPerson = `bank_account_id IN (SELECT id FROM payout_accounts WHERE account_id = $1)`

// Erase takes a person's bank accounts away, and their name out of payouts; what was paid and invoiced stays, as the law asks. It returns
// conflict while a payout is on its way. It is part of account.Holder.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	if err := tx.Lock(ctx, turns); err != nil {
		return err
	}
	waiting, err := payoutsWhere(ctx, tx, ofPerson+` AND status IN ('prepared', 'sent') LIMIT 1`, accountID)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		return errs.New(errs.Conflict, "payout.erase_under_way")
	}
	for _, statement := range []string{
		`UPDATE payouts SET holder = '', iban = '', provider_name = '' WHERE ` + ofPerson,
		`UPDATE payout_invoices SET provider_name = '' WHERE provider_id IN (SELECT provider_id FROM payout_accounts WHERE account_id = $1)`,
	} {
		if _, err := tx.Exec(ctx, statement, accountID); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE payout_accounts SET holder = '', iban = '', replaced_at = coalesce(replaced_at, $2) WHERE account_id = $1`, accountID, db.At(tx.Now))
	return err
}
