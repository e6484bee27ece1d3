package admin

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/dispute"
	"khadamat/internal/market/review"
	"khadamat/internal/market/schedule"
	"khadamat/internal/market/verification"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/ui"
)

// most writes a count of what waits; beyond what is counted it says that there is more.
func most(ctx context.Context, count int) string {
	if count >= mostWaiting {
		return ui.Number(ctx, mostWaiting-1) + "+"
	}
	return ui.Number(ctx, count)
}

// currentSection marks the section that the page belongs to; the dashboard is above all others and is marked on its own page alone.
func currentSection(ctx context.Context, path string) templ.Attributes {
	request := ui.From(ctx)
	if !request.Under(path) || (path == "/admin" && request.URL.Path != ui.Path(ctx, "/admin")) {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

var roleKeys = map[account.Role]string{
	account.Customer: "admin.role.customer", account.Provider: "admin.role.provider", account.Moderator: "admin.role.moderator",
	account.Finance: "admin.role.finance", account.Reviewer: "admin.role.reviewer", account.Admin: "admin.role.admin",
}

var roles = []account.Role{account.Customer, account.Provider, account.Moderator, account.Finance, account.Reviewer, account.Admin}

type badge struct {
	tone ui.Tone
	key  string
}

var standingBadges = map[account.Standing]badge{
	account.Good: {ui.Success, "admin.standing.good"}, account.Suspended: {ui.Warning, "admin.standing.suspended"}, account.Banned: {ui.Danger, "admin.standing.banned"},
}

var statusBadges = map[catalog.Status]badge{
	catalog.Draft: {ui.Neutral, "admin.status.draft"}, catalog.Active: {ui.Success, "admin.status.active"},
	catalog.Suspended: {ui.Warning, "admin.status.suspended"}, catalog.Banned: {ui.Danger, "admin.status.banned"},
}

var providerStatuses = []catalog.Status{catalog.Draft, catalog.Active, catalog.Suspended, catalog.Banned}

var sanctionKeys = map[account.SanctionKind]string{
	account.Warning: "admin.sanction.warning", account.Suspension: "admin.sanction.suspension", account.Ban: "admin.sanction.ban",
}

var disputeBadges = map[dispute.Status]badge{
	dispute.Open: {ui.Warning, "admin.dispute.open"}, dispute.Answered: {ui.Info, "admin.dispute.answered"},
	dispute.Decided: {ui.Success, "admin.dispute.decided"}, dispute.Withdrawn: {ui.Neutral, "admin.dispute.withdrawn"},
}

var reportKeys = map[review.Reason]string{
	review.Spam: "admin.report.spam", review.Insult: "admin.report.insult", review.False: "admin.report.false",
	review.Private: "admin.report.private", review.Other: "admin.report.other",
}

var documentKeys = map[verification.Kind]string{
	verification.IdentityFront: "admin.document.identity_front", verification.IdentityBack: "admin.document.identity_back",
	verification.Trade: "admin.document.trade", verification.Insurance: "admin.document.insurance",
}

var submissionBadges = map[verification.Status]badge{
	verification.None: {ui.Neutral, "admin.submission.none"}, verification.Submitted: {ui.Warning, "admin.submission.submitted"},
	verification.Approved: {ui.Success, "admin.submission.approved"}, verification.Rejected: {ui.Danger, "admin.submission.rejected"},
}

var bookingKeys = map[booking.Status]string{
	booking.Requested: "admin.booking.requested", booking.Accepted: "admin.booking.accepted", booking.InProgress: "admin.booking.in_progress",
	booking.Completed: "admin.booking.completed", booking.Declined: "admin.booking.declined", booking.Expired: "admin.booking.expired",
	booking.Withdrawn: "admin.booking.withdrawn", booking.CancelledByCustomer: "admin.booking.cancelled_by_customer",
	booking.CancelledByProvider: "admin.booking.cancelled_by_provider", booking.NoShow: "admin.booking.no_show",
}

var eventKeys = map[booking.Kind]string{
	booking.EventRequested: "admin.event.requested", booking.EventAccepted: "admin.event.accepted", booking.EventDeclined: "admin.event.declined",
	booking.EventExpired: "admin.event.expired", booking.EventWithdrawn: "admin.event.withdrawn", booking.EventStarted: "admin.event.started",
	booking.EventCompleted: "admin.event.completed", booking.EventCancelled: "admin.event.cancelled", booking.EventNoShow: "admin.event.no_show",
	booking.EventRescheduleProposed: "admin.event.reschedule_proposed", booking.EventRescheduled: "admin.event.rescheduled",
	booking.EventRescheduleDeclined: "admin.event.reschedule_declined", booking.EventRefunded: "admin.event.refunded",
}

var sideKeys = map[booking.Side]string{booking.CustomerSide: "admin.side.customer", booking.ProviderSide: "admin.side.provider", booking.SystemSide: "admin.side.system"}

var partyKeys = map[dispute.Party]string{dispute.CustomerParty: "admin.side.customer", dispute.ProviderParty: "admin.side.provider", dispute.OperatorParty: "admin.side.operator"}

// said writes the text under the key, or the thing's own name where the key is not known.
func said(ctx context.Context, key, otherwise string) string {
	if key == "" {
		return otherwise
	}
	return ui.T(ctx, key)
}

// arrow points the way that the reader reads.
func arrow(ctx context.Context) string {
	if ui.From(ctx).Language == i18n.Arabic {
		return " ← "
	}
	return " → "
}

// reference is the end of an id, as people tell it on the telephone.
func reference(id string) string {
	if len(id) < 8 {
		return id
	}
	return strings.ToUpper(id[len(id)-8:])
}

// when writes a moment in the market's zone; nothing for the zero time.
func when(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ui.DateTime(ctx, t, ui.Zone(marketZone))
}

func (p *pages) cityName(ctx context.Context, id string) string {
	if city, ok := p.Catalog.City(id); ok {
		return city.Name.In(ui.Lang(ctx))
	}
	return id
}

func (p *pages) categoryName(ctx context.Context, id string) string {
	if category, ok := p.Catalog.Category(id); ok {
		return category.Name.In(ui.Lang(ctx))
	}
	return id
}

func (p *pages) cityOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: ui.T(ctx, "admin.filter.all_cities")}}
	for _, city := range p.Catalog.Cities() {
		options = append(options, ui.Option{Value: city.ID, Label: city.Name.In(ui.Lang(ctx))})
	}
	return options
}

// names are those of the accounts with the given ids. Accounts are remembered by their service, so that asking for each costs little.
func (p *pages) names(ctx context.Context, ids ...string) (map[string]string, error) {
	names := map[string]string{}
	for _, id := range ids {
		if _, known := names[id]; known || id == "" {
			continue
		}
		found, err := p.Accounts.Account(ctx, id)
		if err != nil && errs.CodeOf(err) != errs.NotFound {
			return nil, err
		}
		names[id] = found.Name
	}
	return names, nil
}

// dayParam reads a day of the query as the instant at which it begins, moved by days; the zero time where there is none.
func dayParam(r *http.Request, name string, days int) time.Time {
	date, err := schedule.ParseDate(r.URL.Query().Get(name))
	if err != nil {
		return time.Time{}
	}
	return date.AddDays(days).In(ui.Zone(marketZone))
}

// with is the page's own path with its query, changed by pairs of name and value.
func with(ctx context.Context, path string, r *http.Request, pairs ...string) string {
	query := r.URL.Query()
	query.Del("cursor")
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Del(pairs[i])
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	for name := range query {
		if query.Get(name) == "" {
			query.Del(name)
		}
	}
	if len(query) == 0 {
		return ui.Path(ctx, path)
	}
	return ui.Path(ctx, path) + "?" + query.Encode()
}

// next is the address of the page after this one; empty on the last one.
func next(ctx context.Context, path string, r *http.Request, cursor string) string {
	if cursor == "" {
		return ""
	}
	return with(ctx, path, r, "cursor", cursor)
}

// first is the address of the first page, where this is another one.
func first(ctx context.Context, path string, r *http.Request) string {
	if r.URL.Query().Get("cursor") == "" {
		return ""
	}
	return with(ctx, path, r)
}

// hundredths reads a number with up to two decimals ("125", "12,5", "0.75") as hundredths.
func hundredths(s string) (int64, bool) {
	s = strings.Replace(strings.Join(strings.Fields(s), ""), ",", ".", 1)
	whole, decimals, _ := strings.Cut(s, ".")
	units, err := strconv.ParseUint(whole, 10, 32)
	if err != nil || len(decimals) > 2 {
		return 0, false
	}
	cents, err := strconv.ParseUint((decimals + "00")[:2], 10, 8)
	return int64(units)*100 + int64(cents), err == nil
}

// plain writes hundredths as a form's input has them: "125", "12.5".
func plain(n int64) string {
	return strconv.FormatFloat(float64(n)/100, 'f', -1, 64)
}

// fileSize writes the size of a file.
func fileSize(ctx context.Context, n int64) string {
	if n < 1<<20 {
		return ui.T(ctx, "admin.kilobytes", "Number", ui.Number(ctx, int(max(1, n>>10))))
	}
	return ui.T(ctx, "admin.megabytes", "Number", ui.Decimal(ctx, float64(n)/(1<<20), 1))
}

func count(n int) string { return fmt.Sprint(n) }
