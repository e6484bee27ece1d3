// Command peer compares requests a second: a list of 20 services over our API and a list of 20 records over PocketBase's, with the
// same records, on the same machine, in turns.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"khadamat/load/rig"
)

const (
	wantedTimes = 2.0
	wantedP99   = 60 * time.Millisecond
	maxRecords  = 1000
)

func main() {
	rounds := flag.Int("rounds", 3, "how often the two take turns")
	duration := flag.Duration("duration", 10*time.Second, "how long one turn takes")
	connections := flag.Int("connections", 64, "connections at a time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var report rig.Report
	err := run(ctx, *rounds, *duration, *connections, &report)
	report.Print(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-peer:", err)
	}
	if err != nil || report.Missed() {
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, duration time.Duration, connections int, report *rig.Report) (err error) {
	place, err := rig.NewPlace(ctx, rig.SQLite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Remove()) }()
	if _, err := place.Run(ctx, "demo"); err != nil {
		return err
	}
	server, err := rig.NewServer(place)
	if err != nil {
		return err
	}
	if err := server.Start("--demo"); err != nil {
		return err
	}
	defer server.Kill()
	if err := server.Answers(ctx, "/api/v1/suggestions?q=plombier", time.Minute); err != nil {
		return err
	}
	records, err := services(ctx, server)
	if err != nil {
		return err
	}
	other, err := startPocketBase(ctx)
	if err != nil {
		return err
	}
	defer other.stop()
	if err := other.fill(ctx, records); err != nil {
		return fmt.Errorf("PocketBase: %w", err)
	}
	return compare(ctx, rounds, duration, connections, len(records), server.URL("/api/v1/services?limit=20"), other.list(), report)
}

func compare(ctx context.Context, rounds int, duration time.Duration, connections, records int, ours, theirs string, report *rig.Report) error {
	var ourRates, theirRates, ourTails, theirTails, times []float64
	for round := range rounds + 1 {
		length := duration
		if round == 0 {
			length = min(3*time.Second, duration) // to warm both
		}
		a, err := wrk(ctx, ours, connections, length)
		if err != nil {
			return err
		}
		b, err := wrk(ctx, theirs, connections, length)
		if err != nil {
			return err
		}
		if round == 0 {
			continue
		}
		ourRates, theirRates = append(ourRates, a.rate), append(theirRates, b.rate)
		ourTails, theirTails = append(ourTails, a.p99.Seconds()), append(theirTails, b.p99.Seconds())
		times = append(times, a.rate/b.rate)
	}
	report.Note("records", fmt.Sprint(records))
	report.Note("PocketBase 0.39", fmt.Sprintf("%.0f/s, p99 %s", rig.Median(theirRates), rig.Millis(seconds(rig.Median(theirTails)))))
	report.Note("Khadamat", fmt.Sprintf("%.0f/s", rig.Median(ourRates)))
	factor, tail := rig.Median(times), seconds(rig.Median(ourTails))
	report.Figure("list of 20: times PocketBase's rate", fmt.Sprintf("%.2f", factor), fmt.Sprintf("≥ %.0f", wantedTimes), factor >= wantedTimes)
	report.Figure("list of 20: p99", rig.Millis(tail), "< "+wantedP99.String(), tail < wantedP99)
	return nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// services reads the records that both will list, as our API shows them.
func services(ctx context.Context, server *rig.Server) ([]service, error) {
	var all []service
	for cursor := ""; len(all) < maxRecords; {
		query := url.Values{"limit": {"100"}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		var page struct {
			Items      []service `json:"items"`
			NextCursor *string   `json:"next_cursor"`
		}
		if err := call(ctx, http.MethodGet, server.URL("/api/v1/services?"+query.Encode()), "", nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
	}
	if len(all) < 100 {
		return nil, fmt.Errorf("only %d services", len(all))
	}
	return all[:min(len(all), maxRecords)], nil
}

// turn is what wrk measured in one turn.
type turn struct {
	rate float64
	p99  time.Duration
}

var (
	rateLine    = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	tailLine    = regexp.MustCompile(`99%\s+([\d.]+)(us|ms|s)`)
	refusedLine = regexp.MustCompile(`Non-2xx or 3xx responses: \d+|Socket errors: .*`)
)

func wrk(ctx context.Context, address string, connections int, duration time.Duration) (turn, error) {
	out, err := exec.CommandContext(ctx, "wrk", "-t2", fmt.Sprintf("-c%d", connections), fmt.Sprintf("-d%ds", int(duration.Seconds())), "--latency", address).CombinedOutput()
	if err != nil {
		return turn{}, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	if refused := refusedLine.Find(out); refused != nil {
		return turn{}, fmt.Errorf("%s: %s", address, refused)
	}
	rate, tail := rateLine.FindSubmatch(out), tailLine.FindSubmatch(out)
	if rate == nil || tail == nil {
		return turn{}, fmt.Errorf("no figures in:\n%s", out)
	}
	var t turn
	if t.rate, err = strconv.ParseFloat(string(rate[1]), 64); err != nil {
		return turn{}, err
	}
	t.p99, err = time.ParseDuration(string(tail[1]) + string(tail[2]))
	return t, err
}

// call asks for JSON and decodes the answer where there is somewhere to put it.
func call(ctx context.Context, method, address, token string, body, into any) error {
	request, err := newRequest(ctx, method, address, token, body)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: status %d: %s", method, address, response.StatusCode, beginning(response.Body))
	}
	if into == nil {
		into = &json.RawMessage{}
	}
	return json.NewDecoder(response.Body).Decode(into)
}
