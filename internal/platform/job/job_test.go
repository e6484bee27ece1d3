package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/job"
)

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "test.greet" }

// start opens a queue whose jobs send the names they were given, and runs it until the returned function is called.
func start(t *testing.T, d *db.DB, work func(greet) error) (*job.Queue, func()) {
	t.Helper()
	queue := job.New(d, slog.New(slog.DiscardHandler))
	job.Work(queue, func(_ context.Context, g greet) error { return work(g) })
	if err := queue.Open(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- queue.Run(ctx, 5*time.Second) }()
	return queue, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestJobsOfCommittedChangesAreWorkedAndOthersAreNot(t *testing.T) {
	for name, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.PostgreSQL} {
		t.Run(name, func(t *testing.T) {
			d := open(t, clock.System{})
			worked := make(chan string, 10)
			queue, stop := start(t, d, func(g greet) error {
				worked <- g.Name
				return nil
			})
			rollback := errors.New("no")
			for _, c := range []struct {
				name string
				err  error
			}{{"undone", rollback}, {"done", nil}} {
				err := d.Tx(t.Context(), func(tx *db.Tx) error {
					if err := queue.Enqueue(t.Context(), tx, greet{c.name}); err != nil {
						return err
					}
					return c.err
				})
				if !errors.Is(err, c.err) {
					t.Fatal(err)
				}
			}
			if got := <-worked; got != "done" {
				t.Fatalf("worked %q", got)
			}
			stop()
			select {
			case got := <-worked:
				t.Fatalf("also worked %q", got)
			default:
			}
		})
	}
}

func TestAJobForLaterIsWorkedThenAndNotBefore(t *testing.T) {
	for name, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.PostgreSQL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, clock.System{})
			worked := make(chan string, 10)
			queue, stop := start(t, d, func(g greet) error {
				worked <- g.Name
				return nil
			})
			soon := time.Now().Add(time.Second)
			err := d.Tx(t.Context(), func(tx *db.Tx) error {
				return errors.Join(queue.EnqueueAt(t.Context(), tx, greet{"tomorrow"}, soon.Add(24*time.Hour)), queue.EnqueueAt(t.Context(), tx, greet{"soon"}, soon))
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := <-worked; got != "soon" || time.Now().Before(soon.Truncate(time.Millisecond)) {
				t.Fatalf("worked %q %s before its time", got, time.Until(soon))
			}
			stop()
			var state string
			if err := d.QueryRow(t.Context(), `SELECT state FROM river_job WHERE kind = 'test.greet' ORDER BY scheduled_at DESC LIMIT 1`).Scan(&state); err != nil || state != "scheduled" {
				t.Fatalf("tomorrow's job is %s, %v", state, err)
			}
		})
	}
}

func TestAJobUnderWayIsFinishedBeforeTheQueueStops(t *testing.T) {
	d := dbtest.SQLite(t, clock.System{})
	begun, finish := make(chan struct{}), make(chan struct{})
	var finished atomic.Bool
	queue, stop := start(t, d, func(greet) error {
		close(begun)
		<-finish
		finished.Store(true)
		return nil
	})
	if err := d.Tx(t.Context(), func(tx *db.Tx) error { return queue.Enqueue(t.Context(), tx, greet{"slow"}) }); err != nil {
		t.Fatal(err)
	}
	<-begun
	stopped := make(chan struct{})
	go func() {
		stop()
		close(stopped)
	}()
	close(finish)
	<-stopped
	if !finished.Load() {
		t.Fatal("the queue stopped without the job")
	}
}

type brood struct {
	N int `json:"n"`
}

func (brood) Kind() string { return "test.brood" }

func TestLongJobsKeepNobodyWaiting(t *testing.T) {
	for name, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.PostgreSQL} {
		t.Run(name, func(t *testing.T) {
			d := open(t, clock.System{})
			queue := job.New(d, slog.New(slog.DiscardHandler))
			begun, hatch, greeted := make(chan bool, 10), make(chan struct{}), make(chan string, 1)
			job.WorkLong(queue, func(ctx context.Context, _ brood) error {
				_, limited := ctx.Deadline()
				begun <- limited
				<-hatch
				return nil
			})
			job.Work(queue, func(_ context.Context, g greet) error {
				greeted <- g.Name
				return nil
			})
			if err := queue.Open(); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- queue.Run(ctx, 5*time.Second) }()
			err := d.Tx(t.Context(), func(tx *db.Tx) error {
				for n := range 6 {
					if err := queue.EnqueueLong(t.Context(), tx, brood{n}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if <-begun {
					t.Error("a long job has to end soon")
				}
			}
			if err := d.Tx(t.Context(), func(tx *db.Tx) error { return queue.Enqueue(t.Context(), tx, greet{"Salma"}) }); err != nil {
				t.Fatal(err)
			}
			if got := <-greeted; got != "Salma" || len(begun) > 0 {
				t.Errorf("worked %q beside %d more long jobs", got, len(begun))
			}
			close(hatch)
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}
