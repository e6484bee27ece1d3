// Package demo fills an empty database with a marketplace that looks alive: people, providers, services and eighteen months of
// bookings. The same seed, scale and day give the same rows. Everything it writes goes through the domains' own bulk functions.
package demo

import (
	"context"
	"slices"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/message"
	"khadamat/internal/market/review"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// Config says what to make. Only the date of Day counts, as the calendar in Morocco shows it: the data is what would have been there in
// its first minute, so that it suits every hour of that day.
type Config struct {
	DB    *db.DB
	Seed  int64 // 0: DefaultSeed
	Scale int   // 1 to MaxScale; 0: 1
	Day   time.Time

	Blobs  blob.Store // where the house keeps the files of processor and bank; nil: they are not kept
	Folder string     // where these files are written for people to look at, with what is wrong in them (truth.csv); empty: nowhere
}

// What Config falls back to, and its bounds. Scale 1 is as many of each as the constants below say.
const (
	DefaultSeed = 378
	MaxScale    = 20

	providersAtScaleOne = 300
	customersAtScaleOne = 3000
	bookingsAtScaleOne  = 20000
)

// Summary counts what was made.
type Summary struct {
	Customers int
	Providers int
	Services  int
	Bookings  int
	Events    int
	Reviews   int
	Messages  int
	Audited   int       // entries of the audit log, all sealed
	Planted   []Planted // errors in the files of processor and bank
	Cast      *Cast
}

// Password is what all demo people sign in with.
const Password = "demo-khadamat-378"

// passwordHash is the hash of Password. It is written down because a hash made anew has a new salt, and so every run would give other rows.
const passwordHash = "$argon2id$v=19$m=19456,t=2,p=1$J/GzreoTQQfCTWNlwMc8Lw$HxoCVEn/LlQ1poJJX/hP7h+uj0AGflsYYzMcD6JutdI" //nolint:gosec // everybody may know it

const zoneName = "Africa/Casablanca"

// Fill makes the demo data. It returns conflict where the database has accounts already, and invalid for a scale out of range.
// Where it fails, nothing stays behind.
func Fill(ctx context.Context, config Config) (Summary, error) {
	if config.Seed == 0 {
		config.Seed = DefaultSeed
	}
	if config.Scale == 0 {
		config.Scale = 1
	}
	if config.Scale < 1 || config.Scale > MaxScale {
		return Summary{}, &errs.Error{Code: errs.Invalid, Key: "error.invalid",
			Fields: []errs.Field{{Name: "scale", Key: "demo.scale_out_of_range", Args: errs.Args{"Max": MaxScale}}}}
	}
	cities, err := catalog.ReadCities(ctx, config.DB)
	if err != nil {
		return Summary{}, err
	}
	var summary Summary
	err = config.DB.Tx(ctx, func(tx *db.Tx) error {
		if taken, err := account.Any(ctx, tx); err != nil || taken {
			return notEmpty(err)
		}
		w, err := newWorld(config, cities)
		if err != nil {
			return err
		}
		summary, err = w.store(ctx, tx)
		return err
	})
	if db.IsUnique(err) { // somebody else filled it at the same time
		return Summary{}, notEmpty(nil)
	}
	if err != nil {
		return Summary{}, err
	}
	return summary, nil
}

func notEmpty(err error) error {
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "demo.not_empty")
}

// world is everything that will be stored, but for the bookings' stories, which are told when they are stored: at a large scale
// they would fill the memory.
type world struct {
	config    Config
	zone      *time.Location
	today     schedule.Date
	now       time.Time // the first instant of today
	calendar  calendar
	cities    map[string]catalog.City
	staff     []account.Account
	customers []*customer
	providers []*provider
	mails     map[string]int  // how many have the same name in their address
	shops     map[string]bool // the names of businesses that are taken
}

func newWorld(config Config, cities []catalog.City) (*world, error) {
	zone, err := schedule.Location(zoneName)
	if err != nil {
		return nil, err
	}
	w := &world{config: config, zone: zone, cities: map[string]catalog.City{}, mails: map[string]int{}, shops: map[string]bool{}}
	w.today = schedule.DateOf(config.Day, zone)
	w.now = w.today.In(zone).UTC()
	w.calendar = newCalendar(w.today, zone)
	for _, city := range cities {
		w.cities[city.ID] = city
	}
	w.addCustomers()
	w.addProviders()
	w.book()
	w.settle()
	return w, nil
}

// storeAtOnce is how many bookings are told and stored together: as many as memory lets, since rows that come in the order of their keys
// go in much faster.
const storeAtOnce = 40_000

func (w *world) store(ctx context.Context, tx *db.Tx) (Summary, error) {
	summary := Summary{Customers: len(w.customers), Providers: len(w.providers), Cast: w.cast()}
	people := slices.Clone(w.staff)
	for _, c := range w.customers {
		people = append(people, c.account)
	}
	var rows []catalog.Provider
	var services []catalog.Service
	for _, p := range w.providers {
		people = append(people, p.account)
		rows = append(rows, p.row)
		services = append(services, p.services...)
	}
	summary.Services = len(services)
	if err := account.InsertMany(ctx, tx, people, passwordHash); err != nil {
		return summary, err
	}
	if err := catalog.InsertMany(ctx, tx, rows, services); err != nil {
		return summary, err
	}
	entries := w.entries(people, rows, services)
	if err := audit.Import(ctx, tx, entries); err != nil {
		return summary, err
	}
	till := w.openTill()
	if err := tx.WithoutIndexes(ctx, slices.Concat(audit.ListIndexes, booking.ListIndexes), func() error { return w.storeBookings(ctx, tx, &summary, till) }); err != nil {
		return summary, err
	}
	if err := till.keepBooks(ctx, tx); err != nil {
		return summary, err
	}
	summary.Planted = till.planted
	summary.Audited = len(entries) + summary.Events // an import of bookings adds an entry for each event
	return summary, nil
}

func (w *world) storeBookings(ctx context.Context, tx *db.Tx, summary *Summary, till *till) error {
	var batch []chapter
	for i, p := range w.providers {
		batch = append(batch, w.tell(p)...)
		if len(batch) >= storeAtOnce || i == len(w.providers)-1 {
			if err := summary.store(ctx, tx, batch); err != nil {
				return err
			}
			for i := range batch {
				if err := till.pay(&batch[i].Past); err != nil {
					return err
				}
			}
			batch = batch[:0]
		}
	}
	return nil
}

// store writes bookings with what was said about them, and counts them.
func (s *Summary) store(ctx context.Context, tx *db.Tx, batch []chapter) error {
	past := make([]booking.Past, len(batch))
	var reviews []review.Review
	var messages []message.Message
	slices.SortFunc(batch, func(a, b chapter) int { return strings.Compare(a.Booking.ID, b.Booking.ID) })
	for i, c := range batch {
		past[i] = c.Past
		s.Cast.add(c.Past)
		s.Events += len(c.Events)
		reviews, messages = append(reviews, c.reviews...), append(messages, c.messages...)
	}
	s.Bookings, s.Reviews, s.Messages = s.Bookings+len(batch), s.Reviews+len(reviews), s.Messages+len(messages)
	if err := booking.Import(ctx, tx, past, entryID); err != nil {
		return err
	}
	if err := review.InsertMany(ctx, tx, reviews); err != nil {
		return err
	}
	return message.InsertMany(ctx, tx, messages)
}

// entries are what the audit log would have kept of the people's sign-ups and the providers' first steps.
func (w *world) entries(people []account.Account, providers []catalog.Provider, services []catalog.Service) []audit.Entry {
	var all []audit.Entry
	add := func(at time.Time, actorID, action, kind, id string) {
		all = append(all, audit.Entry{ID: entryID(id), At: at, ActorID: actorID, Action: action, SubjectKind: kind, SubjectID: id})
	}
	for _, a := range people {
		add(a.CreatedAt, a.ID, "account.sign_up", "account", a.ID)
	}
	owner := make(map[string]string, len(providers))
	for _, p := range providers {
		owner[p.ID] = p.AccountID
		add(p.CreatedAt, p.AccountID, "provider.created", "provider", p.ID)
	}
	for _, s := range services {
		add(s.CreatedAt, owner[s.ProviderID], "service.created", "service", s.ID)
	}
	return all
}

// entryID makes the id of an audit entry from that of what it is about: the same time and another rest.
func entryID(id string) string { return id[:24] + id[30:] + id[24:30] }
