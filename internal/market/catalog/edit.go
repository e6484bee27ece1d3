package catalog

import (
	"context"
	"slices"
	"unicode/utf8"

	"khadamat/internal/account"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
)

// Profile is what a provider says about themselves. Latitude and Longitude both zero mean the middle of the city. A draft needs
// a name alone.
type Profile struct {
	Name      string
	CityID    string
	Latitude  float64
	Longitude float64
	Bio       Text
	Policy    Policy // empty: Flexible
}

// ServiceInput is what a provider says about a service. An empty ID makes a new one; IdempotencyKey counts only then.
type ServiceInput struct {
	ID              string
	CategoryID      string // a child of the tree
	Title           Text
	Description     Text
	Pricing         Pricing
	Price           money.Amount
	DurationMinutes int
	Place           Place
	Instant         bool
	Active          bool
	Addons          []Addon // one whose ID is empty, or none of ours, is new
	IdempotencyKey  string
}

// DefaultAvailability is what a new provider starts from: Monday to Friday with a pause at noon, and Saturday morning.
func DefaultAvailability() schedule.Rules {
	rules := schedule.Rules{Zone: "Africa/Casablanca", NoticeMinutes: 120, HorizonDays: 60, StepMinutes: 30, BufferAfterMinutes: 15}
	for weekday := 1; weekday <= 5; weekday++ {
		rules.Week[weekday] = []schedule.Span{{From: 9 * 60, To: 12 * 60}, {From: 14 * 60, To: 18 * 60}}
	}
	rules.Week[6] = []schedule.Span{{From: 9 * 60, To: 13 * 60}}
	return rules
}

// CreateProvider makes the actor's account a provider, as a draft. It returns forbidden where the account is not for providers,
// conflict where it is one already, and invalid with the fields at fault.
func (c *Catalog) CreateProvider(ctx context.Context, actor account.Actor, profile Profile) (Provider, error) {
	if err := actor.RequireRole(account.Provider); err != nil {
		return Provider{}, err
	}
	if err := c.checkProfile(&profile); err != nil {
		return Provider{}, err
	}
	p := Provider{ID: ids.New(), AccountID: actor.ID, Status: Draft, Availability: DefaultAvailability()}
	c.apply(&p, profile)
	err := c.config.DB.Tx(ctx, func(tx *db.Tx) error {
		p.CreatedAt, p.UpdatedAt = tx.Now, tx.Now
		if err := InsertProvider(ctx, tx, p); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "provider.created", SubjectKind: "provider", SubjectID: p.ID})
	})
	if db.IsUnique(err) {
		return Provider{}, errs.Wrap(err, errs.Conflict, "catalog.provider_exists")
	}
	return p, err
}

// UpdateProfile replaces what the provider says about themselves. It returns not_found where the actor is not that provider,
// and invalid with the fields at fault; who is active cannot take back what activation asked for.
func (c *Catalog) UpdateProfile(ctx context.Context, actor account.Actor, providerID string, profile Profile) (Provider, error) {
	if err := c.checkProfile(&profile); err != nil {
		return Provider{}, err
	}
	return c.update(ctx, actor, providerID, "provider.profile_changed", func(_ *db.Tx, p *Provider) error {
		c.apply(p, profile)
		if p.Status != Active {
			return nil
		}
		var fields errs.Fields
		p.checkComplete(&fields)
		return fields.Err()
	})
}

// SetAvailability replaces the provider's hours. It returns not_found where the actor is not that provider, and what
// schedule.Rules.Validate finds wrong.
func (c *Catalog) SetAvailability(ctx context.Context, actor account.Actor, providerID string, rules schedule.Rules) (Provider, error) {
	if err := rules.Validate(); err != nil {
		return Provider{}, err
	}
	return c.update(ctx, actor, providerID, "provider.availability_changed", func(_ *db.Tx, p *Provider) error {
		p.Availability = rules
		return nil
	})
}

// Activate shows a draft to the public. It returns not_found where the actor is not that provider, forbidden where the provider
// is suspended or banned, and invalid with everything that is missing: a verified e-mail address, the terms
// accepted, a city, a text of MinBioRunes, a service. Activating an active provider changes nothing.
func (c *Catalog) Activate(ctx context.Context, actor account.Actor, providerID string) (Provider, error) {
	if err := actor.Require(); err != nil {
		return Provider{}, err
	}
	verified, err := c.config.Emails.EmailVerified(ctx, actor.ID)
	if err != nil {
		return Provider{}, err
	}
	accepted := true
	if c.config.Terms != nil {
		if accepted, err = c.config.Terms.TermsAccepted(ctx, actor.ID); err != nil {
			return Provider{}, err
		}
	}
	return c.update(ctx, actor, providerID, "provider.activated", func(tx *db.Tx, p *Provider) error {
		if p.Status == Suspended || p.Status == Banned {
			return errs.New(errs.Forbidden, "catalog.provider_stopped")
		}
		services, err := servicesWhere(ctx, tx, "provider_id = $1 AND active AND removed_at IS NULL", p.ID)
		if err != nil {
			return err
		}
		p.Status = Active
		missing := Missing(*p, verified, services)
		missing.Check(accepted, "terms_accepted", "catalog.terms_required")
		return missing.Err()
	})
}

// PutService adds a service to the provider's or replaces one. It returns not_found where the actor is not that provider or the
// service is not theirs, and invalid with the fields at fault.
func (c *Catalog) PutService(ctx context.Context, actor account.Actor, providerID string, input ServiceInput) (Service, error) {
	if err := c.checkService(&input); err != nil {
		return Service{}, err
	}
	if input.ID != "" && !ids.Valid(input.ID) {
		return Service{}, noService()
	}
	var saved Service
	_, err := c.change(ctx, actor, providerID, func(tx *db.Tx, p *Provider) error {
		put := func() (Service, error) { return c.put(ctx, tx, actor, p, input) }
		if input.ID != "" {
			var err error
			saved, err = put()
			return err
		}
		key := input.IdempotencyKey
		input.IdempotencyKey = ""
		request := idempotency.Request{Scope: "catalog.service:" + providerID, Key: key, Body: input}
		var err error
		saved, _, err = idempotency.Run(ctx, tx, request, put)
		return err
	})
	return saved, err
}

func (c *Catalog) put(ctx context.Context, tx *db.Tx, actor account.Actor, p *Provider, input ServiceInput) (Service, error) {
	s := Service{
		ID: input.ID, ProviderID: p.ID, CategoryID: input.CategoryID, Title: input.Title, Description: input.Description,
		Pricing: input.Pricing, Price: input.Price, DurationMinutes: input.DurationMinutes, Place: input.Place,
		Instant: input.Instant, Active: input.Active, Addons: named(input.Addons), CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	action, store := "service.changed", updateService
	if s.ID == "" {
		count, err := servicesWhere(ctx, tx, "provider_id = $1 AND removed_at IS NULL", p.ID)
		if err != nil {
			return Service{}, err
		}
		if len(count) >= MaxServices {
			return Service{}, errs.New(errs.Conflict, "catalog.too_many_services").With(errs.Args{"Max": MaxServices})
		}
		s.ID, action, store = ids.New(), "service.created", InsertService
	} else {
		before, err := serviceWhere(ctx, tx, "id = $1 AND provider_id = $2 AND removed_at IS NULL", s.ID, p.ID)
		if err != nil {
			return Service{}, err
		}
		s.CreatedAt = before.CreatedAt
	}
	if err := store(ctx, tx, s); err != nil {
		return Service{}, err
	}
	return s, audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: action, SubjectKind: "service", SubjectID: s.ID})
}

func named(addons []Addon) []Addon {
	all := make([]Addon, len(addons))
	for i, addon := range addons {
		if !ids.Valid(addon.ID) {
			addon.ID = ids.New()
		}
		all[i] = addon
	}
	return all
}

// RemoveService takes a service off the market for good; bookings of it stay. It returns not_found where the actor is not that
// provider or the service is not theirs.
func (c *Catalog) RemoveService(ctx context.Context, actor account.Actor, providerID, serviceID string) error {
	if !ids.Valid(serviceID) {
		serviceID = "" // no service's
	}
	_, err := c.change(ctx, actor, providerID, func(tx *db.Tx, p *Provider) error {
		s, err := serviceWhere(ctx, tx, "id = $1 AND provider_id = $2 AND removed_at IS NULL", serviceID, p.ID)
		if err != nil {
			return err
		}
		if err := removeService(ctx, tx, s.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "service.removed", SubjectKind: "service", SubjectID: s.ID})
	})
	return err
}

// ServicesOf returns all services of the actor's provider, also those that the public does not see, oldest first. It returns
// not_found where the actor is not that provider.
func (c *Catalog) ServicesOf(ctx context.Context, actor account.Actor, providerID string) ([]Service, error) {
	if err := actor.Require(); err != nil {
		return nil, err
	}
	if !ids.Valid(providerID) {
		return nil, noProvider()
	}
	if _, err := providerWhere(ctx, c.config.DB, "id = $1 AND account_id = $2", providerID, actor.ID); err != nil {
		return nil, err
	}
	return servicesWhere(ctx, c.config.DB, "provider_id = $1 AND removed_at IS NULL ORDER BY created_at, id", providerID)
}

// update is change for what stands in the provider's own row; what leaves the row as it is leaves no trace.
func (c *Catalog) update(ctx context.Context, actor account.Actor, providerID, action string, apply func(*db.Tx, *Provider) error) (Provider, error) {
	return c.change(ctx, actor, providerID, func(tx *db.Tx, p *Provider) error {
		if err := apply(tx, p); err != nil {
			return err
		}
		if err := updateProvider(ctx, tx, *p); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: action, SubjectKind: "provider", SubjectID: p.ID})
	})
}

// change runs a change of the actor's provider in one transaction and shows it to readers at once. Other nodes learn of it by the
// provider's UpdatedAt.
func (c *Catalog) change(ctx context.Context, actor account.Actor, providerID string, apply func(*db.Tx, *Provider) error) (Provider, error) {
	if err := actor.Require(); err != nil {
		return Provider{}, err
	}
	if !ids.Valid(providerID) {
		return Provider{}, noProvider()
	}
	var p Provider
	err := c.config.DB.Tx(ctx, func(tx *db.Tx) error {
		var err error
		p, err = providerWhere(ctx, tx, "id = $1 AND account_id = $2"+tx.Dialect().ForUpdate(), providerID, actor.ID)
		if err != nil {
			return err
		}
		p.UpdatedAt = tx.Now
		if err := apply(tx, &p); err != nil {
			return err
		}
		return touchProvider(ctx, tx, p)
	})
	if err != nil {
		return Provider{}, err
	}
	c.showChange(ctx, p.ID)
	return p, nil
}

func (c *Catalog) apply(p *Provider, profile Profile) {
	p.Name, p.CityID, p.Bio, p.Policy = profile.Name, profile.CityID, profile.Bio, profile.Policy
	p.Latitude, p.Longitude = profile.Latitude, profile.Longitude
	if city, ok := c.City(p.CityID); ok && p.Latitude == 0 && p.Longitude == 0 {
		p.Latitude, p.Longitude = city.Latitude, city.Longitude
	}
}

// Missing names what keeps a provider from being shown to the public, by field: email, city_id, bio, services. Services that are
// hidden do not count.
func Missing(p Provider, emailVerified bool, services []Service) errs.Fields {
	var fields errs.Fields
	fields.Check(emailVerified, "email", "catalog.email_unverified")
	p.checkComplete(&fields)
	offered := slices.ContainsFunc(services, func(s Service) bool { return s.Active })
	fields.Check(offered, "services", "catalog.no_service")
	return fields
}

// checkComplete records what the profile lacks to be shown to the public.
func (p *Provider) checkComplete(fields *errs.Fields) {
	fields.Check(p.CityID != "", "city_id", "catalog.city_required")
	longest := 0
	for _, lang := range languages {
		longest = max(longest, utf8.RuneCountInString(p.Bio.only(lang)))
	}
	if longest < MinBioRunes {
		fields.Add("bio", "catalog.bio_too_short", errs.Args{"Min": MinBioRunes})
	}
}
