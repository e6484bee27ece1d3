package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"time"

	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"

	"github.com/alexedwards/argon2id"
)

// Mailer sends mail to people. The mail is part of tx: where that is not committed, nothing is sent.
type Mailer interface {
	Mail(ctx context.Context, tx *db.Tx, accountID, template string, args map[string]string) error
	Post(ctx context.Context, tx *db.Tx, letter Letter) error
}

// Letter is a mail with more to it than words, or to another address than the account's.
type Letter struct {
	AccountID string
	Address   string // empty: the account's
	Template  string
	Words     map[string]string
	Moments   map[string]time.Time
}

// The templates that a Mailer must know.
const (
	MailVerifyEmail       = "verify_email"     // {token}
	MailResetPassword     = "reset_password"   // {token}
	MailPasswordChanged   = "password_changed" // no arguments
	MailSignInLocked      = "sign_in_locked"   // no arguments
	MailChangeEmail       = "change_email"     // {token, Email}, to the new address
	MailEmailChanged      = "email_changed"    // {Email}, to the old address
	MailSecondFactorOn    = "second_factor_on"
	MailSecondFactorOff   = "second_factor_off"
	MailRecoveryCodeUsed  = "recovery_code_used" // {Left}
	MailPasskeyAdded      = "passkey_added"      // {Passkey}
	MailAccountErased     = "account_erased"     // to the address the account had
	MailSanctionWarned    = "sanction_warned"    // {Reason}
	MailSanctionSuspended = "sanction_suspended" // {Reason, Until}
	MailSanctionBanned    = "sanction_banned"    // {Reason}
	MailSanctionLifted    = "sanction_lifted"
)

// Config says what a Service works with. DB, Clock and Mailer must be set.
type Config struct {
	DB     *db.DB
	Clock  clock.Clock
	Mailer Mailer
	Logger *slog.Logger // nil: the default one
	Cache  cache.Cache  // remembers who people are for some seconds; nil: nothing is remembered

	Standings Standings // is told whose standing changes; nil: nobody is

	Hashing  *argon2id.Params // nil: DefaultHashing
	Hashers  int              // passwords hashed at a time; 0: one a processor
	Audience string           // whom access tokens are for; empty: "khadamat"
	BaseURL  string           // where people reach the house, which passkeys are bound to; empty: there are none
}

// Service is everything that people do with their accounts. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	mailer  Mailer
	logger  *slog.Logger
	cache   cache.Cache
	hashing *hashing
	keys    *keyring
	revoked *revocations
	shared  *rotations
	tokens  *tokenCache

	standings Standings
	devices   authenticators // nil where there can be no passkeys
	holders   []Holder
	audience  string
}

// New returns a service. It does no I/O.
func New(config Config) *Service {
	s := &Service{
		db: config.DB, clock: config.Clock, mailer: config.Mailer, logger: config.Logger, cache: config.Cache, audience: config.Audience,
		hashing: newHashing(config.Hashing, config.Hashers),
		keys:    newKeyring(config.DB, config.Clock),
		revoked: newRevocations(),
		shared:  newRotations(),
		tokens:  newTokenCache(),

		standings: config.Standings,
		devices:   newAuthenticators(config.BaseURL),
	}
	s.holders = []Holder{own{s}}
	if s.logger == nil {
		s.logger = slog.Default()
	}
	if s.audience == "" {
		s.audience = issuer
	}
	return s
}

// watchEvery is how long a session that another node revoked may live on here.
const watchEvery = 5 * time.Second

// Watch learns of the sessions that other nodes revoke, until ctx ends. It also learns those that this node revoked before it was
// restarted, so it must run on a single node too. Errors are logged; the next round makes up for them.
func (s *Service) Watch(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		if err := s.LearnRevocations(ctx); err != nil && ctx.Err() == nil {
			s.logger.ErrorContext(ctx, "cannot read the revoked sessions", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// keepFailures is how long failed sign-ins are remembered; it must not be shorter than quietPeriod.
const keepFailures = 2 * quietPeriod

// Prune deletes what nobody needs any more: refresh tokens of sessions that ended, mailed tokens that expired, old failures. The
// sessions themselves stay a month longer. Call it once in a while, from one node or several.
func (s *Service) Prune(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error { return prune(ctx, tx) })
}

// randomSecret returns 256 random bits as text that is safe in addresses and cookies.
func randomSecret() string {
	secret := make([]byte, 32)
	rand.Read(secret) //nolint:errcheck // never fails
	return base64.RawURLEncoding.EncodeToString(secret)
}

// secretLength is the length of what randomSecret returns.
const secretLength = 43

// hashSecret is how secrets of full entropy are stored; for them a fast hash is as good as a slow one.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// secondsUntil returns the whole seconds to wait for d to pass, at least one.
func secondsUntil(d time.Duration) int {
	return max(1, int((d+time.Second-1)/time.Second))
}
