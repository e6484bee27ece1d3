package api

import (
	"context"
	"io"
	"net/http"

	"khadamat/internal/market/calendar"
	"khadamat/internal/market/gallery"
	"khadamat/internal/market/statistics"
)

// GalleryPhoto is a picture of a provider's work.
type GalleryPhoto struct {
	Photo
	Caption string `json:"caption" doc:"May be empty" example:"Salle de bain à Maârif"`
}

// CaptionRequest is what is said under a photo.
type CaptionRequest struct {
	Caption string `json:"caption" doc:"Up to 120 letters; empty: nothing"`
}

// Calendar is another calendar of a provider, which makes them busy.
type Calendar struct {
	ID          string `json:"id"`
	Name        string `json:"name" example:"Personnel"`
	Host        string `json:"host" doc:"Of its address, the rest of which is a secret" example:"calendar.google.com"`
	BusyTimes   int    `json:"busy_times" doc:"How many it brought"`
	Failure     string `json:"failure,omitempty" doc:"What went wrong the last time, in the reader's language; what was busy before stays so"`
	Warning     string `json:"warning,omitempty" doc:"What is not quite as it should be"`
	TriedAt     *Time  `json:"tried_at" doc:"When it was last fetched; null: not yet"`
	SucceededAt *Time  `json:"succeeded_at" doc:"When that last went well; null: not yet"`
	CreatedAt   Time   `json:"created_at"`
}

// CalendarRequest names another calendar.
type CalendarRequest struct {
	Name string `json:"name,omitempty" doc:"Up to 60 letters; its host where it is left out" example:"Personnel"`
	URL  string `json:"url" doc:"https or webcal, of an iCalendar file" example:"webcal://calendar.example.com/private/basic.ics"`
}

// Figures are what a stretch of days came to. Bookings count on the day on which they start.
type Figures struct {
	Requests  int64 `json:"requests" doc:"All bookings, whatever became of them"`
	Bookings  int64 `json:"bookings" doc:"Those that were confirmed at some time"`
	Completed int64 `json:"completed"`
	Cancelled int64 `json:"cancelled" doc:"By either side, after they were confirmed"`
	NoShows   int64 `json:"no_shows"`
	Refused   int64 `json:"refused" doc:"Declined, or left without an answer"`
	Gross     Money `json:"gross" doc:"Prices of what was confirmed and not cancelled"`
	Earned    Money `json:"earned" doc:"Prices of what was completed"`
	Views     int64 `json:"views" doc:"Of the provider's page"`
}

// FigureBucket is a day or a week of a period.
type FigureBucket struct {
	From string `json:"from" format:"date" example:"2026-06-01"`
	To   string `json:"to" format:"date" doc:"It is part of it" example:"2026-06-07"`
	Figures
}

// TopService is what a provider is booked for most.
type TopService struct {
	ServiceID string `json:"service_id"`
	Title     string `json:"title" doc:"In the reader's language"`
	Bookings  int64  `json:"bookings"`
	Gross     Money  `json:"gross"`
}

// ProviderStatistics are the figures of one provider, up to today.
type ProviderStatistics struct {
	Days      int            `json:"days" example:"30"`
	From      string         `json:"from" format:"date" example:"2026-05-03"`
	To        string         `json:"to" format:"date" example:"2026-06-01"`
	Now       Figures        `json:"now" doc:"Of the period"`
	Before    Figures        `json:"before" doc:"Of as many days before it"`
	Buckets   []FigureBucket `json:"buckets" doc:"Days, or weeks in long periods; the oldest first"`
	Top       []TopService   `json:"top_services" doc:"Five at most"`
	UpdatedAt Time           `json:"updated_at" doc:"When the bookings were counted"`
}

type (
	statisticsInput struct {
		Days int `query:"days" default:"30" doc:"7, 30, 90 or 365"`
	}
	captionInput struct {
		ID   string `path:"id"`
		Body CaptionRequest
	}
	calendarInput struct {
		Creation
		Body CalendarRequest
	}
)

func (a *api) addOwnProvider() {
	op := operationsOf(tagProvider)
	add(a, forMe, op("provider-statistics", http.MethodGet, "/provider/statistics", "Your provider's figures", "Bookings, money and visits, beside those of the time before.", 404, 422), a.statistics)
	add(a, forAll, operationsOf(tagCatalog)("list-provider-photos", http.MethodGet, "/providers/{id}/photos", "Photos of a provider's work", "In the order in which they are shown, 12 at most."), a.providerPhotos)
	add(a, forMe, op("list-own-photos", http.MethodGet, "/provider/photos", "Your provider's photos", "As they are now.", 404), a.ownPhotos)
	a.addUpload(keyed(creating(op("add-photo", http.MethodPost, "/provider/photos", "Add a photo", "Behind the others; 12 at most.", 404, 409))), a.addPhoto)
	add(a, forMe, op("describe-photo", http.MethodPut, "/provider/photos/{id}", "Say something under a photo", "Or nothing."), a.describePhoto)
	add(a, forMe, op("remove-photo", http.MethodDelete, "/provider/photos/{id}", "Remove a photo", "For good."), a.removePhoto)
	add(a, forMe, op("list-calendars", http.MethodGet, "/provider/calendars", "Your other calendars", "Those that make your provider busy, the oldest first.", 404), a.calendars)
	add(a, forMe, creating(op("connect-calendar", http.MethodPost, "/provider/calendars", "Connect another calendar", "It is fetched within moments, and every quarter of an hour from then on. Three at most.", 404, 409)), a.connectCalendar)
	add(a, forMe, op("refresh-calendar", http.MethodPost, "/provider/calendars/{id}/refresh", "Fetch a calendar now", "Within moments; not twice within 20 seconds."), a.refreshCalendar)
	add(a, forMe, op("disconnect-calendar", http.MethodDelete, "/provider/calendars/{id}", "Disconnect a calendar", "With all that it made busy."), a.disconnectCalendar)
}

func (a *api) statistics(ctx context.Context, c *call, in *statisticsInput) (*answer[ProviderStatistics], error) {
	own, err := a.Catalog.ProviderOf(ctx, c.actor.ID)
	if err != nil {
		return nil, err
	}
	f, err := a.Statistics.Provider(ctx, c.actor, own.ID, in.Days)
	if err != nil {
		return nil, err
	}
	return reply(ProviderStatistics{
		Days: f.Days, From: f.From.String(), To: f.To.String(), Now: figuresOf(f.Now), Before: figuresOf(f.Before), UpdatedAt: timeOf(f.UpdatedAt),
		Buckets: listOf(f.Buckets, func(b statistics.Bucket) FigureBucket {
			return FigureBucket{From: b.From.String(), To: b.To.String(), Figures: figuresOf(b.Sums)}
		}).Items,
		Top: listOf(f.Top, func(t statistics.TopService) TopService {
			return TopService{ServiceID: t.ID, Title: t.Title.In(string(c.language)), Bookings: t.Bookings, Gross: moneyOf(t.Gross)}
		}).Items,
	}), nil
}

func figuresOf(s statistics.Sums) Figures {
	return Figures{Requests: s.Requests, Bookings: s.Bookings, Completed: s.Completed, Cancelled: s.Cancelled, NoShows: s.NoShows, Refused: s.Refused,
		Gross: moneyOf(s.Gross), Earned: moneyOf(s.Earned), Views: s.Views}
}

func (a *api) providerPhotos(ctx context.Context, _ *call, in *idInput) (*answer[List[GalleryPhoto]], error) {
	if _, err := a.Catalog.Provider(ctx, in.ID); err != nil {
		return nil, err
	}
	photos, err := a.Gallery.Photos(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(listOf(photos, galleryPhotoOf)), nil
}

func (a *api) ownPhotos(ctx context.Context, c *call, _ *struct{}) (*answer[List[GalleryPhoto]], error) {
	photos, err := a.Gallery.Mine(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(listOf(photos, galleryPhotoOf)), nil
}

func (a *api) addPhoto(ctx context.Context, c *call, file io.ReadSeeker, key string) (Photo, error) {
	kept, err := a.Gallery.Add(ctx, c.actor, file, key)
	if err != nil {
		return Photo{}, err
	}
	return photoOf(kept.ID, kept.Width, kept.Height), nil
}

func (a *api) describePhoto(ctx context.Context, c *call, in *captionInput) (*struct{}, error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Gallery.Describe(ctx, c.actor, in.ID, in.Body.Caption)
}

func (a *api) removePhoto(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Gallery.Remove(ctx, c.actor, in.ID)
}

func galleryPhotoOf(p gallery.Photo) GalleryPhoto {
	return GalleryPhoto{Photo: photoOf(p.ID, p.Width, p.Height), Caption: p.Caption}
}

func (a *api) calendars(ctx context.Context, c *call, _ *struct{}) (*answer[List[Calendar]], error) {
	sources, err := a.Calendars.Sources(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(listOf(sources, c.calendarOf)), nil
}

func (a *api) connectCalendar(ctx context.Context, c *call, in *calendarInput) (*answer[Calendar], error) {
	source, err := a.Calendars.Connect(ctx, c.actor, calendar.SourceInput{Name: in.Body.Name, URL: in.Body.URL, IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, err
	}
	return reply(c.calendarOf(source)), nil
}

func (a *api) refreshCalendar(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Calendars.Refresh(ctx, c.actor, in.ID)
}

func (a *api) disconnectCalendar(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Calendars.Disconnect(ctx, c.actor, in.ID)
}

func (c *call) calendarOf(s calendar.Source) Calendar {
	wire := Calendar{ID: s.ID, Name: s.Name, Host: s.Host(), BusyTimes: s.Busy, TriedAt: timeOrNull(s.TriedAt), SucceededAt: timeOrNull(s.SucceededAt), CreatedAt: timeOf(s.CreatedAt)}
	if s.Failure != "" {
		wire.Failure = c.api.Texts.T(c.language, s.Failure, nil)
	}
	if s.Warning != "" {
		wire.Warning = c.api.Texts.T(c.language, s.Warning, nil)
	}
	return wire
}
