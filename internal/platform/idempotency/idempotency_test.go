package idempotency_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
)

type answer struct{ Number int64 }

// ask runs one creation that answers with how often it was run.
func ask(t *testing.T, d *db.DB, made *atomic.Int64, scope, key string, body any) (answer, bool, error) {
	t.Helper()
	var got answer
	var replayed bool
	err := d.Tx(t.Context(), func(tx *db.Tx) (err error) {
		got, replayed, err = idempotency.Run(t.Context(), tx, idempotency.Request{Scope: scope, Key: key, Body: body}, func() (answer, error) {
			return answer{made.Add(1)}, nil
		})
		return err
	})
	return got, replayed, err
}

func TestARepeatedRequestGetsTheFirstAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		var made atomic.Int64
		first, replayed, err := ask(t, d, &made, "s", "k", "body")
		if err != nil || replayed || first.Number != 1 {
			t.Fatalf("first: %+v, replayed %v, %v", first, replayed, err)
		}
		again, replayed, err := ask(t, d, &made, "s", "k", "body")
		if err != nil || !replayed || again != first {
			t.Fatalf("again: %+v, replayed %v, %v", again, replayed, err)
		}
		for _, other := range [][2]string{{"s", "other"}, {"other", "k"}, {"s", ""}, {"s", ""}} {
			if _, replayed, err := ask(t, d, &made, other[0], other[1], "body"); replayed || err != nil {
				t.Fatalf("%v: replayed %v, %v", other, replayed, err)
			}
		}
		if made.Load() != 5 {
			t.Fatalf("made %d", made.Load())
		}
	})
}

func TestTheSameKeyForAnotherBodyIsAConflict(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		var made atomic.Int64
		if _, _, err := ask(t, d, &made, "s", "k", "body"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ask(t, d, &made, "s", "k", "other body"); errs.CodeOf(err) != errs.Conflict {
			t.Fatalf("got %v", err)
		}
		for _, key := range []string{strings.Repeat("k", idempotency.MaxKeyLength+1), "line\nbreak", "é"} {
			if _, _, err := ask(t, d, &made, "s", key, "body"); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("key %q: %v", key, err)
			}
		}
		if made.Load() != 1 {
			t.Fatalf("made %d", made.Load())
		}
	})
}

func TestAFailedCreationLeavesTheKeyFree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		failure := errors.New("no")
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			_, _, err := idempotency.Run(t.Context(), tx, idempotency.Request{Scope: "s", Key: "k"}, func() (answer, error) { return answer{}, failure })
			return err
		})
		if !errors.Is(err, failure) {
			t.Fatal(err)
		}
		var made atomic.Int64
		if _, replayed, err := ask(t, d, &made, "s", "k", nil); replayed || err != nil {
			t.Fatalf("replayed %v, %v", replayed, err)
		}
	})
}

func TestRequestsAtTheSameMomentGetOneAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		var made atomic.Int64
		answers := make([]answer, 16)
		var wait sync.WaitGroup
		for i := range answers {
			wait.Go(func() {
				var err error
				if answers[i], _, err = ask(t, d, &made, "s", "k", "body"); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for _, a := range answers {
			if a != answers[0] {
				t.Fatalf("answers differ: %v", answers)
			}
		}
	})
}

func TestOldKeysAreForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		var made atomic.Int64
		if _, _, err := ask(t, d, &made, "s", "k", "body"); err != nil {
			t.Fatal(err)
		}
		now.Advance(25 * time.Hour)
		if err := idempotency.Forget(t.Context(), d, 24*time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, replayed, err := ask(t, d, &made, "s", "k", "body"); replayed || err != nil {
			t.Fatalf("replayed %v, %v", replayed, err)
		}
	})
}
