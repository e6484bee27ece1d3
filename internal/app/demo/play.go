package demo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/dispute"
	"khadamat/internal/market/favourite"
	"khadamat/internal/market/gallery"
	"khadamat/internal/market/quote"
	"khadamat/internal/market/review"
	"khadamat/internal/market/schedule"
	"khadamat/internal/market/statistics"
	"khadamat/internal/market/verification"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/recon/workspace"
)

// Stage is the house itself, over a database that Fill has filled: the last evening before Day is played on it, so that what people did
// then has gone through the same rules, and left the same letters and notices, as everything that comes after.
type Stage struct {
	DB            *db.DB
	Clock         *clock.Manual // the database's and the services'
	Accounts      *account.Service
	Favourites    *favourite.Service
	Gallery       *gallery.Service
	Quotes        *quote.Service
	Reviews       *review.Service
	Disputes      *dispute.Service
	Verifications *verification.Service
	Workspace     *workspace.Service
	Proof         *proof.Service
}

// Cast are the people of Fill who appear in the play, with what they have to do with each other.
type Cast struct {
	seed      int64
	now       time.Time // the first instant of Day
	date      schedule.Date
	providers []*provider
	customers []*customer
	admin     account.Account
	finance   account.Account
	reviewer  account.Account
	done      []booking.Booking // completed within the last days
}

// recently is how far back a booking may lie that somebody quarrels about.
const (
	recently = 8 * 24 * time.Hour
	mostDone = 100
)

func (w *world) cast() *Cast {
	c := &Cast{seed: w.config.Seed, now: w.now, date: w.today, providers: w.providers, customers: w.customers}
	for _, a := range w.staff {
		switch a.Role {
		case account.Admin:
			c.admin = a
		case account.Finance:
			c.finance = a
		case account.Reviewer:
			c.reviewer = a
		}
	}
	return c
}

// add keeps a booking in mind that somebody could quarrel about.
func (c *Cast) add(past booking.Past) {
	if b := past.Booking; b.Status == booking.Completed && b.End.After(c.now.Add(-recently)) && len(c.done) < mostDone {
		c.done = append(c.done, b)
	}
}

// Evening is when the play begins: the clock of its Stage stands there.
func (c *Cast) Evening() time.Time { return c.now.Add(-5 * time.Hour) }

// player has the cast act, a minute or so apart.
type player struct {
	Stage
	*Cast
	random *random
}

// Play plays the last evening. The database must be the one that Fill filled for the cast.
func Play(ctx context.Context, stage Stage, cast *Cast) error {
	p := &player{stage, cast, newRandom(cast.seed, playPart)}
	for _, scene := range []struct {
		name string
		play func(context.Context) error
	}{
		{"favourites", p.favourites}, {"photos", p.photos}, {"documents", p.documents}, {"jobs", p.jobs},
		{"disputes", p.disputes}, {"reports", p.reports}, {"sanctions", p.sanctions}, {"visits", p.visits},
		{"reconciliation", p.reconciliation}, {"proof", p.prove},
	} {
		if err := scene.play(ctx); err != nil {
			return fmt.Errorf("demo: %s: %w", scene.name, err)
		}
	}
	return nil
}

// prove has the house prove its money, in the first minute of the day.
func (p *player) prove(ctx context.Context) error {
	p.Clock.Set(p.now)
	return p.Proof.ProveNow(ctx)
}

// as is somebody who acts; a while passes first.
func (p *player) as(a account.Account) account.Actor {
	p.Clock.Advance(time.Duration(p.random.between(20, 90)) * time.Second)
	return account.Actor{ID: a.ID, Role: a.Role}
}

// nearby are providers of the main customer's town in a field, the main provider first where it is theirs.
func (p *player) nearby(categoryID string) (found []*provider) {
	for _, one := range p.providers {
		if one.town == 0 && one.popularity > 0 && one.field.categoryID == categoryID {
			found = append(found, one)
		}
	}
	return found
}

func (p *player) favourites(ctx context.Context) error {
	for i, field := range []string{works.categoryID, care.categoryID, lessons.categoryID, beauty.categoryID} {
		for _, one := range p.nearby(field)[:1+i%2] {
			if err := p.Favourites.Set(ctx, p.as(p.customers[mainCustomer].account), one.row.ID, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// photos hang pictures in the galleries of those whom one looks at first.
func (p *player) photos(ctx context.Context) error {
	shown := []*provider{p.providers[mainProvider]}
	for _, field := range []string{works.categoryID, care.categoryID, beauty.categoryID} {
		shown = append(shown, p.nearby(field)[1])
	}
	for n, one := range shown {
		for i := range 4 {
			picture, err := tiles(n*7+i, 1200, 900)
			if err != nil {
				return err
			}
			actor := p.as(one.account)
			photo, err := p.Gallery.Add(ctx, actor, bytes.NewReader(picture), "")
			if err != nil {
				return err
			}
			if err := p.Gallery.Describe(ctx, actor, photo.ID, captions[i%len(captions)].text().In(one.account.Language)); err != nil {
				return err
			}
		}
	}
	return nil
}

// documents are sent by some who would like to be verified; three of them have heard already.
func (p *player) documents(ctx context.Context) error {
	card, err := tiles(3, 640, 400)
	if err != nil {
		return err
	}
	sent := 0
	for i, one := range p.providers {
		// The main provider's were approved long ago; the badge tells.
		if (one.row.Verified && i != mainProvider) || one.popularity == 0 || sent == 8 {
			continue
		}
		for _, kind := range []verification.Kind{verification.IdentityFront, verification.IdentityBack, verification.Trade} {
			content, name := card, string(kind)+".png"
			if kind == verification.Trade {
				content, name = onePage, string(kind)+".pdf"
			}
			if _, err := p.Verifications.Upload(ctx, p.as(one.account), kind, name, bytes.NewReader(content)); err != nil {
				return err
			}
		}
		if err := p.Verifications.Submit(ctx, p.as(one.account)); err != nil {
			return err
		}
		switch sent {
		case mainProvider, 1:
			err = p.Verifications.Approve(ctx, p.as(p.admin), one.row.ID)
		case 2:
			err = p.Verifications.Reject(ctx, p.as(p.admin), one.row.ID, unreadable.text().In(one.account.Language))
		}
		if err != nil {
			return err
		}
		sent++
	}
	return nil
}

// jobs are posted by the main customer and by others, and some are answered. One of the main customer's is being haggled over with
// the main provider.
func (p *player) jobs(ctx context.Context) error {
	for i, wanted := range wantedJobs {
		who := p.customers[mainCustomer]
		if i >= mainJobs {
			who = p.townsman(i)
		}
		language := who.account.Language
		job, err := p.Quotes.Post(ctx, p.as(who.account), quote.JobInput{
			CategoryID: wanted.categoryID, CityID: towns[0].cityID, Title: wanted.title.text().In(language), Description: wanted.description.text().In(language),
			Address: who.address, Place: catalog.AtCustomer, Urgency: wanted.urgency,
			Budget: quote.Budget{Min: quote.Dirhams(wanted.low), Max: quote.Dirhams(wanted.high)},
		})
		if err != nil {
			return err
		}
		if err := p.answer(ctx, job, wanted); err != nil {
			return err
		}
	}
	return nil
}

// townsman is a customer of the main town who is not the main one.
func (p *player) townsman(n int) *customer {
	for i, c := range p.customers {
		if i > mainCustomer && c.town == 0 {
			if n--; n < 0 {
				return c
			}
		}
	}
	return p.customers[mainCustomer]
}

// answer has so many providers make an offer as the job is to get.
func (p *player) answer(ctx context.Context, job quote.Job, wanted wantedJob) error {
	answered := 0
	for _, one := range p.nearby(wanted.fieldID) {
		if answered == wanted.offers {
			return nil
		}
		view, err := p.Quotes.Job(ctx, p.as(one.account), job.ID)
		if err != nil || len(view.Services) == 0 {
			continue // not theirs to answer
		}
		const duration = 2 * time.Hour
		slots, err := p.Quotes.Slots(ctx, one.row.ID, duration, p.now.AddDate(0, 0, 2), p.now.AddDate(0, 0, 9))
		if err != nil || len(slots) == 0 {
			continue
		}
		slot := slots[(answered*5+3)%len(slots)]
		price := quote.Dirhams((wanted.low + (wanted.high-wanted.low)*int64(answered+1)/int64(wanted.offers+1)) / 50 * 50)
		offer, err := p.Quotes.Answer(ctx, p.as(one.account), job.ID, quote.OfferInput{
			ServiceID: view.Services[0].ID, Price: price, Start: slot.Start, DurationMinutes: int(duration.Minutes()),
			Words: offerWords[answered%len(offerWords)].text().In(one.account.Language), ValidFor: 6 * 24 * time.Hour,
		})
		if err != nil {
			return err
		}
		if wanted.haggles && answered == 0 {
			less := quote.Dirhams(price.Minor / 100 * 9 / 10 / 50 * 50)
			if _, err := p.Quotes.Counter(ctx, p.as(p.customers[mainCustomer].account), offer.ID, quote.CounterInput{
				Price: less, Start: slot.Start, Words: haggling.text().In(p.customers[mainCustomer].account.Language),
			}); err != nil {
				return err
			}
		}
		answered++
	}
	return nil
}

// disputes are opened by customers about what was done in the last days; one has been answered, and one decided.
func (p *player) disputes(ctx context.Context) error {
	seen := map[string]bool{}
	opened := 0
	for _, b := range p.done {
		if opened == len(quarrels) || seen[b.CustomerID] || seen[b.ProviderID] || b.Price.Minor == 0 || b.CustomerID == p.customers[mainCustomer].account.ID {
			continue
		}
		seen[b.CustomerID], seen[b.ProviderID] = true, true
		quarrel := quarrels[opened]
		customer := account.Account{ID: b.CustomerID, Role: account.Customer}
		owner := account.Account{ID: b.ProviderAccountID, Role: account.Provider}
		d, err := p.Disputes.Open(ctx, p.as(customer), b.ID, dispute.Opening{Reason: quarrel.reason, Words: quarrel.words.text().FR})
		if err != nil {
			return err
		}
		if quarrel.answer.text().FR != "" {
			if err := p.Disputes.Say(ctx, p.as(owner), d.ID, quarrel.answer.text().FR, ""); err != nil {
				return err
			}
		}
		if quarrel.decided {
			half := b.Price
			half.Minor /= 2
			if _, err := p.Disputes.Decide(ctx, p.as(p.admin), d.ID, dispute.Decision{Refund: half, Reason: verdict.text().FR}); err != nil {
				return err
			}
		}
		opened++
	}
	return nil
}

// reports ask the operators to look at some reviews of little stars.
func (p *player) reports(ctx context.Context) error {
	reported := 0
	for _, one := range p.providers {
		if reported == len(reportReasons) {
			return nil
		}
		page, err := p.Reviews.OfProvider(ctx, one.row.ID, "", 20)
		if err != nil {
			return err
		}
		for _, r := range page.Items {
			if r.Stars > 2 || r.Words == "" {
				continue
			}
			if err := p.Reviews.Report(ctx, p.as(one.account), r.ID, review.ReportInput{Reason: reportReasons[reported], Words: unfair.text().In(one.account.Language)}); err != nil {
				return err
			}
			reported++
			break
		}
	}
	return nil
}

// sanctions have a customer warned and another one suspended.
func (p *player) sanctions(ctx context.Context) error {
	for i, kind := range []account.SanctionKind{account.Warning, account.Suspension} {
		who := p.townsman(40 + i)
		if err := p.Accounts.Sanction(ctx, p.as(p.admin), who.account.ID, account.SanctionInput{Kind: kind, Reason: sanctionReasons[i].text().In(who.account.Language)}); err != nil {
			return err
		}
	}
	return nil
}

// visits are what a year of the market's pages was looked at, more of late than at the beginning.
func (p *player) visits(ctx context.Context) error {
	return p.DB.Tx(ctx, func(tx *db.Tx) error {
		today := p.date
		for ago := 365; ago > 0; ago-- {
			day := today.AddDays(-ago)
			base := int64(900-2*ago) + int64(p.random.between(-120, 160))
			for _, seen := range []struct {
				page       statistics.Page
				providerID string
				visits     int64
			}{
				{statistics.HomePage, "", base}, {statistics.SearchPage, "", base * 13 / 10}, {statistics.ProviderPage, "", base * 8 / 10}, {statistics.BookPage, "", base * 2 / 10},
				{statistics.ProviderPage, p.providers[mainProvider].row.ID, 3 + base/90 + int64(p.random.IntN(12))}, {statistics.BookPage, p.providers[mainProvider].row.ID, int64(p.random.IntN(5))},
			} {
				if err := statistics.ImportVisits(ctx, tx, day, seen.page, seen.providerID, seen.visits); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
