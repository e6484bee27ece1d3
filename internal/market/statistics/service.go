package statistics

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// Bookings counts the bookings that start in [from, to) by day, service, provider and state.
type Bookings interface {
	DailyTotals(ctx context.Context, from, to time.Time) ([]booking.Total, error)
}

// Catalog knows what services and providers there are, and who runs which.
type Catalog interface {
	Directory(ctx context.Context) (catalog.Directory, error)
	ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error)
}

// People counts who joined in [from, to) by day and role.
type People interface {
	Joined(ctx context.Context, from, to time.Time, zone *time.Location) ([]account.Joined, error)
}

// Config is what a Service stands on.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Bookings Bookings
	Catalog  Catalog
	People   People
	Logger   *slog.Logger
}

// Service counts, and tells what was counted. It is safe for concurrent use.
type Service struct {
	config   Config
	zone     *time.Location
	visits   counter
	snapshot atomic.Pointer[snapshot]

	refreshing sync.Mutex
	numbers    *numbers
	settled    []cell        // of the days that hardly change any more
	settledTo  schedule.Date // the first day that is not in settled
	settledAt  time.Time
}

const (
	marketZone = "Africa/Casablanca"
	// settledDays is how many days back bookings are read at every refresh; what lies before is read again every settledFor.
	settledDays = 35
	settledFor  = 15 * time.Minute

	flushEvery   = 10 * time.Second
	refreshEvery = time.Minute
)

// New returns a service that knows nothing yet: Run, or the first question, has it read.
func New(config Config) (*Service, error) {
	zone, err := schedule.Location(marketZone)
	if err != nil {
		return nil, err
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{config: config, zone: zone, numbers: newNumbers()}, nil
}

func (s *Service) today() schedule.Date { return schedule.DateOf(s.config.Clock.Now(), s.zone) }

// Run writes visits down and keeps the figures fresh until ctx ends; what was counted by then is written before it returns.
func (s *Service) Run(ctx context.Context) {
	flush, refresh := time.NewTicker(flushEvery), time.NewTicker(refreshEvery)
	defer flush.Stop()
	defer refresh.Stop()
	s.try(ctx, "count the market", s.Refresh)
	for {
		select {
		case <-ctx.Done():
			s.try(context.WithoutCancel(ctx), "write down visits", s.Flush)
			return
		case <-flush.C:
			s.try(ctx, "write down visits", s.Flush)
		case <-refresh.C:
			s.try(ctx, "count the market", s.Refresh)
		}
	}
}

func (s *Service) try(ctx context.Context, name string, do func(context.Context) error) {
	if err := do(ctx); err != nil && ctx.Err() == nil {
		s.config.Logger.WarnContext(ctx, "cannot "+name, "error", err)
	}
}

// Refresh reads the market anew.
func (s *Service) Refresh(ctx context.Context) error {
	s.refreshing.Lock()
	defer s.refreshing.Unlock()
	now, today := s.config.Clock.Now(), s.today()
	if s.settledAt.IsZero() || now.Sub(s.settledAt) >= settledFor || s.settledTo != today.AddDays(-settledDays) {
		if err := s.settle(ctx, today, now); err != nil {
			return err
		}
	}
	recent, err := s.config.Bookings.DailyTotals(ctx, s.settledTo.In(s.zone), today.AddDays(1).In(s.zone))
	if err != nil {
		return err
	}
	entries, err := s.config.Catalog.Directory(ctx)
	if err != nil {
		return err
	}
	first := today.AddDays(1 - longestPeriod)
	visits, err := visitsSince(ctx, s.config.DB, "", first, today)
	if err != nil {
		return err
	}
	people, err := s.joined(ctx, first, today)
	if err != nil {
		return err
	}
	cells := slices.Concat(s.settled, s.numbers.cellsOf(recent))
	s.snapshot.Store(newSnapshot(newDirectory(s.numbers, entries), cells, visits, people, today, now))
	return nil
}

// settle reads the days that hardly change.
func (s *Service) settle(ctx context.Context, today schedule.Date, now time.Time) error {
	from, to := today.AddDays(1-longestPeriod), today.AddDays(-settledDays)
	settled, err := s.config.Bookings.DailyTotals(ctx, from.In(s.zone), to.In(s.zone))
	if err != nil {
		return err
	}
	s.settled, s.settledTo, s.settledAt = s.numbers.cellsOf(settled), to, now
	return nil
}

func (s *Service) joined(ctx context.Context, from, to schedule.Date) ([]joined, error) {
	counted, err := s.config.People.Joined(ctx, from.In(s.zone), to.AddDays(1).In(s.zone), s.zone)
	if err != nil {
		return nil, err
	}
	people := make([]joined, 0, len(counted))
	for _, c := range counted {
		j := joined{Day: schedule.DateOf(c.Day, s.zone), People: c.Count}
		if c.Role == account.Provider {
			j.Professionals = c.Count
		}
		people = append(people, j)
	}
	return people, nil
}

// current returns the figures as they were last read. Where none were read yet, or the day has changed since, it reads them.
func (s *Service) current(ctx context.Context) (*snapshot, error) {
	if known := s.snapshot.Load(); known != nil && known.today == s.today() {
		return known, nil
	}
	if err := s.Refresh(ctx); err != nil {
		return nil, err
	}
	return s.snapshot.Load(), nil
}

func checkPeriod(days int) error {
	for _, known := range Periods {
		if days == known {
			return nil
		}
	}
	return errs.Fields{{Name: "days", Key: "statistics.unknown_period"}}.Err()
}

// Market returns the figures of the market for one of Periods, up to today. It returns forbidden for everybody but moderators and
// admins, and invalid for another number of days.
func (s *Service) Market(ctx context.Context, actor account.Actor, days int) (MarketFigures, error) {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return MarketFigures{}, err
	}
	if err := checkPeriod(days); err != nil {
		return MarketFigures{}, err
	}
	known, err := s.current(ctx)
	if err != nil {
		return MarketFigures{}, err
	}
	return known.market[days], nil
}

// Provider returns the figures of a provider for one of Periods, up to today, to that provider and to operators. To others the
// provider is not_found; another number of days is invalid.
func (s *Service) Provider(ctx context.Context, actor account.Actor, providerID string, days int) (ProviderFigures, error) {
	if err := s.mayRead(ctx, actor, providerID); err != nil {
		return ProviderFigures{}, err
	}
	if err := checkPeriod(days); err != nil {
		return ProviderFigures{}, err
	}
	known, err := s.current(ctx)
	if err != nil {
		return ProviderFigures{}, err
	}
	visits, err := visitsSince(ctx, s.config.DB, providerID, known.today.AddDays(1-2*days), known.today)
	if err != nil {
		return ProviderFigures{}, err
	}
	return known.providerOf(providerID, days, visits), nil
}

func (s *Service) mayRead(ctx context.Context, actor account.Actor, providerID string) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if providerID == "" { // that is where the visits of all pages are kept
		return errs.New(errs.NotFound, "error.not_found")
	}
	if actor.RequireRole(account.Moderator) == nil {
		return nil
	}
	own, err := s.config.Catalog.ProviderOf(ctx, actor.ID)
	if err == nil && own.ID != providerID {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return err
}
