package queue

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/phrase"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/ui"
)

// officeZone is the zone in which people see when something was done. Days of records have no zone.
const officeZone = "Africa/Casablanca"

var statusKeys = map[workspace.Status]string{
	workspace.StatusOpen: "recon_queue.status.open", workspace.StatusSuggested: "recon_queue.status.suggested",
	workspace.StatusBreak: "recon_queue.status.break", workspace.StatusMatched: "recon_queue.status.matched",
	workspace.StatusSettled: "recon_queue.status.settled", workspace.StatusPending: "recon_queue.status.pending",
	workspace.StatusEscalated: "recon_queue.status.escalated", workspace.StatusReconciled: "recon_queue.status.signed_off",
}

// tabs are the statuses in the order in which people work through them.
var tabs = []workspace.Status{
	workspace.StatusEscalated, workspace.StatusPending, workspace.StatusSuggested, workspace.StatusBreak, workspace.StatusOpen,
	workspace.StatusMatched, workspace.StatusSettled, workspace.StatusReconciled,
}

var statusTones = map[workspace.Status]ui.Tone{
	workspace.StatusOpen: ui.Warning, workspace.StatusSuggested: ui.Info, workspace.StatusBreak: ui.Danger, workspace.StatusMatched: ui.Success,
	workspace.StatusSettled: ui.Success, workspace.StatusPending: ui.Info, workspace.StatusEscalated: ui.Danger, workspace.StatusReconciled: ui.Neutral,
}

var kindKeys = map[result.Kind]string{
	result.OneToOne: "recon_report.kind.one_to_one", result.OneToMany: "recon_report.kind.one_to_many", result.ManyToOne: "recon_report.kind.many_to_one",
	result.ManyToMany: "recon_report.kind.many_to_many", result.Offset: "recon_report.kind.offset", result.Break: "recon_report.kind.break",
}

var kinds = []result.Kind{result.OneToOne, result.OneToMany, result.ManyToOne, result.ManyToMany, result.Offset, result.Break}

var causes = []string{"fee", "rounding", "swapped_digits", "exchange_rate", "date_shift", "other"}

var actionKeys = map[workspace.Action]string{
	workspace.Accept: "recon_queue.did.accept", workspace.Reject: "recon_queue.did.reject", workspace.Match: "recon_queue.did.match",
	workspace.Unmatch: "recon_queue.did.unmatch", workspace.Assign: "recon_queue.did.assign", workspace.Remark: "recon_queue.did.comment",
	workspace.Explain: "recon_queue.did.explain", workspace.WriteOff: "recon_queue.did.write_off", workspace.Approve: "recon_queue.did.approve",
	workspace.Refuse: "recon_queue.did.refuse", workspace.Undo: "recon_queue.did.undo",
}

// sorts are the orders that a reader can choose. Amounts, differences and ages begin with the largest, dates and confidences with the least.
var sorts = []workspace.Sort{
	workspace.ByUrgency, workspace.ByAmount, "-" + workspace.ByAmount, "-" + workspace.ByDate, workspace.ByDate, workspace.ByDifference, "-" + workspace.ByConfidence,
	workspace.ByConfidence, workspace.ByAge,
}

var sortKeys = map[workspace.Sort]string{
	workspace.ByUrgency: "recon_queue.sort.urgency", workspace.ByAmount: "recon_queue.sort.amount_down", "-" + workspace.ByAmount: "recon_queue.sort.amount_up",
	"-" + workspace.ByDate: "recon_queue.sort.date_down", workspace.ByDate: "recon_queue.sort.date_up", workspace.ByDifference: "recon_queue.sort.difference_down",
	"-" + workspace.ByConfidence: "recon_queue.sort.confidence_down", workspace.ByConfidence: "recon_queue.sort.confidence_up", workspace.ByAge: "recon_queue.sort.age_down",
}

var roleKeys = map[record.Role]string{
	record.ID: "recon_report.role.id", record.Reference: "recon_report.role.reference", record.Description: "recon_report.role.description",
	record.Counterparty: "recon_report.role.counterparty", record.Amount: "recon_report.role.amount", record.Debit: "recon_report.role.debit",
	record.Credit: "recon_report.role.credit", record.Currency: "recon_report.role.currency", record.DateRole: "recon_report.role.date",
}

// said writes the text under the key of a closed set, or the thing's own name where the set has grown since.
func said(ctx context.Context, key, otherwise string) string {
	if key == "" {
		return otherwise
	}
	return ui.T(ctx, key)
}

func statusName(ctx context.Context, s workspace.Status) string {
	return said(ctx, statusKeys[s], string(s))
}
func kindName(ctx context.Context, k result.Kind) string { return said(ctx, kindKeys[k], string(k)) }
func causeName(ctx context.Context, c string) string     { return phrase.Cause(ui.From(ctx).Language, c) }
func reasonName(ctx context.Context, r string) string    { return phrase.Reason(ui.From(ctx).Language, r) }

// currencyOf is the currency of a code, the empty one for what is none.
func currencyOf(code string) money.Currency {
	if c := money.Currency(code); c.Valid() {
		return c
	}
	return ""
}

// counts says whether there is an amount: files may have amounts without saying in which currency, and records may have none.
func counts(a money.Amount) bool { return a.Currency != "" || a.Minor != 0 }

// amount writes an amount with all its decimals, so that columns line up; nothing where a record has none.
func amount(ctx context.Context, a money.Amount) string {
	if !counts(a) {
		return ""
	}
	return strings.TrimSuffix(i18n.FormatMoney(ui.From(ctx).Language, a.Minor, string(a.Currency), a.Currency.Digits()), "\u00a0")
}

// signed is amount with a plus before what is above zero.
func signed(ctx context.Context, a money.Amount) string {
	if a.Minor > 0 {
		return plus(ctx) + amount(ctx, a)
	}
	return amount(ctx, a)
}

// plus stands before a number; in text that runs from right to left it needs a mark to stay there.
func plus(ctx context.Context) string {
	if ui.From(ctx).Language == i18n.Arabic {
		return "\u200e+"
	}
	return "+"
}

// bits writes evidence with its sign. It may be beyond all doubt.
func bits(ctx context.Context, weight float64) string {
	switch {
	case math.IsInf(weight, 1):
		return plus(ctx) + "∞"
	case math.IsInf(weight, -1):
		return "\u200e-∞"
	case weight > 0:
		return plus(ctx) + ui.Decimal(ctx, weight, 1)
	}
	return ui.Decimal(ctx, weight, 1)
}

// percent writes a share, cut and not rounded: 100 % is said of all and of nothing less.
func percent(ctx context.Context, share float64, decimals int) string {
	scale := math.Pow10(decimals)
	return ui.T(ctx, "recon_queue.percent", "Number", ui.Decimal(ctx, math.Floor(share*100*scale+1e-9)/scale, decimals))
}

// shortDay writes the day of a record, which has no zone: "03.11.2026" in digits, which line up.
func shortDay(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if ui.From(ctx).Language == i18n.English {
		return t.Format("02 Jan 2006")
	}
	return t.Format("02/01/2006")
}

// moment writes when something was done.
func moment(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ui.DateTime(ctx, t, ui.Zone(officeZone))
}

// sideName names a side: by its source where the project has one, by its place otherwise.
func sideName(ctx context.Context, sources []workspace.Source, side int) string {
	for _, source := range sources {
		if source.Side == side {
			return source.Name
		}
	}
	switch side {
	case 0:
		return ui.T(ctx, "recon_queue.side.left")
	case 1:
		return ui.T(ctx, "recon_queue.side.right")
	}
	return ui.T(ctx, "recon_queue.side.other", "Number", strconv.Itoa(side+1))
}

// monthName writes a period ("2026-10") as people say it: "octobre 2026".
func monthName(ctx context.Context, period string) string {
	t, err := time.Parse("2006-01", period)
	if err != nil {
		return period
	}
	return i18n.MonthName(ui.From(ctx).Language, t.Month()) + " " + strconv.Itoa(t.Year())
}

// title is what a record or an item is about, without the reference that stands beside it.
func title(text, id string) string {
	if id == "" {
		return text
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(text, id+" · "), " · "+id)
	if bare == "" {
		return text
	}
	return bare
}
