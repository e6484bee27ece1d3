package quote

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/picture"
)

// export is what a person gets of what is kept about them here.
type export struct {
	Jobs   []exportedJob   `json:"jobs,omitempty"`
	Offers []exportedOffer `json:"offers,omitempty"`
}

type exportedJob struct {
	ID          string          `json:"id"`
	Category    string          `json:"category"`
	City        string          `json:"city"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Address     string          `json:"address,omitempty"`
	Urgency     Urgency         `json:"urgency"`
	BudgetMin   *money.Amount   `json:"budget_min,omitempty"`
	BudgetMax   *money.Amount   `json:"budget_max,omitempty"`
	Status      JobStatus       `json:"status"`
	BookingID   string          `json:"booking_id,omitempty"`
	PostedAt    time.Time       `json:"posted_at"`
	Photos      []string        `json:"photos,omitempty"` // where they are served
	Offers      []exportedOffer `json:"offers,omitempty"`
}

type exportedOffer struct {
	ID        string      `json:"id"`
	JobID     string      `json:"job_id"`
	Provider  string      `json:"provider"`
	Status    OfferStatus `json:"status"`
	Proposals []Proposal  `json:"proposals"`
	MadeAt    time.Time   `json:"made_at"`
}

func exportOffer(o Offer) exportedOffer {
	return exportedOffer{o.ID, o.JobID, o.ProviderName, o.Status, o.Proposals, o.CreatedAt}
}

// Export returns the account's jobs with the offers they got, and the offers that its provider made.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	const name = "quotes"
	var all export
	jobs, err := allJobsOf(ctx, s.config.DB, accountID)
	if err != nil {
		return name, nil, err
	}
	ids := make([]string, len(jobs))
	for i, j := range jobs {
		ids[i] = j.ID
	}
	photos, err := photosOf(ctx, s.config.DB, ids)
	if err != nil {
		return name, nil, err
	}
	for _, j := range jobs {
		one := exportedJob{ID: j.ID, Category: j.CategoryID, City: j.CityID, Title: j.Title, Description: j.Description, Address: j.Address, Urgency: j.Urgency,
			BudgetMin: said(j.Budget.Min), BudgetMax: said(j.Budget.Max), Status: j.Status, BookingID: j.BookingID, PostedAt: j.CreatedAt}
		for _, p := range photos[j.ID] {
			one.Photos = append(one.Photos, "/media/"+p.ID+"/large.jpg")
		}
		offers, err := offersOf(ctx, s.config.DB, j.ID)
		if err != nil {
			return name, nil, err
		}
		for _, o := range offers {
			one.Offers = append(one.Offers, exportOffer(o))
		}
		all.Jobs = append(all.Jobs, one)
	}
	made, err := offersByAccount(ctx, s.config.DB, accountID)
	if err != nil {
		return name, nil, err
	}
	for _, o := range made {
		all.Offers = append(all.Offers, exportOffer(o))
	}
	if len(all.Jobs) == 0 && len(all.Offers) == 0 {
		return name, nil, nil
	}
	return name, all, nil
}

func said(amount money.Amount) *money.Amount {
	if amount.IsZero() {
		return nil
	}
	return &amount
}

// Erase takes the person out: their open jobs are withdrawn and their open offers taken back, with everybody told who waits for them;
// what remains keeps prices and times, without name, address, words and photos.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	if err := s.eraseJobs(ctx, tx, accountID); err != nil {
		return err
	}
	if err := s.eraseOffers(ctx, tx, accountID); err != nil {
		return err
	}
	photos, err := photosOfAccount(ctx, tx, accountID)
	if err != nil {
		return err
	}
	pictures := make([]picture.Picture, len(photos))
	for i, p := range photos {
		pictures[i] = p.Picture
	}
	s.forgetAfter(ctx, tx, pictures...)
	_, err = tx.Exec(ctx, `DELETE FROM quote_photos WHERE account_id = $1`, accountID)
	return err
}

func (s *Service) eraseJobs(ctx context.Context, tx *db.Tx, accountID string) error {
	jobs, err := allJobsOf(ctx, tx, accountID)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		j, err := holdJob(ctx, tx, j.ID)
		if err != nil {
			return err
		}
		if j.withdraw(tx.Now) == nil {
			if err := s.end(ctx, tx, &j, accountID, "job.withdrawn", ""); err != nil {
				return err
			}
		}
		offers, err := offersOf(ctx, tx, j.ID)
		if err != nil {
			return err
		}
		for _, o := range offers {
			if err := silence(ctx, tx, o, booking.CustomerSide); err != nil {
				return err
			}
		}
	}
	_, err = tx.Exec(ctx, `UPDATE quote_jobs SET customer_name = '', title = '', description = '', address = NULL WHERE customer_id = $1`, accountID)
	return err
}

func (s *Service) eraseOffers(ctx context.Context, tx *db.Tx, accountID string) error {
	offers, err := offersByAccount(ctx, tx, accountID)
	if err != nil {
		return err
	}
	for _, o := range offers {
		j, err := holdJob(ctx, tx, o.JobID)
		if err != nil {
			return err
		}
		if o, err = findOffer(ctx, tx, o.ID); err != nil {
			return err
		}
		if o.decline(&j, booking.ProviderSide, tx.Now) == nil {
			o.UpdatedAt = later(tx.Now, o.UpdatedAt)
			if err := s.record(ctx, tx, accountID, "offer.declined", &j, &o); err != nil {
				return err
			}
			if err := s.config.Notifier.Tell(ctx, tx, changedFor(&j, j.CustomerID)); err != nil {
				return err
			}
		}
		if err := silence(ctx, tx, o, booking.ProviderSide); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE quote_offers SET provider_name = '' WHERE provider_account_id = $1`, accountID)
	return err
}

// silence takes one side's words out of an offer and stores it.
func silence(ctx context.Context, tx *db.Tx, o Offer, side booking.Side) error {
	for i := range o.Proposals {
		if o.Proposals[i].By == side {
			o.Proposals[i].Words = ""
		}
	}
	return saveOffer(ctx, tx, o)
}

func allJobsOf(ctx context.Context, q db.Querier, customerID string) ([]Job, error) {
	rows, err := q.Query(ctx, `SELECT `+jobColumns+` FROM quote_jobs WHERE customer_id = $1 ORDER BY created_at, id`, customerID)
	return db.Collect(rows, err, func(rows *sql.Rows) (Job, error) { return scanJob(rows) })
}

func offersByAccount(ctx context.Context, q db.Querier, accountID string) ([]Offer, error) {
	rows, err := q.Query(ctx, `SELECT `+offerColumns+` FROM quote_offers WHERE provider_account_id = $1 ORDER BY created_at, id`, accountID)
	return db.Collect(rows, err, func(rows *sql.Rows) (Offer, error) { return scanOffer(rows) })
}
