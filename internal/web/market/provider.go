package market

import (
	"context"
	"net/http"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/ui"
)

// profile is what the page of a provider shows.
type profile struct {
	provider catalog.Provider
	city     catalog.City
	services []catalog.Service
	chosen   *catalog.Service // nil where the provider offers nothing
	topics   []catalog.Category
	times    times
	art      string
}

func (p *pages) provider(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	provider, err := p.catalog.Provider(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	offers, err := p.catalog.Offers(ctx, provider.ID)
	if err != nil {
		return err
	}
	shown := profile{provider: provider}
	shown.city, _ = p.catalog.City(provider.CityID)
	for _, offer := range offers {
		shown.services = append(shown.services, offer.Service)
	}
	shown.topics = p.topicsOf(shown.services)
	shown.art = p.artOf(shown.services)
	if shown.chosen, err = choose(shown.services, r.URL.Query().Get("service")); err != nil {
		return err
	}
	if shown.chosen != nil {
		if shown.times, err = p.timesOf(ctx, &shown, r.URL.Query().Get("day")); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, providerPage(shown))
}

// choose returns the service asked for, the first where none is.
func choose(services []catalog.Service, id string) (*catalog.Service, error) {
	if id == "" && len(services) > 0 {
		return &services[0], nil
	}
	for i := range services {
		if services[i].ID == id {
			return &services[i], nil
		}
	}
	if id == "" {
		return nil, nil
	}
	return nil, errs.New(errs.NotFound, "catalog.service_not_found")
}

// topicsOf are the categories of the services, each once.
func (p *pages) topicsOf(services []catalog.Service) []catalog.Category {
	var topics []catalog.Category
	seen := map[string]bool{}
	for _, service := range services {
		if category, ok := p.catalog.Category(service.CategoryID); ok && !seen[category.ID] {
			seen[category.ID] = true
			topics = append(topics, category)
		}
	}
	return topics
}

func (p *pages) artOf(services []catalog.Service) string {
	if len(services) == 0 {
		return art("")
	}
	category, _ := p.catalog.Category(services[0].CategoryID)
	return art(category.ParentID)
}

// timesOf finds the free times around the day asked for; what is no day counts as today, since only our own links name one.
func (p *pages) timesOf(ctx context.Context, shown *profile, asked string) (times, error) {
	zone := ui.Zone(shown.provider.Availability.Zone)
	today := schedule.DateOf(ui.From(ctx).Now, zone)
	day, err := schedule.ParseDate(asked)
	explicit := err == nil && !day.Before(today)
	if !explicit {
		day = today
	}
	free := func(from, to schedule.Date) ([]schedule.Interval, error) {
		return p.bookings.Slots(ctx, shown.provider.ID, shown.chosen.ID, nil, from.In(zone), to.In(zone))
	}
	return findTimes(free, zone, today, day, explicit)
}
