package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"khadamat/load/rig"
)

// firstAnswer is the path whose first 200 says that a started server is back.
const firstAnswer = "/api/v1/cities"

// storm is what the killing saw.
type storm struct {
	took   time.Duration
	kills  int
	starts []time.Duration // from the start of the process to its first answer
}

// storm lets all clients loose and kills the server under them until they have made all attempts.
func (m *market) storm(ctx context.Context) (storm, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var s storm
	began := time.Now()
	var clients sync.WaitGroup
	for i := range m.clients {
		share := m.attempts / m.clients
		if i < m.attempts%m.clients {
			share++
		}
		c := &client{market: m, number: i, customer: m.customers[i], random: rand.New(rand.NewPCG(m.seed, uint64(i)+1))}
		clients.Go(func() { c.run(ctx, share) })
	}
	done := make(chan struct{})
	go func() {
		clients.Wait()
		close(done)
	}()
	err := m.killUntil(ctx, done, &s)
	cancel() // where the server does not come back, nobody waits for it
	<-done
	s.took = time.Since(began)
	return s, err
}

func (m *market) killUntil(ctx context.Context, done <-chan struct{}, s *storm) error {
	every := time.NewTicker(m.killEvery)
	defer every.Stop()
	news := time.NewTicker(10 * time.Second)
	defer news.Stop()
	for {
		select {
		case <-done:
			return ctx.Err()
		case <-ctx.Done():
			return ctx.Err()
		case <-news.C:
			fmt.Fprintf(os.Stderr, "  %d of %d attempts, %d booked, %d changes, %d kills\n",
				m.counts.booked.Load()+m.counts.refused.Load()+m.counts.invalid.Load(), m.attempts, m.counts.booked.Load(), m.counts.actions.Load(), s.kills)
		case <-every.C:
			m.server.Kill()
			s.kills++
			started := time.Now()
			if err := m.server.Start("--demo"); err != nil {
				return err
			}
			if err := m.server.Answers(ctx, firstAnswer, time.Minute); err != nil {
				return fmt.Errorf("after kill %d: %w", s.kills, err)
			}
			s.starts = append(s.starts, time.Since(started))
			if left := started.Add(m.killEvery).Sub(time.Now()); left < m.killEvery/2 {
				every.Reset(m.killEvery) // on a machine too busy to start it in half the time, the server would do nothing but start
			}
		}
	}
}

// report prints what happened and says whether the target was missed.
func (m *market) report(engine string, s storm) bool {
	var r rig.Report
	n := &m.counts
	r.Figure(engine+": violations", fmt.Sprint(m.ledger.count), "0", m.ledger.count == 0)
	r.Note("attempts to book", fmt.Sprintf("%d by %d clients in %.0f s", m.attempts, m.clients, s.took.Seconds()))
	r.Note("acknowledged bookings", fmt.Sprint(len(m.ledger.entries)))
	r.Note("refused: time taken, invalid", fmt.Sprintf("%d, %d", n.refused.Load(), n.invalid.Load()))
	r.Note("changes asked, refused", fmt.Sprintf("%d, %d", n.actions.Load(), n.actionsRefused.Load()))
	r.Note("asked again with the same key", fmt.Sprint(n.replays.Load()))
	r.Note("tries without an answer", fmt.Sprint(n.retries.Load()))
	r.Note("kills", fmt.Sprintf("%d, one every %s", s.kills, m.killEvery))
	if len(s.starts) > 0 {
		r.Note("start to first answer: median, longest", rig.Millis(rig.Median(s.starts))+", "+rig.Millis(rig.Quantile(s.starts, 1)))
	}
	r.Print(os.Stdout)
	for _, violation := range m.ledger.violations {
		fmt.Println("VIOLATION:", violation)
	}
	if hidden := m.ledger.count - len(m.ledger.violations); hidden > 0 {
		fmt.Printf("… and %d more\n", hidden)
	}
	return r.Missed()
}
