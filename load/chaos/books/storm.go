package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"khadamat/load/rig"
)

const providers = 50

// storm is the clients, the process that they ask, and what was acknowledged to them.
type storm struct {
	options
	server    *rig.Server
	http      *http.Client
	providers []string
	record    *record
	done      atomic.Int64
	count     struct{ retries, again, refused, reversals atomic.Int64 }
	kills     int
	took      time.Duration
}

func newStorm(o options, server *rig.Server) *storm {
	return &storm{options: o, server: server, record: newRecord(), providers: someProviders(providers),
		http: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 4 * o.clients}}}
}

// rage lets all clients loose and kills the process under them until they are done.
func (s *storm) rage(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	began := time.Now()
	var clients sync.WaitGroup
	for i := range s.clients {
		share := s.operations / s.clients
		if i < s.operations%s.clients {
			share++
		}
		c := &client{storm: s, number: i, random: rand.New(rand.NewPCG(s.seed, uint64(i)+1))}
		clients.Go(func() { c.run(ctx, share) })
	}
	over := make(chan struct{})
	go func() {
		clients.Wait()
		close(over)
	}()
	err := s.killUntil(ctx, over)
	cancel() // where the process does not come back, nobody waits for it
	<-over
	s.took = time.Since(began)
	return err
}

func (s *storm) killUntil(ctx context.Context, over <-chan struct{}) error {
	every := time.NewTicker(s.killEvery)
	defer every.Stop()
	news := time.NewTicker(10 * time.Second)
	defer news.Stop()
	for {
		select {
		case <-over:
			return ctx.Err()
		case <-ctx.Done():
			return ctx.Err()
		case <-news.C:
			fmt.Fprintf(os.Stderr, "  %d of %d operations, %d kills\n", s.done.Load(), s.operations, s.kills)
		case <-every.C:
			s.server.Kill()
			s.kills++
			started := time.Now()
			if err := s.server.Start(); err != nil {
				return err
			}
			if err := s.server.Answers(ctx, ready, time.Minute); err != nil {
				return fmt.Errorf("after kill %d: %w", s.kills, err)
			}
			if left := started.Add(s.killEvery).Sub(time.Now()); left < s.killEvery/2 {
				every.Reset(s.killEvery) // on a machine too busy to start it in half the time, it would do nothing but start
			}
		}
	}
}

// report prints what happened and says whether the target was missed.
func (s *storm) report(engine string, stored []stored) bool {
	var r rig.Report
	r.Figure(engine+": imbalances, losses, doubles", fmt.Sprint(s.record.violated), "0", s.record.violated == 0)
	r.Note("operations", fmt.Sprintf("%d by %d clients in %.0f s", s.done.Load(), s.clients, s.took.Seconds()))
	r.Note("transactions in the ledger", fmt.Sprint(len(stored)))
	r.Note("asked again, refused, reversed", fmt.Sprintf("%d, %d, %d", s.count.again.Load(), s.count.refused.Load(), s.count.reversals.Load()))
	r.Note("tries without an answer", fmt.Sprint(s.count.retries.Load()))
	r.Note("kills", fmt.Sprintf("%d, one every %s", s.kills, s.killEvery))
	r.Print(os.Stdout)
	for _, violation := range s.record.violations {
		fmt.Println("VIOLATION:", violation)
	}
	if hidden := s.record.violated - len(s.record.violations); hidden > 0 {
		fmt.Printf("… and %d more\n", hidden)
	}
	return r.Missed()
}
