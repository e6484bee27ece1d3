// Package statistics counts what happens on the market and says it to those who run it and to providers about themselves: visits, which
// it counts by itself, and bookings, which it reads as daily totals. It knows nobody's name and keeps nothing about a single person.
package statistics

import (
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
)

// Page is a kind of page whose visits are counted.
type Page string

// The closed set of pages.
const (
	HomePage     Page = "home"
	SearchPage   Page = "search"
	ProviderPage Page = "provider"
	BookPage     Page = "book"
)

// Periods are the numbers of days that figures are told for.
var Periods = []int{7, 30, 90, 365}

// longestPeriod is twice the longest period, since each is compared with the one before.
const longestPeriod = 2 * 365

// Sums are the figures of a stretch of days. Bookings are counted on the day on which they start.
type Sums struct {
	Requests      int64 // all bookings, whatever became of them
	Bookings      int64 // those that were confirmed at some time
	Completed     int64
	Cancelled     int64 // by either side, after they were confirmed
	NoShows       int64
	Refused       int64        // declined, or left without an answer
	Gross         money.Amount // prices of what was confirmed and not cancelled
	Earned        money.Amount // prices of what was completed
	Views         int64        // of providers' pages
	Home          int64        // visits of the home page
	Searches      int64        // visits of the results
	BookViews     int64        // visits of the page on which one books
	People        int64        // new accounts of any kind
	Professionals int64        // new accounts of providers
}

// Conversion is how many of the looks at a provider's page became a booking, between 0 and 1; false where nobody looked.
func (s Sums) Conversion() (float64, bool) { return rate(s.Requests, s.Views) }

// Cancellation is how many of the confirmed bookings were cancelled, between 0 and 1; false where there was none.
func (s Sums) Cancellation() (float64, bool) { return rate(s.Cancelled, s.Bookings) }

// Acceptance is how many of the requests that were answered, or should have been, were accepted; false where there was none.
func (s Sums) Acceptance() (float64, bool) { return rate(s.Bookings, s.Bookings+s.Refused) }

func rate(part, whole int64) (float64, bool) {
	if whole <= 0 {
		return 0, false
	}
	return min(1, float64(part)/float64(whole)), true
}

// add counts bookings of one status.
func (s *Sums) add(status booking.Status, count, minor int64) {
	s.Requests += count
	switch status {
	case booking.Accepted, booking.InProgress:
		s.Bookings += count
		s.Gross.Minor += minor
	case booking.Completed:
		s.Bookings += count
		s.Completed += count
		s.Gross.Minor += minor
		s.Earned.Minor += minor
	case booking.NoShow:
		s.Bookings += count
		s.NoShows += count
	case booking.CancelledByCustomer, booking.CancelledByProvider:
		s.Bookings += count
		s.Cancelled += count
	case booking.Declined, booking.Expired:
		s.Refused += count
	}
}

// visit counts visits of a page.
func (s *Sums) visit(page Page, visits int64) {
	switch page {
	case HomePage:
		s.Home += visits
	case SearchPage:
		s.Searches += visits
	case ProviderPage:
		s.Views += visits
	case BookPage:
		s.BookViews += visits
	}
}

func noSums() Sums { return Sums{Gross: money.Of(0, money.MAD), Earned: money.Of(0, money.MAD)} }

// Bucket is a day or a week of a period. Both days are part of it.
type Bucket struct {
	From, To schedule.Date
	Sums
}

// Share is what one city or category has of the market.
type Share struct {
	ID       string
	Bookings int64
	Gross    money.Amount
}

// MarketFigures are those of the whole market. What it points to is shared: it must not be changed.
type MarketFigures struct {
	Days        int
	From, To    schedule.Date
	Now, Before Sums // of the period, and of as many days before it
	Buckets     []Bucket
	Cities      []Share // the most bookings first
	Categories  []Share
	UpdatedAt   time.Time // when the bookings were read
}

// TopService is one of the services that a provider is booked for most.
type TopService struct {
	ID       string
	Title    catalog.Text
	Bookings int64
	Gross    money.Amount
}

// ProviderFigures are those of one provider.
type ProviderFigures struct {
	Days        int
	From, To    schedule.Date
	Now, Before Sums
	Buckets     []Bucket
	Top         []TopService // five at most
	UpdatedAt   time.Time
}

// maxTop is how many services of a provider are named.
const maxTop = 5

// weeklyFrom is the number of days from which on a bucket is a week.
const weeklyFrom = 60

// shortestFirst is how many days the first week must have to stand for itself; fewer belong to the week after.
const shortestFirst = 4

// buckets cuts the days before and with today into days, or into weeks of which the first may have fewer or more days.
func buckets(today schedule.Date, days int) []Bucket {
	length := 1
	if days >= weeklyFrom {
		length = 7
	}
	var all []Bucket
	first := today.AddDays(1 - days)
	for to := today; !to.Before(first); {
		from := to.AddDays(1 - length)
		if left := from.Sub(first); left < min(length, shortestFirst) && left != 0 {
			from = first
		}
		all = append(all, Bucket{From: from, To: to, Sums: noSums()})
		to = from.AddDays(-1)
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// bucketAt is the bucket that a day falls into. The last bucket has the usual length; the first one may be shorter or longer.
func bucketAt(all []Bucket, day schedule.Date) *Bucket {
	if len(all) == 0 || day.Before(all[0].From) || all[len(all)-1].To.Before(day) {
		return nil
	}
	last := &all[len(all)-1]
	length := last.To.Sub(last.From) + 1
	return &all[max(0, len(all)-1-last.To.Sub(day)/length)]
}
