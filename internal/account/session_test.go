package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func TestSigningOutEndsTheSessionAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, s := w.arrive()
		if err := w.SignOut(t.Context(), s.RefreshToken); err != nil {
			t.Fatal(err)
		}
		_, err := w.Authenticate(t.Context(), s.AccessToken)
		w.wantEnded(err)
		w.wantRefused(s.RefreshToken)
		if err := w.SignOut(t.Context(), s.RefreshToken); err != nil {
			t.Fatalf("a second time: %v", err)
		}
		w.wantAudited("session.revoked")

		s = w.signIn()
		for range 2 {
			if err := w.SignOutSession(t.Context(), actorOf(s)); err != nil {
				t.Fatal(err)
			}
		}
		w.wantRefused(s.RefreshToken)
	})
}

func TestSessionsAreListedForTheirOwnerOnly(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, first := w.arrive()
		w.clock.Advance(time.Minute)
		second, err := w.SignIn(t.Context(), email, password, account.Client{Address: "2001:db8::1", UserAgent: "Phone"})
		if err != nil {
			t.Fatal(err)
		}
		sessions, err := w.Sessions(t.Context(), actor)
		if err != nil || len(sessions) != 2 {
			t.Fatalf("%+v, %v", sessions, err)
		}
		if got := sessions[0]; got.ID != second.ID || got.Address != "2001:db8::1" || got.UserAgent != "Phone" || got.Current || !got.CreatedAt.Equal(w.clock.Now()) {
			t.Fatalf("first is %+v", got)
		}
		if got := sessions[1]; got.ID != first.ID || !got.Current {
			t.Fatalf("second is %+v", got)
		}
		if others, err := w.Sessions(t.Context(), account.Actor{ID: ids.New(), Role: account.Admin}); err != nil || len(others) != 0 {
			t.Fatalf("%+v, %v", others, err)
		}
		_, err = w.Sessions(t.Context(), account.Actor{})
		want(t, err, errs.Unauthenticated, "error.unauthenticated")
	})
}

func TestOnlyTheOwnerRevokesASession(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		other := w.signIn()
		stranger := account.Actor{ID: ids.New(), Role: account.Admin}
		for _, id := range []string{"", "x", "\x00", strings.Repeat("x", 1<<20), ids.New()} {
			want(t, w.Revoke(t.Context(), actor, id), errs.NotFound, "error.not_found")
		}
		want(t, w.Revoke(t.Context(), stranger, other.ID), errs.NotFound, "error.not_found")
		want(t, w.Revoke(t.Context(), account.Actor{}, other.ID), errs.Unauthenticated, "error.unauthenticated")
		if _, err := w.Authenticate(t.Context(), other.AccessToken); err != nil {
			t.Fatal(err)
		}
		if err := w.Revoke(t.Context(), actor, other.ID); err != nil {
			t.Fatal(err)
		}
		_, err := w.Authenticate(t.Context(), other.AccessToken)
		w.wantEnded(err)
		want(t, w.Revoke(t.Context(), actor, other.ID), errs.NotFound, "error.not_found")
	})
}

func TestOtherNodesLearnOfARevocation(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, s := w.arrive()
		node := w.node()
		if _, err := node.Authenticate(t.Context(), s.AccessToken); err != nil {
			t.Fatal(err)
		}
		if err := w.Revoke(t.Context(), actor, s.ID); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(10 * time.Minute) // as if the other node was being restarted
		for range 2 {
			if err := node.LearnRevocations(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, err := node.Authenticate(t.Context(), s.AccessToken)
			node.wantEnded(err)
			w.clock.Advance(2 * time.Minute)
		}
	})
}

func TestWatchingEndsWithItsContextAndHasLearnt(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, s := w.arrive()
		if err := w.Revoke(t.Context(), actor, s.ID); err != nil {
			t.Fatal(err)
		}
		node := w.node()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); node.Watch(ctx) }()
		deadline := time.After(10 * time.Second)
		for {
			if _, err := node.Authenticate(t.Context(), s.AccessToken); err != nil {
				node.wantEnded(err)
				break
			}
			select {
			case <-deadline:
				t.Fatal("the revocation was not learnt")
			default:
			}
		}
		cancel()
		<-done
	})
}

func TestPruningKeepsWhatIsAlive(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, old := w.arrive()
		if err := w.try("wrong password"); err == nil {
			t.Fatal("let in")
		}
		w.clock.Advance(70 * day)
		live := w.signIn()
		if err := w.try("wrong password"); err == nil {
			t.Fatal("let in")
		}
		if err := w.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		for table, left := range map[string]int{"sessions": 1, "refresh_tokens": 1, "mailed_tokens": 0, "sign_in_failures": 1} {
			if n := w.count("SELECT count(*) FROM " + table); n != left {
				t.Errorf("%d rows left in %s, not %d", n, table, left)
			}
		}
		w.wantRefused(old.RefreshToken)
		w.refresh(live.RefreshToken)
	})
}
