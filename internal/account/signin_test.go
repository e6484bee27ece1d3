package account_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"

	"github.com/alexedwards/argon2id"
)

func (w world) try(password string) error {
	_, err := w.SignIn(w.t.Context(), email, password, laptop)
	return err
}

func TestSigningInGivesTokensThatSayWhoItIs(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.signUp(amina())
		s := w.signIn()
		if s.Account != a || !s.AccessExpiresAt.Equal(w.clock.Now().Add(15*time.Minute)) || !s.RefreshExpiresAt.Equal(w.clock.Now().Add(30*day)) {
			t.Fatalf("got %+v", s)
		}
		actor, err := w.Authenticate(t.Context(), s.AccessToken)
		if err != nil || actor != (account.Actor{ID: a.ID, Role: account.Customer, SessionID: s.ID}) {
			t.Fatalf("%+v, %v", actor, err)
		}
		if found := w.secretsStored(s.RefreshToken, s.AccessToken); found != nil {
			t.Fatalf("secrets stand in clear in %v", found)
		}
	})
}

func TestAnUnknownAddressAndAWrongPasswordGetTheSameAnswer(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		_, unknown := w.SignIn(t.Context(), "nobody@example.ma", password, laptop)
		wrong := w.try("wrong password")
		want(t, unknown, errs.Unauthenticated, "account.wrong_credentials")
		want(t, wrong, errs.Unauthenticated, "account.wrong_credentials")
		if unknown.Error() != wrong.Error() {
			t.Fatalf("%v differs from %v", unknown, wrong)
		}
	})
}

func TestWhatCannotBeASignInIsInvalidAndNotCounted(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, c := range []struct{ email, password, field, key string }{
			{"x", password, "email", "account.email_malformed"},
			{"a\xff@example.ma", password, "email", "account.email_malformed"},
			{email, "", "password", "account.password_missing"},
			{email, strings.Repeat("x", 201), "password", "account.password_too_long"},
		} {
			_, err := w.SignIn(t.Context(), c.email, c.password, laptop)
			wantField(t, err, c.field, c.key)
		}
		for _, odd := range []string{"\xff\xfe", "\x00", "\u202e"} {
			want(t, w.try(odd), errs.Unauthenticated, "account.wrong_credentials")
		}
		if n := w.count(`SELECT count(*) FROM sign_in_failures`); n != 1 {
			t.Fatalf("failures of %d addresses are counted", n)
		}
	})
}

func TestAPasswordIsTheSameHoweverItsLettersAreComposed(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		n := amina()
		n.Password = "thé à la menthe"
		w.signUp(n)
		if err := w.try("the\u0301 a\u0300 la menthe"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFiveFailuresLockTheAddressEvenForTheRightPassword(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		for range 5 {
			want(t, w.try("wrong password"), errs.Unauthenticated, "account.wrong_credentials")
			w.clock.Advance(time.Minute)
		}
		e := want(t, w.try(password), errs.RateLimited, "account.locked")
		if e.Args["Seconds"] != 600 || e.Args["Count"] != 10 {
			t.Fatalf("args %v", e.Args)
		}
		want(t, w.try("wrong password"), errs.RateLimited, "account.locked")
		if sent := w.mail.of(account.MailSignInLocked); len(sent) != 1 {
			t.Fatalf("mailed %v", sent)
		}
		w.wantAudited("sign_in.locked")
		w.clock.Advance(10 * time.Minute)
		if err := w.try(password); err != nil {
			t.Fatal(err)
		}
		for range 4 { // the success has reset the count
			want(t, w.try("wrong password"), errs.Unauthenticated, "account.wrong_credentials")
		}
		if err := w.try(password); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnAddressThatNobodyHasIsLockedToo(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for range 5 {
			want(t, w.try("wrong password"), errs.Unauthenticated, "account.wrong_credentials")
		}
		want(t, w.try("wrong password"), errs.RateLimited, "account.locked")
		if len(w.mail.sent) != 0 {
			t.Fatalf("mailed %v", w.mail.sent)
		}
	})
}

func TestTheLockOfOneAddressIsNotAnothers(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		for range 6 {
			_, err := w.SignIn(t.Context(), "other@example.ma", "wrong password", laptop)
			if err == nil {
				t.Fatal("let in")
			}
		}
		if err := w.try(password); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOfManyTriesAtOnceNoMoreThanFiveAreAnswered(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		var answered, locked atomic.Int64
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				switch err := w.try("wrong password"); errs.CodeOf(err) {
				case errs.Unauthenticated:
					answered.Add(1)
				case errs.RateLimited:
					locked.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if answered.Load() != 5 || locked.Load() != 15 {
			t.Fatalf("%d answered, %d locked", answered.Load(), locked.Load())
		}
	})
}

func TestManySignInsOfOnePersonAtOnceAllSucceed(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		var wait sync.WaitGroup
		for range 12 {
			wait.Go(func() {
				if err := w.try(password); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := w.count(`SELECT count(*) FROM sessions`); n != 12 {
			t.Fatalf("%d sessions", n)
		}
	})
}

func TestAnOldHashIsRenewedAtSignIn(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		stored := func() (hash string) {
			if err := w.db.QueryRow(t.Context(), `SELECT password_hash FROM accounts`).Scan(&hash); err != nil {
				t.Fatal(err)
			}
			return hash
		}
		w.signIn()
		before := stored()
		config := w.config()
		config.Hashing = &argon2id.Params{Memory: 16, Iterations: 2, Parallelism: 1, SaltLength: 8, KeyLength: 16}
		w.Service = account.New(config)
		want(t, w.try("wrong password"), errs.Unauthenticated, "account.wrong_credentials")
		if stored() != before {
			t.Fatal("a wrong password renewed the hash")
		}
		w.signIn()
		if after := stored(); !strings.Contains(after, "m=16,t=2") {
			t.Fatalf("still %s", after)
		}
		w.signIn()
	})
}

func TestWhatAClientSaysOfItselfIsCleanedAndCut(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		client := account.Client{Address: strings.Repeat("1", 1000), UserAgent: "Evil\x00\xff\u202e\r\n" + strings.Repeat("x", 1000)}
		s, err := w.SignIn(t.Context(), email, password, client)
		if err != nil {
			t.Fatal(err)
		}
		sessions, err := w.Sessions(t.Context(), actorOf(s))
		if err != nil || len(sessions) != 1 {
			t.Fatal(sessions, err)
		}
		if got := sessions[0]; len(got.Address) != 64 || len(got.UserAgent) != 300 || !strings.HasPrefix(got.UserAgent, "Evilxxx") {
			t.Fatalf("got %+v", got)
		}
	})
}
