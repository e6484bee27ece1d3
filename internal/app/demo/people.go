package demo

import (
	"fmt"
	"math"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/schedule"
)

// Each part of the data has a generator of its own; providers' follow from providerPart, storyPart and wordsPart on.
const (
	customerPart uint64 = 1 + iota
	staffPart
	choicePart
	playPart
	moneyPart
	providerPart uint64 = 1 << 20
	bookingPart  uint64 = 1 << 21
	storyPart    uint64 = 1 << 22
	wordsPart    uint64 = 1 << 23
)

// customer is somebody who books. Their account is complete once all bookings are known: nobody books before they signed up.
type customer struct {
	account account.Account
	town    int
	address string
	loyalty float64 // how often they book
	busy    []schedule.Interval
	first   time.Time // when they first booked; zero where they never did
}

var languageShares = weigh([]float64{60, 29, 11}, func(share float64) float64 { return share })

func (r *random) language() string { return [...]string{"fr", "ar", "en"}[languageShares.draw(r, 0)] }

// accountName writes a name as its owner does: in Arabic letters for half of those who read Arabic here.
func (r *random) accountName(p person, language string) string {
	if language == "ar" && r.chance(50) {
		return p.arabic()
	}
	return p.latin()
}

func (w *world) email(p person) string {
	stem := p.mailName()
	w.mails[stem]++
	return fmt.Sprintf("%s.%02d@example.test", stem, w.mails[stem])
}

// The customer that people who try the product sign in as is the first one.
const mainCustomer = 0

func (w *world) addCustomers() {
	r := newRandom(w.config.Seed, customerPart)
	for i := range customersAtScaleOne * w.config.Scale {
		who, language := r.person(52), r.language()
		c := &customer{town: townShares.draw(r, 0), loyalty: math.Exp(0.9 * r.NormFloat64())}
		c.account = account.Account{Name: r.accountName(who, language), Role: account.Customer, Language: language, Email: w.email(who)}
		if i == mainCustomer {
			c.town, c.loyalty = 0, 5
			c.account.Name, c.account.Language, c.account.Email = "Salma Bennani", "fr", "customer@khadamat.test"
		}
		c.address = r.address(towns[c.town], w.cities[towns[c.town].cityID], c.account.Language)
		w.customers = append(w.customers, c)
	}
}

// settle gives everybody else their place in time, now that it is known who booked when.
func (w *world) settle() {
	r := newRandom(w.config.Seed, staffPart)
	began := w.calendar.date(0).In(w.zone).UTC()
	for _, c := range w.customers {
		at := r.moment(began, w.now.Add(-time.Hour))
		if !c.first.IsZero() {
			// Most sign up in order to book, and some looked around before.
			at = c.first.Add(-r.moment(time.Time{}.Add(2*time.Minute), time.Time{}.Add(50*time.Minute)).Sub(time.Time{}))
			if r.chance(25) {
				at = at.AddDate(0, 0, -r.between(1, 30))
			}
		}
		w.complete(r, &c.account, at)
	}
	for _, s := range []account.Account{
		{Email: "admin@khadamat.test", Name: "Amal Cherkaoui", Role: account.Admin},
		{Email: "moderator@khadamat.test", Name: "Hicham Naciri", Role: account.Moderator},
		{Email: "finance@khadamat.test", Name: "Kenza Tazi", Role: account.Finance},
		{Email: "reviewer@khadamat.test", Name: "Omar Lahlou", Role: account.Reviewer},
	} {
		s.Language = "fr"
		w.complete(r, &s, began.AddDate(0, -2, 0).Add(time.Duration(r.IntN(3600))*time.Second))
		w.staff = append(w.staff, s)
	}
	slices.SortFunc(w.staff, func(a, b account.Account) int { return a.CreatedAt.Compare(b.CreatedAt) })
}

// complete signs an account up at a time and has its address verified some minutes later.
func (w *world) complete(r *random, a *account.Account, at time.Time) {
	at = at.Truncate(time.Microsecond)
	a.ID, a.CreatedAt = r.id(at), at
	a.EmailVerifiedAt = at.Add(time.Duration(r.between(20, 110)) * time.Second)
}
