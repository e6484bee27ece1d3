package account

import (
	"context"
	"encoding/json"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// accountKept is how long another node may still see somebody as they were before a change.
const accountKept = 30 * time.Second

// Account returns the account with the given id, or not_found. What the cache remembers of it may be some seconds old where another
// node has changed it.
func (s *Service) Account(ctx context.Context, id string) (Account, error) {
	if !ids.Valid(id) {
		return Account{}, errs.New(errs.NotFound, "error.not_found")
	}
	if remembered, ok := s.remembered(ctx, id); ok {
		return remembered, nil
	}
	found, err := accountByID(ctx, s.db, id)
	if err != nil {
		return Account{}, err
	}
	s.remember(ctx, found)
	return found, nil
}

// ByEmail returns the account with an address, however it is typed, or not_found.
func (s *Service) ByEmail(ctx context.Context, email string) (Account, error) {
	folded, ok := ParseEmail(email)
	if !ok {
		return Account{}, errs.New(errs.NotFound, "error.not_found")
	}
	found, err := credentialsByEmail(ctx, s.db, folded)
	if err == nil && found.ID == "" {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return found.Account, err
}

func cacheKey(id string) string { return "account:" + id }

// remembered and the two below never fail: a cache that does not answer is one that remembers nothing.
func (s *Service) remembered(ctx context.Context, id string) (a Account, ok bool) {
	if s.cache == nil {
		return a, false
	}
	text, ok, err := s.cache.Get(ctx, cacheKey(id))
	return a, err == nil && ok && json.Unmarshal(text, &a) == nil
}

func (s *Service) remember(ctx context.Context, a Account) {
	if s.cache == nil {
		return
	}
	text, err := json.Marshal(a)
	if err == nil {
		err = s.cache.Set(ctx, cacheKey(a.ID), text, accountKept)
	}
	if err != nil {
		s.logger.WarnContext(ctx, "cannot remember an account", "error", err)
	}
}

// forget has the next look at an account see the change that tx makes to it.
func (s *Service) forget(ctx context.Context, tx *db.Tx, id string) {
	if s.cache == nil {
		return
	}
	tx.AfterCommit(func() {
		if err := s.cache.Delete(ctx, cacheKey(id)); err != nil {
			s.logger.WarnContext(ctx, "cannot forget an account", "error", err)
		}
	})
}

// WithRole lists the accounts in good standing that have one of the roles, by id.
func (s *Service) WithRole(ctx context.Context, roles ...Role) ([]Account, error) {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return accountsWithRole(ctx, s.db, names)
}
