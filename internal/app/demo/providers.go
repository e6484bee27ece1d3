package demo

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
)

// provider is a provider with what the bookings are made from.
type provider struct {
	index      int
	account    account.Account
	holder     string // of the bank account: the name in Latin letters
	row        catalog.Provider
	services   []catalog.Service
	field      *field
	town       int
	popularity float64
	delight    float64 // the share of reviews with five stars
	plans      []plan
	days       map[int][]int // by day of the calendar: positions in plans
}

// The plumber that people who try the product sign in as is the first provider.
const mainProvider = 0

// newcomers are providers who have just begun: nobody has booked or rated them yet.
const newcomersInHundred = 4

func (w *world) addProviders() {
	count := providersAtScaleOne * w.config.Scale
	r := newRandom(w.config.Seed, choicePart)
	perTown := townShares.share(count)
	for town, share := range perTown {
		// Every trade gets its turn in every town, each time in another order.
		var queue []place
		for len(queue) < share {
			round := allTrades()
			r.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
			queue = append(queue, round...)
		}
		if town == 0 { // the main provider comes first and is a plumber
			at := slices.Index(queue, place{0, 0})
			queue[0], queue[at] = queue[at], queue[0]
		}
		for _, at := range queue[:share] {
			w.providers = append(w.providers, w.provider(len(w.providers), town, at))
		}
	}
}

// place is where a trade stands: its field and its position there.
type place struct{ field, trade int }

func allTrades() []place {
	var all []place
	for f := range fields {
		for t := range fields[f].trades {
			all = append(all, place{f, t})
		}
	}
	return all
}

func (w *world) provider(index, town int, at place) *provider {
	r := newRandom(w.config.Seed, providerPart+uint64(index))
	f := &fields[at.field]
	t := &f.trades[at.trade]
	began := w.calendar.date(0).In(w.zone).UTC()
	joined := r.moment(began.AddDate(0, -3, 0), w.now.AddDate(0, -1, 0))
	if r.chance(45) { // many were there when the market opened
		joined = r.moment(began.AddDate(0, -3, 0), began.AddDate(0, 2, 0))
	}
	p := &provider{index: index, field: f, town: town, days: map[int][]int{}}
	p.popularity = min(5, math.Exp(0.8*r.NormFloat64()))
	p.delight = 0.5 + 0.45*math.Sqrt(r.Float64())
	newcomer := r.chance(newcomersInHundred)
	if newcomer {
		joined, p.popularity = r.moment(w.now.AddDate(0, 0, -18), w.now.AddDate(0, 0, -1)), 0
	}
	who, language := r.person(f.womenInHundred), r.language()
	p.account = account.Account{Name: r.accountName(who, language), Role: account.Provider, Language: language, Email: w.email(who)}
	p.holder = who.latin()
	city := w.cities[towns[town].cityID]
	p.row = catalog.Provider{
		Name: w.shopName(r, t, p.account.Name, language), CityID: city.ID, Bio: r.bio(f, t, city, joined), Status: catalog.Active,
		Verified: !newcomer && r.chance(50), Policy: r.policy(f),
	}
	p.row.Latitude, p.row.Longitude = r.near(city)
	if index == mainProvider {
		p.beMain(r, began)
		joined = began.AddDate(0, -1, -3).Add(10 * time.Hour)
	}
	w.complete(r, &p.account, joined)
	p.row.CreatedAt = p.account.EmailVerifiedAt.Add(time.Duration(r.between(90, 900)) * time.Second)
	p.row.ID, p.row.AccountID = r.id(p.row.CreatedAt), p.account.ID
	p.row.UpdatedAt = r.moment(later(p.row.CreatedAt, w.now.AddDate(0, 0, -40)), w.now)
	if index == mainProvider {
		p.services = r.mainServices(p.row, f, t)
		p.row.Availability = mainRules(w.today)
		return p
	}
	p.services = r.services(p.row, f, t)
	p.row.Availability = r.rules(f, p.services, w.today)
	return p
}

// mainServices are everything that plumbers do, the first at once and the second on request, whatever the seed.
func (r *random) mainServices(p catalog.Provider, f *field, t *trade) []catalog.Service {
	var all []catalog.Service
	for i, o := range t.offers {
		all = append(all, r.service(p.ID, f, t, o, p.CreatedAt.Add(time.Duration(i+1)*5*time.Minute)))
	}
	all[0].Instant, all[1].Instant = true, false
	return all
}

// beMain makes the first provider the verified plumber of the demo.
func (p *provider) beMain(r *random, began time.Time) {
	p.account.Name, p.account.Email, p.account.Language = "Youssef El Amrani", "provider@khadamat.test", "fr"
	p.holder = p.account.Name
	p.row.Name, p.row.Verified, p.row.Policy = "Plomberie El Amrani", true, catalog.Moderate
	p.popularity, p.delight = 4, 0.86
	p.row.Bio = r.bio(p.field, &p.field.trades[0], catalog.City{Name: catalog.Text{FR: "Casablanca", AR: "الدار البيضاء", EN: "Casablanca"}}, began)
}

// shopName is what a provider goes by: half of them by a shop's name, in Arabic where that is their language.
func (w *world) shopName(r *random, t *trade, owner, language string) string {
	if r.chance(35) {
		return owner
	}
	for range 30 {
		second := pick(r, businessNames)
		name := t.business.latin + " " + second.latin
		if language == "ar" {
			name = t.business.arabic + " " + second.arabic
		}
		if !w.shops[name] {
			w.shops[name] = true
			return name
		}
	}
	return owner
}

func (r *random) policy(f *field) catalog.Policy {
	strict := 12
	if f.categoryID == parties.categoryID {
		strict = 50
	}
	switch n := r.IntN(100); {
	case n < strict:
		return catalog.Strict
	case n < strict+35:
		return catalog.Moderate
	}
	return catalog.Flexible
}

// near returns a place within six kilometres of the middle of a city, more often close to it.
func (r *random) near(city catalog.City) (latitude, longitude float64) {
	const kilometresPerDegree = 111.32
	distance, angle := 5.9*math.Pow(r.Float64(), 0.7), 2*math.Pi*r.Float64()
	latitude = city.Latitude + distance*math.Sin(angle)/kilometresPerDegree
	longitude = city.Longitude + distance*math.Cos(angle)/(kilometresPerDegree*math.Cos(city.Latitude*math.Pi/180))
	return math.Round(latitude*1e6) / 1e6, math.Round(longitude*1e6) / 1e6
}

func (r *random) bio(f *field, t *trade, city catalog.City, joined time.Time) catalog.Text {
	since := strconv.Itoa(joined.Year() - r.between(2, 18))
	opening, way, ending := pick(r, f.openings), pick(r, f.ways), pick(r, f.endings)
	say := func(sentences, trade, city string) string {
		return strings.NewReplacer("{trade}", trade, "{Trade}", capital(trade), "{city}", city, "{since}", since).Replace(sentences)
	}
	return catalog.Text{
		FR: say(opening.FR+" "+way.FR+" "+ending.FR, t.called.FR, city.Name.FR),
		AR: say(opening.AR+" "+way.AR+" "+ending.AR, t.called.AR, city.Name.AR),
		EN: say(opening.EN+" "+way.EN+" "+ending.EN, t.called.EN, city.Name.EN),
	}
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// services makes up about three services: those of the trade, and at times one of the trade beside it.
func (r *random) services(p catalog.Provider, f *field, t *trade) []catalog.Service {
	var all []catalog.Service
	add := func(t *trade, o offer) {
		at := p.CreatedAt.Add(time.Duration(len(all)*4+r.between(1, 4)) * time.Minute)
		all = append(all, r.service(p.ID, f, t, o, at))
	}
	own := r.Perm(len(t.offers))
	keep := min(len(own), r.between(2, 3))
	var sibling *trade
	for i := range f.trades {
		if f.trades[i].categoryID == t.beside && r.chance(60) {
			sibling = &f.trades[i]
		}
	}
	if sibling == nil {
		keep = min(len(own), r.between(2, 4))
	}
	for _, i := range own[:keep] {
		add(t, t.offers[i])
	}
	if sibling != nil {
		add(sibling, pick(r, sibling.offers))
	}
	return all
}

func (r *random) service(providerID string, f *field, t *trade, o offer, at time.Time) catalog.Service {
	s := catalog.Service{
		ID: r.id(at), ProviderID: providerID, CategoryID: t.categoryID, Title: o.title.text(), Pricing: o.pricing, Price: r.price(o.low, o.high),
		DurationMinutes: o.minutes, Place: o.place, Instant: o.pricing != asked && r.chance(52), Active: true, CreatedAt: at, UpdatedAt: at,
	}
	more, know := pick(r, f.assurances), pick(r, f.practical)
	s.Description = catalog.Text{
		FR: o.description.FR + " " + more.FR + " " + know.FR,
		AR: o.description.AR + " " + more.AR + " " + know.AR,
		EN: o.description.EN + " " + more.EN + " " + know.EN,
	}
	for _, e := range t.extras {
		if o.pricing != asked && r.chance(60) {
			s.Addons = append(s.Addons, catalog.Addon{ID: r.id(at), Title: e.title.text(), Price: r.price(e.low, e.high), DurationMinutes: e.minutes})
		}
	}
	return s
}

// price returns an amount between two numbers of dirhams, as people name prices: in tens.
func (r *random) price(low, high int) money.Amount {
	dirhams := r.between((low+9)/10, max((low+9)/10, high/10)) * 10
	return money.Of(int64(dirhams)*100, money.MAD)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
