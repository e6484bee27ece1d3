package earnings

import (
	"context"
	"strconv"
	"time"

	"khadamat/internal/finance/payout"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	numbers "khadamat/internal/web/figures"
	"khadamat/internal/web/ui"
)

// cards are the figures at the top.
func cards(ctx context.Context, e payout.Earnings) []ui.Figure {
	line := make([]float64, len(e.WeekEarned))
	for i, week := range e.WeekEarned {
		line[i] = float64(week.Amount.Minor)
	}
	all := []ui.Figure{
		{Label: ui.T(ctx, "payout.page.payable"), Value: ui.Money(ctx, e.Payable)},
		{Label: ui.T(ctx, "payout.page.held"), Value: ui.Money(ctx, e.Disputed)},
	}
	if !e.UnderWay.IsZero() {
		all = append(all, ui.Figure{Label: ui.T(ctx, "payout.page.under_way"), Value: ui.Money(ctx, e.UnderWay)})
	}
	return append(all, ui.Figure{Label: ui.T(ctx, "payout.page.this_month"), Value: ui.Money(ctx, e.MonthEarned), Line: line})
}

// chart draws what was earned week by week.
func chart(ctx context.Context, e payout.Earnings) ui.Chart {
	labels, values, total := make([]string, len(e.WeekEarned)), make([]float64, len(e.WeekEarned)), int64(0)
	for i, week := range e.WeekEarned {
		labels[i], values[i] = numbers.DayLabel(ctx, schedule.DateOf(week.Monday, zone())), float64(week.Amount.Minor)
		total += week.Amount.Minor
	}
	return ui.Chart{
		ID: "chart-earned", Title: ui.T(ctx, "payout.page.chart"), Axis: ui.T(ctx, "statistics.week"), Labels: labels,
		Description: ui.T(ctx, "payout.page.chart_said", "Amount", ui.Money(ctx, money.Of(total, money.MAD))), Empty: ui.T(ctx, "payout.page.chart_empty"),
		Series: []ui.Series{{Label: ui.T(ctx, "payout.page.chart"), Values: values}},
		Format: func(minor float64) string { return ui.Money(ctx, money.Of(int64(minor), money.MAD)) }, Scale: numbers.ScaleOfDirhams(ctx),
	}
}

// holdWords say why nothing is paid next, and what to do.
var holdWords = map[payout.Hold]string{
	payout.NothingEarned: "payout.page.hold_nothing", payout.NoBankAccount: "payout.page.hold_account", payout.SentBack: "payout.page.hold_sent_back", payout.BelowMinimum: "payout.page.hold_minimum",
}

func holdSaid(ctx context.Context, e payout.Earnings) string {
	if e.Payable.Minor < 0 {
		return ui.T(ctx, "payout.page.hold_debt", "Amount", ui.Money(ctx, money.Of(-e.Payable.Minor, e.Payable.Currency)))
	}
	return ui.T(ctx, holdWords[e.Hold], "Minimum", ui.Money(ctx, payout.Minimum))
}

// needsAccount says whether the provider has to do something about their bank account.
func needsAccount(e payout.Earnings) bool {
	return !e.HasAccount || e.Hold == payout.SentBack
}

var statusWords = map[payout.Status]struct {
	Key  string
	Tone ui.Tone
}{
	payout.Prepared: {"payout.status.prepared", ui.Neutral}, payout.Sent: {"payout.status.sent", ui.Info}, payout.Paid: {"payout.status.paid", ui.Success},
	payout.Returned: {"payout.status.returned", ui.Danger}, payout.Dropped: {"payout.status.dropped", ui.Neutral},
}

// title is what an entry is called: the booking, where there is one.
func title(ctx context.Context, e payout.Entry) string {
	if said := e.Title.In(ui.Lang(ctx)); said != "" {
		return said
	}
	return ui.T(ctx, e.WordsKey())
}

// aside says what more there is to an entry.
func aside(ctx context.Context, e payout.Entry) string {
	switch {
	case e.Reference != "":
		return e.Reference
	case e.Commission.IsZero():
		return ""
	case e.Kind == payout.Earning && e.AtTheDoor.Minor > 0:
		return ui.T(ctx, "payout.page.deposit_said", "Price", ui.Money(ctx, e.Price), "Commission", ui.Money(ctx, e.Commission), "Cash", ui.Money(ctx, e.AtTheDoor))
	case e.Kind == payout.CashJob:
		return ui.T(ctx, "payout.page.cash_said", "Price", ui.Money(ctx, e.Price), "Commission", ui.Money(ctx, e.Commission))
	}
	return ui.T(ctx, "payout.page.price_said", "Price", ui.Money(ctx, e.Price), "Commission", ui.Money(ctx, e.Commission))
}

func monthName(ctx context.Context, m payout.Month) string {
	return i18n.MonthName(ui.From(ctx).Language, m.Month) + " " + strconv.Itoa(m.Year)
}

// finished says whether a month is over, so that it has an invoice.
func finished(ctx context.Context, m payout.Month) bool { return m.Finished(ui.From(ctx).Now) }

// recentMonths parts the months that are mostly asked for from those before.
func recentMonths(months []payout.Month) (recent, older []payout.Month) {
	const few = 3
	n := min(few, len(months))
	return months[:n], months[n:]
}

// isoDay is a day as a field for dates takes it.
func isoDay(at time.Time) string { return at.In(zone()).Format(time.DateOnly) }
