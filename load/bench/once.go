package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"khadamat/load/rig"
)

// measureStart starts the server on a database that is there already, from the exec to the first answered page.
func measureStart(ctx context.Context, o options, report *rig.Report) (err error) {
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
	var times []time.Duration
	for range o.starts {
		began := time.Now()
		if err := server.Start("--demo"); err != nil {
			return err
		}
		if err := server.Answers(ctx, "/fr", time.Minute); err != nil {
			server.Kill()
			return err
		}
		times = append(times, time.Since(began))
		if err := server.Stop(); err != nil {
			return err
		}
	}
	median, target := rig.Median(times), 500*time.Millisecond
	report.Figure("start to first answer, demo data", fmt.Sprintf("median %s, longest %s", rig.Millis(median), rig.Millis(rig.Quantile(times, 1))), "median < "+target.String(), median < target)
	return nil
}

// measureDemo fills an empty database.
func measureDemo(ctx context.Context, engine string, place rig.Place, _ options, report *rig.Report) error {
	began := time.Now()
	out, err := place.Run(ctx, "demo")
	if err != nil {
		return err
	}
	took, target := time.Since(began), 10*time.Second
	report.Figure("demo data, "+engine, fmt.Sprintf("%.1f s (%s)", took.Seconds(), strings.TrimSpace(out)), "< "+target.String(), took < target)
	return nil
}

var nanoseconds = regexp.MustCompile(`(?m)^BenchmarkSlots30Days50Bookings\S*\s+\d+\s+([\d.]+) ns/op`)

// measureSchedule runs the package's own benchmark: 30 days of a provider with 50 bookings.
func measureSchedule(ctx context.Context, report *rig.Report) error {
	out, err := exec.CommandContext(ctx, "go", "test", "-run=^$", "-bench=^BenchmarkSlots30Days50Bookings$", "-count=5", "./internal/market/schedule").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	var times []time.Duration
	for _, match := range nanoseconds.FindAllStringSubmatch(string(out), -1) {
		ns, err := strconv.ParseFloat(match[1], 64)
		if err != nil {
			return err
		}
		times = append(times, time.Duration(ns))
	}
	if len(times) == 0 {
		return fmt.Errorf("no figure in:\n%s", out)
	}
	median := rig.Median(times)
	report.Figure("slots of 30 days with 50 bookings", rig.Millis(median), "< 1 ms", median < time.Millisecond)
	return nil
}
