// Package favourite remembers the providers that people want to find again. Nobody else sees them, the providers neither.
package favourite

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// Favourite is a provider that somebody saved.
type Favourite struct {
	ProviderID string
	SavedAt    time.Time
}

// maxSaved bounds how many providers one person saves.
const maxSaved = 500

// Catalog knows which providers there are.
type Catalog interface {
	// Provider returns an active provider; not_found else.
	Provider(ctx context.Context, id string) (catalog.Provider, error)
}

// Config is what a Service stands on.
type Config struct {
	DB      *db.DB
	Catalog Catalog
}

// Service is everything that a person does with favourites. It is safe for concurrent use.
type Service struct {
	config Config
}

// New returns a service over a migrated database.
func New(config Config) *Service { return &Service{config} }

// Set saves a provider or forgets them; what is so already stays so. It returns not_found for saving a provider who is not on offer, and
// conflict where no more fit in.
func (s *Service) Set(ctx context.Context, actor account.Actor, providerID string, on bool) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if !ids.Valid(providerID) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	if on {
		if _, err := s.config.Catalog.Provider(ctx, providerID); err != nil {
			return err
		}
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		set, action := add, "favourite.saved"
		if !on {
			set, action = remove, "favourite.forgotten"
		}
		changed, err := set(ctx, tx, actor.ID, providerID)
		if err != nil || !changed {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: action, SubjectKind: "provider", SubjectID: providerID})
	})
}

// Page is one page of favourites. NextCursor is empty on the last one.
type Page struct {
	Items      []Favourite
	NextCursor string
}

// Mine returns the actor's favourites, the last saved first: limit of them, 1 to 100, 20 where it is 0. Providers who are not on offer
// any more are among them. It returns invalid with the fields limit and cursor.
func (s *Service) Mine(ctx context.Context, actor account.Actor, cursor string, limit int) (Page, error) {
	if err := actor.Require(); err != nil {
		return Page{}, err
	}
	limit, before, err := db.ParsePage(limit, cursor)
	if err != nil {
		return Page{}, err
	}
	items, err := mine(ctx, s.config.DB, actor.ID, before, limit+1)
	if err != nil || len(items) <= limit {
		return Page{Items: items}, err
	}
	last := items[limit-1]
	return Page{Items: items[:limit], NextCursor: db.Cursor{At: last.SavedAt, ID: last.ProviderID}.String()}, nil
}

// Among says which of some providers the actor has saved; nobody has saved any.
func (s *Service) Among(ctx context.Context, actor account.Actor, providerIDs []string) (map[string]bool, error) {
	if !actor.SignedIn() || len(providerIDs) == 0 {
		return map[string]bool{}, nil
	}
	return among(ctx, s.config.DB, actor.ID, providerIDs)
}

// Export returns the providers that an account saved.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	items, err := mine(ctx, s.config.DB, accountID, db.Cursor{}, maxSaved)
	if err != nil || len(items) == 0 {
		return "favourites", nil, err
	}
	type exported struct {
		ProviderID string    `json:"provider_id"`
		SavedAt    time.Time `json:"saved_at"`
	}
	all := make([]exported, len(items))
	for i, item := range items {
		all[i] = exported(item)
	}
	return "favourites", all, nil
}

// Erase forgets what an account saved.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	return removeAll(ctx, tx, accountID)
}
