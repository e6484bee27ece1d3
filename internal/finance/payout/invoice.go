package payout

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// Invoice is what the house asks a provider for its services of a month: its commission. Once it has a number nothing in it changes. One whose
// total is negative gives commission back.
type Invoice struct {
	ID           string
	Number       string // "KHF-2026-000012"
	ProviderID   string
	ProviderName string
	Month        Month
	Net          money.Amount // without VAT
	VAT          money.Amount
	Lines        []InvoiceLine // the earliest first
	IssuedAt     time.Time
}

// InvoiceLine is the commission for one booking, or what of it was given back.
type InvoiceLine struct {
	At        time.Time    `json:"at"`
	BookingID string       `json:"booking_id"`
	Title     catalog.Text `json:"title"`
	Price     int64        `json:"price_minor"`
	Net       int64        `json:"net_minor"`
	VAT       int64        `json:"vat_minor"`
}

// Total is what is asked, VAT included.
func (i *Invoice) Total() money.Amount { return money.Of(i.Net.Minor+i.VAT.Minor, i.Net.Currency) }

// Credit says whether the house gives back more than it asks.
func (i *Invoice) Credit() bool { return i.Total().Minor < 0 }

func invoiceNumber(year, number int64) string { return fmt.Sprintf("KHF-%d-%06d", year, number) }

// Invoice returns the actor's invoice for a month that is over, and gives it its number where nobody has asked for it before. It returns
// not_found where the actor is no provider, and conflict where the month is not over or nothing is to be invoiced for it.
func (s *Service) Invoice(ctx context.Context, actor account.Actor, month Month) (Invoice, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return Invoice{}, err
	}
	if !month.Finished(s.config.Clock.Now()) {
		return Invoice{}, errs.New(errs.Conflict, "payout.month_running")
	}
	kept, found, err := findInvoice(ctx, s.config.DB, own.ID, month)
	if found || err != nil {
		return kept, err
	}
	made, err := s.compose(ctx, own, month)
	if err != nil {
		return Invoice{}, err
	}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "payout.invoices"); err != nil {
			return err
		}
		if kept, found, err := findInvoice(ctx, tx, own.ID, month); found || err != nil {
			made = kept // somebody was quicker
			return err
		}
		made.IssuedAt = tx.Now
		if err := insertInvoice(ctx, tx, &made); err != nil {
			return err
		}
		return s.audit(ctx, tx, actor.ID, "payout.invoice_issued", "provider", own.ID, map[string]string{"number": made.Number, "month": month.String()})
	})
	return made, err
}

// compose makes an invoice that has no number yet.
func (s *Service) compose(ctx context.Context, own catalog.Provider, month Month) (Invoice, error) {
	found, err := find(ctx, s.config.Book, ledger.Filter{Owner: own.ID, From: month.Start(), To: month.Next().Start()})
	if err != nil {
		return Invoice{}, err
	}
	entries, err := s.entries(ctx, own.ID, found)
	if err != nil {
		return Invoice{}, err
	}
	slices.Reverse(entries)
	made := Invoice{ID: ids.New(), ProviderID: own.ID, ProviderName: own.Name, Month: month, Net: money.Of(0, money.MAD), VAT: money.Of(0, money.MAD)}
	for _, e := range entries {
		if e.Commission.IsZero() {
			continue
		}
		net := e.Commission.Minor - e.VAT.Minor
		made.Lines = append(made.Lines, InvoiceLine{e.At, e.BookingID, e.Title, e.Price.Minor, net, e.VAT.Minor})
		made.Net.Minor, made.VAT.Minor = made.Net.Minor+net, made.VAT.Minor+e.VAT.Minor
	}
	if len(made.Lines) == 0 {
		return Invoice{}, errs.New(errs.Conflict, "payout.nothing_to_invoice")
	}
	return made, nil
}

func findInvoice(ctx context.Context, q db.Querier, providerID string, month Month) (i Invoice, found bool, err error) {
	var year, number int64
	err = q.QueryRow(ctx, `SELECT id, provider_id, provider_name, year, number, net_minor, vat_minor, currency, lines, issued_at FROM payout_invoices
		WHERE provider_id = $1 AND month_start = $2`, providerID, db.At(month.Start())).
		Scan(&i.ID, &i.ProviderID, &i.ProviderName, &year, &number, &i.Net.Minor, &i.VAT.Minor, &i.Net.Currency, db.FromJSON(&i.Lines), db.Time(&i.IssuedAt))
	if errors.Is(err, sql.ErrNoRows) {
		return Invoice{}, false, nil
	}
	i.Month, i.Number, i.VAT.Currency = month, invoiceNumber(year, number), i.Net.Currency
	return i, err == nil, err
}

// insertInvoice gives an invoice the next number of the year in which it is issued. What is rolled back leaves no gap.
func insertInvoice(ctx context.Context, tx *db.Tx, i *Invoice) error {
	year, number := int64(i.IssuedAt.In(zone()).Year()), int64(0)
	err := tx.QueryRow(ctx, `INSERT INTO payout_invoice_years (year, last) VALUES ($1, 1) ON CONFLICT (year) DO UPDATE SET last = payout_invoice_years.last + 1 RETURNING last`, year).
		Scan(&number)
	if err != nil {
		return err
	}
	i.Number = invoiceNumber(year, number)
	lines, err := db.JSON(i.Lines)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO payout_invoices (id, provider_id, provider_name, month_start, year, number, net_minor, vat_minor, currency, lines, issued_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, i.ID, i.ProviderID, i.ProviderName, db.At(i.Month.Start()), year, number, i.Net.Minor, i.VAT.Minor,
		string(i.Net.Currency), lines, db.At(i.IssuedAt))
	return err
}
