// Package quote is how a price is found for what has none: a customer posts a job, providers answer with an offer, the two propose
// to and fro, and accepting the other side's last proposal makes a booking. What happens to the booking is package booking's.
package quote

import (
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/text"
)

// JobStatus is where in its life a job is.
type JobStatus string

// The closed set of states. Open leads to the three others, which are final.
const (
	JobOpen      JobStatus = "open"
	JobTaken     JobStatus = "taken" // an offer was accepted
	JobWithdrawn JobStatus = "withdrawn"
	JobExpired   JobStatus = "expired"
)

// Urgency says by when a job is wanted.
type Urgency string

// The closed set of urgencies.
const (
	Today     Urgency = "today" // or an emergency
	ThisWeek  Urgency = "week"
	ThisMonth Urgency = "month"
	Whenever  Urgency = "flexible"
)

// Urgencies lists all of them, the most urgent first.
var Urgencies = []Urgency{Today, ThisWeek, ThisMonth, Whenever}

// Places lists where a job can be done.
var Places = []catalog.Place{catalog.AtCustomer, catalog.AtProvider, catalog.Remote}

// Job is what a customer wants done. Like everything here it is a copy of what is stored.
type Job struct {
	ID           string
	CustomerID   string
	CustomerName string // for providers the short one, until the job is theirs
	CategoryID   string // a child of the tree
	CityID       string
	Title        string // empty where the customer has been erased
	Description  string
	Address      string // for the customer, and for the provider whose offer was accepted
	Place        catalog.Place
	Urgency      Urgency
	Budget       Budget
	Status       JobStatus
	Offers       int    // how many providers have answered
	BookingID    string // what it became; only when taken
	ExpiresAt    time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Budget is what a customer means to spend; a zero amount leaves that end open.
type Budget struct{ Min, Max money.Amount }

// IsZero says whether nothing was said.
func (b Budget) IsZero() bool { return b.Min.IsZero() && b.Max.IsZero() }

// The bounds of a job.
const (
	MinTitleRunes       = 10
	MaxTitleRunes       = 80
	MinDescriptionRunes = 20
	MaxDescriptionRunes = 3000
	MaxAddressRunes     = 300
	MaxPhotos           = 6
	MaxOffers           = 20 // what a customer can still compare
	MaxOpenJobs         = 10 // of one customer
	MaxPrice            = 1_000_000

	jobLifetime = 14 * 24 * time.Hour
)

var (
	titleRules       = text.Rules{MinRunes: MinTitleRunes, MaxRunes: MaxTitleRunes}
	descriptionRules = text.Rules{MinRunes: MinDescriptionRunes, MaxRunes: MaxDescriptionRunes, Multiline: true}
	addressRules     = text.Rules{MaxRunes: MaxAddressRunes, Multiline: true}
)

// Open returns nil where the job can still be answered, changed and taken, else why not: gone.
func (j *Job) Open(now time.Time) error {
	switch {
	case j.Status == JobTaken:
		return errs.New(errs.Gone, "quote.job_taken")
	case j.Status == JobWithdrawn:
		return errs.New(errs.Gone, "quote.job_withdrawn")
	case j.Status == JobExpired || !now.Before(j.ExpiresAt):
		return errs.New(errs.Gone, "quote.job_expired")
	}
	return nil
}

// withdraw takes the job back.
func (j *Job) withdraw(now time.Time) error {
	if err := j.Open(now); err != nil {
		return err
	}
	j.Status = JobWithdrawn
	return nil
}

// expire ends a job whose time is over.
func (j *Job) expire(now time.Time) error {
	if j.Status != JobOpen || now.Before(j.ExpiresAt) {
		return errs.New(errs.Conflict, "quote.job_open")
	}
	j.Status = JobExpired
	return nil
}

// take ends a job with what it became.
func (j *Job) take(bookingID string, now time.Time) error {
	if err := j.Open(now); err != nil {
		return err
	}
	j.Status, j.BookingID = JobTaken, bookingID
	return nil
}

// redacted is the job as providers see it who may answer: without the address and the last name.
func (j Job) redacted() Job {
	j.Address = ""
	j.CustomerName = account.ShortName(j.CustomerName)
	return j
}

// Dirhams is a whole amount of them.
func Dirhams(n int64) money.Amount { return money.Of(n*100, money.MAD) }

// checkPrice records an amount that nobody can mean. Prices are whole dirhams.
func checkPrice(fields *errs.Fields, name string, price money.Amount) {
	if price.Currency != money.MAD || price.Minor < 100 || price.Minor > MaxPrice*100 || price.Minor%100 != 0 {
		fields.Add(name, "quote.price_range", errs.Args{"Max": MaxPrice})
	}
}
