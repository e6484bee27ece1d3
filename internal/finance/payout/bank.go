package payout

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// BankAccount is where a provider wants their money. A change makes a new one; those before are kept.
type BankAccount struct {
	ID         string
	ProviderID string
	AccountID  string // who gave it: the provider's own account
	Holder     string
	IBAN       string // without spaces; people are shown Masked
	CreatedAt  time.Time
	ReplacedAt time.Time // zero: the one that is paid to
}

// Masked is the IBAN as it is shown.
func (a BankAccount) Masked() string { return MaskIBAN(a.IBAN) }

// BankAccountInput is what a provider says about their account.
type BankAccountInput struct {
	Holder   string
	IBAN     string // as it is typed
	Password string // of the one who asks: whoever sits at an open page shall not turn the money elsewhere
}

var holderRules = text.Rules{MinRunes: 2, MaxRunes: maxBankName}

// SetBankAccount replaces where the actor is paid, and tells them so by mail. It returns not_found where the actor is no provider, invalid with
// the fields holder, iban and password, forbidden for an actor who speaks through a token, and rate_limited after too many wrong passwords.
func (s *Service) SetBankAccount(ctx context.Context, actor account.Actor, input BankAccountInput) (BankAccount, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return BankAccount{}, err
	}
	var fields errs.Fields
	a := BankAccount{ID: ids.New(), ProviderID: own.ID, AccountID: actor.ID}
	a.Holder = text.Check(&fields, "holder", input.Holder, holderRules)
	var valid bool
	a.IBAN, valid = ParseIBAN(input.IBAN)
	fields.Check(valid, "iban", "payout.iban_wrong")
	if err := fields.Err(); err != nil {
		return BankAccount{}, err
	}
	if err := s.config.Accounts.Confirm(ctx, actor, input.Password); err != nil {
		return BankAccount{}, err
	}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "payout.account:"+own.ID); err != nil {
			return err
		}
		a.CreatedAt = tx.Now
		if _, err := tx.Exec(ctx, `UPDATE payout_accounts SET replaced_at = $2 WHERE provider_id = $1 AND replaced_at IS NULL`, own.ID, db.At(tx.Now)); err != nil {
			return err
		}
		if err := insertAccounts(ctx, tx, []BankAccount{a}); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, actor.ID, "payout.account_changed", "provider", own.ID, map[string]string{"iban": a.Masked()}); err != nil {
			return err
		}
		return s.config.Notifier.Tell(ctx, tx, notify.Notice{Watchers: []string{actor.ID}, Type: changed, Letters: []notify.Letter{{
			AccountID: actor.ID, Template: notify.BankAccountChanged, Args: map[string]notify.Value{"IBAN": notify.Words(a.Masked())},
		}}})
	})
	return a, err
}

// changed is what a provider's open pages are told.
const changed = "payout.changed"

// presentAccount is where a provider is paid now, and whether there is such an account.
func presentAccount(ctx context.Context, q db.Querier, providerID string) (BankAccount, bool, error) {
	found, err := accountsWhere(ctx, q, `provider_id = $1 AND replaced_at IS NULL`, providerID)
	if err != nil || len(found) == 0 {
		return BankAccount{}, false, err
	}
	return found[0], true, nil
}
