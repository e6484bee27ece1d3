package calendar

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/outside"
	"khadamat/internal/platform/text"
)

// Catalog knows who is a provider, and remembers who is free.
type Catalog interface {
	ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error)
	Invalidate(providerID string)
}

// Bookings are what a feed is written from.
type Bookings interface {
	List(ctx context.Context, actor account.Actor, f booking.Filter) (booking.Page, error)
}

// Accounts know in which language somebody reads.
type Accounts interface {
	Account(ctx context.Context, id string) (account.Account, error)
}

// Queue takes jobs as part of a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *db.Tx, args job.Args) error
}

// Notifier tells people what happened, as part of a transaction.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error
}

// Config is what the service stands on.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Catalog  Catalog
	Bookings Bookings
	Accounts Accounts
	Queue    Queue
	Notifier Notifier
	Outside  outside.Options
	BaseURL  string       // for the addresses of bookings in a feed
	Logger   *slog.Logger // nil: none
}

// Service is everything about a provider's calendars. It is safe for concurrent use.
type Service struct {
	config Config
	client *http.Client
}

// New returns the service. It does no I/O.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{config, outside.Client(config.Outside)}
}

const (
	// fetchEvery is how often another calendar is looked at, and refreshAfter how soon a person may have it looked at again.
	fetchEvery   = 15 * time.Minute
	refreshAfter = 20 * time.Second
	// busyAhead is for how long busy times are kept.
	busyAhead = 180 * 24 * time.Hour
	// readTimeout bounds how long a calendar may take to be read, once it is here.
	readTimeout = 15 * time.Second
	// dueBatch bounds how many sources one look for what is due takes on.
	dueBatch = 200
)

// changed is what the provider's open pages are told.
const changed = "calendar.changed"

// FetchJob has a source fetched.
type FetchJob struct {
	SourceID string `json:"source_id"`
}

// Kind names the job.
func (FetchJob) Kind() string { return "calendar.fetch" }

// Busy returns when providers are busy elsewhere, within [from, to).
func (s *Service) Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error) {
	return busyByProvider(ctx, s.config.DB, providerIDs, from, to)
}

func (s *Service) own(ctx context.Context, actor account.Actor) (catalog.Provider, error) {
	if err := actor.Require(); err != nil {
		return catalog.Provider{}, err
	}
	return s.config.Catalog.ProviderOf(ctx, actor.ID)
}

// Sources are the actor's other calendars, the oldest first. It returns not_found where the actor is no provider.
func (s *Service) Sources(ctx context.Context, actor account.Actor) ([]Source, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return nil, err
	}
	return sourcesWhere(ctx, s.config.DB, "provider_id = $1 ORDER BY created_at, id", own.ID)
}

// SourceInput is another calendar as its owner names it.
type SourceInput struct {
	Name           string // empty: its host
	URL            string
	IdempotencyKey string
}

var nameRules = text.Rules{MaxRunes: maxNameRunes}

// Connect adds another calendar, which is fetched within moments. It returns invalid with the fields name and url, and conflict beyond
// MaxSources or for an address that is there already.
func (s *Service) Connect(ctx context.Context, actor account.Actor, input SourceInput) (Source, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return Source{}, err
	}
	var fields errs.Fields
	source := Source{ID: ids.New(), ProviderID: own.ID, AccountID: actor.ID, Name: text.Check(&fields, "name", input.Name, nameRules)}
	if err := fields.Err(); err != nil {
		return Source{}, err
	}
	if source.URL, err = cleanURL(input.URL); err != nil {
		return Source{}, err
	}
	if source.Name == "" {
		source.Name = source.Host()
	}
	request := idempotency.Request{Scope: "calendar.connect:" + actor.ID, Key: input.IdempotencyKey, Body: []string{input.Name, input.URL}}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		var err error
		source, _, err = idempotency.Run(ctx, tx, request, func() (Source, error) { return source, s.connect(ctx, tx, &source) })
		return err
	})
	return source, err
}

func (s *Service) connect(ctx context.Context, tx *db.Tx, source *Source) error {
	if err := tx.Lock(ctx, "calendar.sources:"+source.ProviderID); err != nil {
		return err
	}
	before, err := sourcesWhere(ctx, tx, "provider_id = $1", source.ProviderID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(before, func(b Source) bool { return b.URL == source.URL }) {
		return &errs.Error{Code: errs.Conflict, Key: "calendar.connected_already", Fields: []errs.Field{{Name: "url", Key: "calendar.connected_already"}}}
	}
	if len(before) >= MaxSources {
		return errs.New(errs.Conflict, "calendar.too_many").With(errs.Args{"Max": MaxSources})
	}
	source.CreatedAt, source.NextAt = tx.Now, tx.Now.Add(fetchEvery)
	if err := insertSource(ctx, tx, *source); err != nil {
		return err
	}
	if err := s.audit(ctx, tx, source.AccountID, "calendar.connected", source.ID); err != nil {
		return err
	}
	return s.config.Queue.Enqueue(ctx, tx, FetchJob{source.ID})
}

func (s *Service) audit(ctx context.Context, tx *db.Tx, actorID, action, id string) error {
	return audit.Write(ctx, tx, audit.Entry{ActorID: actorID, Action: action, SubjectKind: "calendar", SubjectID: id})
}

// Disconnect forgets one of the actor's other calendars with all that it made busy. It returns not_found for others'.
func (s *Service) Disconnect(ctx context.Context, actor account.Actor, id string) error {
	return s.change(ctx, actor, id, func(tx *db.Tx, source Source) error {
		if err := deleteSource(ctx, tx, source.ID); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.config.Catalog.Invalidate(source.ProviderID) })
		return s.audit(ctx, tx, actor.ID, "calendar.disconnected", source.ID)
	})
}

// Refresh has one of the actor's other calendars fetched within moments. It returns not_found for others', and rate_limited where it was
// fetched a moment ago.
func (s *Service) Refresh(ctx context.Context, actor account.Actor, id string) error {
	return s.change(ctx, actor, id, func(tx *db.Tx, source Source) error {
		if tx.Now.Before(source.TriedAt.Add(refreshAfter)) {
			return errs.New(errs.RateLimited, "calendar.fetched_just_now")
		}
		if _, err := claim(ctx, tx, source, tx.Now.Add(fetchEvery)); err != nil {
			return err
		}
		return s.config.Queue.Enqueue(ctx, tx, FetchJob{source.ID})
	})
}

func (s *Service) change(ctx context.Context, actor account.Actor, id string, verb func(*db.Tx, Source) error) error {
	if err := actor.Require(); err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		source, err := sourceByID(ctx, tx, id, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if source.AccountID != actor.ID {
			return errNotFound
		}
		return verb(tx, source)
	})
}

// EnqueueDue has the sources fetched whose quarter of an hour is over. Every node calls it each minute; a source goes to one of them.
func (s *Service) EnqueueDue(ctx context.Context) error {
	due, err := sourcesWhere(ctx, s.config.DB, "next_at <= $1 ORDER BY next_at LIMIT $2", db.At(s.config.Clock.Now()), dueBatch)
	if err != nil {
		return err
	}
	for _, source := range due {
		err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
			mine, err := claim(ctx, tx, source, tx.Now.Add(fetchEvery))
			if err != nil || !mine {
				return err
			}
			return s.config.Queue.Enqueue(ctx, tx, FetchJob{source.ID})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Fetch reads a source now and keeps when its owner is busy. A calendar that cannot be fetched or read is no error: its owner is told,
// and what was busy before stays so. A source that is there no more is left alone.
func (s *Service) Fetch(ctx context.Context, sourceID string) error {
	source, err := sourceByID(ctx, s.config.DB, sourceID, "")
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	own, err := s.config.Catalog.ProviderOf(ctx, source.AccountID)
	if err != nil {
		return err
	}
	zone, err := schedule.Location(own.Availability.Zone)
	if err != nil {
		return err
	}
	now := s.config.Clock.Now()
	found, cut, failure := s.read(ctx, source, zone, schedule.Interval{Start: now.Add(-24 * time.Hour), End: now.Add(busyAhead)})
	if err := ctx.Err(); err != nil {
		return err // not the calendar's fault: the job comes again
	}
	return s.keep(ctx, sourceID, found, cut, failure)
}

func (s *Service) read(ctx context.Context, source Source, zone *time.Location, window schedule.Interval) (found []schedule.Interval, cut bool, err error) {
	limited, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	err = fetch(limited, s.client, source.URL, func(body io.Reader) error {
		found, cut, err = busyIn(limited, body, zone, window)
		// A body that breaks off is not a calendar that is none.
		if known, ok := errors.AsType[interface {
			error
			Timeout() bool
		}](err); ok && known.Timeout() {
			return known
		}
		return err
	})
	if err != nil {
		s.config.Logger.InfoContext(ctx, "a calendar could not be read", "source", source.ID, "host", source.Host(), "error", hostOnly(err))
	}
	return found, cut, err
}

// keep stores how fetching went and, where it went well, what is busy.
func (s *Service) keep(ctx context.Context, sourceID string, found []schedule.Interval, cut bool, failure error) error {
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		source, err := sourceByID(ctx, tx, sourceID, tx.Dialect().ForUpdate())
		if errs.CodeOf(err) == errs.NotFound {
			return nil // disconnected meanwhile
		}
		if err != nil {
			return err
		}
		before := source
		source.TriedAt, source.Failure, source.Warning = tx.Now, "", ""
		if failure != nil {
			source.Failure, source.Warning = failureKey(failure), before.Warning
			if err := saveFetch(ctx, tx, source); err != nil {
				return err
			}
			return s.tell(ctx, tx, source)
		}
		source.SucceededAt, source.Busy = tx.Now, len(found)
		if cut {
			source.Warning = "calendar.cut_short"
		}
		if err := saveFetch(ctx, tx, source); err != nil {
			return err
		}
		stored, err := busyBySource(ctx, tx, source.ID)
		if err != nil {
			return err
		}
		if slices.EqualFunc(stored, found, sameInterval) {
			if before.Failure == "" && !before.TriedAt.IsZero() {
				return nil // as it was: nobody need hear of it
			}
			return s.tell(ctx, tx, source)
		}
		if err := replaceBusy(ctx, tx, source, found); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.config.Catalog.Invalidate(source.ProviderID) })
		return s.tell(ctx, tx, source)
	})
}

func sameInterval(a, b schedule.Interval) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) }

func (s *Service) tell(ctx context.Context, tx *db.Tx, source Source) error {
	return s.config.Notifier.Tell(ctx, tx, notify.Notice{Watchers: []string{source.AccountID}, Type: changed})
}
