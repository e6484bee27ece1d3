package ui

import (
	"context"
	"math"
	"slices"
	"strconv"

	"khadamat/internal/platform/i18n"
)

// Chart is what a chart shows: values along a line of labels, as one series or a few. Values are at least zero; what is no number, or
// below zero, counts as zero.
type Chart struct {
	ID          string // of the figure, one on a page
	Title       string
	Description string   // one sentence that says what is to be seen, for those who do not see it
	Axis        string   // what the labels are ("Day"), the head of the table's first column
	Labels      []string // short, one for each value
	Series      []Series
	Format      func(float64) string // how a value is written; whole numbers where nil
	Scale       func(float64) string // how the scale is written; as Format where nil
	Whole       bool                 // there is nothing between one and two
	Empty       string               // what is said where there is nothing to show; a general sentence where empty
}

// Series is one line of a chart, or one part of its bars.
type Series struct {
	Label  string
	Values []float64
	Quiet  bool // for comparison only
}

// The field that charts are drawn on. It is stretched to the room there is, so only shapes stand in it; words stand beside it.
const (
	chartWidth  = 600.0
	chartHeight = 200.0
	chartSteps  = 4
	// shownLabels is how many labels have room below a chart; on a narrow one every other of them.
	shownLabels = 4
	seriesKinds = 4
)

// at is the value of a series at a place, zero where it has none there.
func (s Series) at(i int) float64 {
	if i >= len(s.Values) || math.IsNaN(s.Values[i]) || math.IsInf(s.Values[i], 0) {
		return 0
	}
	return max(0, s.Values[i])
}

// blank says whether there is nothing to draw.
func (c Chart) blank() bool {
	for _, series := range c.Series {
		for i := range c.Labels {
			if series.at(i) > 0 {
				return false
			}
		}
	}
	return true
}

func (c Chart) format(ctx context.Context, value float64) string {
	if c.Format != nil {
		return c.Format(value)
	}
	return Number(ctx, int(math.Round(value)))
}

func (c Chart) scale(ctx context.Context, value float64) string {
	if c.Scale != nil {
		return c.Scale(value)
	}
	return c.format(ctx, value)
}

// total is the height of the bar at a place.
func (c Chart) total(i int) float64 {
	sum := 0.0
	for _, series := range c.Series {
		sum += series.at(i)
	}
	return sum
}

// top is where the scale ends: the largest value, or the largest bar where series are stacked, rounded up to even steps.
func (c Chart) top(stacked bool) float64 {
	largest := 0.0
	for i := range c.Labels {
		if stacked {
			largest = max(largest, c.total(i))
			continue
		}
		for _, series := range c.Series {
			largest = max(largest, series.at(i))
		}
	}
	return chartSteps * evenStep(largest/chartSteps, c.Whole)
}

// evenStep rounds up to a step that people count in.
func evenStep(step float64, whole bool) float64 {
	if step <= 0 || math.IsInf(step, 0) || math.IsNaN(step) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, factor := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10} {
		even := factor * power
		if even >= step*(1-1e-9) && (!whole || even == math.Trunc(even)) {
			return even
		}
	}
	return 1 // whole, and below one
}

// ticks are the values at the lines of the scale, the highest first.
func ticks(top float64) []float64 {
	values := make([]float64, 0, chartSteps+1)
	for i := chartSteps; i >= 0; i-- {
		values = append(values, top*float64(i)/chartSteps)
	}
	return values
}

// columns are those of the chart's table.
func (c Chart) columns() []Column {
	columns := []Column{{Label: c.Axis}}
	for _, series := range c.Series {
		columns = append(columns, Column{Label: series.Label, Number: true})
	}
	return columns
}

// tick is a label below a chart. Only every so many of them are shown, and fewer on a narrow chart.
type tick struct {
	Label string
	Minor bool
}

// labels are the ticks of the line of labels; an empty Label takes its room and says nothing.
func (c Chart) labels() []tick {
	every := (len(c.Labels) + shownLabels - 1) / shownLabels
	shown := make([]tick, len(c.Labels))
	for i, label := range c.Labels {
		if i%max(every, 1) == 0 {
			shown[i] = tick{Label: label, Minor: i/max(every, 1)%2 == 1}
		}
	}
	return shown
}

// bar is one piece of a bar, or the room above a place that shows its values.
type bar struct {
	X, Y, Width, Height string
	Kind                string
	Words               string
}

// backwards says whether time runs from right to left, as the reader reads.
func backwards(ctx context.Context) bool { return From(ctx).Language == i18n.Arabic }

// column returns where the i-th of n columns lies.
func column(ctx context.Context, i, n int) (x, width float64) {
	width = chartWidth / float64(max(n, 1))
	if backwards(ctx) {
		i = n - 1 - i
	}
	return float64(i) * width, width
}

// bars are the pieces of all bars, each series on top of the one before.
func (c Chart) bars(ctx context.Context) []bar {
	top := c.top(true)
	var pieces []bar
	for i := range c.Labels {
		x, width := column(ctx, i, len(c.Labels))
		gap := min(width*0.28, 12)
		floor := chartHeight
		for at, series := range c.Series {
			value := series.at(i)
			if value == 0 {
				continue
			}
			height := value / top * chartHeight
			floor -= height
			pieces = append(pieces, bar{X: px(x + gap/2), Y: px(floor), Width: px(width - gap), Height: px(height), Kind: kind(at, series)})
		}
	}
	return pieces
}

// places are the columns that say their values when they are pointed at.
func (c Chart) places(ctx context.Context) []bar {
	all := make([]bar, len(c.Labels))
	for i, label := range c.Labels {
		x, width := column(ctx, i, len(c.Labels))
		words := label
		for _, series := range c.Series {
			words += "\n"
			if len(c.Series) > 1 {
				words += series.Label + T(ctx, "chart.says")
			}
			words += c.format(ctx, series.at(i))
		}
		all[i] = bar{X: px(x), Y: "0", Width: px(width), Height: px(chartHeight), Words: words}
	}
	return all
}

// points is the line of a series, as SVG wants it.
func (c Chart) points(ctx context.Context, series Series) string {
	top := c.top(false)
	var line []byte
	for i := range c.Labels {
		x, width := column(ctx, i, len(c.Labels))
		if i > 0 {
			line = append(line, ' ')
		}
		line = append(line, px(x+width/2)+","+px(chartHeight-series.at(i)/top*chartHeight)...)
	}
	return string(line)
}

// area is the ground below a line.
func (c Chart) area(ctx context.Context, series Series) string {
	if len(c.Labels) == 0 {
		return ""
	}
	first, width := column(ctx, 0, len(c.Labels))
	last, _ := column(ctx, len(c.Labels)-1, len(c.Labels))
	return px(first+width/2) + "," + px(chartHeight) + " " + c.points(ctx, series) + " " + px(last+width/2) + "," + px(chartHeight)
}

func kind(at int, series Series) string {
	if series.Quiet {
		return "series-quiet"
	}
	return "series-" + strconv.Itoa(at%seriesKinds+1)
}

// px writes a length with two decimals at most.
func px(length float64) string {
	return strconv.FormatFloat(math.Round(length*100)/100, 'f', -1, 64)
}

// spark is the points of a small line of values in a field of 100 by 28, time running as the reader reads.
func spark(ctx context.Context, values []float64) string {
	largest := 0.0
	series := Series{Values: values}
	for i := range values {
		largest = max(largest, series.at(i))
	}
	if largest == 0 {
		largest = 1
	}
	var line []byte
	for i := range values {
		x := 100 * float64(i) / float64(max(len(values)-1, 1))
		if backwards(ctx) {
			x = 100 - x
		}
		if i > 0 {
			line = append(line, ' ')
		}
		line = append(line, px(x)+","+px(26-series.at(i)/largest*24)...)
	}
	return string(line)
}

// Ranked is one line of a ranking.
type Ranked struct {
	Label string
	Href  string // empty: no link
	Value float64
	Words string // the value as it is written
	Aside string // what more there is to say, small
}

// share is how long the bar of a value is, of a hundred.
func share(value, largest float64) float64 {
	if largest <= 0 || math.IsNaN(value) || value <= 0 {
		return 0
	}
	return max(1, min(100, 100*value/largest))
}

func largestOf(lines []Ranked) float64 {
	if len(lines) == 0 {
		return 0
	}
	return slices.MaxFunc(lines, func(a, b Ranked) int {
		switch {
		case a.Value < b.Value:
			return -1
		case a.Value > b.Value:
			return 1
		}
		return 0
	}).Value
}

func rankX(ctx context.Context, width float64) string {
	if backwards(ctx) {
		return px(100 - width)
	}
	return "0"
}
