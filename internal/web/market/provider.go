package market

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/gallery"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/reviews"
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
	photos   []gallery.Photo
	reviews  *reviews.SectionView // nil where there are none to show
	saved    bool
	hearts   bool          // whether providers can be saved at all
	answers  time.Duration // how long they take to answer; zero where that cannot be told
	done     int
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
	if err := p.reputation(ctx, &shown); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, providerPage(shown))
}

// reputation finds out what speaks for the provider: photos, reviews, how soon they answer, how much they have done.
func (p *pages) reputation(ctx context.Context, shown *profile) error {
	id := shown.provider.ID
	shown.answers, _ = p.bookings.ResponseTime(ctx, id)
	shown.done, _ = p.bookings.Done(ctx, id)
	if p.Gallery != nil {
		photos, err := p.Gallery.Photos(ctx, id)
		if err != nil {
			return err
		}
		shown.photos = photos
	}
	if p.Reviews != nil {
		view, err := reviews.Load(ctx, p.Reviews, id)
		if err != nil {
			return err
		}
		shown.reviews = &view
	}
	if p.Favourites != nil {
		saved, err := p.Favourites.Among(ctx, ui.From(ctx).Actor, []string{id})
		if err != nil {
			return err
		}
		shown.saved, shown.hearts = saved[id], true
	}
	return nil
}

// answersIn says how soon the provider answers, in words; empty where that cannot be told.
func (shown profile) answersIn(ctx context.Context) string {
	minutes := int(shown.answers.Minutes())
	switch {
	case shown.answers <= 0:
		return ""
	case minutes < 60:
		return ui.T(ctx, "market.answers_soon")
	}
	return ui.T(ctx, "market.answers_in", "Duration", ui.Duration(ctx, (minutes+30)/60*60))
}

func (shown profile) since(ctx context.Context) string {
	return ui.T(ctx, "market.member_since", "Year", strconv.Itoa(shown.provider.CreatedAt.In(ui.Zone(marketZone)).Year()))
}

// smallHeight is how high a photo is where it is smallWidth wide, as it is served small.
func smallHeight(photo gallery.Photo) string {
	if photo.Width <= 0 {
		return strconv.Itoa(smallWidth)
	}
	return strconv.Itoa(photo.Height * smallWidth / photo.Width)
}

const smallWidth = 320

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

func (shown profile) meta(ctx context.Context) ui.Meta {
	return ui.Meta{Title: shown.title(ctx), Description: excerpt(shown.provider.Bio.In(ui.Lang(ctx))), Image: shown.picture(ctx), Schema: shown.schema(ctx)}
}

// title is the name with the first trade and the city, as people look for them.
func (shown profile) title(ctx context.Context) string {
	if len(shown.topics) == 0 {
		return shown.provider.Name
	}
	return shown.provider.Name + " – " + ui.T(ctx, "seo.heading", "Category", shown.topics[0].Name.In(ui.Lang(ctx)), "City", shown.city.Name.In(ui.Lang(ctx)))
}

// describe says what a photo shows: what the provider wrote under it, or whose work it is.
func (shown profile) describe(ctx context.Context, at int) string {
	if caption := shown.photos[at].Caption; caption != "" {
		return caption
	}
	return ui.T(ctx, "market.photo_of", "Name", shown.provider.Name, "Number", strconv.Itoa(at+1))
}

// firstPhoto has the browser fetch the first photo, the largest thing in sight, before all others, and these when they come into sight.
func firstPhoto(at int) templ.Attributes {
	if at == 0 {
		return templ.Attributes{"fetchpriority": "high"}
	}
	return templ.Attributes{"loading": "lazy", "decoding": "async"}
}
