// Command bench measures what has a target: the rate of bookings against a floor of bare INSERTs, the first byte of the home page
// and of the free times, the start, the memory at rest, the demo data and the free times' arithmetic. It exits with 1 where a
// target is missed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"khadamat/load/rig"
)

var measurements = []string{"commit", "ledger", "pages", "everypage", "start", "memory", "schedule", "demo", "proof"}

type options struct {
	engines []string
	rounds  int
	round   int
	starts  int
	kept    string
}

func main() {
	engine := flag.String("engine", "both", "sqlite, postgres or both")
	only := flag.String("only", strings.Join(measurements, ","), "what is measured")
	var o options
	flag.IntVar(&o.rounds, "rounds", 7, "how often service and floor take turns")
	flag.IntVar(&o.round, "round", 500, "bookings in one turn")
	flag.IntVar(&o.starts, "starts", 10, "how often the server is started")
	flag.StringVar(&o.kept, "everypage-data", "", "folder with ten times the demo data, for everypage; another one is filled and taken away where it is empty")
	profile := flag.String("cpuprofile", "", "file for a profile of this process, which is where commits are measured")
	flag.Parse()
	if *profile != "" {
		file, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(file)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(2)
		}
		defer pprof.StopCPUProfile()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var report rig.Report
	err := run(ctx, *engine, strings.Split(*only, ","), o, &report)
	report.Print(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err != nil || report.Missed() {
		pprof.StopCPUProfile() // deferred calls do not see an exit
		os.Exit(1)
	}
}

func run(ctx context.Context, engine string, only []string, o options, report *rig.Report) (err error) {
	if o.engines, err = rig.Engines(engine); err != nil {
		return err
	}
	for _, what := range only {
		fmt.Fprintln(os.Stderr, "measuring:", what)
		switch what {
		case "commit":
			err = errors.Join(err, onEach(ctx, o, report, measureCommits))
		case "ledger":
			err = errors.Join(err, onEach(ctx, o, report, measurePosting), onEach(ctx, o, report, measureBooks))
		case "demo":
			err = errors.Join(err, onEach(ctx, o, report, measureDemo))
		case "proof":
			err = errors.Join(err, onEach(ctx, o, report, measureProof))
		case "pages":
			err = errors.Join(err, beside(ctx, "1", report, measureFirstBytes))
		case "everypage":
			err = errors.Join(err, besideKept(ctx, o.kept, report, measureEveryPage))
		case "memory":
			err = errors.Join(err, beside(ctx, "1", report, measureMemory))
		case "start":
			err = errors.Join(err, measureStart(ctx, o, report))
		case "schedule":
			err = errors.Join(err, measureSchedule(ctx, report))
		default:
			return fmt.Errorf("%q is not one of %v", what, measurements)
		}
	}
	return err
}

// onEach runs a measurement in a new place on each engine.
func onEach(ctx context.Context, o options, report *rig.Report, measure func(context.Context, string, rig.Place, options, *rig.Report) error) error {
	for _, engine := range o.engines {
		place, err := rig.NewPlace(ctx, engine)
		if err != nil {
			return err
		}
		if err := errors.Join(measure(ctx, engine, place, o, report), place.Remove()); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

// besideKept runs a measurement beside a server with ten times the demo data, in a folder that has it already.
func besideKept(ctx context.Context, folder string, report *rig.Report, measure func(context.Context, *rig.Server, *rig.Report) error) error {
	if folder == "" {
		return beside(ctx, everyPageScale, report, measure)
	}
	return serving(ctx, rig.Place{Folder: folder}, report, measure)
}

// beside runs a measurement beside a server with so many times the demo data that is warm enough to know words.
func beside(ctx context.Context, scale string, report *rig.Report, measure func(context.Context, *rig.Server, *rig.Report) error) (err error) {
	place, err := rig.NewPlace(ctx, rig.SQLite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Remove()) }()
	if _, err := place.Run(ctx, "demo", "--scale="+scale); err != nil {
		return err
	}
	return serving(ctx, place, report, measure)
}

func serving(ctx context.Context, place rig.Place, report *rig.Report, measure func(context.Context, *rig.Server, *rig.Report) error) error {
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
	if err := measure(ctx, server, report); err != nil {
		return err
	}
	return server.Stop()
}
