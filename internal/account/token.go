package account

import (
	"context"
	"crypto/rand"
	"math/big"
	"strings"
	"sync"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

const (
	tokenPrefix   = "kh_"
	tokenDigits   = 43 // what 32 bytes take in base 62
	maxTokenDays  = 365
	maxTokens     = 50 // an account's at a time
	tokenCached   = 30 * time.Second
	tokenTouched  = time.Minute
	maxTokenCache = 10_000
)

// Token is a personal access token as its owner sees it; the secret itself is shown once, when it is made.
type Token struct {
	ID         string
	Name       string
	CreatedAt  time.Time
	ExpiresAt  time.Time // zero: never
	LastUsedAt time.Time // zero: not yet; exact to a minute
}

// formatToken writes 32 bytes as a token, always of the same length.
func formatToken(secret []byte) string {
	digits := new(big.Int).SetBytes(secret).Text(62)
	return tokenPrefix + strings.Repeat("0", tokenDigits-len(digits)) + digits
}

// IsToken says whether a bearer's credential has the form of a personal access token, and so is for AuthenticateToken.
func IsToken(plain string) bool {
	digits, found := strings.CutPrefix(plain, tokenPrefix)
	if !found || len(digits) != tokenDigits {
		return false
	}
	for i := range len(digits) {
		if !asciiLetterOrDigit(digits[i]) {
			return false
		}
	}
	return true
}

// createdToken is what is remembered of a creation under its idempotency key: not the secret, but what it was derived from.
type createdToken struct {
	Token Token
	KeyID string
}

// CreateToken makes a personal access token for the actor and returns its secret, which is not stored. It expires after so many
// days, or never where that is 0. It returns unauthenticated for nobody, forbidden for an actor who speaks through such a token
// (a leaked one shall not outlive itself), invalid with the fields name and expires_in_days, and conflict where the actor has
// fifty or the idempotency key was used for something else.
//
// With an idempotency key the secret is derived from that key, a signing key and the token's id, so that the same request gets the
// same answer although nobody has stored it; gone where the signing key has been deleted since.
func (s *Service) CreateToken(ctx context.Context, actor Actor, name string, expiresInDays int, idempotencyKey string) (string, Token, error) {
	if err := requireSession(actor); err != nil {
		return "", Token{}, err
	}
	var f errs.Fields
	name = text.Check(&f, "name", name, tokenNameRules)
	if expiresInDays < 0 || expiresInDays > maxTokenDays {
		f.Add("expires_in_days", "account.token_days", errs.Args{"Max": maxTokenDays})
	}
	if err := f.Err(); err != nil {
		return "", Token{}, err
	}
	key, err := s.keys.signer(ctx)
	if err != nil {
		return "", Token{}, err
	}
	request := idempotency.Request{Scope: "account.create_token:" + actor.ID, Key: idempotencyKey, Body: []any{name, expiresInDays}}
	var answer createdToken
	var plain string
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		var replayed bool
		answer, replayed, err = idempotency.Run(ctx, tx, request, func() (createdToken, error) {
			token := Token{ID: ids.New(), Name: name, CreatedAt: tx.Now}
			if expiresInDays > 0 {
				token.ExpiresAt = tx.Now.AddDate(0, 0, expiresInDays)
			}
			var created createdToken
			plain, created, err = createToken(ctx, tx, actor, token, key, idempotencyKey)
			return created, err
		})
		if err == nil && replayed {
			plain, err = s.deriveAgain(ctx, answer, idempotencyKey)
		}
		return err
	})
	return plain, answer.Token, err
}

func requireSession(actor Actor) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if actor.SessionID == "" {
		return errs.New(errs.Forbidden, "account.session_needed")
	}
	return nil
}

func createToken(ctx context.Context, tx *db.Tx, actor Actor, token Token, key signingKey, idempotencyKey string) (string, createdToken, error) {
	if _, err := lockAccount(ctx, tx, actor.ID); err != nil {
		return "", createdToken{}, err
	}
	held, err := countTokens(ctx, tx, actor.ID)
	if err != nil {
		return "", createdToken{}, err
	}
	if held >= maxTokens {
		return "", createdToken{}, errs.New(errs.Conflict, "account.too_many_tokens").With(errs.Args{"Max": maxTokens})
	}
	plain := deriveToken(key, token.ID, idempotencyKey)
	if idempotencyKey == "" {
		secret := make([]byte, 32)
		rand.Read(secret) //nolint:errcheck // never fails
		plain = formatToken(secret)
	}
	if err := insertToken(ctx, tx, actor.ID, token, hashSecret(plain)); err != nil {
		return "", createdToken{}, err
	}
	entry := audit.Entry{ActorID: actor.ID, Action: "access_token.created", SubjectKind: "access_token", SubjectID: token.ID}
	return plain, createdToken{Token: token, KeyID: key.id}, audit.Write(ctx, tx, entry)
}

func deriveToken(key signingKey, tokenID, idempotencyKey string) string {
	return formatToken(key.derive("personal access token " + tokenID + " " + idempotencyKey))
}

func (s *Service) deriveAgain(ctx context.Context, created createdToken, idempotencyKey string) (string, error) {
	key, _, err := s.keys.verifier(ctx, created.KeyID) // a retired one will do
	if err != nil {
		return "", err
	}
	if key.id == "" {
		return "", errs.New(errs.Gone, "account.token_shown_once")
	}
	return deriveToken(key, created.Token.ID, idempotencyKey), nil
}

// ListTokens returns the actor's personal access tokens that are not revoked, the newest first. It returns unauthenticated for
// nobody.
func (s *Service) ListTokens(ctx context.Context, actor Actor) ([]Token, error) {
	if err := actor.Require(); err != nil {
		return nil, err
	}
	return tokensOf(ctx, s.db, actor.ID)
}

// RevokeToken ends one of the actor's personal access tokens: at once on this node, within half a minute on others. It returns
// unauthenticated for nobody, and not_found for a token that was revoked or is somebody else's.
func (s *Service) RevokeToken(ctx context.Context, actor Actor, id string) error {
	if err := actor.Require(); err != nil {
		return err
	}
	if !ids.Valid(id) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		token, found, err := revokeToken(ctx, tx, actor.ID, id)
		if err != nil {
			return err
		}
		if !found {
			return errs.New(errs.NotFound, "error.not_found")
		}
		return s.tokenRevoked(ctx, tx, actor.ID, token)
	})
}

func (s *Service) tokenRevoked(ctx context.Context, tx *db.Tx, accountID string, token revokedToken) error {
	now := tx.Now
	tx.AfterCommit(func() { s.tokens.revoke(token.hash, now) })
	return audit.Write(ctx, tx, audit.Entry{ActorID: accountID, Action: "access_token.revoked", SubjectKind: "access_token", SubjectID: token.id})
}

// AuthenticateToken returns who holds a personal access token, remembered for half a minute. It returns unauthenticated for a
// token that is unknown, has expired or was revoked.
func (s *Service) AuthenticateToken(ctx context.Context, plain string) (Actor, error) {
	refused := errs.New(errs.Unauthenticated, "account.token_refused")
	if !IsToken(plain) {
		return Actor{}, refused
	}
	hash, now := hashSecret(plain), s.clock.Now()
	known, found := s.tokens.get(hash, now)
	if !found {
		stored, err := tokenByHash(ctx, s.db, hash)
		if err != nil {
			return Actor{}, err
		}
		if !stored.expiresAt.IsZero() && !now.Before(stored.expiresAt) {
			return Actor{}, refused
		}
		if stored.actor.SignedIn() && now.Sub(stored.lastUsedAt) >= tokenTouched {
			if err := s.db.Tx(ctx, func(tx *db.Tx) error { return touchToken(ctx, tx, hash) }); err != nil {
				return Actor{}, err
			}
		}
		known = cachedToken{actor: stored.actor, expiresAt: stored.expiresAt, until: now.Add(tokenCached)}
		if known.actor.SignedIn() {
			known = s.tokens.put(hash, known, now)
		}
	}
	if !known.actor.SignedIn() || !known.expiresAt.IsZero() && !now.Before(known.expiresAt) {
		return Actor{}, refused
	}
	return known.actor, nil
}

// tokenCache remembers whom tokens belong to, by hash, for a while.
type tokenCache struct {
	mu     sync.Mutex
	tokens map[string]cachedToken
}

// cachedToken says whose a token is; nobody's, where it was revoked here.
type cachedToken struct {
	actor     Actor
	expiresAt time.Time
	until     time.Time
}

func newTokenCache() *tokenCache { return &tokenCache{tokens: make(map[string]cachedToken)} }

func (c *tokenCache) get(hash string, now time.Time) (cachedToken, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	token, found := c.tokens[hash]
	return token, found && now.Before(token.until)
}

// put remembers a token and returns what holds, which is that it was revoked where that happened since the database was read.
func (c *tokenCache) put(hash string, token cachedToken, now time.Time) cachedToken {
	c.mu.Lock()
	defer c.mu.Unlock()
	if before, found := c.tokens[hash]; found && now.Before(before.until) && !before.actor.SignedIn() {
		return before
	}
	c.makeRoom(now)
	c.tokens[hash] = token
	return token
}

func (c *tokenCache) revoke(hash string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.makeRoom(now)
	c.tokens[hash] = cachedToken{until: now.Add(tokenCached)}
}

// makeRoom drops what is out of date when there is too much, or else everything but what was revoked.
func (c *tokenCache) makeRoom(now time.Time) {
	if len(c.tokens) < maxTokenCache {
		return
	}
	for hash, token := range c.tokens {
		if !now.Before(token.until) {
			delete(c.tokens, hash)
		}
	}
	if len(c.tokens) < maxTokenCache {
		return
	}
	for hash, token := range c.tokens {
		if token.actor.SignedIn() {
			delete(c.tokens, hash)
		}
	}
}
