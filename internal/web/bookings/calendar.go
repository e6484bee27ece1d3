package bookings

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/web/ui"
)

// calendarFile gives the booking as a file for the reader's own calendar. Times are in UTC: no zone has to be explained, and every
// calendar shows them at its own clock. A later file of the same booking takes the place of the one before.
func (p *pages) calendarFile(w http.ResponseWriter, r *http.Request) error {
	view, err := p.detail(r)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := ical.NewEncoder(&file).Encode(calendarOf(r.Context(), view)); err != nil {
		return err
	}
	content := folded(file.String())
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8; method=PUBLISH")
	h.Set("Content-Disposition", `attachment; filename="khadamat-`+strings.ToLower(view.reference())+`.ics"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	_, err = io.WriteString(w, content)
	return err
}

// longestLine is how many bytes a line of a calendar file may have (RFC 5545, 3.1).
const longestLine = 75

// folded breaks long lines, between letters, as readers of calendar files expect them.
func folded(file string) string {
	var out strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(file, "\r\n"), "\r\n") {
		length := 0
		for _, letter := range line {
			size := utf8.RuneLen(letter)
			if length+size > longestLine {
				out.WriteString("\r\n ")
				length = 1
			}
			out.WriteRune(letter)
			length += size
		}
		out.WriteString("\r\n")
	}
	return out.String()
}

func calendarOf(ctx context.Context, view detailView) *ical.Calendar {
	b := &view.Booking
	event := ical.NewEvent()
	event.Props.SetText(ical.PropUID, b.ID+"@khadamat")
	event.Props.SetDateTime(ical.PropDateTimeStamp, b.UpdatedAt.UTC())
	event.Props.SetDateTime(ical.PropDateTimeStart, b.Start.UTC())
	event.Props.SetDateTime(ical.PropDateTimeEnd, b.End.UTC())
	// Each change makes the number larger; a count of changes would have to be read for it.
	sequence := ical.NewProp(ical.PropSequence)
	sequence.Value = strconv.FormatInt(int64(b.UpdatedAt.Sub(b.CreatedAt)/time.Second), 10)
	event.Props.Set(sequence)
	event.Props.SetText(ical.PropSummary, calendarTitle(ctx, view))
	event.Props.SetText(ical.PropDescription, calendarWords(ctx, view))
	event.Props.SetText(ical.PropLocation, calendarPlace(ctx, view))
	link := ical.NewProp(ical.PropURL)
	link.Value = ui.From(ctx).BaseURL + ui.Path(ctx, "/bookings/"+b.ID)
	event.Props.Set(link)
	event.SetStatus(calendarStatus(b.Status))
	calendar := ical.NewCalendar()
	calendar.Props.SetText(ical.PropVersion, "2.0")
	calendar.Props.SetText(ical.PropProductID, "-//Khadamat//Khadamat//"+strings.ToUpper(ui.Lang(ctx)))
	calendar.Props.SetText(ical.PropMethod, "PUBLISH")
	calendar.Children = append(calendar.Children, event.Component)
	return calendar
}

func calendarStatus(status booking.Status) ical.EventStatus {
	switch status {
	case booking.Accepted, booking.InProgress, booking.Completed:
		return ical.EventConfirmed
	case booking.Requested:
		return ical.EventTentative
	}
	return ical.EventCancelled
}

func calendarTitle(ctx context.Context, view detailView) string {
	return ui.T(ctx, "booking_pages.calendar.title", "Service", view.Booking.Details.Title.In(ui.Lang(ctx)), "Name", view.other())
}

func calendarWords(ctx context.Context, view detailView) string {
	return ui.T(ctx, "booking_pages.calendar.words", "Price", ui.Money(ctx, view.Booking.Price), "Reference", view.reference())
}

func calendarPlace(ctx context.Context, view detailView) string {
	d := &view.Booking.Details
	city := view.City.Name.In(ui.Lang(ctx))
	switch {
	case d.Place == catalog.Remote:
		return ui.T(ctx, "booking_pages.place.remote")
	case d.Place == catalog.AtCustomer && d.Address != "":
		return strings.ReplaceAll(d.Address, "\n", ", ") + ", " + city
	case d.Place == catalog.AtProvider:
		return d.ProviderName + ", " + city
	}
	return city
}

// compactTime is how calendars on the web take times.
const compactTime = "20060102T150405Z"

// webCalendar is the address that puts the booking into a Google calendar.
func (v detailView) webCalendar(ctx context.Context) string {
	return "https://calendar.google.com/calendar/render?" + url.Values{
		"action": {"TEMPLATE"}, "text": {calendarTitle(ctx, v)}, "location": {calendarPlace(ctx, v)},
		"details": {calendarWords(ctx, v) + "\n" + ui.From(ctx).BaseURL + ui.Path(ctx, "/bookings/"+v.Booking.ID)},
		"dates":   {v.Booking.Start.UTC().Format(compactTime) + "/" + v.Booking.End.UTC().Format(compactTime)},
	}.Encode()
}

// directions is the address of the way to the appointment for the side that has to go there; empty for the other side, and where
// there is nowhere to go.
func (v detailView) directions(ctx context.Context) string {
	d := &v.Booking.Details
	var destination string
	switch {
	case d.Place == catalog.AtCustomer && v.Side == booking.ProviderSide && d.Address != "":
		destination = calendarPlace(ctx, v)
	case d.Place == catalog.AtProvider && v.Side == booking.CustomerSide && v.ProviderPlace != "":
		destination = v.ProviderPlace
	default:
		return ""
	}
	return "https://www.google.com/maps/dir/?" + url.Values{"api": {"1"}, "destination": {destination}}.Encode()
}

// placeOf is where a provider works, for a map.
func placeOf(p catalog.Provider) string {
	if p.Latitude == 0 && p.Longitude == 0 {
		return ""
	}
	return strconv.FormatFloat(p.Latitude, 'f', 6, 64) + "," + strconv.FormatFloat(p.Longitude, 'f', 6, 64)
}
