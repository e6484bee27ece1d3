package account

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"khadamat/internal/platform/errs"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// DefaultHashing is what OWASP recommends for argon2id at the least: 19 MiB, two passes, one lane.
var DefaultHashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// queuedPerHasher bounds how many wait for each place. At some thirty milliseconds a password the last of them waits a quarter of
// a minute, half the time that a request has: whoever presses a button in a rush gets in late rather than not at all.
const queuedPerHasher = 500

// hashing hashes passwords, a bounded number at a time: each takes a processor for some ten milliseconds and 19 MiB, so without a
// bound a burst of sign-ins would take the machine from everybody else.
type hashing struct {
	params *argon2id.Params
	places chan struct{}
	queued atomic.Int64
	dummy  func() (string, error)
}

func newHashing(params *argon2id.Params, places int) *hashing {
	if params == nil {
		params = DefaultHashing
	}
	if places <= 0 {
		places = runtime.NumCPU()
	}
	h := &hashing{params: params, places: make(chan struct{}, places)}
	h.dummy = sync.OnceValues(func() (string, error) { return argon2id.CreateHash(randomSecret(), params) })
	return h
}

// enter waits for a place and returns how to leave it, or unavailable where too many wait already or ctx ends first.
func (h *hashing) enter(ctx context.Context) (leave func(), err error) {
	if h.queued.Add(1) > int64(cap(h.places)*(1+queuedPerHasher)) {
		h.queued.Add(-1)
		return nil, errBusy()
	}
	select {
	case h.places <- struct{}{}:
		return func() { <-h.places; h.queued.Add(-1) }, nil
	case <-ctx.Done():
		h.queued.Add(-1)
		busy := errBusy()
		busy.Cause = ctx.Err()
		return nil, busy
	}
}

// errBusy asks to come back in a moment: by then the queue has been worked off.
func errBusy() *errs.Error {
	return errs.New(errs.Unavailable, "account.busy").With(errs.Args{"Seconds": 2})
}

// hash returns the hash of a password with the current parameters. It returns unavailable where too many are hashed already.
func (h *hashing) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(foldPassword(password), h.params)
}

// check says whether password is the hashed one, and whether the hash was made with other parameters than the current ones. An
// empty hash stands for an account that does not exist: it is never right, and takes as long. It returns unavailable where too
// many are hashed already.
func (h *hashing) check(ctx context.Context, password, hash string) (right, stale bool, err error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	known := hash != ""
	if !known {
		if hash, err = h.dummy(); err != nil {
			return false, false, err
		}
	}
	right, params, err := argon2id.CheckHash(foldPassword(password), hash)
	if err != nil {
		return false, false, err
	}
	return right && known, *params != *h.params, nil
}

// foldPassword gives the same bytes for the same characters, however the keyboard composes them.
func foldPassword(password string) string { return norm.NFC.String(password) }

// HashPassword returns the hash of a password as it is stored, for Insert. It does not judge the password. It returns unavailable
// where too many are hashed already.
func (s *Service) HashPassword(ctx context.Context, password string) (string, error) {
	return s.hashing.hash(ctx, password)
}
