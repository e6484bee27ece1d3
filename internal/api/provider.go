package api

import (
	"context"
	"net/http"
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"

	"github.com/danielgtaylor/huma/v2"
)

// Provider is somebody who offers services, with all of them.
type Provider struct {
	ProviderSummary
	Bio         string          `json:"bio" doc:"In the reader's language"`
	Bios        Texts           `json:"bios"`
	Rating      float64         `json:"rating" doc:"Stars: a Bayesian mean, to one decimal" example:"4.6"`
	RatingCount int64           `json:"rating_count" example:"48"`
	Zone        string          `json:"zone" doc:"The IANA name of the time zone that the provider works in" example:"Africa/Casablanca"`
	Services    []ServiceDetail `json:"services"`
}

// Slot is a time that can be booked.
type Slot struct {
	Start Time `json:"start"`
	End   Time `json:"end"`
}

type idInput struct {
	ID string `path:"id"`
}

type slotsInput struct {
	ID       string   `path:"id"`
	Service  string   `query:"service" doc:"The id of one of the provider's services; the first one where it is left out"`
	AddonIDs []string `query:"addon_ids,explode" doc:"The add-ons that are wanted with it, which make it longer; repeat the parameter for more than one." maxItems:"50"`
	From     string   `query:"from" doc:"A time, or a date in the provider's zone; now where it is left out" example:"2026-06-02"`
	To       string   `query:"to" doc:"A time, or a date, which is not included; 14 days after from where it is left out, 62 at most" example:"2026-06-09"`
	Cursor   string   `query:"cursor" doc:"next_cursor of the page before; it takes the place of from"`
	Limit    int      `query:"limit" minimum:"1" maximum:"5000" default:"5000" doc:"How many times at most"`
}

const defaultWindow = 14 * 24 * time.Hour

func (a *api) addProviders() {
	get := func(id, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{tagCatalog}, Summary: summary, Description: description, Errors: errors}
	}
	add(a, forAll, get("get-service", "/services/{id}", "A service", "With its description and add-ons."), a.service)
	add(a, forAll, get("get-provider", "/providers/{id}", "A provider", "With everything they offer."), a.provider)
	add(a, forAllNow, get("list-slots", "/providers/{id}/slots", "Free times", "When a service of the provider can be booked, in order.", 422), a.slots)
}

func (a *api) service(ctx context.Context, c *call, in *idInput) (*answer[ServiceDetail], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	offer, err := a.Catalog.Offer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(detailOf(offer, string(c.language))), nil
}

func (a *api) provider(ctx context.Context, c *call, in *idInput) (*answer[Provider], error) {
	p, err := a.Catalog.Provider(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	offers, err := a.Catalog.Offers(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	language := string(c.language)
	return reply(Provider{
		ProviderSummary: summaryOf(&p), Bio: p.Bio.In(language), Bios: textsOf(p.Bio), Rating: p.Rating(), RatingCount: p.RatingCount, Zone: p.Availability.Zone,
		Services: listOf(offers, func(o catalog.Offer) ServiceDetail { return detailOf(o, language) }).Items,
	}), nil
}

func (a *api) slots(ctx context.Context, _ *call, in *slotsInput) (*answer[List[Slot]], error) {
	p, err := a.Catalog.Provider(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	service, err := a.slotService(ctx, in)
	if err != nil {
		return nil, err
	}
	window, err := in.window(p.Availability.Zone, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	slots, err := a.Bookings.Slots(ctx, in.ID, service, in.AddonIDs, window.Start, window.End)
	if err != nil {
		return nil, err
	}
	// The schedule itself stops at MaxSlots, which is the greatest limit.
	slots, next := slots[:min(len(slots), in.Limit)], ""
	if len(slots) == in.Limit {
		next = slots[in.Limit-1].Start.Add(time.Microsecond).UTC().Format(time.RFC3339Nano)
	}
	body := listOf(slots, func(slot schedule.Interval) Slot { return Slot{Start: timeOf(slot.Start), End: timeOf(slot.End)} })
	body.NextCursor = cursorOrNull(next)
	return reply(body), nil
}

// slotService returns the service that was asked for, or the provider's first one.
func (a *api) slotService(ctx context.Context, in *slotsInput) (string, error) {
	if in.Service != "" {
		return in.Service, knownForm(in.Service)
	}
	offers, err := a.Catalog.Offers(ctx, in.ID)
	if err != nil {
		return "", err
	}
	if len(offers) == 0 {
		return "", errs.New(errs.NotFound, "api.no_service")
	}
	return offers[0].Service.ID, nil
}

// window returns the stretch of time that was asked for. What the schedule would cut off in silence is refused here.
func (in *slotsInput) window(zone string, now time.Time) (schedule.Interval, error) {
	location, err := schedule.Location(zone)
	if err != nil {
		return schedule.Interval{}, err
	}
	var fields errs.Fields
	from := parseMoment(&fields, "from", in.From, location)
	to := parseMoment(&fields, "to", in.To, location)
	if err := fields.Err(); err != nil {
		return schedule.Interval{}, err
	}
	if from.IsZero() {
		from = now
	}
	if to.IsZero() {
		to = from.Add(defaultWindow)
	}
	if in.Cursor != "" {
		if from, err = time.Parse(time.RFC3339Nano, in.Cursor); err != nil {
			return schedule.Interval{}, errs.New(errs.Invalid, "error.bad_cursor")
		}
	}
	fields.Check(from.Before(to), "to", "api.window_reversed")
	if to.Sub(from) > schedule.MaxWindow {
		fields.Add("to", "api.window_too_long", errs.Args{"Days": int(schedule.MaxWindow.Hours()) / 24})
	}
	return schedule.Interval{Start: from, End: to}, fields.Err()
}
