package api

import (
	"context"
	"net/http"

	"khadamat/internal/market/favourite"
)

// Favourite is a provider that you saved.
type Favourite struct {
	ProviderID string           `json:"provider_id"`
	SavedAt    Time             `json:"saved_at"`
	Provider   *ProviderSummary `json:"provider,omitempty" doc:"Left out while the provider is not on offer"`
}

type favouriteInput struct {
	ID string `path:"provider_id"`
}

func (a *api) addFavourites() {
	op := operationsOf(tagFavourites)
	add(a, forMe, op("list-favourites", http.MethodGet, "/me/favourites", "Your favourites", "The last saved first.", 422), a.favourites)
	add(a, forMe, op("save-favourite", http.MethodPut, "/me/favourites/{provider_id}", "Save a provider", "One that is saved already stays so. 500 at most.", 409), a.setFavourite(true))
	add(a, forMe, op("forget-favourite", http.MethodDelete, "/me/favourites/{provider_id}", "Forget a provider", "It is no error where the provider was not saved."), a.setFavourite(false))
}

func (a *api) favourites(ctx context.Context, c *call, in *PageQuery) (*answer[List[Favourite]], error) {
	page, err := a.Favourites.Mine(ctx, c.actor, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, func(f favourite.Favourite) Favourite {
		wire := Favourite{ProviderID: f.ProviderID, SavedAt: timeOf(f.SavedAt)}
		if p, err := a.Catalog.Provider(ctx, f.ProviderID); err == nil {
			summary := summaryOf(&p)
			wire.Provider = &summary
		}
		return wire
	})), nil
}

func (a *api) setFavourite(on bool) func(context.Context, *call, *favouriteInput) (*struct{}, error) {
	return func(ctx context.Context, c *call, in *favouriteInput) (*struct{}, error) {
		return nil, a.Favourites.Set(ctx, c.actor, in.ID, on)
	}
}
