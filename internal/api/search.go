package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"

	"github.com/danielgtaylor/huma/v2"
)

// searchInput are the questions of a search. What is a valid answer to them is the catalog's to say.
type searchInput struct {
	Text      string  `query:"q" doc:"Words, in any of the languages; typing mistakes are forgiven" example:"plombier"`
	City      string  `query:"city" doc:"The id of a city" example:"casablanca"`
	Category  string  `query:"category" doc:"The id of a category, top or below" example:"plomberie"`
	Date      string  `query:"date" doc:"Only services with a free time on this day" example:"2026-06-02"`
	MinPrice  int64   `query:"min_price" doc:"In minor units" example:"10000"`
	MaxPrice  int64   `query:"max_price" doc:"In minor units" example:"50000"`
	MinRating float64 `query:"min_rating" doc:"Stars, 0 to 5" example:"4"`
	Verified  yesNo   `query:"verified" doc:"Only providers whose documents were approved (true), or were not (false)"`
	Instant   yesNo   `query:"instant" doc:"Only services that are booked without the provider's consent (true), or with it (false)"`
	Near      string  `query:"near" doc:"A point to measure distances from: latitude,longitude" example:"33.5731,-7.5898"`
	Sort      string  `query:"sort" enum:"relevance,price,rating,distance" default:"relevance" doc:"distance needs near"`
	Cursor    string  `query:"cursor" doc:"next_cursor of the page before"`
	Limit     int     `query:"limit" doc:"1 to 100; 20 where it is left out" example:"20"`
}

type suggestInput struct {
	Text  string `query:"q" doc:"What was typed so far" example:"plo"`
	Limit int    `query:"limit" doc:"1 to 20" default:"8"`
}

// yesNo is a parameter that may be left out.
type yesNo struct {
	Value bool
	set   bool
}

// Schema is for huma: a boolean.
func (yesNo) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeBoolean} }

// Receiver is for huma: where the value goes.
func (y *yesNo) Receiver() reflect.Value { return reflect.ValueOf(y).Elem().FieldByName("Value") }

// OnParamSet is for huma.
func (y *yesNo) OnParamSet(set bool, _ any) { y.set = set }

func (y yesNo) choice() *bool {
	if !y.set {
		return nil
	}
	return &y.Value
}

// Facets count what the search would find with another choice in one question and all others as they are.
type Facets struct {
	Categories []Count       `json:"categories"`
	Cities     []Count       `json:"cities"`
	Ratings    []RatingCount `json:"ratings"`
	Prices     []PriceCount  `json:"prices"`
	Instant    YesNoCount    `json:"instant"`
	Verified   YesNoCount    `json:"verified"`
}

// Count is how many services one choice finds.
type Count struct {
	ID    string `json:"id" example:"casablanca"`
	Count int    `json:"count" example:"212"`
}

// RatingCount is how many services have at least so many stars.
type RatingCount struct {
	Min   float64 `json:"min" example:"4.5"`
	Count int     `json:"count" example:"87"`
}

// PriceCount is how many services cost from min to max, both included, in minor units.
type PriceCount struct {
	Min   int64  `json:"min" example:"10000"`
	Max   *int64 `json:"max" doc:"null: no upper end" example:"19999"`
	Count int    `json:"count" example:"42"`
}

// YesNoCount is how many services have a property and how many do not.
type YesNoCount struct {
	Yes int `json:"yes" example:"310"`
	No  int `json:"no" example:"590"`
}

// Suggestion is something that a person may be about to type.
type Suggestion struct {
	Kind string  `json:"kind" enum:"category,service,provider"`
	ID   *string `json:"id" doc:"Of the category or the provider; null for a service, which is searched for by its text"`
	Text string  `json:"text" example:"Plomberie"`
}

func (a *api) addSearch() {
	get := func(id, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{tagCatalog}, Summary: summary, Description: description, Errors: errors}
	}
	search := get("search-services", "/services", "Search services", "Services of active providers, with the number of all that were found and the facets of the search.", 422, 503)
	search.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[ServicePage](), true, "")},
	}}}
	add(a, forAll, search, a.search)
	add(a, forAll, get("suggest", "/suggestions", "Suggestions while typing", "Categories, services and providers whose names go on from what was typed.", 422, 503), a.suggest)
}

func (a *api) search(ctx context.Context, c *call, in *searchInput) (*searchAnswer, error) {
	query, err := in.query(c)
	if err != nil {
		return nil, err
	}
	page, err := a.Catalog.Search(ctx, query)
	if err != nil {
		return nil, err
	}
	return &searchAnswer{ContentType: "application/json", Body: a.shelf.page(page, c.language)}, nil
}

func (in *searchInput) query(c *call) (catalog.Query, error) {
	var fields errs.Fields
	query := catalog.Query{Text: in.Text, CityID: in.City, CategoryID: in.Category, MinPrice: in.MinPrice, MaxPrice: in.MaxPrice, MinRating: in.MinRating,
		Verified: in.Verified.choice(), Instant: in.Instant.choice(), Sort: catalog.Sort(in.Sort), Cursor: in.Cursor, Limit: in.Limit, Language: string(c.language)}
	if in.Date != "" {
		date, err := schedule.ParseDate(in.Date)
		fields.Check(err == nil, "date", "api.not_date")
		query.Date = date
	}
	if in.Near != "" {
		point, ok := parsePoint(in.Near)
		fields.Check(ok, "near", "api.not_point")
		query.Near = &point
	}
	return query, fields.Err()
}

// parsePoint reads "33.5731,-7.5898". Whether that is on the earth is for the catalog to say.
func parsePoint(text string) (catalog.Point, bool) {
	latitude, longitude, ok := strings.Cut(text, ",")
	if !ok {
		return catalog.Point{}, false
	}
	lat, errLat := strconv.ParseFloat(strings.TrimSpace(latitude), 64)
	lon, errLon := strconv.ParseFloat(strings.TrimSpace(longitude), 64)
	return catalog.Point{Latitude: lat, Longitude: lon}, errLat == nil && errLon == nil
}

func (a *api) suggest(ctx context.Context, c *call, in *suggestInput) (*answer[List[Suggestion]], error) {
	found, err := a.Catalog.Suggest(ctx, in.Text, string(c.language), in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(listOf(found, func(s catalog.Suggestion) Suggestion {
		return Suggestion{Kind: string(s.Kind), ID: cursorOrNull(s.ID), Text: s.Text}
	})), nil
}
