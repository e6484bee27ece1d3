// Package catalog holds what the market offers: cities, categories, providers and their services, and the search over them.
// When a provider is free comes from package schedule and, for what is booked, from whoever fills Busy. Bookings, reviews and
// money live elsewhere; of reviews the catalog keeps the sum and the count alone.
package catalog

import (
	"math"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
)

// Text is a text in up to three languages. The zero Text says nothing.
type Text struct {
	FR string `json:"fr,omitempty"`
	AR string `json:"ar,omitempty"`
	EN string `json:"en,omitempty"`
}

// In returns the text in the language with the given code or, where it has none, in the first of French, English and Arabic
// that it has.
func (t Text) In(lang string) string {
	if own := t.only(lang); own != "" {
		return own
	}
	switch {
	case t.FR != "":
		return t.FR
	case t.EN != "":
		return t.EN
	}
	return t.AR
}

// IsZero says whether the text is empty in every language.
func (t Text) IsZero() bool { return t == Text{} }

func (t Text) only(lang string) string {
	switch lang {
	case "fr":
		return t.FR
	case "ar":
		return t.AR
	case "en":
		return t.EN
	}
	return ""
}

// languages are the codes in the order in which Text keeps them.
var languages = [3]string{"fr", "ar", "en"}

// City is a place of the market. ID is a readable slug ("casablanca").
type City struct {
	ID        string
	Name      Text
	Latitude  float64
	Longitude float64
	Hidden    bool // no longer offered to choose from
}

// Category is a kind of service, in a tree of two levels: top categories have Children, and services belong to a child. ID is
// a readable slug ("plomberie").
type Category struct {
	ID       string
	ParentID string // empty for a top category
	Name     Text
	Children []Category // without the hidden ones
	Hidden   bool       // no longer offered to choose from; what is in it already stays
	// CommissionBasisPoints is what the house takes of a booking, in hundredths of a per cent: the category's own, or else that of the
	// category above, or else DefaultCommissionBasisPoints.
	CommissionBasisPoints int64
	OwnCommission         bool
}

// DefaultCommissionBasisPoints is what the house takes where no category says otherwise: 12 %.
const DefaultCommissionBasisPoints = 1200

// Status says how far a provider has come.
type Status string

// The closed set of statuses. Only the active are shown to the public.
const (
	Draft     Status = "draft"
	Active    Status = "active"
	Suspended Status = "suspended"
	Banned    Status = "banned"
)

// Policy is a provider's cancellation policy.
type Policy string

// The closed set of policies; what they mean for a refund is decided by booking.
const (
	Flexible Policy = "flexible"
	Moderate Policy = "moderate"
	Strict   Policy = "strict"
)

// Pricing says what a service's price is for.
type Pricing string

// The closed set of pricings. OnQuote has no price: it is zero.
const (
	Fixed   Pricing = "fixed"
	Hourly  Pricing = "hourly"
	OnQuote Pricing = "quote"
)

// Place says where a service is done.
type Place string

// The closed set of places.
const (
	AtCustomer Place = "customer"
	AtProvider Place = "provider"
	Remote     Place = "remote"
)

// Provider is somebody who offers services. Verified means that documents were approved.
type Provider struct {
	ID           string
	AccountID    string
	Name         string
	CityID       string // empty only while a draft
	Latitude     float64
	Longitude    float64
	Bio          Text
	Status       Status
	Verified     bool
	Policy       Policy
	Availability schedule.Rules
	RatingSum    int64 // of all stars given, one to five a review
	RatingCount  int64
	CreatedAt    time.Time
	UpdatedAt    time.Time // of the provider or any of their services
}

// The prior of the Bayesian mean: every provider starts as if ten reviews averaging 4.2 stars were in, which is about what the
// market as a whole gets. One review of five stars so gives 4.3, fifty of them 4.9.
const (
	ratingPriorCount = 10
	ratingPriorMean  = 4.2
)

// Rating returns the Bayesian mean of the provider's reviews, in stars with one decimal, as it is shown and filtered by. Without
// reviews it is the prior's mean; RatingCount says whether there are any.
func (p *Provider) Rating() float64 { return math.Round(p.ratingMean()*10) / 10 }

func (p *Provider) ratingMean() float64 {
	return (ratingPriorCount*ratingPriorMean + float64(p.RatingSum)) / float64(ratingPriorCount+p.RatingCount)
}

// Addon is something that can be booked on top of a service.
type Addon struct {
	ID              string       `json:"id"`
	Title           Text         `json:"title"`
	Price           money.Amount `json:"price"`
	DurationMinutes int          `json:"duration_minutes"`
}

// Service is something that a provider offers. Instant services are booked without the provider's consent.
type Service struct {
	ID              string
	ProviderID      string
	CategoryID      string
	Title           Text
	Description     Text
	Pricing         Pricing
	Price           money.Amount // per booking or per hour; zero on quote
	DurationMinutes int
	Place           Place
	Instant         bool
	Active          bool
	Addons          []Addon
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// Duration is how long the service takes without add-ons.
func (s *Service) Duration() time.Duration { return time.Duration(s.DurationMinutes) * time.Minute }

// Offer is a service with who offers it: what a booking is made from.
type Offer struct {
	Service  Service
	Provider Provider
}
