package recon

import (
	"context"
	"strings"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/ui"
)

// officeZone is the zone in which people see when something was done.
const officeZone = "Africa/Casablanca"

var stateKeys = map[workspace.RunState]string{
	workspace.Queued: "recon_pages.state.queued", workspace.Running: "recon_pages.state.running", workspace.Finished: "recon_pages.state.finished",
	workspace.Failed: "recon_pages.state.failed", workspace.Cancelled: "recon_pages.state.cancelled",
}

var stateTones = map[workspace.RunState]ui.Tone{
	workspace.Queued: ui.Info, workspace.Running: ui.Info, workspace.Finished: ui.Success, workspace.Failed: ui.Danger, workspace.Cancelled: ui.Neutral,
}

var roleKeys = map[workspace.Role]string{
	workspace.Viewer: "recon_pages.role.viewer", workspace.Analyst: "recon_pages.role.analyst", workspace.Reviewer: "recon_pages.role.reviewer",
	workspace.Owner: "recon_pages.role.owner",
}

var roleHints = map[workspace.Role]string{
	workspace.Viewer: "recon_pages.role.viewer_hint", workspace.Analyst: "recon_pages.role.analyst_hint", workspace.Reviewer: "recon_pages.role.reviewer_hint",
	workspace.Owner: "recon_pages.role.owner_hint",
}

var roles = []workspace.Role{workspace.Viewer, workspace.Analyst, workspace.Reviewer, workspace.Owner}

// columnKeys name what a column is for, in the order in which people look for it.
var columnKeys = map[record.Role]string{
	record.DateRole: "recon_pages.column.date", record.Amount: "recon_pages.column.amount", record.Debit: "recon_pages.column.debit",
	record.Credit: "recon_pages.column.credit", record.Currency: "recon_pages.column.currency", record.ID: "recon_pages.column.id",
	record.Reference: "recon_pages.column.reference", record.Counterparty: "recon_pages.column.counterparty",
	record.Description: "recon_pages.column.description", record.Attribute: "recon_pages.column.attribute",
}

var columnRoles = []record.Role{
	record.DateRole, record.Amount, record.Debit, record.Credit, record.Currency, record.ID, record.Reference, record.Counterparty, record.Description, record.Attribute,
}

var stageKeys = map[string]string{
	"read": "recon_pages.stage.read", "match": "recon_pages.stage.match", "write": "recon_pages.stage.write",
}

var kindKeys = map[workspace.SourceKind]string{
	workspace.Files: "recon_pages.kind.files", workspace.Query: "recon_pages.kind.query", workspace.Feed: "recon_pages.kind.feed",
}

var deliveryKeys = map[workspace.DeliveryState]string{
	workspace.DeliveryWaiting: "recon_pages.delivery.waiting", workspace.DeliveryDone: "recon_pages.delivery.delivered", workspace.DeliveryFailed: "recon_pages.delivery.failed",
}

var deliveryTones = map[workspace.DeliveryState]ui.Tone{
	workspace.DeliveryWaiting: ui.Info, workspace.DeliveryDone: ui.Success, workspace.DeliveryFailed: ui.Danger,
}

var eventKeys = map[string]string{
	"run.finished": "recon_pages.event.run_finished", "break.found": "recon_pages.event.break_found", "period.signed": "recon_pages.event.period_signed",
}

// said writes the text under the key of a closed set, or the thing's own name where the set has grown since.
func said(ctx context.Context, key, otherwise string) string {
	if key == "" {
		return otherwise
	}
	return ui.T(ctx, key)
}

// amount writes an amount with all its decimals, so that columns line up.
func amount(ctx context.Context, a money.Amount) string {
	return strings.TrimSuffix(i18n.FormatMoney(ui.From(ctx).Language, a.Minor, string(a.Currency), a.Currency.Digits()), "\u00a0")
}

// amounts writes several, of different currencies.
func amounts(ctx context.Context, all []money.Amount) string {
	written := make([]string, len(all))
	for i, a := range all {
		written[i] = amount(ctx, a)
	}
	return strings.Join(written, " · ")
}

// percent writes a share with one decimal; it is cut, so that 100 % is said of all and of nothing less.
func percent(ctx context.Context, share float64) string {
	return ui.T(ctx, "statistics.percent", "Number", ui.Decimal(ctx, float64(int(share*1000+1e-9))/10, 1))
}

// moment writes when something was done.
func moment(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ui.DateTime(ctx, t, ui.Zone(officeZone))
}

// fileSize writes a size: "850 kB", "1.2 GB".
func fileSize(ctx context.Context, n int64) string {
	switch {
	case n < 1000:
		return ui.T(ctx, "recon_pages.size.bytes", "Count", int(n))
	case n < 1_000_000:
		return ui.T(ctx, "recon_pages.size.kilobytes", "Number", ui.Number(ctx, int(n+500)/1000))
	case n < 1_000_000_000:
		return ui.T(ctx, "recon_pages.size.megabytes", "Number", ui.Decimal(ctx, float64(n)/1e6, 1))
	}
	return ui.T(ctx, "recon_pages.size.gigabytes", "Number", ui.Decimal(ctx, float64(n)/1e9, 1))
}

// lasted writes how long something took: "4 s", "2 min", "1 h 30".
func lasted(ctx context.Context, d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return ui.T(ctx, "recon_pages.seconds", "Number", ui.Decimal(ctx, d.Seconds(), 1))
	case d < 2*time.Minute:
		return ui.T(ctx, "recon_pages.seconds", "Number", ui.Number(ctx, int(d.Seconds()+0.5)))
	case d < 48*time.Hour:
		return ui.Duration(ctx, int(d.Minutes()+0.5))
	}
	return ui.T(ctx, "recon_pages.days", "Count", int(d.Hours()/24+0.5))
}
