package proof

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
	"khadamat/internal/recon/workspace"
)

// Payouts are the house's transfers to providers.
type Payouts interface {
	// SentAfter lists payouts by when they were sent and their ids, after a place.
	SentAfter(ctx context.Context, at time.Time, id string, limit int) ([]payout.Payout, error)
	// Paid and Return are told what the bank says; see payout.Service.
	Paid(ctx context.Context, tx *db.Tx, endToEndID string, line payout.BankLine) (payout.Payout, bool, error)
	Return(ctx context.Context, tx *db.Tx, endToEndID, actorID string, line payout.BankLine) (payout.Payout, error)
}

// Settlements is a processor that gives its settlement files by itself.
type Settlements interface {
	// Settlement is the file of a day ("2026-11-20" in Casablanca) and its name. It returns not_found where nothing moved on it, and unavailable where
	// there is none yet.
	Settlement(ctx context.Context, day string) (content []byte, name string, err error)
}

// Accounts know people.
type Accounts interface {
	Accounts(ctx context.Context, ids []string) (map[string]account.Account, error)
	// WithRole lists the accounts in good standing that have one of the roles, by id.
	WithRole(ctx context.Context, roles ...account.Role) ([]account.Account, error)
}

// Config is what the service stands on.
type Config struct {
	DB          *db.DB
	Clock       clock.Clock
	Blobs       blob.Store
	Book        *ledger.Book
	Payouts     Payouts
	Settlements Settlements // nil: files are only taken in by people
	Workspace   *workspace.Service
	Accounts    Accounts
	IBAN        string       // of the house's account
	Logger      *slog.Logger // nil: none
}

// Service proves the house's books. It is safe for concurrent use.
type Service struct {
	config  Config
	mu      sync.Mutex
	latest  *findings // of the last look
	fetched sync.Map  // days whose settlement file was taken in, or is none
}

// New returns the service over a migrated database and has 378 keep its project. It does no I/O.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Service{config: config}
	config.Workspace.Register(s.project())
	return s
}

// zone is whose clock days are counted on.
func zone() *time.Location {
	location, err := schedule.Location(payout.Zone)
	if err != nil {
		panic(err) // the zones are part of the binary
	}
	return location
}

// dayOf is the day on the wall that a moment lies in, as midnight UTC.
func dayOf(at time.Time) time.Time {
	year, month, day := at.In(zone()).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// mayWork is for everybody who works with the house's money.
func mayWork(actor account.Actor) error { return actor.RequireRole(account.Finance, account.Reviewer) }

var nameRules = text.Rules{MinRunes: 1, MaxRunes: 200}

// take keeps a file and, in one transaction, what is in it.
func (s *Service) take(ctx context.Context, accountID string, taken Taken, content []byte, keep func(*db.Tx, *Taken) error) (Taken, error) {
	name, key := text.Clean(taken.Name, nameRules)
	if key != "" {
		name = string(taken.Kind)
	}
	kept, err := s.config.Blobs.Put(ctx, bytes.NewReader(content), maxFileBytes)
	if err != nil {
		return Taken{}, err
	}
	taken.ID, taken.Name, taken.SHA256, taken.TakenBy = ids.New(), name, kept.SHA256, accountID
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "proof.take"); err != nil {
			return err
		}
		taken.TakenAt = tx.Now
		seen, err := fileTaken(ctx, tx, taken.Kind, taken.SHA256)
		if err != nil {
			return err
		}
		if seen {
			return errs.New(errs.Conflict, "proof.file_seen").With(errs.Args{"Name": taken.Name})
		}
		if err := keep(tx, &taken); err != nil {
			return err
		}
		return s.record(ctx, tx, accountID, "proof."+string(taken.Kind)+".taken", taken)
	})
	return taken, err
}

// Files lists what was taken in of a kind, the latest first: limit of them, 1 to 100, 20 where it is 0.
func (s *Service) Files(ctx context.Context, actor account.Actor, kind TakenKind, cursor string, limit int) (TakenPage, error) {
	if err := mayWork(actor); err != nil {
		return TakenPage{}, err
	}
	limit, before, err := db.ParsePage(limit, cursor)
	if err != nil {
		return TakenPage{}, err
	}
	found, err := filesOf(ctx, s.config.DB, kind, before, limit+1)
	if err != nil {
		return TakenPage{}, err
	}
	page := TakenPage{Items: found}
	if len(found) > limit {
		last := found[limit-1]
		page.Items, page.NextCursor = found[:limit], db.Cursor{At: last.TakenAt, ID: last.ID}.String()
	}
	var people []string
	for _, t := range page.Items {
		people = append(people, t.TakenBy)
	}
	names, err := s.names(ctx, people...)
	for i := range page.Items {
		page.Items[i].TakenByName = names[page.Items[i].TakenBy]
	}
	return page, err
}

// Content opens a file that was taken in, as it came. The caller closes it.
func (s *Service) Content(ctx context.Context, actor account.Actor, takenID string) (Taken, io.ReadCloser, error) {
	if err := mayWork(actor); err != nil {
		return Taken{}, nil, err
	}
	if !ids.Valid(takenID) {
		return Taken{}, nil, errNotFound
	}
	taken, err := fileByID(ctx, s.config.DB, takenID)
	if err != nil {
		return taken, nil, err
	}
	content, err := s.config.Blobs.Open(ctx, taken.SHA256)
	return taken, content, err
}

// names are the names of accounts, by id.
func (s *Service) names(ctx context.Context, accountIDs ...string) (map[string]string, error) {
	var known []string
	for _, id := range accountIDs {
		if id != "" {
			known = append(known, id)
		}
	}
	if len(known) == 0 {
		return nil, nil
	}
	accounts, err := s.config.Accounts.Accounts(ctx, known)
	names := make(map[string]string, len(accounts))
	for id, a := range accounts {
		names[id] = a.Name
	}
	return names, err
}
