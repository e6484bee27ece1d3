package account

import (
	"context"
	"errors"
	"net/mail"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"

	"github.com/alexedwards/argon2id"
	"pgregory.net/rapid"
)

func TestNoFifteenMinutesSeeMoreThanFiveFailures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f failures
		var through []time.Time
		now := dbtest.Start
		for range rapid.IntRange(1, 60).Draw(t, "tries") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(20*time.Minute)).Draw(t, "gap")))
			if f.refuse(now) != nil {
				continue
			}
			f.add(now)
			through = append(through, now)
			if n := len(through); n > maxFailures && now.Sub(through[n-1-maxFailures]) < failureWindow {
				t.Fatalf("six failures within %s", now.Sub(through[n-1-maxFailures]))
			}
		}
	})
}

func TestTheWaitGrowsToAnHourAndStartsAgainAfterAQuietDay(t *testing.T) {
	var f failures
	now := dbtest.Start
	fail := func() { // as often as it takes, at once
		for !f.add(now) {
		}
	}
	for i, wait := range []time.Duration{15, 15, 15, 15, 16, 32, 60, 60} { // minutes; the first would be 1, 2, 4 and 8
		fail()
		if got := f.locked(now); got != wait*time.Minute {
			t.Fatalf("lockout %d lasts %s, not %d minutes", i+1, got, wait)
		}
		now = f.lockedUntil
	}
	now = now.Add(quietPeriod)
	if fail(); f.lockouts != 1 || f.locked(now) != 15*time.Minute {
		t.Fatalf("lockout %d of %s after a quiet day", f.lockouts, f.locked(now))
	}
}

func TestFewFailuresLockNothing(t *testing.T) {
	var f failures
	now := dbtest.Start
	for range 40 {
		now = now.Add(4 * time.Minute)
		if f.add(now) || f.refuse(now) != nil {
			t.Fatal("locked, although no 15 minutes saw five failures")
		}
	}
}

func TestEMailAddressesHaveOneForm(t *testing.T) {
	for typed, want := range map[string]string{
		"a@b.ma":                               "a@b.ma",
		" Amina.El-Fassi+x@Example.MA ":        "amina.el-fassi+x@example.ma",
		"o'neil_%{}@mail.example.co.uk":        "o'neil_%{}@mail.example.co.uk",
		"a@Bücher.example":                     "a@xn--bcher-kva.example",
		"a@bu\u0308cher.example":               "a@xn--bcher-kva.example",
		"a@xn--bcher-kva.example":              "a@xn--bcher-kva.example",
		"a@المغرب.example":                     "a@xn--mgbc0a9azcg.example",
		"a@example.المغرب":                     "a@example.xn--mgbc0a9azcg",
		"a@1.2.example":                        "a@1.2.example",
		strings.Repeat("a", 64) + "@b.ma":      strings.Repeat("a", 64) + "@b.ma",
		"a@" + strings.Repeat("b", 63) + ".ma": "a@" + strings.Repeat("b", 63) + ".ma",
	} {
		if got, ok := ParseEmail(typed); !ok || got != want {
			t.Errorf("%q is %q, %v; want %q", typed, got, ok, want)
		}
	}
}

func TestWhatIsNoEMailAddressIsRefused(t *testing.T) {
	for _, typed := range []string{
		"", "@", "a", "a@", "@b.ma", "a@b", "a@@b.ma", "a@b@c.ma", "a b@c.ma", "a@b c.ma", ".a@b.ma", "a.@b.ma", "a..b@c.ma",
		"a@.ma", "a@b..ma", "a@b.ma.", "a@-b.ma", "a@b-.ma", "a@b_c.ma", "a@127.0.0.1", "a@[127.0.0.1]", "a@b.1", "a@b.m",
		`"a"@b.ma`, "a(x)@b.ma", "Amina <a@b.ma>", "a@b.ma,c@d.ma", "é@b.ma", "a@b.ma\n", "a\t@b.ma", "a@\u202eb.ma",
		"a@b\u200d.ma", "a@\u0301b.ma", "a@b\x00.ma", "a@\xff.ma", "a@ab--é.ma",
		strings.Repeat("a", 65) + "@b.ma", "a@" + strings.Repeat("b", 64) + ".ma",
		"a@" + strings.Repeat("b.", 126) + "ma", "a@" + strings.Repeat("é", 63) + ".ma", strings.Repeat("x", 1<<20),
	} {
		if got, ok := ParseEmail(typed); ok {
			t.Errorf("%.50q passes as %q", typed, got)
		}
	}
}

// The samples are those of RFC 3492, section 7.1, whose letters are lower case there.
func TestPunycodeIsThatOfTheRFC(t *testing.T) {
	for label, want := range map[string]string{
		"ليهمابتكلموشعربي؟":            "egbpdaj6bu4bxfgehfvwxn",
		"他们为什么不说中文":                    "ihqwcrb4cv8a8dqg056pqjye",
		"почемужеонинеговорятпорусски": "b1abfaaepdrnnbgefbadotcwatmq2g4l",
		"3年b組金八先生":                     "3b-ww4c5e180e575a65lsy2b",
		"bücher":                       "bcher-kva",
		"münchen":                      "mnchen-3ya",
	} {
		if got := punycode(label); got != want {
			t.Errorf("%s is %s, not %s", label, got, want)
		}
	}
}

func TestTheCommonPasswordsAreFoldedAndLongEnoughToMatter(t *testing.T) {
	if len(commonPasswords) < 200 {
		t.Fatalf("only %d", len(commonPasswords))
	}
	for password := range commonPasswords {
		if password != strings.ToLower(password) || utf8.RuneCountInString(password) < minPasswordRunes {
			t.Errorf("%q can never match", password)
		}
	}
}

func TestTooManyPasswordsAtOnceAreAskedToComeBack(t *testing.T) {
	h := newHashing(&argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16}, 1)
	leave, err := h.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	waiting, stop := context.WithCancel(t.Context())
	refused := make(chan error)
	for range queuedPerHasher + 5 {
		go func() { _, err := h.hash(waiting, "x"); refused <- err }()
	}
	for range 5 { // the place is taken and the queue is full
		if err := <-refused; errs.CodeOf(err) != errs.Unavailable {
			t.Fatal(err)
		}
	}
	stop()
	for range queuedPerHasher {
		if err := <-refused; errs.CodeOf(err) != errs.Unavailable {
			t.Fatal(err)
		}
	}
	leave()
	if _, err := h.hash(t.Context(), "x"); err != nil || h.queued.Load() != 0 {
		t.Fatalf("%v, %d still queued", err, h.queued.Load())
	}
}

func TestAnAccountThatDoesNotExistTakesTheSameHashing(t *testing.T) {
	h := newHashing(DefaultHashing, 1)
	hash, err := h.hash(t.Context(), "trois tasses")
	if err != nil {
		t.Fatal(err)
	}
	dummy, err := h.dummy()
	if err != nil {
		t.Fatal(err)
	}
	known, _, _, err := argon2id.DecodeHash(hash)
	if err != nil {
		t.Fatal(err)
	}
	unknown, _, _, err := argon2id.DecodeHash(dummy)
	if err != nil || *known != *unknown {
		t.Fatalf("%+v and %+v, %v", known, unknown, err)
	}
	if right, _, err := h.check(t.Context(), "", ""); right || err != nil {
		t.Fatalf("nobody's password was right: %v", err)
	}
}

func TestASignInThatAPasswordChangeOvertakesIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		s := New(Config{DB: d, Clock: now, Hashing: &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16}})
		made, err := s.EnsureAccount(t.Context(), NewAccount{Email: "a@b.ma", Password: "trois tasses", Name: "Amina", Role: Customer})
		if err != nil {
			t.Fatal(err)
		}
		checked, err := credentialsByEmail(t.Context(), d, "a@b.ma")
		if err != nil {
			t.Fatal(err)
		}
		change := func(tx *db.Tx) error { return updatePassword(t.Context(), tx, made.ID, "another hash") }
		if err := d.Tx(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if _, err := s.letIn(t.Context(), checked, "", "", Client{}); !errors.Is(err, errPasswordChanged) {
			t.Fatalf("let in: %v", err)
		}
		if sessions, err := s.Sessions(t.Context(), Actor{ID: made.ID}); err != nil || len(sessions) != 0 {
			t.Fatalf("%+v, %v", sessions, err)
		}
	})
}

func TestATokenRevokedWhileItIsReadIsNotRemembered(t *testing.T) {
	c, now := newTokenCache(), dbtest.Start
	read := cachedToken{actor: Actor{ID: "a"}, until: now.Add(tokenCached)}
	c.revoke("hash", now)
	if got := c.put("hash", read, now); got.actor.SignedIn() {
		t.Fatal("it still speaks for its owner")
	}
	if got, found := c.get("hash", now); !found || got.actor.SignedIn() {
		t.Fatalf("remembered: %+v, %v", got, found)
	}
}

func TestTheTokensRememberedAreBounded(t *testing.T) {
	c, now := newTokenCache(), dbtest.Start
	c.revoke("revoked", now)
	for i := range 3 * maxTokenCache {
		c.put(strconv.Itoa(i), cachedToken{actor: Actor{ID: "a"}, until: now.Add(tokenCached)}, now)
	}
	if _, found := c.get("revoked", now); !found || len(c.tokens) > maxTokenCache {
		t.Fatalf("%d tokens, the revoked one among them: %v", len(c.tokens), found)
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, seed := range []string{"a@b.ma", "A.B+c@Bücher.example", "a@المغرب.example", "a@b..c", "\"a\"@b.ma", "a@\xff.ma", "a@xn--80ak6aa92e.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		email, ok := ParseEmail(typed)
		if !ok {
			return
		}
		if len(email) > maxEmailBytes || strings.ToLower(email) != email {
			t.Fatalf("%q is too long or not folded", email)
		}
		parsed, err := mail.ParseAddress(email)
		if err != nil || parsed.Address != email {
			t.Fatalf("%q is not an address to net/mail: %v, %v", email, parsed, err)
		}
		if again, ok := ParseEmail(email); !ok || again != email {
			t.Fatalf("%q becomes %q, %v", email, again, ok)
		}
	})
}

func FuzzAuthenticate(f *testing.F) {
	now := clock.NewManual(dbtest.Start)
	s := New(Config{DB: dbtest.SQLite(f, now), Clock: now})
	key, err := s.keys.signer(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	good, err := s.sign(Session{ID: "s", Account: Account{ID: "a", Role: Customer}}, key)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{good.AccessToken, good.AccessToken[:20], "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "..", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		actor, err := s.Authenticate(t.Context(), token)
		switch {
		case token == good.AccessToken:
			if err != nil || actor.ID != "a" {
				t.Fatalf("the good one: %+v, %v", actor, err)
			}
		case errs.CodeOf(err) != errs.Unauthenticated || actor != Actor{}:
			t.Fatalf("%q: %+v, %v", token, actor, err)
		}
	})
}

func FuzzIsToken(f *testing.F) {
	zero := make([]byte, 32)
	f.Add(formatToken(zero), zero)
	f.Add("kh_", []byte("x"))
	f.Add("kh_"+strings.Repeat("\xff", 43), []byte(strings.Repeat("\xff", 32)))
	f.Fuzz(func(t *testing.T, plain string, secret []byte) {
		if IsToken(plain) && (len(plain) != 46 || strings.Trim(plain[3:], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "") {
			t.Fatalf("%q passes", plain)
		}
		if len(secret) == 32 && !IsToken(formatToken(secret)) {
			t.Fatalf("%x gives %q", secret, formatToken(secret))
		}
	})
}
