package market

import (
	"encoding/json"
	"net/http"

	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

// suggestion is what the script of the search box shows and where choosing it leads.
type suggestion struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Hint string `json:"hint"`
	Href string `json:"href"`
}

const suggestionsShown = 7

// suggestions answers the search box while somebody types. Without scripts nobody asks for it.
func (p *pages) suggestions(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	found, err := p.catalog.Suggest(ctx, r.URL.Query().Get("q"), ui.Lang(ctx), suggestionsShown)
	if err != nil {
		return err
	}
	list := make([]suggestion, 0, len(found))
	for _, s := range found {
		entry := suggestion{Kind: string(s.Kind), Text: s.Text}
		switch s.Kind {
		case catalog.SuggestCategory:
			entry.Hint, entry.Href = ui.T(ctx, "market.suggest_category"), ui.PathWith(ctx, "/search", "category", s.ID)
		case catalog.SuggestProvider:
			entry.Hint, entry.Href = ui.T(ctx, "market.suggest_provider"), ui.Path(ctx, "/providers/"+s.ID)
		default:
			entry.Hint, entry.Href = ui.T(ctx, "market.suggest_service"), ui.PathWith(ctx, "/search", "q", s.Text)
		}
		list = append(list, entry)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "private, max-age=60")
	return json.NewEncoder(w).Encode(list)
}
