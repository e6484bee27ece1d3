// Command books looks for money that is lost, posted twice or out of balance. On each engine many clients post to the ledger, all at once
// and not always what they should, by way of a process that is killed with SIGKILL again and again. Then the ledger is proven, and the
// database read with other eyes: what was acknowledged must be there, once, and nothing else.
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
	operations int
	clients    int
	killEvery  time.Duration
	seed       uint64
	keep       bool
}

func main() {
	var o options
	engine := flag.String("engine", "both", "sqlite, postgres or both")
	flag.IntVar(&o.operations, "operations", 100_000, "operations, on each engine")
	flag.IntVar(&o.clients, "clients", 16, "clients at a time")
	flag.DurationVar(&o.killEvery, "kill-every", 2*time.Second, "how often the process is killed")
	flag.Uint64Var(&o.seed, "seed", 378, "seed of the clients' choices")
	flag.BoolVar(&o.keep, "keep", false, "keep the data folder, and say where it is")
	serving := flag.Bool("serve", false, "be the process that posts, at the address that is the argument")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *serving {
		if err := serve(ctx, flag.Arg(0)); err != nil {
			fmt.Fprintln(os.Stderr, "books:", err)
			os.Exit(1)
		}
		return
	}
	engines, err := rig.Engines(*engine)
	if err != nil {
		fmt.Fprintln(os.Stderr, "books:", err)
		os.Exit(2)
	}
	failed := false
	for _, engine := range engines {
		missed, err := run(ctx, engine, o)
		if err != nil {
			fmt.Fprintf(os.Stderr, "books: %s: %v\n", engine, err)
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
	server, err := rig.NewServer(place)
	if err != nil {
		return false, err
	}
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	server.Program = []string{self, "-serve"}
	if err := server.Start(); err != nil {
		return false, err
	}
	defer server.Kill()
	if err := server.Answers(ctx, ready, time.Minute); err != nil {
		return false, err
	}
	s := newStorm(o, server)
	if err := s.rage(ctx); err != nil {
		return false, err
	}
	if err := server.Answers(ctx, ready, time.Minute); err != nil {
		return false, err
	}
	if err := server.Stop(); err != nil { // which seals what is left
		return false, err
	}
	if out, err := place.Run(ctx, "ledger", "verify"); err != nil {
		s.record.violate("ledger verify: %s", out)
	} else {
		fmt.Fprint(os.Stderr, out)
	}
	stored, err := read(ctx, place)
	if err != nil {
		return false, err
	}
	s.record.check(stored)
	return s.report(engine, stored), nil
}
