package ledger

import (
	"slices"
	"strings"
	"unicode/utf8"

	"khadamat/internal/money"
	"khadamat/internal/platform/chain"
	"khadamat/internal/platform/errs"
)

// check returns invalid for what must not be posted, with the message of the first thing that is wrong.
func (t *Transaction) check() error {
	if t.Key == "" {
		return errs.New(errs.Invalid, "ledger.key_missing")
	}
	if t.Type == "" {
		return errs.New(errs.Invalid, "ledger.type_missing").With(errs.Args{"Key": t.Key})
	}
	for _, text := range []string{t.Key, t.Type, t.Subject, t.Reference, t.Actor} {
		if !storable(text, longestKey) {
			return errs.New(errs.Invalid, "ledger.text_refused").With(errs.Args{"Key": t.Key, "Max": longestKey})
		}
	}
	if !storable(t.Note, longestNote) {
		return errs.New(errs.Invalid, "ledger.text_refused").With(errs.Args{"Key": t.Key, "Max": longestNote})
	}
	if n := len(t.Postings); n < 2 || n > MostPostings {
		return errs.New(errs.Invalid, "ledger.postings_count").With(errs.Args{"Key": t.Key, "Count": n, "Max": MostPostings})
	}
	for _, p := range t.Postings {
		if err := p.check(t.Key); err != nil {
			return err
		}
	}
	return t.checkBalance()
}

func storable(text string, longest int) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0) && utf8.RuneCountInString(text) <= longest
}

func (p Posting) check(key string) error {
	args := errs.Args{"Key": key, "Kind": string(p.Account.Kind), "Currency": string(p.Currency), "Amount": p.Amount().String()}
	switch {
	case !slices.Contains(Kinds, p.Account.Kind):
		return errs.New(errs.Invalid, "ledger.unknown_kind").With(args)
	case p.Account.Kind == ProviderPayable && p.Account.Owner == "":
		return errs.New(errs.Invalid, "ledger.owner_missing").With(args)
	case p.Account.Kind != ProviderPayable && p.Account.Owner != "":
		return errs.New(errs.Invalid, "ledger.owner_refused").With(args)
	case !storable(p.Account.Owner, longestKey):
		return errs.New(errs.Invalid, "ledger.text_refused").With(errs.Args{"Key": key, "Max": longestKey})
	case !p.Currency.Valid():
		return errs.New(errs.Invalid, "ledger.bad_currency").With(args)
	case p.negative:
		return errs.New(errs.Invalid, "ledger.negative").With(args)
	case p.Minor == 0:
		return errs.New(errs.Invalid, "ledger.zero").With(args)
	case p.Minor > LargestMinor || p.Minor < -LargestMinor:
		return errs.New(errs.Invalid, "ledger.too_large").With(args)
	}
	return nil
}

// checkBalance adds up each currency on its own. MostPostings of LargestMinor fit 64 bits; the addition is checked all the same.
func (t *Transaction) checkBalance() error {
	sums := map[money.Currency]money.Amount{}
	for _, p := range t.Postings {
		sum, err := money.Of(sums[p.Currency].Minor, p.Currency).Add(p.Amount())
		if err != nil {
			return errs.Wrap(err, errs.Invalid, "ledger.too_large").With(errs.Args{"Key": t.Key, "Amount": p.Amount().String()})
		}
		sums[p.Currency] = sum
	}
	for _, p := range t.Postings { // in their order, so that the same mistake has the same message
		if sum := sums[p.Currency]; !sum.IsZero() {
			return errs.New(errs.Invalid, "ledger.unbalanced").With(errs.Args{"Key": t.Key, "Amount": sum.String()})
		}
	}
	return nil
}

// content covers all that was asked for: everything but the id and the time, which a retry has anew.
func (t *Transaction) content() string {
	fields := make([]any, 0, 7+4*len(t.Postings))
	fields = append(fields, t.Key, t.Type, t.Subject, t.Reference, t.Actor, t.Note, t.Reverses)
	for _, p := range t.Postings {
		fields = append(fields, p.Account.Kind, p.Account.Owner, p.Minor, p.Currency)
	}
	return chain.Hash(fields...)
}
