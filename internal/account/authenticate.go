package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"

	"github.com/golang-jwt/jwt/v5"
)

const (
	issuer         = "khadamat"
	accessLife     = 15 * time.Minute
	maxAccessBytes = 2048
)

// claims are what an access token says, signed.
type claims struct {
	Role      Role   `json:"role"`
	SessionID string `json:"sid"`
	jwt.RegisteredClaims
}

// sign completes a session with its access token.
func (s *Service) sign(session Session, key signingKey) (Session, error) {
	now := s.clock.Now().Truncate(time.Second) // tokens tell whole seconds
	session.AccessExpiresAt = now.Add(accessLife)
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		Role: session.Account.Role, SessionID: session.ID,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{s.audience}, Subject: session.Account.ID,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(session.AccessExpiresAt),
		},
	})
	token.Header["kid"] = key.id
	var err error
	session.AccessToken, err = token.SignedString(key.private)
	return session, err
}

// Authenticate returns who holds an access token. It returns unauthenticated for a token that is damaged, expired, signed by a key
// or in a way that is not ours, or of a session that was revoked: at once where this node revoked it, within seconds where another
// did (see Watch). The role is the one at the time of signing. The database is asked only about keys that this node has not seen.
func (s *Service) Authenticate(ctx context.Context, accessToken string) (Actor, error) {
	if len(accessToken) > maxAccessBytes {
		return Actor{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	var unavailable error
	find := func(token *jwt.Token) (any, error) {
		id, _ := token.Header["kid"].(string)
		if !ids.Valid(id) {
			return nil, errors.New("no key id")
		}
		key, ok, err := s.keys.verifier(ctx, id)
		if err != nil {
			unavailable = err
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("no key %s", id)
		}
		return key.private.Public(), nil
	}
	var c claims
	_, err := jwt.ParseWithClaims(accessToken, &c, find,
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(issuer), jwt.WithAudience(s.audience),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(s.clock.Now), jwt.WithStrictDecoding())
	if unavailable != nil {
		return Actor{}, unavailable
	}
	if err != nil {
		return Actor{}, errs.Wrap(err, errs.Unauthenticated, "error.unauthenticated")
	}
	if c.Subject == "" || c.SessionID == "" || s.revoked.has(c.SessionID) {
		return Actor{}, errSessionEnded()
	}
	return Actor{ID: c.Subject, Role: c.Role, SessionID: c.SessionID}, nil
}
