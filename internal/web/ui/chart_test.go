package ui

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/texts"
)

func chartContext(language i18n.Language) context.Context {
	return With(context.Background(), &Request{Language: language, Texts: texts.Catalog(), URL: &url.URL{Path: "/" + string(language)}})
}

func drawn(t *testing.T, language i18n.Language, chart templ.Component) string {
	t.Helper()
	var page bytes.Buffer
	if err := chart.Render(chartContext(language), &page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

func week() Chart {
	return Chart{
		ID: "bookings", Title: "Bookings", Description: "More each day.", Axis: "Day", Whole: true,
		Labels: []string{"mon", "tue", "wed", "thu", "fri"},
		Series: []Series{{Label: "Kept", Values: []float64{1, 2, 3, 5, 8}}, {Label: "Lost", Values: []float64{1, 0, 0, 1, 1}}},
	}
}

func TestAChartSaysEveryValueInItsTable(t *testing.T) {
	for name, chart := range map[string]templ.Component{"bars": BarChart(week()), "lines": LineChart(week())} {
		page := drawn(t, i18n.English, chart)
		table := page[strings.Index(page, "<tbody>"):]
		for i, label := range week().Labels {
			row := regexp.MustCompile(`<th scope="row">` + label + `</th>(.*?)</tr>`).FindStringSubmatch(table)
			if row == nil {
				t.Fatalf("%s: no row for %s", name, label)
			}
			for _, series := range week().Series {
				if want := fmt.Sprintf(`<td class="number">%d</td>`, int(series.Values[i])); !strings.Contains(row[1], want) {
					t.Errorf("%s: %s lacks %s of %v", name, label, series.Label, series.Values[i])
				}
			}
		}
		if n := strings.Count(page, `class="chart-place"`); n != 5 {
			t.Errorf("%s: %d places say their values, want 5", name, n)
		}
		for _, want := range []string{`role="img"`, `<title id="bookings-t">Bookings</title>`, `<desc id="bookings-d">More each day.</desc>`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %s", name, want)
			}
		}
	}
}

var rect = regexp.MustCompile(`<rect class="series-\d" x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"`)

type box struct{ x, y, width, height float64 }

func boxes(t *testing.T, page string) (all []box) {
	t.Helper()
	for _, found := range rect.FindAllStringSubmatch(page, -1) {
		var sides [4]float64
		for i := range sides {
			side, err := strconv.ParseFloat(found[i+1], 64)
			if err != nil || math.IsNaN(side) || math.IsInf(side, 0) {
				t.Fatalf("a side of a bar is %q", found[i+1])
			}
			sides[i] = side
		}
		all = append(all, box{sides[0], sides[1], sides[2], sides[3]})
	}
	return all
}

func TestBarsAreAsHighAsTheirValues(t *testing.T) {
	all := boxes(t, drawn(t, i18n.English, BarChart(week())))
	if len(all) != 8 { // of ten values, two are nothing
		t.Fatalf("%d bars, want 8", len(all))
	}
	for _, one := range all {
		if one.x < 0 || one.y < 0 || one.x+one.width > chartWidth || one.y+one.height > chartHeight+0.01 || one.width <= 0 || one.height <= 0 {
			t.Errorf("a bar leaves the field: %+v", one)
		}
	}
	first, last := all[0], all[len(all)-2] // 1 and 8
	if ratio := last.height / first.height; math.Abs(ratio-8) > 0.01 {
		t.Errorf("8 is drawn %.2f times as high as 1", ratio)
	}
	if on, below := all[len(all)-1], last; math.Abs(on.y+on.height-below.y) > 0.01 || on.x != below.x {
		t.Error("the second series does not stand on the first")
	}
}

func TestTimeRunsAsTheReaderReads(t *testing.T) {
	rising := func(language i18n.Language) bool {
		all := boxes(t, drawn(t, language, BarChart(week())))
		return all[0].x < all[len(all)-1].x
	}
	if !rising(i18n.French) || !rising(i18n.English) || rising(i18n.Arabic) {
		t.Error("time runs left to right in French and English, right to left in Arabic")
	}
}

func TestNothingToShowIsSaidInWords(t *testing.T) {
	nothing := []Chart{
		{ID: "a", Title: "A"},
		{ID: "b", Title: "B", Labels: []string{"x", "y"}, Series: []Series{{Label: "s", Values: []float64{0, 0}}}},
		{ID: "c", Title: "C", Labels: []string{"x", "y"}, Series: []Series{{Label: "s"}}},
		{ID: "d", Title: "D", Labels: []string{"x"}, Series: []Series{{Label: "s", Values: []float64{math.NaN()}}}},
		{ID: "e", Title: "E", Labels: []string{"x"}, Series: []Series{{Label: "s", Values: []float64{math.Inf(1)}}}},
	}
	for _, chart := range nothing {
		for _, component := range []templ.Component{BarChart(chart), LineChart(chart)} {
			page := drawn(t, i18n.French, component)
			if strings.Contains(page, "NaN") || strings.Contains(page, "Inf") || strings.Contains(page, "<svg") {
				t.Errorf("%s draws something:\n%s", chart.ID, page)
			}
			if !strings.Contains(page, texts.Catalog().T(i18n.French, "chart.empty", nil)) {
				t.Errorf("%s does not say that there is nothing", chart.ID)
			}
		}
	}
	for _, values := range [][]float64{nil, {}, {0}, {0, 0}, {math.NaN(), 1}} {
		if page := drawn(t, i18n.French, Sparkline(values)); strings.Contains(page, "NaN") || strings.Contains(page, "Inf") {
			t.Errorf("a small line of %v: %s", values, page)
		}
	}
}

func TestScalesEndAtEvenSteps(t *testing.T) {
	for _, c := range []struct {
		largest, top float64
		whole        bool
	}{{1, 4, true}, {4, 4, true}, {5, 8, true}, {9, 12, true}, {37, 40, true}, {41, 60, true}, {90, 100, true}, {101, 120, true}, {0.5, 0.6, false}, {9, 10, false}, {0, 4, true}, {1e12, 1e12, true}} {
		chart := Chart{Labels: []string{"x"}, Series: []Series{{Values: []float64{c.largest}}}, Whole: c.whole}
		if got := chart.top(true); math.Abs(got-c.top) > 1e-9*c.top {
			t.Errorf("the scale of %v ends at %v, want %v", c.largest, got, c.top)
		}
	}
}

func TestARankingDrawsSharesOfTheLargest(t *testing.T) {
	page := drawn(t, i18n.French, Ranking("Villes", []Ranked{{Label: "Rabat", Value: 50, Words: "50"}, {Label: "Fès", Value: 100, Words: "100"}, {Label: "Safi", Value: 0, Words: "0"}}))
	widths := regexp.MustCompile(`class="series-1" x="0" y="0" width="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(widths) != 3 || widths[0][1] != "50" || widths[1][1] != "100" || widths[2][1] != "0" {
		t.Errorf("bars: %v", widths)
	}
}

func TestChartsKeepToTheContentSecurityPolicy(t *testing.T) {
	page := drawn(t, i18n.Arabic, BarChart(week())) + drawn(t, i18n.Arabic, LineChart(week())) + drawn(t, i18n.Arabic, Sparkline([]float64{1, 2})) +
		drawn(t, i18n.Arabic, Ranking("مدن", []Ranked{{Label: "فاس", Value: 1, Words: "1"}}))
	if strings.Contains(page, " style=") || strings.Contains(page, "<style") || strings.Contains(page, " on") && regexp.MustCompile(`\son\w+=`).MatchString(page) {
		t.Error("a chart carries inline style or script")
	}
}
