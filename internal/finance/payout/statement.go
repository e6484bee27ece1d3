package payout

import (
	"context"
	"fmt"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
)

// Month is a month on the wall of Zone.
type Month struct {
	Year  int
	Month time.Month
}

// MonthOf is the month that a moment lies in.
func MonthOf(at time.Time) Month {
	wall := at.In(zone())
	return Month{wall.Year(), wall.Month()}
}

// ParseMonth reads "2026-10".
func ParseMonth(text string) (Month, bool) {
	at, err := time.Parse("2006-01", text)
	return Month{at.Year(), at.Month()}, err == nil && at.Year() >= 2000
}

// String is "2026-10".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, m.Month) }

// Start is the month's first moment, which is the one after the month before.
func (m Month) Start() time.Time { return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, zone()).UTC() }

// Next is the month after.
func (m Month) Next() Month { return m.shifted(1) }

func (m Month) shifted(months int) Month {
	at := time.Date(m.Year, m.Month+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	return Month{at.Year(), at.Month()}
}

// Statement is a provider's account with the house over some time.
type Statement struct {
	ProviderID   string
	ProviderName string
	From, To     time.Time // [From, To)
	Opening      money.Amount
	Lines        []Entry // the earliest first
	Closing      money.Amount
}

// longestStatement bounds what one statement covers.
const longestStatement = 367 * 24 * time.Hour

// Statement returns the actor's statement of [from, to). It returns not_found where the actor is no provider, and invalid with the field to
// where that is not after from, or more than a year.
func (s *Service) Statement(ctx context.Context, actor account.Actor, from, to time.Time) (Statement, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return Statement{}, err
	}
	if !from.Before(to) || to.Sub(from) > longestStatement {
		return Statement{}, errs.Fields{{Name: "to", Key: "payout.range"}}.Err()
	}
	st := Statement{ProviderID: own.ID, ProviderName: own.Name, From: from, To: to}
	balance, err := s.config.Book.Balance(ctx, ledger.PayableTo(own.ID), money.MAD, from)
	if err != nil {
		return Statement{}, err
	}
	st.Opening, st.Closing = money.Of(-balance.Minor, money.MAD), money.Of(-balance.Minor, money.MAD)
	found, err := find(ctx, s.config.Book, ledger.Filter{Owner: own.ID, From: from, To: to})
	if err != nil {
		return Statement{}, err
	}
	if st.Lines, err = s.entries(ctx, own.ID, found); err != nil {
		return Statement{}, err
	}
	slices.Reverse(st.Lines)
	for _, line := range st.Lines {
		if st.Closing, err = st.Closing.Add(line.Amount); err != nil {
			return Statement{}, err
		}
	}
	return st, nil
}

// monthsOffered is how far back the house offers papers by itself.
const monthsOffered = 12

// Months lists the months for which there is something to tell the actor, the newest first: of a year, the present one included. It returns
// not_found where the actor is no provider.
func (s *Service) Months(ctx context.Context, actor account.Actor) ([]Month, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return nil, err
	}
	var months []Month
	present := MonthOf(s.config.Clock.Now())
	for back := range monthsOffered + 1 {
		m := present.shifted(-back)
		page, err := s.config.Book.Find(ctx, ledger.Filter{Owner: own.ID, From: m.Start(), To: m.Next().Start(), Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(page.Items) > 0 {
			months = append(months, m)
		}
	}
	return months, nil
}

// Finished says whether the month is over.
func (m Month) Finished(now time.Time) bool { return !now.Before(m.Next().Start()) }
