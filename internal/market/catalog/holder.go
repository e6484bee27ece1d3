package catalog

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// exportedProvider is a provider as the file has it that people get of themselves.
type exportedProvider struct {
	ID           string            `json:"id"`
	Name         string            `json:"name"`
	CityID       string            `json:"city_id,omitempty"`
	Latitude     float64           `json:"latitude"`
	Longitude    float64           `json:"longitude"`
	Bio          Text              `json:"bio"`
	Status       Status            `json:"status"`
	Verified     bool              `json:"verified"`
	Policy       Policy            `json:"policy"`
	Availability any               `json:"availability"`
	CreatedAt    time.Time         `json:"created_at"`
	Services     []exportedService `json:"services"`
}

type exportedService struct {
	ID              string       `json:"id"`
	CategoryID      string       `json:"category_id"`
	Title           Text         `json:"title"`
	Description     Text         `json:"description"`
	Price           money.Amount `json:"price"`
	DurationMinutes int          `json:"duration_minutes"`
	CreatedAt       time.Time    `json:"created_at"`
}

// Export is account.Holder: what a provider says of themselves, with the services they took off the market too.
func (c *Catalog) Export(ctx context.Context, accountID string) (string, any, error) {
	p, err := providerWhere(ctx, c.config.DB, "account_id = $1", accountID)
	if errs.CodeOf(err) == errs.NotFound {
		return "provider", nil, nil
	}
	if err != nil {
		return "provider", nil, err
	}
	services, err := servicesWhere(ctx, c.config.DB, "provider_id = $1 ORDER BY created_at, id", p.ID)
	if err != nil {
		return "provider", nil, err
	}
	out := exportedProvider{
		ID: p.ID, Name: p.Name, CityID: p.CityID, Latitude: p.Latitude, Longitude: p.Longitude, Bio: p.Bio, Status: p.Status, Verified: p.Verified,
		Policy: p.Policy, Availability: p.Availability, CreatedAt: p.CreatedAt,
	}
	for _, s := range services {
		out.Services = append(out.Services, exportedService{s.ID, s.CategoryID, s.Title, s.Description, s.Price, s.DurationMinutes, s.CreatedAt})
	}
	return "provider", out, nil
}

// Erase is account.Holder: the provider leaves the market for good. What bookings refer to stays, without name, words and place.
func (c *Catalog) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	p, err := providerWhere(ctx, tx, "account_id = $1"+tx.Dialect().ForUpdate(), accountID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	p.Name, p.Bio, p.Status, p.UpdatedAt = account.ErasedName(longestLanguage(p.Bio)), Text{}, Draft, tx.Now
	p.Latitude, p.Longitude = 0, 0
	if city, ok := c.City(p.CityID); ok {
		p.Latitude, p.Longitude = city.Latitude, city.Longitude
	}
	if err := updateProvider(ctx, tx, p); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE services SET removed_at = $2 WHERE provider_id = $1 AND removed_at IS NULL`, p.ID, db.At(tx.Now)); err != nil {
		return err
	}
	tx.AfterCommit(func() { c.showChange(ctx, p.ID) })
	return nil
}

// longestLanguage is the one in which somebody wrote most about themselves.
func longestLanguage(t Text) string {
	best := languages[0]
	for _, language := range languages {
		if len(t.only(language)) > len(t.only(best)) {
			best = language
		}
	}
	return string(best)
}
