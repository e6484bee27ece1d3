package quote

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/picture"
	"khadamat/internal/platform/text"
)

// Catalog is what quotes need of the catalog.
type Catalog interface {
	Category(id string) (catalog.Category, bool)
	City(id string) (catalog.City, bool)
	// Search finds services of active providers, those of the best standing first.
	Search(ctx context.Context, q catalog.Query) (catalog.Page, error)
	// Offer returns an active service with its active provider; not_found else.
	Offer(ctx context.Context, serviceID string) (catalog.Offer, error)
	// Offers returns what an active provider offers; not_found for any other.
	Offers(ctx context.Context, providerID string) ([]catalog.Offer, error)
	// Provider returns an active provider; not_found for any other.
	Provider(ctx context.Context, id string) (catalog.Provider, error)
	// ProviderOf returns the provider that an account runs; not_found where it runs none.
	ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error)
}

// Bookings is what quotes need of bookings.
type Bookings interface {
	// Agree makes an accepted booking inside tx, or returns conflict where the time has gone.
	Agree(ctx context.Context, tx *db.Tx, agreement booking.Agreement) (booking.Booking, error)
	// Available returns nil where the provider's rules and bookings allow a time.
	Available(ctx context.Context, offer catalog.Offer, duration time.Duration, start time.Time) error
	// Busy returns the times that are taken, by provider.
	Busy(ctx context.Context, providerIDs []string, from, to time.Time) (map[string][]schedule.Interval, error)
}

// Accounts tells the customer's name.
type Accounts interface {
	Account(ctx context.Context, id string) (account.Account, error)
}

// Notifier tells people, inside the transaction of what happened.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error
}

// Features says what an operator has paused.
type Features interface {
	On(feature.Name) bool
}

// Config is what a Service stands on. Without Features nothing is ever paused.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Catalog  Catalog
	Bookings Bookings
	Accounts Accounts
	Notifier Notifier
	Pictures *picture.Store
	Features Features
	Logger   *slog.Logger
}

// Service is everything that a person does with jobs and offers. It is safe for concurrent use.
type Service struct{ config Config }

// New returns a service over a migrated database.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{config}
}

var errNotFound = errs.New(errs.NotFound, "quote.not_found")

// running returns the error of an operator's having paused quotes.
func (s *Service) running() error {
	if s.config.Features != nil && !s.config.Features.On(feature.Quotes) {
		return feature.Quotes.Paused()
	}
	return nil
}

// JobInput is what a customer says about a job. Budget amounts are whole dirhams.
type JobInput struct {
	CategoryID     string // a child of the tree
	CityID         string
	Title          string
	Description    string
	Address        string
	Place          catalog.Place
	Urgency        Urgency
	Budget         Budget
	PhotoIDs       []string // of the actor's UploadPhoto, in their order
	IdempotencyKey string
}

func (s *Service) check(in *JobInput) error {
	var fields errs.Fields
	category, known := s.config.Catalog.Category(in.CategoryID)
	fields.Check(known && category.ParentID != "", "category", "quote.category_required")
	_, known = s.config.Catalog.City(in.CityID)
	fields.Check(known, "city", "quote.city_required")
	in.Title = text.Check(&fields, "title", in.Title, titleRules)
	in.Description = text.Check(&fields, "description", in.Description, descriptionRules)
	in.Address = text.Check(&fields, "address", in.Address, addressRules)
	fields.Check(slices.Contains(Places, in.Place), "place", "quote.place_required")
	fields.Check(slices.Contains(Urgencies, in.Urgency), "urgency", "quote.urgency_required")
	in.Budget.check(&fields)
	if len(in.PhotoIDs) > MaxPhotos {
		fields.Add(picture.Field, "quote.too_many_photos", errs.Args{"Max": MaxPhotos})
	}
	return fields.Err()
}

func (b Budget) check(fields *errs.Fields) {
	if !b.Min.IsZero() {
		checkPrice(fields, "budget_min", b.Min)
	}
	if !b.Max.IsZero() {
		checkPrice(fields, "budget_max", b.Max)
		fields.Check(b.Min.Minor <= b.Max.Minor, "budget_max", "quote.budget_order")
	}
}

// Post puts a job before the providers of its category in its city, and tells the best of them. It returns invalid with the fields at
// fault, and conflict where the actor has MaxOpenJobs open or quotes are paused.
func (s *Service) Post(ctx context.Context, actor account.Actor, in JobInput) (Job, error) {
	if err := actor.Require(); err != nil {
		return Job{}, err
	}
	if err := s.running(); err != nil {
		return Job{}, err
	}
	if err := s.check(&in); err != nil {
		return Job{}, err
	}
	request := idempotency.Request{Scope: "quote.job:" + actor.ID, Key: in.IdempotencyKey}
	in.IdempotencyKey = ""
	body := in
	body.PhotoIDs = nil // the same form sends the same pictures under new names
	request.Body = body
	customer, err := s.config.Accounts.Account(ctx, actor.ID)
	if err != nil {
		return Job{}, err
	}
	told, err := s.best(ctx, in, actor.ID)
	if err != nil {
		return Job{}, err
	}
	var posted Job
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		posted, _, err = idempotency.Run(ctx, tx, request, func() (Job, error) { return s.post(ctx, tx, customer, in, told) })
		return err
	})
	return posted, err
}

func (s *Service) post(ctx context.Context, tx *db.Tx, customer account.Account, in JobInput, told []catalog.Provider) (Job, error) {
	if err := tx.Lock(ctx, "quote.customer:"+customer.ID); err != nil {
		return Job{}, err
	}
	open, err := openJobsOf(ctx, tx, customer.ID, tx.Now)
	if err != nil {
		return Job{}, err
	}
	if open >= MaxOpenJobs {
		return Job{}, errs.New(errs.Conflict, "quote.too_many_jobs").With(errs.Args{"Max": MaxOpenJobs})
	}
	j := Job{
		ID: ids.New(), CustomerID: customer.ID, CustomerName: customer.Name, CategoryID: in.CategoryID, CityID: in.CityID, Title: in.Title,
		Description: in.Description, Address: in.Address, Place: in.Place, Urgency: in.Urgency, Budget: in.Budget, Status: JobOpen,
		ExpiresAt: tx.Now.Add(jobLifetime), CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if j.Budget.Min.IsZero() {
		j.Budget.Min = money.Of(0, money.MAD)
	}
	if j.Budget.Max.IsZero() {
		j.Budget.Max = money.Of(0, money.MAD)
	}
	if err := insertJob(ctx, tx, j); err != nil {
		return Job{}, err
	}
	if err := attachPhotos(ctx, tx, customer.ID, j.ID, in.PhotoIDs); err != nil {
		return Job{}, err
	}
	if err := s.record(ctx, tx, customer.ID, "job.posted", &j, nil); err != nil {
		return Job{}, err
	}
	city, _ := s.config.Catalog.City(j.CityID)
	return j, s.config.Notifier.Tell(ctx, tx, posted(&j, city, told))
}

// How many providers hear of a job, and among how many services they are looked for: a provider may have several in a category.
const (
	maxTold    = 20
	bestSearch = catalog.MaxLimit
)

// best returns the providers of the best standing that a job of these is for.
func (s *Service) best(ctx context.Context, in JobInput, customerID string) ([]catalog.Provider, error) {
	found, err := s.config.Catalog.Search(ctx, catalog.Query{CityID: in.CityID, CategoryID: in.CategoryID, Limit: bestSearch})
	if err != nil {
		return nil, err
	}
	var providers []catalog.Provider
	for _, hit := range found.Items {
		known := slices.ContainsFunc(providers, func(p catalog.Provider) bool { return p.ID == hit.Provider.ID })
		if known || hit.Provider.AccountID == customerID {
			continue
		}
		if providers = append(providers, *hit.Provider); len(providers) == maxTold {
			break
		}
	}
	return providers, nil
}

// Withdraw takes a job back; those who made an offer are told. It returns not_found where it is not the actor's, and gone where it is
// over already.
func (s *Service) Withdraw(ctx context.Context, actor account.Actor, jobID string) (Job, error) {
	if err := actor.Require(); err != nil {
		return Job{}, err
	}
	var changed Job
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		j, err := holdJob(ctx, tx, jobID)
		if err != nil {
			return err
		}
		if j.CustomerID != actor.ID {
			return errNotFound
		}
		if err := j.withdraw(tx.Now); err != nil {
			return err
		}
		changed = j
		return s.end(ctx, tx, &changed, actor.ID, "job.withdrawn", "")
	})
	return changed, err
}

// end stores a job that is over, closes the offers that are still open but for one, and tells everybody.
func (s *Service) end(ctx context.Context, tx *db.Tx, j *Job, actorID, action, exceptOffer string) error {
	j.UpdatedAt = later(tx.Now, j.UpdatedAt)
	if err := saveJob(ctx, tx, *j); err != nil {
		return err
	}
	offers, err := offersOf(ctx, tx, j.ID)
	if err != nil {
		return err
	}
	for i := range offers {
		if offers[i].Status != OfferOpen || offers[i].ID == exceptOffer {
			continue
		}
		offers[i].Status, offers[i].UpdatedAt = OfferClosed, j.UpdatedAt
		if err := saveOffer(ctx, tx, offers[i]); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "", "offer.closed", j, &offers[i]); err != nil {
			return err
		}
		if err := s.config.Notifier.Tell(ctx, tx, closed(j, &offers[i])); err != nil {
			return err
		}
	}
	if err := s.record(ctx, tx, actorID, action, j, nil); err != nil {
		return err
	}
	return s.config.Notifier.Tell(ctx, tx, changedFor(j, j.CustomerID))
}

// record writes what happened to a job, or to an offer for it, into the audit log.
func (s *Service) record(ctx context.Context, tx *db.Tx, actorID, action string, j *Job, o *Offer) error {
	entry := audit.Entry{ActorID: actorID, Action: action, SubjectKind: "job", SubjectID: j.ID}
	facts := map[string]any{"status": j.Status}
	if j.BookingID != "" {
		facts["booking_id"] = j.BookingID
	}
	if o != nil {
		entry.SubjectKind, entry.SubjectID = "offer", o.ID
		last := o.Last()
		facts = map[string]any{"job_id": j.ID, "status": o.Status, "by": last.By, "price_minor": last.Price.Minor, "start": last.Start.UnixMicro(), "round": len(o.Proposals)}
	}
	var err error
	if entry.Data, err = db.JSON(facts); err != nil {
		return err
	}
	return audit.Write(ctx, tx, entry)
}

// later returns now, or the moment after last where that is not before now.
func later(now, last time.Time) time.Time {
	if now.After(last) {
		return now
	}
	return last.Add(time.Microsecond)
}

// expireBatch bounds what one call of ExpireDue works through.
const expireBatch = 200

// ExpireDue ends the jobs whose time is over and returns how many they were. It is run every minute; until it has come by, nobody can
// answer them any more all the same.
func (s *Service) ExpireDue(ctx context.Context) (int, error) {
	due, err := dueJobs(ctx, s.config.DB, s.config.Clock.Now(), expireBatch)
	if err != nil {
		return 0, err
	}
	expired := 0
	for _, id := range due {
		err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
			j, err := holdJob(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := j.expire(tx.Now); err != nil {
				return err
			}
			return s.end(ctx, tx, &j, "", "job.expired", "")
		})
		switch {
		case err == nil:
			expired++
		case errs.CodeOf(err) == errs.Conflict: // it was taken or withdrawn in the meantime
		default:
			return expired, err
		}
	}
	return expired, nil
}

// isNotFound says whether something is not there or nobody else's business.
func isNotFound(err error) bool { return errs.CodeOf(err) == errs.NotFound }

// asKnown returns the error of this house within err.
func asKnown(err error) (*errs.Error, bool) { return errors.AsType[*errs.Error](err) }
