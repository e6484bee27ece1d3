package quote

import (
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/text"
)

// OfferStatus is where in its life an offer is.
type OfferStatus string

// The closed set of states. Open leads to the three others, which are final.
const (
	OfferOpen     OfferStatus = "open"
	OfferAccepted OfferStatus = "accepted"
	OfferDeclined OfferStatus = "declined" // by either side
	OfferClosed   OfferStatus = "closed"   // another offer was taken, or the job withdrawn or expired
)

// Offer is a provider's answer to a job, with everything that the two have proposed since.
type Offer struct {
	ID                string
	JobID             string
	ProviderID        string
	ProviderAccountID string
	ProviderName      string
	ServiceID         string // one of the provider's in the job's top category
	Status            OfferStatus
	DeclinedBy        booking.Side
	Duration          time.Duration
	Proposals         []Proposal // the oldest first; the first is the provider's
	ValidUntil        time.Time
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// Proposal is one price and time that one side would agree to.
type Proposal struct {
	By    booking.Side `json:"by"`
	Price money.Amount `json:"price"`
	Start time.Time    `json:"start"`
	Words string       `json:"words,omitempty"`
	At    time.Time    `json:"at"`
}

// The bounds of an offer.
const (
	MaxRounds          = 6
	MinWordsRunes      = 10
	MaxWordsRunes      = 1000
	MaxCounterRunes    = 500
	MinDurationMinutes = 15
	MaxDurationMinutes = int(schedule.MaxDuration / time.Minute)

	minValid = time.Hour
	// answerTime is how long the other side has at least to answer a counter-proposal, as far as the job is open that long.
	answerTime = 48 * time.Hour
)

var (
	wordsRules   = text.Rules{MinRunes: MinWordsRunes, MaxRunes: MaxWordsRunes, Multiline: true}
	counterRules = text.Rules{MaxRunes: MaxCounterRunes, Multiline: true}
)

// Last is what was proposed last: what the other side can accept.
func (o *Offer) Last() Proposal {
	if len(o.Proposals) == 0 {
		return Proposal{}
	}
	return o.Proposals[len(o.Proposals)-1]
}

// Turn is the side whose answer is awaited.
func (o *Offer) Turn() booking.Side { return o.Last().By.Other() }

// SideOf says on which side of the offer an account stands. The customer is the job's.
func (o *Offer) SideOf(job *Job, accountID string) (booking.Side, bool) {
	switch accountID {
	case "":
		return "", false
	case job.CustomerID:
		return booking.CustomerSide, true
	case o.ProviderAccountID:
		return booking.ProviderSide, true
	}
	return "", false
}

// Action is something that a side may do with an offer; pages show those that Can allows.
type Action string

// The closed set of actions.
const (
	DoAccept  Action = "accept"
	DoCounter Action = "counter"
	DoDecline Action = "decline"
)

// Can returns nil where the side may do the action now, else the error that doing it would give: gone where job or offer are over,
// conflict where it is the other side's turn or all rounds are used.
func (o *Offer) Can(action Action, job *Job, side booking.Side, now time.Time) error {
	if err := job.Open(now); err != nil {
		return err
	}
	switch o.Status {
	case OfferAccepted:
		return errs.New(errs.Gone, "quote.offer_accepted")
	case OfferDeclined:
		return errs.New(errs.Gone, "quote.offer_declined")
	case OfferClosed:
		return errs.New(errs.Gone, "quote.offer_closed")
	}
	if action == DoDecline {
		return nil
	}
	switch {
	case !now.Before(o.ValidUntil):
		return errs.New(errs.Gone, "quote.offer_lapsed")
	case o.Turn() != side:
		return errs.New(errs.Conflict, "quote.not_your_turn")
	case action == DoCounter && len(o.Proposals) >= MaxRounds:
		return errs.New(errs.Conflict, "quote.too_many_rounds")
	case action == DoAccept && !now.Before(o.Last().Start):
		return errs.New(errs.Conflict, "quote.time_passed")
	}
	return nil
}

// Lapsed says whether nobody answered in time.
func (o *Offer) Lapsed(now time.Time) bool {
	return o.Status == OfferOpen && !now.Before(o.ValidUntil)
}

// counter proposes something else.
func (o *Offer) counter(job *Job, p Proposal, now time.Time) error {
	if err := o.Can(DoCounter, job, p.By, now); err != nil {
		return err
	}
	if last := o.Last(); last.Price == p.Price && last.Start.Equal(p.Start) {
		return &errs.Error{Code: errs.Invalid, Key: "quote.same_terms", Fields: errs.Fields{{Name: "price", Key: "quote.same_terms"}}}
	}
	o.Proposals = append(o.Proposals, p)
	if until := now.Add(answerTime); until.After(o.ValidUntil) {
		o.ValidUntil = until
	}
	if o.ValidUntil.After(job.ExpiresAt) {
		o.ValidUntil = job.ExpiresAt
	}
	return nil
}

// decline ends the offer; of a provider it takes the offer back.
func (o *Offer) decline(job *Job, side booking.Side, now time.Time) error {
	if err := o.Can(DoDecline, job, side, now); err != nil {
		return err
	}
	o.Status, o.DeclinedBy = OfferDeclined, side
	return nil
}

// accept takes what the other side proposed last.
func (o *Offer) accept(job *Job, side booking.Side, now time.Time) error {
	if err := o.Can(DoAccept, job, side, now); err != nil {
		return err
	}
	o.Status = OfferAccepted
	return nil
}
