package quotes

import (
	"context"
	"net/url"
	"strings"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/ui"
)

// times are the free times to choose from, with the choice as it was sent: one of those shown, or a date and a time of the reader's own.
type times struct {
	Days       []slotDay
	Start      string
	Date, Time string
	Keep       time.Time // the time proposed already, to be kept; zero where there is none
	Zone       *time.Location
	First      schedule.Date // the first day that a date of the reader's own may be
	Last       schedule.Date
}

// slotDay is the free times of one day.
type slotDay struct {
	Date  schedule.Date
	Slots []schedule.Interval
}

func timesOf(sent url.Values) times {
	return times{Start: sent.Get("start"), Date: strings.TrimSpace(sent.Get("date")), Time: strings.TrimSpace(sent.Get("time"))}
}

// own says whether the reader has written a date of their own, which counts before anything picked.
func (t times) own() bool { return t.Date != "" || t.Time != "" }

// picked says whether a slot is the choice.
func (t times) picked(start time.Time) bool {
	return !t.own() && t.Start == start.Format(time.RFC3339)
}

// chosen reads the choice on a zone's wall; where nothing was chosen it is the zero time, which the service complains about.
func (t times) chosen(zone *time.Location) (time.Time, error) {
	if t.own() {
		if at, err := time.ParseInLocation("2006-01-02 15:04", t.Date+" "+t.Time, zone); err == nil && at.Year() >= 2000 && at.Year() <= 9000 {
			return at.UTC(), nil
		}
		return time.Time{}, errs.Fields{{Name: "start", Key: "quote_pages.times.unreadable"}}.Err()
	}
	at, err := time.Parse(time.RFC3339, t.Start)
	if err != nil || at.Year() < 2000 || at.Year() > 9000 {
		return time.Time{}, nil
	}
	return at.UTC(), nil
}

// How much is shown: enough to find something, not so much that one has to search. More lies behind the date of one's own.
const (
	daysAhead   = 21
	daysShown   = 4
	slotsPerDay = 8
)

// fill adds the free times of a provider who may be no longer there, in which case there are none.
func (p *pages) fill(ctx context.Context, t times, providerID string, duration time.Duration, zone *time.Location) (times, error) {
	now := ui.From(ctx).Now
	t.Zone = zone
	t.First = schedule.DateOf(now, zone)
	t.Last = t.First.AddDays(schedule.MaxHorizonDays)
	slots, err := p.quotes.Slots(ctx, providerID, duration, now, now.AddDate(0, 0, daysAhead))
	if errs.CodeOf(err) == errs.NotFound {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	t.Days = byDay(slots, zone)
	return t, nil
}

// byDay groups ascending slots by day: the first days that have any, and of each a few times spread over it.
func byDay(slots []schedule.Interval, zone *time.Location) []slotDay {
	var days []slotDay
	for _, slot := range slots {
		date := schedule.DateOf(slot.Start, zone)
		if n := len(days); n == 0 || days[n-1].Date != date {
			if n == daysShown {
				break
			}
			days = append(days, slotDay{Date: date})
		}
		last := &days[len(days)-1]
		last.Slots = append(last.Slots, slot)
	}
	for i := range days {
		days[i].Slots = spread(days[i].Slots, slotsPerDay)
	}
	return days
}

// spread picks n of the slots, evenly, the first and the last among them.
func spread(slots []schedule.Interval, n int) []schedule.Interval {
	if len(slots) <= n {
		return slots
	}
	picked := make([]schedule.Interval, n)
	for i := range picked {
		picked[i] = slots[i*(len(slots)-1)/(n-1)]
	}
	return picked
}

// noon is a moment within a date, for its words.
func noon(date schedule.Date, zone *time.Location) time.Time {
	return date.In(zone).Add(12 * time.Hour)
}
