package account_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"

	"github.com/alexedwards/argon2id"
)

const (
	email    = "amina@example.ma"
	password = "trois tasses de menthe"
)

var (
	cheap  = &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16}
	laptop = account.Client{Address: "192.0.2.1", UserAgent: "Firefox"}
)

// world is a service on a database of its own, with what it mailed and logged.
type world struct {
	*account.Service
	t     *testing.T
	db    *db.DB
	clock *clock.Manual
	mail  *outbox
	log   *lockedBuffer
}

// each runs test on both engines.
func each(t *testing.T, test func(t *testing.T, w world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) { test(t, newWorld(t, d, now)) })
}

func newWorld(t *testing.T, d *db.DB, now *clock.Manual) world {
	w := world{t: t, db: d, clock: now, mail: &outbox{}, log: &lockedBuffer{}}
	w.Service = account.New(w.config())
	return w
}

func (w world) config() account.Config {
	remembers, err := cache.NewMemory(1<<20, w.clock)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(remembers.Close)
	return account.Config{
		DB: w.db, Clock: w.clock, Mailer: w.mail, Hashing: cheap, Cache: remembers,
		Logger: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
}

// node is a second process on the same database.
func (w world) node() world {
	w.Service = account.New(w.config())
	return w
}

type sentMail struct {
	to, template, token string
}

// outbox keeps what is mailed, once it is committed.
type outbox struct {
	mu   sync.Mutex
	sent []sentMail
}

func (o *outbox) Mail(_ context.Context, tx *db.Tx, accountID, template string, args map[string]string) error {
	tx.AfterCommit(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.sent = append(o.sent, sentMail{accountID, template, args["token"]})
	})
	return nil
}

func (o *outbox) Post(_ context.Context, tx *db.Tx, letter account.Letter) error {
	tx.AfterCommit(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		to := letter.AccountID
		if letter.Address != "" {
			to = letter.Address
		}
		o.sent = append(o.sent, sentMail{to, letter.Template, letter.Words["token"]})
	})
	return nil
}

func (o *outbox) of(template string) []sentMail {
	o.mu.Lock()
	defer o.mu.Unlock()
	var found []sentMail
	for _, m := range o.sent {
		if m.template == template {
			found = append(found, m)
		}
	}
	return found
}

func (w world) lastToken(template string) string {
	w.t.Helper()
	sent := w.mail.of(template)
	if len(sent) == 0 {
		w.t.Fatalf("no %s was mailed", template)
	}
	return sent[len(sent)-1].token
}

type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

func amina() account.NewAccount {
	return account.NewAccount{Email: email, Password: password, Name: "Amina El Fassi", Role: account.Customer, Language: "fr", TermsAccepted: true}
}

func (w world) signUp(n account.NewAccount) account.Account {
	w.t.Helper()
	a, err := w.SignUp(w.t.Context(), n)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w world) signIn() account.Session {
	w.t.Helper()
	s, err := w.SignIn(w.t.Context(), email, password, laptop)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// arrive signs Amina up and in.
func (w world) arrive() (account.Actor, account.Session) {
	w.t.Helper()
	w.signUp(amina())
	s := w.signIn()
	return actorOf(s), s
}

func actorOf(s account.Session) account.Actor {
	return account.Actor{ID: s.Account.ID, Role: s.Account.Role, SessionID: s.ID}
}

// want fails unless err has the code and the message key.
func want(t *testing.T, err error, code errs.Code, key string) *errs.Error {
	t.Helper()
	e, ok := err.(*errs.Error)
	if !ok || e.Code != code || e.Key != key {
		t.Fatalf("got %v, want %s: %s", err, code, key)
	}
	return e
}

func wantField(t *testing.T, err error, name, key string) {
	t.Helper()
	e := want(t, err, errs.Invalid, "error.invalid")
	if len(e.Fields) != 1 || e.Fields[0].Name != name || e.Fields[0].Key != key {
		t.Fatalf("got %v, want one complaint about %s: %s", e.Fields, name, key)
	}
}

// count returns the one number that a query selects.
func (w world) count(query string, args ...any) (n int) {
	w.t.Helper()
	if err := w.db.QueryRow(w.t.Context(), query, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w world) wantAudited(actions ...string) {
	w.t.Helper()
	for _, action := range actions {
		if w.count(`SELECT count(*) FROM audit_entries WHERE action = $1`, action) == 0 {
			w.t.Errorf("the audit log has no %s", action)
		}
	}
}

// secretsStored returns the tables that hold any of the secrets in clear.
func (w world) secretsStored(secrets ...string) (tables []string) {
	w.t.Helper()
	for _, from := range []string{
		"SELECT hash FROM refresh_tokens", "SELECT hash FROM mailed_tokens", "SELECT hash FROM access_tokens", "SELECT password_hash FROM accounts",
		"SELECT hash FROM challenges", "SELECT hash FROM recovery_codes", "SELECT hash FROM email_changes", "SELECT request_hash || COALESCE(result, '') FROM idempotency_keys", "SELECT data FROM audit_entries",
	} {
		rows, err := w.db.Query(w.t.Context(), from)
		if err != nil {
			w.t.Fatal(err)
		}
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				w.t.Fatal(err)
			}
			if slices.ContainsFunc(secrets, func(secret string) bool { return strings.Contains(text, secret) }) {
				tables = append(tables, from)
			}
		}
		if err := rows.Err(); err != nil {
			w.t.Fatal(err)
		}
		rows.Close()
	}
	return tables
}

const day = 24 * time.Hour
