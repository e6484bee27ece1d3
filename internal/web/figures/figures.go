// Package figures writes the market's figures for people: what the labels of charts are, how a share or an amount is written, and how a
// figure has moved. What is counted is package statistics'; how a chart is drawn is package ui's.
package figures

import (
	"context"
	"math"
	"net/http"
	"strconv"

	"khadamat/internal/market/schedule"
	"khadamat/internal/market/statistics"
	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/ui"
)

// DefaultDays is the period that is shown where none is asked for.
const DefaultDays = 30

// Days is the period that an address asks for; one that there is not is the default.
func Days(r *http.Request) int {
	for _, days := range statistics.Periods {
		if r.URL.Query().Get("days") == strconv.Itoa(days) {
			return days
		}
	}
	return DefaultDays
}

// Tabs lead to the same page for another period.
func Tabs(ctx context.Context, path string, current int) []ui.Tab {
	tabs := make([]ui.Tab, len(statistics.Periods))
	for i, days := range statistics.Periods {
		tabs[i] = ui.Tab{Href: ui.PathWith(ctx, path, "days", strconv.Itoa(days)), Label: ui.T(ctx, "statistics.days", "Count", days), Current: days == current}
	}
	return tabs
}

// DayLabel is a day without its year, short enough to stand below a chart.
func DayLabel(ctx context.Context, day schedule.Date) string {
	_, month, of := day.Civil()
	return strconv.Itoa(of) + "\u00a0" + i18n.MonthName(ui.From(ctx).Language, month)
}

// Labels are those of a chart over buckets.
func Labels(ctx context.Context, buckets []statistics.Bucket) []string {
	labels := make([]string, len(buckets))
	for i, b := range buckets {
		labels[i] = DayLabel(ctx, b.From)
	}
	return labels
}

// Axis is what the labels of a chart over so many days are.
func Axis(ctx context.Context, days int, buckets []statistics.Bucket) string {
	if len(buckets) < days {
		return ui.T(ctx, "statistics.week")
	}
	return ui.T(ctx, "statistics.day")
}

// Figure is one number out of sums.
type Figure func(*statistics.Sums) float64

// Values are one figure of all buckets.
func Values(buckets []statistics.Bucket, figure Figure) []float64 {
	values := make([]float64, len(buckets))
	for i := range buckets {
		values[i] = figure(&buckets[i].Sums)
	}
	return values
}

// The figures that are shown.
func Bookings(s *statistics.Sums) float64  { return float64(s.Bookings) }
func Kept(s *statistics.Sums) float64      { return float64(s.Bookings - s.Cancelled) }
func Cancelled(s *statistics.Sums) float64 { return float64(s.Cancelled) }
func Requests(s *statistics.Sums) float64  { return float64(s.Requests) }
func Gross(s *statistics.Sums) float64     { return float64(s.Gross.Minor) }
func Earned(s *statistics.Sums) float64    { return float64(s.Earned.Minor) }
func Views(s *statistics.Sums) float64     { return float64(s.Views) }
func People(s *statistics.Sums) float64    { return float64(s.People) }

// Conversion, Cancellation and Acceptance are shares; where there is nothing to have a share of they are zero.
func Conversion(s *statistics.Sums) float64   { return orZero(s.Conversion()) }
func Cancellation(s *statistics.Sums) float64 { return orZero(s.Cancellation()) }
func Acceptance(s *statistics.Sums) float64   { return orZero(s.Acceptance()) }

func orZero(share float64, _ bool) float64 { return share }

// Card is a figure of a period with how it moved against the one before. Good is 1 where more is better and -1 where less is.
func Card(ctx context.Context, label, value string, now, before *statistics.Sums, buckets []statistics.Bucket, figure Figure, good int) ui.Figure {
	change, tone := moved(ctx, figure(now), figure(before), good)
	return ui.Figure{Label: label, Value: value, Change: change, Tone: tone, Line: Values(buckets, figure)}
}

// Share writes a share that there may not be.
func Share(ctx context.Context, share float64, known bool) string {
	if !known {
		return "–"
	}
	return Percent(ctx, share)
}

// Percent writes a share between 0 and 1.
func Percent(ctx context.Context, share float64) string {
	decimals := 1
	if share == 0 || share >= 0.1 {
		decimals = 0
	}
	return ui.T(ctx, "statistics.percent", "Number", ui.Decimal(ctx, share*100, decimals))
}

// BasisPoints writes hundredths of a per cent: "12 %", "8,5 %".
func BasisPoints(ctx context.Context, points int64) string {
	decimals := 0
	if points%100 != 0 {
		decimals = 2
		if points%10 == 0 {
			decimals = 1
		}
	}
	return ui.T(ctx, "statistics.percent", "Number", ui.Decimal(ctx, float64(points)/100, decimals))
}

// ScaleOfShares writes a step of the scale of a chart of shares.
func ScaleOfShares(ctx context.Context) func(float64) string {
	return func(share float64) string { return BasisPoints(ctx, int64(math.Round(share*1000))*10) }
}

// Dirhams writes minor units without their decimals, which nobody needs in a chart.
func Dirhams(ctx context.Context, minor float64) string {
	return ui.Money(ctx, money.Of(int64(math.Round(minor/100))*100, money.MAD))
}

// ScaleOfDirhams writes a step of the scale of a chart of minor units.
func ScaleOfDirhams(ctx context.Context) func(float64) string {
	return func(minor float64) string { return ui.Number(ctx, int(math.Round(minor/100))) }
}

// mostTold is the growth beyond which a comparison says nothing: there was hardly anything before.
const mostTold = 10

// moved says how a figure has moved against the period before, and whether that is good; where there was nothing before it says
// nothing.
func moved(ctx context.Context, now, before float64, good int) (string, ui.Tone) {
	if before <= 0 {
		return "", ui.Neutral
	}
	change := (now - before) / before
	if change > mostTold {
		return "", ui.Neutral
	}
	words := ui.T(ctx, "statistics.percent", "Number", signed(ctx, change*100))
	switch {
	case math.Abs(change) < 0.005:
		return words, ui.Neutral
	case (change > 0) == (good > 0):
		return words, ui.Success
	}
	return words, ui.Danger
}

func signed(ctx context.Context, n float64) string {
	words, sign := ui.Decimal(ctx, math.Abs(n), 0), ""
	switch {
	case math.Round(n) > 0:
		sign = "+"
	case math.Round(n) < 0:
		sign = "\u2212"
	}
	if sign != "" && ui.From(ctx).Language == i18n.Arabic {
		sign = "\u200e" + sign // keeps it before the number in text that runs the other way
	}
	return sign + words
}
