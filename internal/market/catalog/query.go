package catalog

import "khadamat/internal/market/schedule"

// Sort says in which order a search answers.
type Sort string

// The closed set of orders. Each ends with the service's id, so that it is total. The empty Sort is ByRelevance.
const (
	ByRelevance Sort = "relevance" // how well the words match, then the provider's standing
	ByPrice     Sort = "price"     // cheapest first, services on quote last
	ByRating    Sort = "rating"    // best rated first
	ByDistance  Sort = "distance"  // nearest first; needs Query.Near
)

// Point is a place on the earth, in degrees.
type Point struct{ Latitude, Longitude float64 }

// Query says what somebody looks for. The zero Query finds everything, twenty to a page.
type Query struct {
	Text       string        // words; at most MaxQueryRunes
	CityID     string        // empty: all
	CategoryID string        // empty: all; a top category stands for its children
	Date       schedule.Date // zero: any; else only services with a free slot on that day
	MinPrice   int64         // minor units; 0: no bound. A bound on the price leaves out services on quote
	MaxPrice   int64         // minor units; 0: no bound
	MinRating  float64       // of Provider.Rating; 0: no bound
	Verified   *bool         // nil: all
	Instant    *bool         // nil: all
	Near       *Point        // where distances are measured from; nil: nowhere
	Sort       Sort
	Cursor     string // Page.NextCursor of the page before; empty: the first page
	Limit      int    // 1 to MaxLimit; 0: DefaultLimit
	Language   string // the reader's: fr, ar, en or empty; among equal matches, titles in it come first
}

// The bounds of a query.
const (
	MaxQueryRunes = 200
	DefaultLimit  = 20
	MaxLimit      = 100
)

// NoDistance is the distance of hits where the query says no place to measure from.
const NoDistance = -1

// Hit is a service found. What it points to is shared with other readers: it must not be changed.
type Hit struct {
	Service  *Service
	Provider *Provider
	Distance int // metres from Query.Near to the provider, or NoDistance
}

// Page is one page of what a search found. Facets are shared with other readers: they must not be changed.
type Page struct {
	Items      []Hit
	Total      int
	Facets     *Facets
	NextCursor string // empty on the last page
}

// Facets count what a search would find with another choice in one filter and all the others as they are.
type Facets struct {
	Categories []Count // every category in the order of the tree, each top category before its children
	Cities     []Count // every city in order
	Ratings    []RatingCount
	Prices     []PriceCount
	Instant    YesNo
	Verified   YesNo
}

// Count is how many services one choice finds.
type Count struct {
	ID    string
	Count int
}

// RatingCount is how many services of providers with at least Min stars there are.
type RatingCount struct {
	Min   float64
	Count int
}

// PriceCount is how many services cost from Min up to Max minor units, both included; Max is 0 where there is no upper end.
type PriceCount struct {
	Min, Max int64
	Count    int
}

// YesNo is how many services have a property and how many do not.
type YesNo struct{ Yes, No int }

// SuggestionKind says what a suggestion is.
type SuggestionKind string

// The closed set of kinds.
const (
	SuggestCategory SuggestionKind = "category"
	SuggestService  SuggestionKind = "service"
	SuggestProvider SuggestionKind = "provider"
)

// Suggestion is something that a person may be about to type. ID is the category's or the provider's; a service's title belongs
// to many services, so it has none and is searched for as text.
type Suggestion struct {
	Kind SuggestionKind
	ID   string
	Text string // in the reader's language where there is one
}
