package statistics

import (
	"cmp"
	"slices"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
)

// cell is one daily total, as small as can be: there are about as many of them as there are bookings.
type cell struct {
	provider, service int32 // indexes in directory
	day               int32 // since epoch
	count             int32
	minor             int64
	status            uint8 // index in booking.Statuses
}

// numbers gives providers and services small numbers, which they keep for as long as the process runs.
type numbers struct {
	providers, services   []string
	providerAt, serviceAt map[string]int32
}

func newNumbers() *numbers {
	return &numbers{providerAt: map[string]int32{}, serviceAt: map[string]int32{}}
}

func numberOf(at map[string]int32, all *[]string, id string) int32 {
	n, known := at[id]
	if !known {
		n = int32(len(*all))
		at[id] = n
		*all = append(*all, id)
	}
	return n
}

// directory knows where providers and services belong. Its slices are those of numbers at one moment.
type directory struct {
	providers, services []string
	cityOf, categoryOf  map[string]string
	titleOf             map[string]catalog.Text
}

func newDirectory(n *numbers, entries catalog.Directory) *directory {
	d := &directory{providers: n.providers, services: n.services, cityOf: map[string]string{}, categoryOf: map[string]string{}, titleOf: map[string]catalog.Text{}}
	for _, p := range entries.Providers {
		d.cityOf[p.ID] = p.CityID
	}
	for _, s := range entries.Services {
		d.categoryOf[s.ID], d.titleOf[s.ID] = s.CategoryID, s.Title
	}
	return d
}

// snapshot is all bookings of two years as totals, and what pages need of them. It is immutable.
type snapshot struct {
	directory *directory
	cells     []cell            // by provider, then by day
	of        map[string][]cell // by provider
	market    map[int]MarketFigures
	today     schedule.Date
	at        time.Time
}

var statusAt = func() map[booking.Status]uint8 {
	at := map[booking.Status]uint8{}
	for i, status := range booking.Statuses {
		at[status] = uint8(i)
	}
	return at
}()

// cellsOf makes totals small. Only dirhams are summed up: there is no other currency on the market.
func (n *numbers) cellsOf(totals []booking.Total) []cell {
	cells := make([]cell, 0, len(totals))
	for _, t := range totals {
		if t.Gross.Currency != money.MAD {
			continue
		}
		cells = append(cells, cell{
			provider: numberOf(n.providerAt, &n.providers, t.ProviderID), service: numberOf(n.serviceAt, &n.services, t.ServiceID),
			day: int32(stored(t.Day)), count: int32(t.Count), minor: t.Gross.Minor, status: statusAt[t.Status],
		})
	}
	return cells
}

// joined are new people of a day.
type joined struct {
	Day                   schedule.Date
	People, Professionals int64
}

func newSnapshot(d *directory, cells []cell, visits []visitsOf, people []joined, today schedule.Date, at time.Time) *snapshot {
	slices.SortFunc(cells, func(a, b cell) int { return cmp.Or(cmp.Compare(a.provider, b.provider), cmp.Compare(a.day, b.day)) })
	s := &snapshot{directory: d, cells: cells, of: map[string][]cell{}, market: map[int]MarketFigures{}, today: today, at: at}
	for from := 0; from < len(cells); {
		to := from
		for to < len(cells) && cells[to].provider == cells[from].provider {
			to++
		}
		s.of[d.providers[cells[from].provider]] = cells[from:to:to]
		from = to
	}
	for _, days := range Periods {
		s.market[days] = s.marketOf(days, visits, people)
	}
	return s
}

// period is the days that figures are of, with those before to compare with.
type period struct {
	buckets     []Bucket
	now, before Sums
	first, last schedule.Date
	days        int
}

func newPeriod(today schedule.Date, days int) *period {
	return &period{buckets: buckets(today, days), now: noSums(), before: noSums(), first: today.AddDays(1 - days), last: today, days: days}
}

// on has add change the sums that a day belongs to, and says whether the day lies in the period itself.
func (p *period) on(day schedule.Date, add func(*Sums)) bool {
	switch {
	case p.last.Before(day) || day.Before(p.first.AddDays(-p.days)):
		return false
	case day.Before(p.first):
		add(&p.before)
		return false
	}
	add(&p.now)
	if bucket := bucketAt(p.buckets, day); bucket != nil {
		add(&bucket.Sums)
	}
	return true
}

func (p *period) book(c *cell) bool {
	return p.on(epoch.AddDays(int(c.day)), func(s *Sums) { s.add(booking.Statuses[c.status], int64(c.count), c.minor) })
}

func (s *snapshot) marketOf(days int, visits []visitsOf, people []joined) MarketFigures {
	p := newPeriod(s.today, days)
	cities, categories := map[string]*Sums{}, map[string]*Sums{}
	for i := range s.cells {
		c := &s.cells[i]
		if !p.book(c) {
			continue
		}
		status := booking.Statuses[c.status]
		sumsIn(cities, s.directory.cityOf[s.directory.providers[c.provider]]).add(status, int64(c.count), c.minor)
		sumsIn(categories, s.directory.categoryOf[s.directory.services[c.service]]).add(status, int64(c.count), c.minor)
	}
	for _, v := range visits {
		p.on(v.Day, func(sums *Sums) { sums.visit(v.Page, v.Visits) })
	}
	for _, j := range people {
		p.on(j.Day, func(sums *Sums) {
			sums.People += j.People
			sums.Professionals += j.Professionals
		})
	}
	return MarketFigures{Days: days, From: p.first, To: p.last, Now: p.now, Before: p.before, Buckets: p.buckets, Cities: shares(cities), Categories: shares(categories), UpdatedAt: s.at}
}

func sumsIn(all map[string]*Sums, id string) *Sums {
	if all[id] == nil {
		sums := noSums()
		all[id] = &sums
	}
	return all[id]
}

func shares(all map[string]*Sums) []Share {
	list := make([]Share, 0, len(all))
	for id, sums := range all {
		if sums.Bookings > 0 {
			list = append(list, Share{ID: id, Bookings: sums.Bookings, Gross: sums.Gross})
		}
	}
	slices.SortFunc(list, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Bookings, a.Bookings), cmp.Compare(b.Gross.Minor, a.Gross.Minor), cmp.Compare(a.ID, b.ID))
	})
	return list
}

func (s *snapshot) providerOf(providerID string, days int, visits []visitsOf) ProviderFigures {
	p := newPeriod(s.today, days)
	services := map[string]*Sums{}
	cells := s.of[providerID]
	for i := range cells {
		c := &cells[i]
		if p.book(c) {
			sumsIn(services, s.directory.services[c.service]).add(booking.Statuses[c.status], int64(c.count), c.minor)
		}
	}
	for _, v := range visits {
		p.on(v.Day, func(sums *Sums) { sums.visit(v.Page, v.Visits) })
	}
	figures := ProviderFigures{Days: days, From: p.first, To: p.last, Now: p.now, Before: p.before, Buckets: p.buckets, UpdatedAt: s.at}
	for _, share := range shares(services) {
		if len(figures.Top) == maxTop {
			break
		}
		figures.Top = append(figures.Top, TopService{ID: share.ID, Title: s.directory.titleOf[share.ID], Bookings: share.Bookings, Gross: share.Gross})
	}
	return figures
}
