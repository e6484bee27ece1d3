package account_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"

	"github.com/golang-jwt/jwt/v5"
)

// key is the one signing key that is stored.
func (w world) key() (kid string, private ed25519.PrivateKey) {
	w.t.Helper()
	var seed string
	if err := w.db.QueryRow(w.t.Context(), `SELECT kid, private_key FROM signing_keys ORDER BY created_at DESC LIMIT 1`).Scan(&kid, &seed); err != nil {
		w.t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(seed)
	if err != nil {
		w.t.Fatal(err)
	}
	return kid, ed25519.NewKeyFromSeed(raw)
}

func (w world) claims(actor account.Actor) jwt.MapClaims {
	now := w.clock.Now()
	return jwt.MapClaims{"sub": actor.ID, "role": "customer", "sid": actor.SessionID, "iss": "khadamat", "aud": "khadamat", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
}

func forge(t *testing.T, method jwt.SigningMethod, kid any, key any, claims jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	if kid != nil {
		token.Header["kid"] = kid
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func without(claims jwt.MapClaims, name string) jwt.MapClaims { return with(claims, name, nil) }

func with(claims jwt.MapClaims, name string, value any) jwt.MapClaims {
	changed := jwt.MapClaims{}
	for k, v := range claims {
		changed[k] = v
	}
	if changed[name] = value; value == nil {
		delete(changed, name)
	}
	return changed
}

func TestOnlyOurOwnFreshTokensAreBelieved(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, s := w.arrive()
		kid, private := w.key()
		_, stranger, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		good := w.claims(actor)
		eddsa := jwt.SigningMethodEdDSA
		if got, err := w.Authenticate(t.Context(), forge(t, eddsa, kid, private, good)); err != nil || got != actor {
			t.Fatalf("the proof of this test: %+v, %v", got, err)
		}
		parts := strings.Split(s.AccessToken, ".")
		for about, token := range map[string]string{
			"empty":                         "",
			"not a token":                   "a.b.c",
			"over-long":                     s.AccessToken + strings.Repeat("A", 1<<20),
			"invalid UTF-8":                 "\xff.\xff.\xff",
			"tampered payload":              parts[0] + "." + payload(t, with(good, "role", "admin")) + "." + parts[2],
			"tampered signature":            parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
			"no signature":                  parts[0] + "." + parts[1] + ".",
			"expired":                       forge(t, eddsa, kid, private, with(good, "exp", w.clock.Now().Unix())),
			"without expiry":                forge(t, eddsa, kid, private, without(good, "exp")),
			"other issuer":                  forge(t, eddsa, kid, private, with(good, "iss", "evil")),
			"other audience":                forge(t, eddsa, kid, private, with(good, "aud", "evil")),
			"without audience":              forge(t, eddsa, kid, private, without(good, "aud")),
			"not yet valid":                 forge(t, eddsa, kid, private, with(good, "nbf", w.clock.Now().Add(time.Hour).Unix())),
			"alg none":                      forge(t, jwt.SigningMethodNone, kid, jwt.UnsafeAllowNoneSignatureType, good),
			"HMAC with the public key":      forge(t, jwt.SigningMethodHS256, kid, []byte(private.Public().(ed25519.PublicKey)), good),
			"other key under our kid":       forge(t, eddsa, kid, stranger, good),
			"other key under its own kid":   forge(t, eddsa, ids.New(), stranger, good),
			"our key without a kid":         forge(t, eddsa, nil, private, good),
			"our key, a kid that is a list": forge(t, eddsa, []string{kid}, private, good),
			"a kid with a quote":            forge(t, eddsa, "' OR 1=1 --", private, good),
		} {
			_, err := w.Authenticate(t.Context(), token)
			if errs.CodeOf(err) != errs.Unauthenticated {
				t.Errorf("%s: %v", about, err)
			}
		}
		for _, missing := range []string{"sub", "sid"} {
			_, err := w.Authenticate(t.Context(), forge(t, eddsa, kid, private, without(good, missing)))
			if errs.CodeOf(err) != errs.Unauthenticated {
				t.Errorf("without %s: %v", missing, err)
			}
		}
	})
}

func payload(t *testing.T, claims jwt.MapClaims) string {
	t.Helper()
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func TestAnAccessTokenLivesFifteenMinutes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, s := w.arrive()
		w.clock.Set(s.AccessExpiresAt.Add(-time.Second))
		if _, err := w.Authenticate(t.Context(), s.AccessToken); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(s.AccessExpiresAt)
		_, err := w.Authenticate(t.Context(), s.AccessToken)
		want(t, err, errs.Unauthenticated, "error.unauthenticated")
	})
}

func TestKnownTokensAreCheckedWithoutTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, s := w.arrive()
		if err := w.db.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := w.Authenticate(t.Context(), s.AccessToken); err != nil || got != actor {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}

func TestTheKeyRotatesAfterThirtyDaysAndTheOldOneVerifiesADayLonger(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		oldID, old := w.key()
		w.clock.Advance(30*day - time.Second)
		w.signIn()
		if kid, _ := w.key(); kid != oldID {
			t.Fatal("the key rotated too early")
		}
		w.clock.Advance(time.Second)
		w.signIn()
		newID, _ := w.key()
		if newID == oldID {
			t.Fatal("the key did not rotate")
		}
		node := w.node()
		w.clock.Advance(day)
		for _, n := range []world{w, node} {
			if _, err := n.Authenticate(t.Context(), forge(t, jwt.SigningMethodEdDSA, oldID, old, w.claims(actor))); err != nil {
				t.Fatal(err)
			}
		}
		w.clock.Advance(time.Second)
		for _, n := range []world{w, node} {
			_, err := n.Authenticate(t.Context(), forge(t, jwt.SigningMethodEdDSA, oldID, old, w.claims(actor)))
			want(t, err, errs.Unauthenticated, "error.unauthenticated")
		}
	})
}

func TestNodesThatNeedAFirstKeyAtOnceMakeOne(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		nodes := []world{w.node(), w.node(), w.node(), w.node()}
		sessions := make([]account.Session, len(nodes))
		var wait sync.WaitGroup
		for i, n := range nodes {
			wait.Go(func() {
				var err error
				if sessions[i], err = n.SignIn(t.Context(), email, password, laptop); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := w.count(`SELECT count(*) FROM signing_keys`); n != 1 {
			t.Fatalf("%d keys", n)
		}
		for i, n := range nodes {
			if _, err := n.Authenticate(t.Context(), sessions[(i+1)%len(nodes)].AccessToken); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAnUnknownKeyIsLookedForOnceASecond(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, s := w.arrive()
		node := w.node()
		_, private := w.key()
		_, err := node.Authenticate(t.Context(), forge(t, jwt.SigningMethodEdDSA, ids.New(), private, w.claims(actor)))
		want(t, err, errs.Unauthenticated, "error.unauthenticated")
		if _, err := node.Authenticate(t.Context(), s.AccessToken); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(30 * day)
		rotated := w.signIn()
		_, err = node.Authenticate(t.Context(), forge(t, jwt.SigningMethodEdDSA, ids.New(), private, w.claims(actor)))
		want(t, err, errs.Unauthenticated, "error.unauthenticated") // this look has found the new key
		if _, err := node.Authenticate(t.Context(), rotated.AccessToken); err != nil {
			t.Fatal(err)
		}
	})
}

func TestInventedKeysDoNotReachTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		_, private := w.key()
		invent := func() error {
			_, err := w.Authenticate(t.Context(), forge(t, jwt.SigningMethodEdDSA, ids.New(), private, w.claims(actor)))
			return err
		}
		want(t, invent(), errs.Unauthenticated, "error.unauthenticated")
		if err := w.db.Close(); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			want(t, invent(), errs.Unauthenticated, "error.unauthenticated")
		}
		w.clock.Advance(time.Second)
		if err := invent(); errs.CodeOf(err) != errs.Internal {
			t.Fatalf("a second later the database is asked again, which fails: %v", err)
		}
	})
}
