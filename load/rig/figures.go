package rig

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Quantile returns the q-th quantile (0 to 1, nearest rank) of samples, which it sorts; the zero value where there are none.
func Quantile[T cmp.Ordered](samples []T, q float64) (value T) {
	if len(samples) == 0 {
		return value
	}
	slices.Sort(samples)
	return samples[min(len(samples)-1, int(q*float64(len(samples))))]
}

// Median is the middle one of samples, which it sorts.
func Median[T cmp.Ordered](samples []T) T { return Quantile(samples, 0.5) }

// Report collects figures and prints them as a table.
type Report struct {
	rows   [][4]string
	missed bool
}

// Figure adds a figure that has a target.
func (r *Report) Figure(what, figure, target string, met bool) {
	verdict := "met"
	if !met {
		verdict, r.missed = "MISSED", true
	}
	r.rows = append(r.rows, [4]string{what, figure, target, verdict})
}

// Note adds a figure that has none.
func (r *Report) Note(what, figure string) { r.rows = append(r.rows, [4]string{what, figure, "", ""}) }

// Missed says whether any target was missed.
func (r *Report) Missed() bool { return r.missed }

// Print writes the table, and on what machine and under what load it came about.
func (r *Report) Print(to io.Writer) {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "what\tfigure\ttarget\t")
	for _, row := range r.rows {
		fmt.Fprintln(table, strings.Join(row[:], "\t"))
	}
	_ = table.Flush() // a terminal that is gone takes no table
	fmt.Fprintln(to, Conditions())
}

// Conditions are the machine's processors and, where the system tells, how busy it is.
func Conditions() string {
	text := fmt.Sprintf("%s, %d processors", time.Now().UTC().Format(time.DateTime+" MST"), runtime.NumCPU())
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		text += ", load average " + strings.Join(strings.Fields(string(load))[:3], " ")
	}
	return text
}

// Millis writes a duration in milliseconds.
func Millis(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}
