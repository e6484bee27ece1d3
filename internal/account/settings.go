package account

import (
	"context"
	"strings"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// ProfileInput is what people say of themselves.
type ProfileInput struct {
	Name     string
	Language string
	Phone    string // as it is typed; empty: none
}

// UpdateProfile replaces what the actor says of themselves. It returns unauthenticated for nobody, and invalid with the fields name,
// language and phone.
func (s *Service) UpdateProfile(ctx context.Context, actor Actor, input ProfileInput) error {
	if err := actor.Require(); err != nil {
		return err
	}
	var f errs.Fields
	input.Name = text.Check(&f, "name", input.Name, nameRules)
	input.Language = checkLanguage(&f, input.Language)
	phone, ok := ParsePhone(input.Phone)
	f.Check(ok, "phone", "account.phone_malformed")
	if err := f.Err(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		current, err := lockAccount(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		a := current.Account
		a.Name, a.Language, a.Phone = input.Name, input.Language, phone
		if a == current.Account {
			return nil
		}
		s.forget(ctx, tx, a.ID)
		if err := updateProfile(ctx, tx, a); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "account.profile_changed", SubjectKind: "account", SubjectID: a.ID})
	})
}

const (
	maxPhoneTyped = 40
	minPhone      = 8 // digits, with those of the country (ITU-T E.164, 6.2)
	maxPhone      = 15
	moroccoDigits = 9 // behind +212
)

// ParsePhone returns a telephone number in the form of E.164, "+212612345678". What begins with a single zero is Moroccan. The
// empty text is no number, which is fine.
func ParsePhone(typed string) (string, bool) {
	if len(typed) > maxPhoneTyped {
		return "", false
	}
	digits := strings.Map(keepPhone, strings.TrimSpace(typed))
	switch {
	case digits == "":
		return "", strings.TrimSpace(typed) == ""
	case strings.ContainsRune(digits, '?'):
		return "", false
	case strings.HasPrefix(digits, "+"):
		digits = digits[1:]
	case strings.HasPrefix(digits, "00"):
		digits = digits[2:]
	case strings.HasPrefix(digits, "0"):
		digits = "212" + digits[1:]
	default:
		return "", false
	}
	if strings.Contains(digits, "+") || len(digits) < minPhone || len(digits) > maxPhone || digits[0] == '0' {
		return "", false
	}
	if local, found := strings.CutPrefix(digits, "212"); found && (len(local) != moroccoDigits || !strings.ContainsRune("5678", rune(local[0]))) {
		return "", false
	}
	return "+" + digits, true
}

// keepPhone drops what people group digits with, reads Arabic digits, and turns what has no place in a number into "?".
func keepPhone(r rune) rune {
	switch {
	case r >= '0' && r <= '9' || r == '+':
		return r
	case r >= '٠' && r <= '٩':
		return '0' + r - '٠'
	case strings.ContainsRune(" .-()/\u00a0\u202f\u200e\u200f\u202a\u202c", r):
		return -1
	}
	return '?'
}

// AcceptTerms keeps that the actor has accepted the terms, for those whose account is older than that question. It returns
// unauthenticated for nobody.
func (s *Service) AcceptTerms(ctx context.Context, actor Actor) error {
	if err := actor.Require(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(ctx, tx, actor.ID)
		if err != nil || !a.TermsAcceptedAt.IsZero() {
			return err
		}
		s.forget(ctx, tx, a.ID)
		if err := markTermsAccepted(ctx, tx, a.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "account.terms_accepted", SubjectKind: "account", SubjectID: a.ID})
	})
}

// Address is a place that a person has work done at.
type Address struct {
	ID      string
	Label   string // "Home"
	Address string
	CityID  string // a city of the catalog, or empty
	Default bool
}

// AddressInput is Address as it is typed; without an ID it is a new one, and IdempotencyKey counts.
type AddressInput struct {
	Address
	IdempotencyKey string
}

const (
	maxAddresses   = 10
	maxCityIDBytes = 60
)

var (
	labelRules   = text.Rules{MinRunes: 1, MaxRunes: 40}
	addressRules = text.Rules{MinRunes: 5, MaxRunes: 300}
)

// Addresses returns the actor's saved addresses, the default one first. It returns unauthenticated for nobody.
func (s *Service) Addresses(ctx context.Context, actor Actor) ([]Address, error) {
	if err := actor.Require(); err != nil {
		return nil, err
	}
	return addressesOf(ctx, s.db, actor.ID)
}

// PutAddress adds an address or replaces one. The first one is the default, and of several at most one is. It returns
// unauthenticated for nobody, invalid with the fields label, address and city_id, not_found for an address that is not the
// actor's, and conflict where there are ten already.
func (s *Service) PutAddress(ctx context.Context, actor Actor, input AddressInput) (Address, error) {
	if err := actor.Require(); err != nil {
		return Address{}, err
	}
	var f errs.Fields
	a := input.Address
	a.Label = text.Check(&f, "label", a.Label, labelRules)
	a.Address = text.Check(&f, "address", a.Address, addressRules)
	f.Check(len(a.CityID) <= maxCityIDBytes, "city_id", "account.city_unknown")
	if err := f.Err(); err != nil {
		return Address{}, err
	}
	request := idempotency.Request{Scope: "account.address:" + actor.ID, Key: input.IdempotencyKey, Body: a}
	if a.ID != "" {
		request.Key = ""
		if !ids.Valid(a.ID) {
			return Address{}, errs.New(errs.NotFound, "error.not_found")
		}
	}
	var saved Address
	err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		saved, _, err = idempotency.Run(ctx, tx, request, func() (Address, error) { return putAddress(ctx, tx, actor, a) })
		return err
	})
	return saved, err
}

func putAddress(ctx context.Context, tx *db.Tx, actor Actor, a Address) (Address, error) {
	if _, err := lockAccount(ctx, tx, actor.ID); err != nil {
		return a, err
	}
	kept, err := addressesOf(ctx, tx, actor.ID)
	if err != nil {
		return a, err
	}
	action := "address.changed"
	if a.ID == "" {
		if len(kept) >= maxAddresses {
			return a, errs.New(errs.Conflict, "account.too_many_addresses").With(errs.Args{"Max": maxAddresses})
		}
		a.ID, a.Default, action = ids.New(), a.Default || len(kept) == 0, "address.added"
		err = insertAddress(ctx, tx, actor.ID, a)
	} else {
		if len(kept) == 1 {
			a.Default = true
		}
		var found bool
		if found, err = updateAddress(ctx, tx, actor.ID, a); err == nil && !found {
			err = errs.New(errs.NotFound, "error.not_found")
		}
	}
	if err != nil {
		return a, err
	}
	if a.Default {
		if err := leaveDefault(ctx, tx, actor.ID, a.ID); err != nil {
			return a, err
		}
	}
	return a, audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: action, SubjectKind: "address", SubjectID: a.ID})
}

// RemoveAddress forgets one of the actor's addresses. It returns unauthenticated for nobody, and not_found for an address that is
// not the actor's.
func (s *Service) RemoveAddress(ctx context.Context, actor Actor, id string) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if !ids.Valid(id) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		found, err := deleteAddress(ctx, tx, actor.ID, id)
		if err != nil {
			return err
		}
		if !found {
			return errs.New(errs.NotFound, "error.not_found")
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "address.removed", SubjectKind: "address", SubjectID: id})
	})
}
