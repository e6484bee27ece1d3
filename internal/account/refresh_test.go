package account_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
)

func (w world) refresh(token string) account.Session {
	w.t.Helper()
	s, err := w.Refresh(w.t.Context(), token, laptop)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w world) wantEnded(err error) {
	w.t.Helper()
	want(w.t, err, errs.Unauthenticated, "account.session_ended")
}

func (w world) wantRefused(token string) {
	w.t.Helper()
	_, err := w.Refresh(w.t.Context(), token, laptop)
	w.wantEnded(err)
}

func TestRefreshingGivesNewTokensOfTheSameSession(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, first := w.arrive()
		w.clock.Advance(time.Hour)
		_, err := w.Authenticate(t.Context(), first.AccessToken)
		want(t, err, errs.Unauthenticated, "error.unauthenticated")
		second := w.refresh(first.RefreshToken)
		if second.ID != first.ID || second.RefreshToken == first.RefreshToken || second.Account != first.Account || !second.RefreshExpiresAt.Equal(w.clock.Now().Add(30*day)) {
			t.Fatalf("got %+v", second)
		}
		if actor, err := w.Authenticate(t.Context(), second.AccessToken); err != nil || actor != actorOf(first) {
			t.Fatalf("%+v, %v", actor, err)
		}
	})
}

func TestAReusedTokenRevokesItsWholeFamilyAndIsLogged(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, first := w.arrive()
		other := w.signIn()
		second := w.refresh(first.RefreshToken)
		third := w.refresh(second.RefreshToken)
		w.wantRefused(first.RefreshToken)
		w.wantRefused(third.RefreshToken)
		_, err := w.Authenticate(t.Context(), third.AccessToken)
		w.wantEnded(err)
		w.wantAudited("refresh_token.reused", "session.revoked")
		if log := w.log.String(); !strings.Contains(log, "level=WARN") || !strings.Contains(log, first.ID) || strings.Contains(log, first.RefreshToken) {
			t.Fatalf("log: %s", log)
		}
		w.refresh(other.RefreshToken) // another family lives on
		if sessions, err := w.Sessions(t.Context(), actor); err != nil || len(sessions) != 1 || sessions[0].ID != other.ID {
			t.Fatalf("%+v, %v", sessions, err)
		}
	})
}

func TestASessionEndsThirtyDaysAfterItsLastUse(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, s := w.arrive()
		w.clock.Advance(30*day - time.Second)
		s = w.refresh(s.RefreshToken)
		w.clock.Advance(30 * day)
		w.wantRefused(s.RefreshToken)
	})
}

func TestASessionEndsNinetyDaysAfterSigningIn(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, s := w.arrive()
		end := w.clock.Now().Add(90 * day)
		for range 4 {
			w.clock.Advance(20 * day)
			s = w.refresh(s.RefreshToken)
		}
		if !s.RefreshExpiresAt.Equal(end) {
			t.Fatalf("expires at %v, not %v", s.RefreshExpiresAt, end)
		}
		w.clock.Advance(10 * day)
		w.wantRefused(s.RefreshToken)
	})
}

func TestWhatIsNoRefreshTokenIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, token := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 1<<20), strings.Repeat("\xff", 43), strings.Repeat("\x00", 43)} {
			w.wantRefused(token)
			_, err := w.RefreshShared(t.Context(), token, laptop)
			w.wantEnded(err)
			if err := w.SignOut(t.Context(), token); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestOfParallelRefreshesExactlyOneWins(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, s := w.arrive()
		var won, refused atomic.Int64
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				switch _, err := w.Refresh(t.Context(), s.RefreshToken, laptop); errs.CodeOf(err) {
				case "":
					won.Add(1)
				case errs.Unauthenticated:
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 || refused.Load() != 7 {
			t.Fatalf("%d won, %d refused", won.Load(), refused.Load())
		}
	})
}

func TestAPagesParallelRefreshesShareOneAnswer(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, s := w.arrive()
		answers := make([]account.Session, 8)
		var wait sync.WaitGroup
		for i := range answers {
			wait.Go(func() {
				var err error
				if answers[i], err = w.RefreshShared(t.Context(), s.RefreshToken, laptop); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		w.clock.Advance(9 * time.Second)
		late, err := w.RefreshShared(t.Context(), s.RefreshToken, laptop)
		if err != nil {
			t.Fatal(err)
		}
		for _, answer := range answers {
			if answer != late {
				t.Fatalf("%+v differs from %+v", answer, late)
			}
		}
		if n := w.count(`SELECT count(*) FROM refresh_tokens`); n != 2 {
			t.Fatalf("%d tokens were made", n)
		}
		w.refresh(late.RefreshToken)
	})
}

func TestASharedAnswerIsForgottenAfterTenSeconds(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, s := w.arrive()
		next, err := w.RefreshShared(t.Context(), s.RefreshToken, laptop)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(10 * time.Second)
		_, err = w.RefreshShared(t.Context(), s.RefreshToken, laptop)
		w.wantEnded(err)
		w.wantRefused(next.RefreshToken)
		w.wantAudited("refresh_token.reused")
	})
}

func TestASharedAnswerIsNotForAnotherUserAgent(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, s := w.arrive()
		if _, err := w.RefreshShared(t.Context(), s.RefreshToken, laptop); err != nil {
			t.Fatal(err)
		}
		_, err := w.RefreshShared(t.Context(), s.RefreshToken, account.Client{Address: laptop.Address, UserAgent: "curl"})
		w.wantEnded(err)
		w.wantAudited("refresh_token.reused")
		_, err = w.RefreshShared(t.Context(), s.RefreshToken, laptop)
		w.wantEnded(err) // the family is gone, so the remembered answer is too
	})
}
