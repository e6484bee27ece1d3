package quote

import (
	"context"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// OfferInput is a provider's answer to a job. Price is whole dirhams.
type OfferInput struct {
	ServiceID       string // one of the provider's in the job's top category
	Price           money.Amount
	Start           time.Time // a time that the provider's schedule allows
	DurationMinutes int
	Words           string
	ValidFor        time.Duration // from now; the job's own end and the start shorten it
	IdempotencyKey  string
}

// maxValidFor is as long as a job is open.
const maxValidFor = jobLifetime

func (in *OfferInput) clean() error {
	var fields errs.Fields
	fields.Check(ids.Valid(in.ServiceID), "service", "quote.service_required")
	checkPrice(&fields, "price", in.Price)
	fields.Check(!in.Start.IsZero(), "start", "text.required")
	in.Start = in.Start.UTC().Truncate(time.Microsecond)
	if in.DurationMinutes < MinDurationMinutes || in.DurationMinutes > MaxDurationMinutes {
		fields.Add("duration", "quote.duration_range", errs.Args{"Min": MinDurationMinutes, "Hours": MaxDurationMinutes / 60})
	}
	in.Words = text.Check(&fields, "words", in.Words, wordsRules)
	fields.Check(minValid <= in.ValidFor && in.ValidFor <= maxValidFor, "valid", "quote.valid_range")
	return fields.Err()
}

// Answer makes an offer for an open job near the actor's provider. It returns not_found for a job that the provider may not answer,
// gone for one that is over, conflict where the provider has answered already, MaxOffers have, or the time is taken, and invalid with
// the fields at fault.
func (s *Service) Answer(ctx context.Context, actor account.Actor, jobID string, in OfferInput) (Offer, error) {
	if err := s.running(); err != nil {
		return Offer{}, err
	}
	own, err := s.provider(ctx, actor)
	if err != nil {
		return Offer{}, err
	}
	request := idempotency.Request{Scope: "quote.offer:" + actor.ID, Key: in.IdempotencyKey}
	in.IdempotencyKey = ""
	request.Body = struct {
		JobID string
		OfferInput
	}{jobID, in}
	if before, found, err := idempotency.Answer[Offer](ctx, s.config.DB, request); found || err != nil {
		return before, err
	}
	if err := in.clean(); err != nil {
		return Offer{}, err
	}
	job, err := findJob(ctx, s.config.DB, jobID, "")
	if err != nil {
		return Offer{}, err
	}
	services, err := s.servicesFor(ctx, own, &job)
	if err != nil {
		return Offer{}, err
	}
	at := slices.IndexFunc(services, func(o catalog.Offer) bool { return o.Service.ID == in.ServiceID })
	if at < 0 {
		return Offer{}, errs.Fields{{Name: "service", Key: "quote.service_required"}}.Err()
	}
	if err := s.allowed(ctx, services[at], in.Start, time.Duration(in.DurationMinutes)*time.Minute); err != nil {
		return Offer{}, err
	}
	var made Offer
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		made, _, err = idempotency.Run(ctx, tx, request, func() (Offer, error) { return s.answer(ctx, tx, own, jobID, in) })
		return err
	})
	if db.IsUnique(err) {
		err = errs.Wrap(err, errs.Conflict, "quote.already_answered")
	}
	return made, err
}

func (s *Service) answer(ctx context.Context, tx *db.Tx, own catalog.Provider, jobID string, in OfferInput) (Offer, error) {
	j, err := holdJob(ctx, tx, jobID)
	if err != nil {
		return Offer{}, err
	}
	if err := j.Open(tx.Now); err != nil {
		return Offer{}, err
	}
	if j.Offers >= MaxOffers {
		return Offer{}, errs.New(errs.Conflict, "quote.enough_offers")
	}
	o := Offer{
		ID: ids.New(), JobID: j.ID, ProviderID: own.ID, ProviderAccountID: own.AccountID, ProviderName: own.Name, ServiceID: in.ServiceID, Status: OfferOpen,
		Duration:   time.Duration(in.DurationMinutes) * time.Minute,
		Proposals:  []Proposal{{By: booking.ProviderSide, Price: in.Price, Start: in.Start, Words: in.Words, At: tx.Now}},
		ValidUntil: tx.Now.Add(in.ValidFor), CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	for _, bound := range []time.Time{in.Start, j.ExpiresAt} {
		if o.ValidUntil.After(bound) {
			o.ValidUntil = bound
		}
	}
	if err := insertOffer(ctx, tx, o); err != nil {
		return Offer{}, err
	}
	j.Offers++
	j.UpdatedAt = later(tx.Now, j.UpdatedAt)
	if err := saveJob(ctx, tx, j); err != nil {
		return Offer{}, err
	}
	if err := s.record(ctx, tx, own.AccountID, "offer.made", &j, &o); err != nil {
		return Offer{}, err
	}
	return o, s.config.Notifier.Tell(ctx, tx, told(&j, &o, booking.ProviderSide, notify.QuoteOffered, zoneOf(own)))
}

func zoneOf(p catalog.Provider) *time.Location {
	zone, err := schedule.Location(p.Availability.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// allowed checks that the provider's rules and bookings let a job start at a time; the complaint stands under start.
func (s *Service) allowed(ctx context.Context, offer catalog.Offer, start time.Time, duration time.Duration) error {
	err := s.config.Bookings.Available(ctx, offer, duration, start)
	if known, ok := asKnown(err); ok && len(known.Fields) == 0 {
		copied := *known
		copied.Fields = []errs.Field{{Name: "start", Key: known.Key, Args: known.Args}}
		return &copied
	}
	return err
}

// CounterInput is what a side proposes instead.
type CounterInput struct {
	Price money.Amount
	Start time.Time
	Words string
}

// Counter proposes another price, another time, or both, where the other side spoke last. It returns not_found to whoever stands on no
// side, gone where job or offer are over, conflict where it is not the actor's turn, all rounds are used or the time is taken, and
// invalid with the fields at fault. What was proposed just so by the actor already is answered as done.
func (s *Service) Counter(ctx context.Context, actor account.Actor, offerID string, in CounterInput) (Offer, error) {
	if err := s.running(); err != nil {
		return Offer{}, err
	}
	var fields errs.Fields
	checkPrice(&fields, "price", in.Price)
	fields.Check(!in.Start.IsZero(), "start", "text.required")
	in.Start = in.Start.UTC().Truncate(time.Microsecond)
	in.Words = text.Check(&fields, "words", in.Words, counterRules)
	if err := fields.Err(); err != nil {
		return Offer{}, err
	}
	current, err := s.offer(ctx, actor, offerID)
	if err != nil {
		return Offer{}, err
	}
	offer, err := s.onOffer(ctx, current.ServiceID)
	if err != nil {
		return Offer{}, err
	}
	if !in.Start.Equal(current.Last().Start) {
		if err := s.allowed(ctx, offer, in.Start, current.Duration); err != nil {
			return Offer{}, err
		}
	}
	return s.change(ctx, actor, offerID, func(tx *db.Tx, j *Job, o *Offer, side booking.Side) error {
		p := Proposal{By: side, Price: in.Price, Start: in.Start, Words: in.Words, At: tx.Now}
		if last := o.Last(); last.By == side && last.Price == p.Price && last.Start.Equal(p.Start) && last.Words == p.Words {
			return nil
		}
		if err := o.counter(j, p, tx.Now); err != nil {
			return err
		}
		return s.store(ctx, tx, actor, j, o, "offer.countered", told(j, o, side, notify.QuoteCountered, zoneOf(offer.Provider)))
	})
}

// onOffer returns the service that an offer is for, or conflict where it is no longer on the market.
func (s *Service) onOffer(ctx context.Context, serviceID string) (catalog.Offer, error) {
	offer, err := s.config.Catalog.Offer(ctx, serviceID)
	if isNotFound(err) {
		err = errs.Wrap(err, errs.Conflict, "quote.service_gone")
	}
	return offer, err
}

// Decline ends an offer; its provider takes it back so. It returns not_found to whoever stands on no side, and gone where it is over.
func (s *Service) Decline(ctx context.Context, actor account.Actor, offerID string) (Offer, error) {
	return s.change(ctx, actor, offerID, func(tx *db.Tx, j *Job, o *Offer, side booking.Side) error {
		if err := o.decline(j, side, tx.Now); err != nil {
			return err
		}
		return s.store(ctx, tx, actor, j, o, "offer.declined", told(j, o, side, notify.QuoteDeclined, time.UTC))
	})
}

// Accept takes what the other side proposed last: it makes the booking, ends the job and closes the other offers, all or nothing. A
// customer may give the address with it. It returns the errors of Counter, and conflict (booking.slot_taken) where the provider's time
// has gone to somebody else: the offer stays then, for another time to be proposed. A second acceptance of the same offer is answered
// as the first.
func (s *Service) Accept(ctx context.Context, actor account.Actor, offerID, address string) (Offer, Job, error) {
	if err := s.running(); err != nil {
		return Offer{}, Job{}, err
	}
	var fields errs.Fields
	address = text.Check(&fields, "address", address, addressRules)
	if err := fields.Err(); err != nil {
		return Offer{}, Job{}, err
	}
	current, err := s.offer(ctx, actor, offerID)
	if err != nil {
		return Offer{}, Job{}, err
	}
	if current.Status == OfferAccepted {
		j, err := findJob(ctx, s.config.DB, current.JobID, "")
		return current, j, err
	}
	offer, err := s.onOffer(ctx, current.ServiceID)
	if err != nil {
		return Offer{}, Job{}, err
	}
	// The provider's hours may have changed since, and do not matter any more: the two have agreed. What is taken does matter; bookings
	// are refused by the database, and this sees calendars from elsewhere too.
	if err := s.config.Bookings.Available(ctx, offer, current.Duration, current.Last().Start); errs.CodeOf(err) == errs.Conflict {
		// What holds the time may be what this very offer became a moment ago; then the offer is no longer open.
		again, failed := findOffer(ctx, s.config.DB, offerID)
		if failed != nil {
			return Offer{}, Job{}, failed
		}
		if again.Status == OfferOpen {
			return Offer{}, Job{}, errs.Wrap(err, errs.Conflict, "booking.slot_taken")
		}
	}
	var job Job
	accepted, err := s.change(ctx, actor, offerID, func(tx *db.Tx, j *Job, o *Offer, side booking.Side) error {
		if o.Status != OfferAccepted {
			if err := s.agree(ctx, tx, actor, j, o, side, address, zoneOf(offer.Provider)); err != nil {
				return err
			}
		}
		job = *j
		return nil
	})
	return accepted, job, err
}

func (s *Service) agree(ctx context.Context, tx *db.Tx, actor account.Actor, j *Job, o *Offer, side booking.Side, address string, zone *time.Location) error {
	if err := o.accept(j, side, tx.Now); err != nil {
		return err
	}
	if side == booking.CustomerSide && address != "" {
		j.Address = address
	}
	last := o.Last()
	made, err := s.config.Bookings.Agree(ctx, tx, booking.Agreement{
		CustomerID: j.CustomerID, ServiceID: o.ServiceID, Title: catalog.Text{FR: j.Title, AR: j.Title, EN: j.Title},
		Start: last.Start, Duration: o.Duration, Price: last.Price, Address: j.Address, Note: shortened(j.Description), AcceptedBy: side,
	})
	if err != nil {
		return err
	}
	if err := j.take(made.ID, tx.Now); err != nil {
		return err
	}
	if err := s.store(ctx, tx, actor, j, o, "offer.accepted", told(j, o, side, notify.QuoteAccepted, zone)); err != nil {
		return err
	}
	return s.end(ctx, tx, j, actor.ID, "job.taken", o.ID)
}

// maxNoteRunes is what a booking's note holds.
const maxNoteRunes = 1000

// shortened is a description as the note of a booking.
func shortened(description string) string {
	runes := []rune(description)
	if len(runes) <= maxNoteRunes {
		return description
	}
	cleaned, _ := text.Clean(string(runes[:maxNoteRunes-1])+"…", text.Rules{MaxRunes: maxNoteRunes, Multiline: true})
	return cleaned
}

// store saves a changed offer, writes it down and tells the two sides.
func (s *Service) store(ctx context.Context, tx *db.Tx, actor account.Actor, j *Job, o *Offer, action string, notice notify.Notice) error {
	o.UpdatedAt = later(tx.Now, o.UpdatedAt)
	if err := saveOffer(ctx, tx, *o); err != nil {
		return err
	}
	if err := s.record(ctx, tx, actor.ID, action, j, o); err != nil {
		return err
	}
	return s.config.Notifier.Tell(ctx, tx, notice)
}

// offer returns an offer to one of its two sides. To anybody else it is not_found.
func (s *Service) offer(ctx context.Context, actor account.Actor, offerID string) (Offer, error) {
	if err := actor.Require(); err != nil {
		return Offer{}, err
	}
	o, err := findOffer(ctx, s.config.DB, offerID)
	if err != nil {
		return Offer{}, err
	}
	j, err := findJob(ctx, s.config.DB, o.JobID, "")
	if err != nil {
		return Offer{}, err
	}
	if _, ok := o.SideOf(&j, actor.ID); !ok {
		return Offer{}, errNotFound
	}
	return o, nil
}

// change runs a change of an offer for the actor's side. The job is held first, always, so that two of its offers never wait for each
// other.
func (s *Service) change(ctx context.Context, actor account.Actor, offerID string, apply func(tx *db.Tx, j *Job, o *Offer, side booking.Side) error) (Offer, error) {
	before, err := s.offer(ctx, actor, offerID)
	if err != nil {
		return Offer{}, err
	}
	var changed Offer
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		j, err := holdJob(ctx, tx, before.JobID)
		if err != nil {
			return err
		}
		o, err := findOffer(ctx, tx, offerID)
		if err != nil {
			return err
		}
		side, ok := o.SideOf(&j, actor.ID)
		if !ok {
			return errNotFound
		}
		err = apply(tx, &j, &o, side)
		changed = o
		return err
	})
	return changed, err
}
