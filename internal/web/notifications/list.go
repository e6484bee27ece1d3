package notifications

import (
	"context"
	"net/http"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/notify"
	"khadamat/internal/web/ui"
)

// listView is one page of what the reader was told, by day.
type listView struct {
	Days  []day
	Next  string // the cursor of the next page; empty on the last one
	First bool
}

// day is what somebody was told on one day.
type day struct {
	Label string
	Items []notify.Notification
}

func (v listView) unread() bool {
	for _, d := range v.Days {
		for _, n := range d.Items {
			if n.ReadAt.IsZero() {
				return true
			}
		}
	}
	return false
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, cursor := r.Context(), r.URL.Query().Get("cursor")
	page, err := p.notices.Mine(ctx, ui.From(ctx).Actor, cursor, 0)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, listPage(listView{Days: byDay(ctx, page.Items), Next: page.NextCursor, First: cursor == ""}))
}

// byDay puts notifications of one day on the wall in Morocco together.
func byDay(ctx context.Context, items []notify.Notification) []day {
	zone := ui.Zone(notify.QuietZone)
	var days []day
	last := ""
	for _, n := range items {
		if date := n.At.In(zone).Format(time.DateOnly); date != last {
			last = date
			days = append(days, day{Label: labelOf(ctx, n.At, zone)})
		}
		days[len(days)-1].Items = append(days[len(days)-1].Items, n)
	}
	return days
}

func labelOf(ctx context.Context, at time.Time, zone *time.Location) string {
	now := ui.From(ctx).Now.In(zone)
	switch at.In(zone).Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return ui.T(ctx, "notifications.today")
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return ui.T(ctx, "notifications.yesterday")
	}
	return ui.Day(ctx, at, zone)
}

var topicIcons = map[notify.Topic]string{
	notify.Account: "info", notify.Bookings: "calendar", notify.Reminders: "clock", notify.Messages: "chat", notify.Quotes: "list", notify.Reviews: "star",
}

func iconOf(t notify.Template) string {
	for prefix, icon := range map[string]string{"dispute_": "scale", "documents_": "document", "sanction_": "shield"} {
		if strings.HasPrefix(string(t), prefix) {
			return icon
		}
	}
	return topicIcons[t.Topic()]
}

// nextStep is where a reader with nothing to read goes on.
func nextStep(ctx context.Context) (path, label string) {
	if ui.From(ctx).Actor.Role == account.Provider {
		return "/provider/day", ui.T(ctx, "notifications.empty_day")
	}
	return "/search", ui.T(ctx, "notifications.empty_search")
}
