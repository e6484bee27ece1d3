package catalog

import (
	"context"
	"fmt"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/platform/ids"
)

// OverseerFilter says which of all providers an operator's list shows. The zero value of a field leaves it open.
type OverseerFilter struct {
	Name     string // a part of it
	Status   Status
	CityID   string
	Verified *bool
	Cursor   string
	Limit    int // 1 to 100; 20 otherwise
}

// OverseerPage is a page of providers. NextCursor is empty on the last one.
type OverseerPage struct {
	Items      []Provider
	NextCursor string
}

const (
	overseerPage    = 20
	overseerMaxPage = 100
	overseerMaxName = 80
)

// Oversee returns providers of any status to operators, the newest first. It returns forbidden to others.
func (c *Catalog) Oversee(ctx context.Context, actor account.Actor, f OverseerFilter) (OverseerPage, error) {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return OverseerPage{}, err
	}
	if f.Limit < 1 || f.Limit > overseerMaxPage {
		f.Limit = overseerPage
	}
	condition, args := `TRUE`, []any{}
	where := func(text string, arg any) {
		args = append(args, arg)
		condition += fmt.Sprintf(" AND "+text, fmt.Sprintf("$%d", len(args)))
	}
	if name := strings.TrimSpace(f.Name); name != "" && len(name) <= overseerMaxName {
		where(`lower(name) LIKE %s ESCAPE '!'`, "%"+likeEscaped.Replace(strings.ToLower(name))+"%")
	}
	if f.Status != "" {
		where(`status = %s`, string(f.Status))
	}
	if f.CityID != "" {
		where(`city_id = %s`, f.CityID)
	}
	if f.Verified != nil {
		where(`verified = %s`, *f.Verified)
	}
	if ids.Valid(f.Cursor) {
		where(`id < %s`, f.Cursor)
	}
	args = append(args, f.Limit+1)
	found, err := providersWhere(ctx, c.config.DB, fmt.Sprintf(`%s ORDER BY id DESC LIMIT $%d`, condition, len(args)), args...)
	if err != nil || len(found) <= f.Limit {
		return OverseerPage{Items: found}, err
	}
	return OverseerPage{Items: found[:f.Limit], NextCursor: found[f.Limit-1].ID}, nil
}

var likeEscaped = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// Inspect returns a provider of any status with all their services to operators. It returns forbidden to others, and not_found.
func (c *Catalog) Inspect(ctx context.Context, actor account.Actor, providerID string) (Provider, []Service, error) {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return Provider{}, nil, err
	}
	if !ids.Valid(providerID) {
		return Provider{}, nil, noProvider()
	}
	p, err := providerWhere(ctx, c.config.DB, "id = $1", providerID)
	if err != nil {
		return Provider{}, nil, err
	}
	services, err := servicesWhere(ctx, c.config.DB, "provider_id = $1 AND removed_at IS NULL ORDER BY created_at, id", providerID)
	return p, services, err
}
