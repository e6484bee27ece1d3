package main

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/app"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/mail"
	"khadamat/load/rig"
)

// floorShare is how much of the floor's rate booking must reach.
const floorShare = 0.6

// opening is a time that can be booked, once.
type opening struct {
	serviceID, providerID, providerAccountID string
	time, block                              schedule.Interval
}

// world is a filled database with the services over it, as the server wires them, and openings that do not touch each other.
type world struct {
	db        *db.DB
	services  *app.Services
	customers []account.Actor
	openings  []opening
	used      int
}

// measureCommits lets the domain's Request and a bare transaction with the same rows take turns, one writer first and then many.
func measureCommits(ctx context.Context, engine string, place rig.Place, o options, report *rig.Report) error {
	if _, err := place.Run(ctx, "demo"); err != nil {
		return err
	}
	w, err := openWorld(ctx, place)
	if err != nil {
		return err
	}
	defer w.db.Close()
	if err := w.findOpenings(ctx); err != nil {
		return err
	}
	// The floor's rows are copies of those that a real booking made.
	first, err := w.request(ctx, w.openings[0], w.customers[0])
	if err != nil {
		return err
	}
	w.used = 1
	floor, err := newFloor(ctx, w.db, first.ID)
	if err != nil {
		return err
	}
	defer floor.close()
	writers := []int{1, 16}
	turns := 2 * (o.rounds + 1) * len(writers)
	size := min(o.round, (len(w.openings)-w.used)/turns)
	if size < 50 {
		return fmt.Errorf("only %d openings: too few to measure", len(w.openings))
	}
	for _, n := range writers {
		var service, bare, shares []float64
		for round := range o.rounds + 1 {
			a, err := w.turn(n, size, func(at opening, who account.Actor) error {
				_, err := w.request(ctx, at, who)
				return err
			})
			if err != nil {
				return fmt.Errorf("service: %w", err)
			}
			b, err := w.turn(n, size, func(at opening, who account.Actor) error { return floor.insert(ctx, at, who) })
			if err != nil {
				return fmt.Errorf("floor: %w", err)
			}
			if round > 0 { // the first warms caches and statements
				service, bare, shares = append(service, a), append(bare, b), append(shares, a/b)
			}
		}
		share := rig.Median(shares)
		report.Figure(fmt.Sprintf("booking commit, %s, %d writers", engine, n),
			fmt.Sprintf("%.0f/s of %.0f/s: %.0f %% (%.0f to %.0f)", rig.Median(service), rig.Median(bare), 100*share, 100*slices.Min(shares), 100*slices.Max(shares)),
			fmt.Sprintf("≥ %.0f %% of the floor", 100*floorShare), share >= floorShare)
	}
	return nil
}

func openWorld(ctx context.Context, place rig.Place) (*world, error) {
	d, err := db.Open(ctx, db.Config{URL: place.DatabaseURL, Folder: place.Folder}, clock.System{})
	if err != nil {
		return nil, err
	}
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	blobs, err := blob.NewFolder(place.Folder + "/blobs")
	if err != nil {
		return nil, err
	}
	outbox, err := mail.NewOutbox(place.Folder+"/outbox", "bench@khadamat.test", clock.System{})
	if err != nil {
		return nil, err
	}
	services, err := app.NewServices(ctx, app.Ground{
		DB: d, Clock: clock.System{}, Hub: live.New(live.NewLocal(), live.Options{}), Blobs: blobs, Sender: outbox, BaseURL: "http://localhost", Logger: logger,
	})
	return &world{db: d, services: services}, err
}

// findOpenings lists times of instant services, by provider and day spread at random, of which no two of one provider touch.
func (w *world) findOpenings(ctx context.Context) error {
	customers, err := texts(ctx, w.db, "SELECT id FROM accounts WHERE role = 'customer' ORDER BY id LIMIT 500")
	if err != nil {
		return err
	}
	for _, id := range customers {
		w.customers = append(w.customers, account.Actor{ID: id, Role: account.Customer})
	}
	providers, err := texts(ctx, w.db, "SELECT id FROM providers WHERE status = 'active' ORDER BY id")
	if err != nil {
		return err
	}
	// Half an hour's grace, so that no time passes into the notice while the measurement runs.
	from := time.Now().Add(30 * 24 * time.Hour)
	if len(providers) == 0 {
		return fmt.Errorf("no providers")
	}
	for _, id := range providers {
		if err := w.openingsOf(ctx, id, from.Add(-29*24*time.Hour), from.Add(33*24*time.Hour)); err != nil {
			return err
		}
	}
	random := rand.New(rand.NewPCG(378, 1))
	slices.SortFunc(w.openings, func(a, b opening) int {
		return cmp.Or(cmp.Compare(a.providerID, b.providerID), a.time.Start.Compare(b.time.Start))
	})
	random.Shuffle(len(w.openings), func(i, j int) { w.openings[i], w.openings[j] = w.openings[j], w.openings[i] })
	return nil
}

// openingsOf lists the openings of a provider in windows of the longest length that start at the given times.
func (w *world) openingsOf(ctx context.Context, providerID string, windows ...time.Time) error {
	offers, err := w.services.Catalog.Offers(ctx, providerID)
	if err != nil {
		return err
	}
	for _, offer := range offers {
		if !offer.Service.Instant {
			continue
		}
		rules := offer.Provider.Availability
		var last time.Time
		for _, from := range windows {
			slots, err := w.services.Bookings.Slots(ctx, providerID, offer.Service.ID, nil, from, from.Add(schedule.MaxWindow))
			if err != nil {
				return err
			}
			for _, slot := range slots {
				block := rules.Block(slot.Start, slot.End.Sub(slot.Start))
				if block.Start.Before(last) {
					continue
				}
				last = block.End
				w.openings = append(w.openings, opening{offer.Service.ID, providerID, offer.Provider.AccountID, slot, block})
			}
		}
		return nil
	}
	return nil
}

func texts(ctx context.Context, d *db.DB, query string) ([]string, error) {
	rows, err := d.Query(ctx, query)
	return db.Collect(rows, err, func(rows *sql.Rows) (text string, err error) { return text, rows.Scan(&text) })
}

func (w *world) request(ctx context.Context, at opening, who account.Actor) (booking.Booking, error) {
	return w.services.Bookings.Request(ctx, who, booking.Request{ServiceID: at.serviceID, Start: at.time.Start,
		Address: "12, rue des Orangers, Maârif", Note: "Sonnez deux fois", IdempotencyKey: ids.New()})
}

// turn takes the next openings with n writers and returns how many a second they made.
func (w *world) turn(n, size int, write func(opening, account.Actor) error) (float64, error) {
	mine := w.openings[w.used : w.used+size]
	w.used += size
	var next atomic.Int64
	var failure atomic.Pointer[error]
	var writers sync.WaitGroup
	began := time.Now()
	for range n {
		writers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= size || failure.Load() != nil {
					return
				}
				if err := write(mine[i], w.customers[i%len(w.customers)]); err != nil {
					failure.Store(&err)
				}
			}
		})
	}
	writers.Wait()
	if err := failure.Load(); err != nil {
		return 0, *err
	}
	return float64(size) / time.Since(began).Seconds(), nil
}
