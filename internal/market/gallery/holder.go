package gallery

import (
	"context"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// exported is a photo in the file that a person gets of what is kept about them.
type exported struct {
	ID      string    `json:"id"`
	Caption string    `json:"caption,omitempty"`
	Picture string    `json:"picture"` // where it is served
	Width   int       `json:"width"`
	Height  int       `json:"height"`
	AddedAt time.Time `json:"added_at"`
}

// Export returns the photos of the account's provider.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	const name = "photos"
	provider, err := s.config.Catalog.ProviderOf(ctx, accountID)
	if errs.CodeOf(err) == errs.NotFound {
		return name, nil, nil
	}
	if err != nil {
		return name, nil, err
	}
	all, err := photosOf(ctx, s.config.DB, provider.ID)
	if err != nil || len(all) == 0 {
		return name, nil, err
	}
	photos := make([]exported, len(all))
	for i, p := range all {
		photos[i] = exported{p.ID, p.Caption, "/media/" + p.ID + "/large.jpg", p.Width, p.Height, p.CreatedAt}
	}
	return name, photos, nil
}

// Erase takes the account's photos away, pixels and all: nobody else needs them.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	provider, err := s.config.Catalog.ProviderOf(ctx, accountID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	all, err := photosOf(ctx, tx, provider.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		s.forgetAfter(ctx, tx, p.Picture)
	}
	tx.AfterCommit(func() { s.overlook(ctx, provider.ID) })
	return removeAll(ctx, tx, provider.ID)
}
