// Command chaos looks for lost and double bookings. On each engine it fills a market, lets many clients book, answer, cancel and
// move bookings of a few providers on a few days over the HTTP API, kills the server with SIGKILL again and again, and then reads
// the database itself: what was acknowledged must be there, and no two bookings may hold the same time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"khadamat/load/rig"
)

type options struct {
	attempts  int
	clients   int
	killEvery time.Duration
	seed      uint64
	providers int
	days      int
	keep      bool
}

func main() {
	var o options
	engine := flag.String("engine", "both", "sqlite, postgres or both")
	flag.IntVar(&o.attempts, "attempts", 100_000, "requests for a booking, on each engine")
	flag.IntVar(&o.clients, "clients", 64, "clients at a time")
	flag.DurationVar(&o.killEvery, "kill-every", 2*time.Second, "how often the server is killed")
	flag.Uint64Var(&o.seed, "seed", 378, "seed of the clients' choices")
	flag.IntVar(&o.providers, "providers", 16, "how many providers are fought over")
	flag.IntVar(&o.days, "days", 7, "how many days are fought over")
	flag.BoolVar(&o.keep, "keep", false, "keep the data folder, and say where it is")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	engines, err := rig.Engines(*engine)
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(2)
	}
	failed := false
	for _, engine := range engines {
		missed, err := run(ctx, engine, o)
		if err != nil {
			fmt.Fprintf(os.Stderr, "chaos: %s: %v\n", engine, err)
		}
		failed = failed || missed || err != nil
	}
	if failed {
		os.Exit(1)
	}
}

func run(ctx context.Context, engine string, o options) (missed bool, err error) {
	place, err := rig.NewPlace(ctx, engine)
	if err != nil {
		return false, err
	}
	if o.keep {
		fmt.Printf("%s: data in %s %s\n", engine, place.Folder, place.DatabaseURL)
	} else {
		defer func() { err = errors.Join(err, place.Remove()) }()
	}
	if _, err := place.Run(ctx, "demo"); err != nil {
		return false, err
	}
	server, err := rig.NewServer(place)
	if err != nil {
		return false, err
	}
	if err := server.Start("--demo"); err != nil {
		return false, err
	}
	defer server.Kill()
	if err := server.Answers(ctx, firstAnswer, time.Minute); err != nil {
		return false, err
	}
	m, err := openMarket(ctx, server, o)
	if err != nil {
		return false, err
	}
	storm, err := m.storm(ctx)
	if err != nil {
		return false, err
	}
	if err := server.Answers(ctx, firstAnswer, time.Minute); err != nil {
		return false, err
	}
	m.replaySome(ctx)
	if err := server.Stop(); err != nil {
		return false, err
	}
	if out, err := place.Run(ctx, "audit", "verify"); err != nil {
		m.ledger.violate("audit verify: %s", out)
	}
	if err := m.check(ctx); err != nil {
		return false, err
	}
	return m.report(engine, storm), nil
}
