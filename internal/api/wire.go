package api

import (
	"errors"
	"slices"
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// Time is an instant. It is written in UTC.
type Time = time.Time

func timeOf(t time.Time) Time { return t.UTC() }

func timeOrNull(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// Money is an amount in minor units: centimes for dirhams.
type Money struct {
	AmountMinor int64  `json:"amount_minor" example:"15000"`
	Currency    string `json:"currency" doc:"ISO 4217" example:"MAD"`
}

func moneyOf(a money.Amount) Money {
	return Money{AmountMinor: a.Minor, Currency: string(a.Currency)}
}

func moneyOrNull(a money.Amount) *Money {
	if a.IsZero() {
		return nil
	}
	wire := moneyOf(a)
	return &wire
}

func (m Money) amount() money.Amount { return money.Of(m.AmountMinor, money.Currency(m.Currency)) }

// Texts is a text in the languages that it exists in.
type Texts struct {
	FR string `json:"fr,omitempty" example:"Réparation de fuite"`
	AR string `json:"ar,omitempty" example:"إصلاح تسرب"`
	EN string `json:"en,omitempty" example:"Leak repair"`
}

func textsOf(t catalog.Text) Texts { return Texts(t) }

// parseTime reads an RFC 3339 time and records a complaint about anything else.
func parseTime(fields *errs.Fields, name, value string) time.Time {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		fields.Add(name, "api.not_time", nil)
		return time.Time{}
	}
	return t.UTC()
}

// parseMoment reads a time or a date, which stands for its first instant in zone. Empty is the zero time.
func parseMoment(fields *errs.Fields, name, value string, zone *time.Location) time.Time {
	if value == "" {
		return time.Time{}
	}
	if date, err := schedule.ParseDate(value); err == nil {
		return date.In(zone).UTC()
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		fields.Add(name, "api.not_moment", nil)
	}
	return t.UTC()
}

// knownForm returns not_found for what cannot be anybody's id, so that no store is asked for it.
func knownForm(id string) error {
	if !ids.Valid(id) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return nil
}

// knownForms is knownForm for several.
func knownForms(ids ...string) error {
	for _, id := range ids {
		if err := knownForm(id); err != nil {
			return err
		}
	}
	return nil
}

// named returns err with the inputs called as they are on this wire, given in pairs of the domain's name and ours.
func named(err error, names ...string) error {
	cause, ok := errors.AsType[*errs.Error](err)
	if !ok || len(cause.Fields) == 0 {
		return err
	}
	renamed := *cause
	renamed.Fields = slices.Clone(cause.Fields)
	for i := range renamed.Fields {
		for n := 0; n+1 < len(names); n += 2 {
			if renamed.Fields[i].Name == names[n] {
				renamed.Fields[i].Name = names[n+1]
				break
			}
		}
	}
	return &renamed
}

func isUnauthenticated(err error) bool { return errs.CodeOf(err) == errs.Unauthenticated }
