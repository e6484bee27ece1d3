package provider

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/schedule"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

const (
	daysOfWeek    = 7
	minutesOfDay  = 24 * minutesPerHour
	gridMinutes   = 5 // what the style sheet has a class for
	usualFirst    = 8 // the hours that a calendar shows in any case
	usualLast     = 19
	maxLanes      = 4
	maxListed     = 300
	calendarPath  = "/provider/calendar"
	shortestBlock = 25 // minutes that a block needs to hold a line of words
)

// calendarView is a week of a provider, or one day of it.
type calendarView struct {
	frame
	Week              bool // else the one day alone, on wide screens too
	Date, Today       schedule.Date
	Days              []calendarDay
	FirstHour, Hours  int
	Step              int
	Connected, Failed int // calendars elsewhere, and those of them that could not be read
}

func (v calendarView) zone() *time.Location { return ui.Zone(v.Provider.Availability.Zone) }

func (v calendarView) view() string {
	if v.Week {
		return "week"
	}
	return "day"
}

// turn is the date to show after going back or forth once.
func (v calendarView) turn(direction int) schedule.Date {
	if v.Week {
		return v.Date.AddDays(direction * daysOfWeek)
	}
	return v.Date.AddDays(direction)
}

// calendarDay is one column.
type calendarDay struct {
	Date     schedule.Date
	Today    bool
	Selected bool
	Past     bool
	Off      bool  // an exception has taken all of its usual hours
	Open     []box // when the provider works
	Closed   []box // usual hours that an exception takes away
	Busy     []box // taken in calendars elsewhere
	Buffers  []box
	Blocks   []calendarBlock
	Now      *box
}

// jobs is how many of its blocks are more than a wish.
func (d calendarDay) jobs() (jobs int) {
	for _, b := range d.Blocks {
		if b.Booking.Status != booking.Requested {
			jobs++
		}
	}
	return jobs
}

// box is a stretch of a day in minutes as the wall shows them.
type box struct{ From, To int }

// class places the box by the style sheet's classes, on a grid of five minutes.
func (b box) class() string {
	from := b.From / gridMinutes * gridMinutes
	length := (b.To-from+gridMinutes-1)/gridMinutes*gridMinutes + 0
	part := func(prefix string, n int) string { return prefix + strconv.Itoa(n) }
	return "at " + part("h", from/minutesPerHour) + " " + part("m", from%minutesPerHour) + " " + part("dh", length/minutesPerHour) + " " + part("dm", length%minutesPerHour)
}

// calendarBlock is a booking in a column, beside others in lanes where they overlap.
type calendarBlock struct {
	box
	Booking     *booking.Booking
	Lane, Lanes int
	Movable     bool
}

func (b calendarBlock) kind() string {
	switch b.Booking.Status {
	case booking.Requested:
		return "asked"
	case booking.InProgress:
		return "running"
	case booking.Completed, booking.NoShow:
		return "over"
	}
	return "sure"
}

func (b calendarBlock) lanes() string {
	if b.Lanes < 2 {
		return ""
	}
	return "l" + strconv.Itoa(b.Lane) + " ls" + strconv.Itoa(b.Lanes)
}

func (b calendarBlock) short() bool { return b.To-b.From <= shortestBlock+15 }

var calendarStatuses = []booking.Status{booking.Requested, booking.Accepted, booking.InProgress, booking.Completed, booking.NoShow}

func (p *pages) calendar(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	request := ui.From(r.Context())
	view := calendarView{frame: f, Week: r.URL.Query().Get("view") != "day", Step: f.Provider.Availability.StepMinutes}
	zone := view.zone()
	view.Today = schedule.DateOf(request.Now, zone)
	view.Date = dateOr(r.URL.Query().Get("date"), view.Today)
	first := view.Date.AddDays(-(int(view.Date.Weekday()) + 6) % daysOfWeek) // the Monday before
	from, to := first.In(zone), first.AddDays(daysOfWeek).In(zone)
	bookings, err := p.between(r.Context(), request.Actor, from.Add(-schedule.MaxDuration), to, calendarStatuses)
	if err != nil {
		return err
	}
	elsewhere, err := p.calendars.Busy(r.Context(), []string{f.Provider.ID}, from, to)
	if err != nil {
		return err
	}
	sources, err := p.calendars.Sources(r.Context(), request.Actor)
	if err != nil {
		return err
	}
	for _, source := range sources {
		view.Connected++
		if source.Failure != "" {
			view.Failed++
		}
	}
	for i := range daysOfWeek {
		view.Days = append(view.Days, dayOf(f, first.AddDays(i), bookings, elsewhere[f.Provider.ID], request.Now, zone))
		day := &view.Days[i]
		day.Selected, day.Today, day.Past = day.Date == view.Date, day.Date == view.Today, day.Date.Before(view.Today)
	}
	view.FirstHour, view.Hours = hoursShown(view.Days)
	clip(view.Days, view.FirstHour*minutesPerHour, (view.FirstHour+view.Hours)*minutesPerHour)
	return ui.Render(w, r, http.StatusOK, calendarPage(view))
}

// between reads all of the provider's bookings that start in [from, to), up to a bound that no day's work reaches.
func (p *pages) between(ctx context.Context, actor account.Actor, from, to time.Time, statuses []booking.Status) ([]booking.Booking, error) {
	filter := booking.Filter{Side: booking.ProviderSide, Statuses: statuses, From: from, To: to, Limit: 100}
	var all []booking.Booking
	for {
		page, err := p.bookings.List(ctx, actor, filter)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if filter.Cursor = page.NextCursor; filter.Cursor == "" || len(all) >= maxListed {
			return all, nil
		}
	}
}

func dayOf(f frame, date schedule.Date, bookings []booking.Booking, elsewhere []schedule.Interval, now time.Time, zone *time.Location) calendarDay {
	rules := f.Provider.Availability
	d := calendarDay{Date: date, Open: boxesOf(rules.SpansOn(date)), Closed: boxesOf(rules.OffOn(date))}
	d.Off = len(d.Open) == 0 && len(d.Closed) > 0
	for _, taken := range elsewhere {
		if b, ok := on(date, taken, zone); ok {
			d.Busy = append(d.Busy, b)
		}
	}
	for i := range bookings {
		b := &bookings[i]
		at, ok := on(date, schedule.Interval{Start: b.Start, End: b.End}, zone)
		if !ok {
			continue
		}
		d.Blocks = append(d.Blocks, calendarBlock{box: at, Booking: b, Movable: b.Can(booking.DoReschedule, booking.ProviderSide, now) == nil})
		if b.Status == booking.Accepted || b.Status == booking.InProgress {
			if block, ok := on(date, b.Block, zone); ok && block != at {
				d.Buffers = append(d.Buffers, block)
			}
		}
	}
	lay(d.Blocks)
	if schedule.DateOf(now, zone) == date {
		minute := wallMinute(now, zone)
		d.Now = &box{minute, minute}
	}
	return d
}

func boxesOf(spans []schedule.Span) []box {
	boxes := make([]box, len(spans))
	for i, s := range spans {
		boxes[i] = box(s)
	}
	return boxes
}

// on is the part of an interval that lies on a date, as the wall shows it.
func on(date schedule.Date, i schedule.Interval, zone *time.Location) (box, bool) {
	midnight, next := date.In(zone), date.AddDays(1).In(zone)
	if !i.Overlaps(schedule.Interval{Start: midnight, End: next}) {
		return box{}, false
	}
	b := box{0, minutesOfDay}
	if i.Start.After(midnight) {
		b.From = wallMinute(i.Start, zone)
	}
	if i.End.Before(next) {
		b.To = wallMinute(i.End, zone)
	}
	// Where the clock was set back a later moment shows an earlier time.
	b.To = max(b.To, min(b.From+gridMinutes, minutesOfDay))
	return b, b.From < b.To
}

func wallMinute(t time.Time, zone *time.Location) int {
	hour, minute, _ := t.In(zone).Clock()
	return hour*minutesPerHour + minute
}

// lay puts blocks that overlap side by side.
func lay(blocks []calendarBlock) {
	slices.SortStableFunc(blocks, func(a, b calendarBlock) int { return cmp.Compare(a.From, b.From) })
	for begin := 0; begin < len(blocks); {
		end, until := begin, blocks[begin].To
		var lanes []int // where each lane is free again
		for end < len(blocks) && blocks[end].From < until {
			b := &blocks[end]
			lane := slices.IndexFunc(lanes, func(free int) bool { return free <= b.From })
			if lane < 0 {
				if len(lanes) < maxLanes {
					lanes = append(lanes, 0)
				}
				lane = len(lanes) - 1
			}
			b.Lane, lanes[lane] = lane, max(lanes[lane], b.To)
			until = max(until, b.To)
			end++
		}
		for i := begin; i < end; i++ {
			blocks[i].Lanes = len(lanes)
		}
		begin = end
	}
}

// hoursShown are the first hour and the number of hours that hold everything of the days.
func hoursShown(days []calendarDay) (first, hours int) {
	from, to := usualFirst*minutesPerHour, usualLast*minutesPerHour
	widen := func(b box) { from, to = min(from, b.From), max(to, b.To) }
	for _, d := range days {
		for _, b := range d.Open {
			widen(b)
		}
		for _, b := range d.Blocks {
			widen(b.box)
		}
	}
	first = from / minutesPerHour
	return first, (to+minutesPerHour-1)/minutesPerHour - first
}

// clip cuts what stands beyond the hours that are shown: busy times of other calendars last whole days.
func clip(days []calendarDay, from, to int) {
	cut := func(boxes []box) []box {
		kept := boxes[:0]
		for _, b := range boxes {
			if b.From, b.To = max(b.From, from), min(b.To, to); b.From < b.To {
				kept = append(kept, b)
			}
		}
		return kept
	}
	for i := range days {
		d := &days[i]
		d.Open, d.Closed, d.Busy, d.Buffers = cut(d.Open), cut(d.Closed), cut(d.Busy), cut(d.Buffers)
		if d.Now != nil && (d.Now.From < from || d.Now.From >= to) {
			d.Now = nil
		}
	}
}

// move proposes another time to the customer of a booking that was dragged there.
func (p *pages) move(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	ctx := r.Context()
	date, dateErr := schedule.ParseDate(sent.Get("date"))
	minute, ok := minuteOf(sent.Get("from"))
	back := func(date schedule.Date) string {
		return ui.PathWith(ctx, calendarPath, "view", sent.Get("view"), "date", date.String())
	}
	if dateErr != nil || !ok {
		ui.Notify(w, ui.Warning, "provider_pages.calendar.moved_nowhere")
		return route.SeeOther(w, r, ui.Path(ctx, calendarPath))
	}
	year, month, day := date.Civil()
	start := time.Date(year, month, day, 0, minute, 0, 0, ui.Zone(f.Provider.Availability.Zone))
	_, err = p.bookings.Propose(ctx, ui.From(ctx).Actor, r.PathValue("id"), start, "")
	return comeBack(w, r, ownWords(err), "provider_pages.calendar.moved", back(date))
}
