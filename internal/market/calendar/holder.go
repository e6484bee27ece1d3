package calendar

import (
	"context"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

type exported struct {
	FeedOpenedAt time.Time        `json:"feed_opened_at,omitzero"`
	Sources      []exportedSource `json:"calendars"`
}

type exportedSource struct {
	Name        string         `json:"name"`
	URL         string         `json:"url"`
	CreatedAt   time.Time      `json:"created_at"`
	SucceededAt time.Time      `json:"last_read_at,omitzero"`
	Busy        []exportedBusy `json:"busy"`
}

type exportedBusy struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Export returns a person's other calendars and when those make them busy.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	const name = "calendars"
	if !ids.Valid(accountID) {
		return name, nil, nil
	}
	f, hasFeed, err := feedWhere(ctx, s.config.DB, "account_id = $1", accountID)
	if err != nil {
		return name, nil, err
	}
	sources, err := sourcesWhere(ctx, s.config.DB, "account_id = $1 ORDER BY created_at, id", accountID)
	if err != nil {
		return name, nil, err
	}
	if !hasFeed && len(sources) == 0 {
		return name, nil, nil
	}
	data := exported{FeedOpenedAt: f.createdAt, Sources: []exportedSource{}}
	for _, source := range sources {
		busy, err := busyBySource(ctx, s.config.DB, source.ID)
		if err != nil {
			return name, nil, err
		}
		one := exportedSource{Name: source.Name, URL: source.URL, CreatedAt: source.CreatedAt, SucceededAt: source.SucceededAt, Busy: []exportedBusy{}}
		for _, b := range busy {
			one.Busy = append(one.Busy, exportedBusy{b.Start, b.End})
		}
		data.Sources = append(data.Sources, one)
	}
	return name, data, nil
}

// Erase forgets a person's other calendars and closes the address of their bookings.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	sources, err := sourcesWhere(ctx, tx, "account_id = $1", accountID)
	if err != nil {
		return err
	}
	for _, source := range sources {
		if err := deleteSource(ctx, tx, source.ID); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.config.Catalog.Invalidate(source.ProviderID) })
	}
	_, err = tx.Exec(ctx, `DELETE FROM calendar_feeds WHERE account_id = $1`, accountID)
	return err
}
