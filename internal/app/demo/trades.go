package demo

import "khadamat/internal/market/catalog"

// field is a top category with the sentences that its providers speak in. A text is put together from one sentence of each kind,
// so that hundreds of providers do not say the same. Sentences may hold {trade}, {Trade} at their beginning, {city} and {since}.
type field struct {
	categoryID     string
	womenInHundred int
	openings       []words // of a bio: who speaks
	ways           []words // of a bio: how they work
	endings        []words // of a bio: what they promise
	assurances     []words // of a description
	practical      []words // of a description: what to know beforehand
	notes          []words // what customers write
	trades         []trade
}

// trade is a category below a field.
type trade struct {
	categoryID string
	business   name   // what a shop of the trade is called, before its own name
	called     words  // the trade in a sentence, with its article
	beside     string // the category that providers of this trade often offer as well; empty where there is none
	offers     []offer
	extras     []extra
}

// offer is a kind of service with the range of its price in dirhams.
type offer struct {
	title       words
	description words
	low, high   int
	minutes     int
	pricing     catalog.Pricing
	place       catalog.Place
}

// extra is a kind of add-on.
type extra struct {
	title     words
	low, high int // dirhams
	minutes   int
}

// Short names keep a line of the tables on a line.
const (
	fixed  = catalog.Fixed
	hourly = catalog.Hourly
	asked  = catalog.OnQuote
	home   = catalog.AtCustomer
	shop   = catalog.AtProvider
	remote = catalog.Remote
)

var fields = []field{works, care, beauty, lessons, family, transport, parties, computing}
