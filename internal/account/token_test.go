package account_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func (w world) create(actor account.Actor, days int, key string) (string, account.Token) {
	w.t.Helper()
	plain, token, err := w.CreateToken(w.t.Context(), actor, "Mon script", days, key)
	if err != nil {
		w.t.Fatal(err)
	}
	return plain, token
}

func (w world) wantTokenRefused(plain string) {
	w.t.Helper()
	_, err := w.AuthenticateToken(w.t.Context(), plain)
	want(w.t, err, errs.Unauthenticated, "account.token_refused")
}

func TestATokenSpeaksForItsOwner(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		plain, token := w.create(actor, 30, "")
		if !account.IsToken(plain) || !strings.HasPrefix(plain, "kh_") || !token.ExpiresAt.Equal(w.clock.Now().Add(30*day)) || token.Name != "Mon script" {
			t.Fatalf("%s, %+v", plain, token)
		}
		got, err := w.AuthenticateToken(t.Context(), plain)
		if err != nil || got != (account.Actor{ID: actor.ID, Role: account.Customer}) {
			t.Fatalf("%+v, %v", got, err)
		}
		if found := w.secretsStored(plain, plain[3:]); found != nil {
			t.Fatalf("the token stands in clear in %v", found)
		}
		w.wantAudited("access_token.created")
		last := plain[len(plain)-1:]
		other := "0"
		if last == other {
			other = "1"
		}
		for _, unknown := range []string{"", "kh_", plain[:len(plain)-1], plain + "0", plain[:len(plain)-1] + other, "KH_" + plain[3:], strings.Repeat("x", 1<<20), "kh_" + strings.Repeat("\xff", 43)} {
			w.wantTokenRefused(unknown)
		}
	})
}

func TestATokenExpiresEvenWhileItIsRemembered(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		plain, _ := w.create(actor, 1, "")
		forever, _ := w.create(actor, 0, "")
		w.clock.Advance(day - time.Second)
		if _, err := w.AuthenticateToken(t.Context(), plain); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Second)
		w.wantTokenRefused(plain)
		w.clock.Advance(1000 * day)
		w.wantTokenRefused(plain)
		if _, err := w.AuthenticateToken(t.Context(), forever); err != nil {
			t.Fatal(err)
		}
	})
}

func TestARevokedTokenIsRefusedAtOnceHereAndSoonElsewhere(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		plain, token := w.create(actor, 0, "")
		node := w.node()
		for _, n := range []world{w, node} {
			if _, err := n.AuthenticateToken(t.Context(), plain); err != nil {
				t.Fatal(err)
			}
		}
		stranger := account.Actor{ID: ids.New(), Role: account.Admin, SessionID: ids.New()}
		for _, id := range []string{"", "\x00", "x", ids.New()} {
			want(t, w.RevokeToken(t.Context(), actor, id), errs.NotFound, "error.not_found")
		}
		want(t, w.RevokeToken(t.Context(), stranger, token.ID), errs.NotFound, "error.not_found")
		want(t, w.RevokeToken(t.Context(), account.Actor{}, token.ID), errs.Unauthenticated, "error.unauthenticated")
		if err := w.RevokeToken(t.Context(), actor, token.ID); err != nil {
			t.Fatal(err)
		}
		want(t, w.RevokeToken(t.Context(), actor, token.ID), errs.NotFound, "error.not_found")
		w.wantTokenRefused(plain)
		w.clock.Advance(30 * time.Second)
		w.wantTokenRefused(plain)
		node.wantTokenRefused(plain)
		if tokens, err := w.ListTokens(t.Context(), actor); err != nil || len(tokens) != 0 {
			t.Fatalf("%+v, %v", tokens, err)
		}
		w.wantAudited("access_token.revoked")
	})
}

func TestTheLastUseOfATokenIsKeptToAMinute(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		plain, _ := w.create(actor, 0, "")
		lastUse := func() time.Time {
			tokens, err := w.ListTokens(t.Context(), actor)
			if err != nil || len(tokens) != 1 {
				t.Fatalf("%+v, %v", tokens, err)
			}
			return tokens[0].LastUsedAt
		}
		if !lastUse().IsZero() {
			t.Fatal("used before it was")
		}
		start := w.clock.Now()
		for _, c := range []struct{ after, kept time.Duration }{{0, 0}, {40 * time.Second, 0}, {70 * time.Second, 70 * time.Second}} {
			w.clock.Set(start.Add(c.after))
			if _, err := w.AuthenticateToken(t.Context(), plain); err != nil {
				t.Fatal(err)
			}
			if got := lastUse(); !got.Equal(start.Add(c.kept)) {
				t.Fatalf("after %s the last use is %v", c.after, got)
			}
		}
	})
}

func TestCreatingATokenTwiceWithOneKeyGivesTheSameSecret(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		plain, token := w.create(actor, 7, "k1")
		w.clock.Advance(time.Hour)
		again, same := w.node().create(actor, 7, "k1")
		if again != plain || same != token {
			t.Fatalf("%+v and %+v", token, same)
		}
		_, _, err := w.CreateToken(t.Context(), actor, "Mon script", 8, "k1")
		want(t, err, errs.Conflict, "idempotency.other_body")
		if other, _ := w.create(actor, 7, "k2"); other == plain {
			t.Fatal("two tokens with one secret")
		}
		if _, err := w.AuthenticateToken(t.Context(), plain); err != nil {
			t.Fatal(err)
		}
		if found := w.secretsStored(plain[3:]); found != nil {
			t.Fatalf("the token stands in clear in %v", found)
		}
		if tokens, err := w.ListTokens(t.Context(), actor); err != nil || len(tokens) != 2 {
			t.Fatalf("%+v, %v", tokens, err)
		}
	})
}

func TestASecretIsNotShownAgainOnceItsKeyIsDeleted(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		w.create(actor, 0, "k1")
		for range 3 {
			w.clock.Advance(31 * day)
			w.signIn()
		}
		_, _, err := w.CreateToken(t.Context(), actor, "Mon script", 0, "k1")
		want(t, err, errs.Gone, "account.token_shown_once")
	})
}

func TestWhatCannotBeATokenIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		for _, c := range []struct {
			name  string
			days  int
			field string
			key   string
		}{
			{"", 0, "name", "text.required"},
			{strings.Repeat("x", 61), 0, "name", "text.too_long"},
			{"a\xff", 0, "name", "text.encoding"},
			{"a\x00", 0, "name", "text.control"},
			{"a\u202eb", 0, "name", "text.direction"},
			{"ok", -1, "expires_in_days", "account.token_days"},
			{"ok", 366, "expires_in_days", "account.token_days"},
		} {
			_, _, err := w.CreateToken(t.Context(), actor, c.name, c.days, "")
			wantField(t, err, c.field, c.key)
		}
		_, _, err := w.CreateToken(t.Context(), account.Actor{}, "ok", 0, "")
		want(t, err, errs.Unauthenticated, "error.unauthenticated")
		_, _, err = w.CreateToken(t.Context(), account.Actor{ID: actor.ID, Role: actor.Role}, "ok", 0, "")
		want(t, err, errs.Forbidden, "account.session_needed")
		for i := range 50 {
			if _, _, err := w.CreateToken(t.Context(), actor, fmt.Sprint("t", i), 1, ""); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err = w.CreateToken(t.Context(), actor, "one more", 1, "")
		want(t, err, errs.Conflict, "account.too_many_tokens")
		w.clock.Advance(day)
		w.create(actor, 1, "") // expired ones do not count
	})
}
