package account

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
)

const (
	keyLife     = 30 * 24 * time.Hour // that a key signs
	keyGrace    = 24 * time.Hour      // that it verifies after the next one took over
	reloadEvery = time.Second
)

// signingKey is a key that access tokens are signed with. It is stored in clear: whoever reads the database has all it protects.
type signingKey struct {
	id        string
	seed      []byte
	private   ed25519.PrivateKey
	createdAt time.Time
}

func newSigningKey(now time.Time) signingKey {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed) //nolint:errcheck // never fails
	return signingKey{id: ids.New(), seed: seed, private: ed25519.NewKeyFromSeed(seed), createdAt: now}
}

func (k signingKey) text() string { return base64.StdEncoding.EncodeToString(k.seed) }

func parseSigningKey(id, text string, createdAt time.Time) (signingKey, error) {
	seed, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(seed) != ed25519.SeedSize {
		return signingKey{}, fmt.Errorf("signing key %s is damaged", id)
	}
	return signingKey{id: id, seed: seed, private: ed25519.NewKeyFromSeed(seed), createdAt: createdAt}, nil
}

// derive returns 256 bits that nobody without the key can know.
func (k signingKey) derive(what string) []byte {
	mac := hmac.New(sha256.New, k.seed)
	mac.Write([]byte(what))
	return mac.Sum(nil)
}

// keySet is all keys that are stored, the oldest first. It does not change.
type keySet []signingKey

func (s keySet) newest() (signingKey, bool) {
	if len(s) == 0 {
		return signingKey{}, false
	}
	return s[len(s)-1], true
}

// verifier returns the key with the given id while it may verify.
func (s keySet) verifier(id string, now time.Time) (signingKey, bool) {
	for i, key := range s {
		if key.id != id {
			continue
		}
		retired := i+1 < len(s) && now.Sub(s[i+1].createdAt) > keyGrace
		return key, !retired
	}
	return signingKey{}, false
}

func (s keySet) has(id string) bool {
	for _, key := range s {
		if key.id == id {
			return true
		}
	}
	return false
}

// keyring keeps the stored keys in memory and makes new ones when it is time.
type keyring struct {
	db     *db.DB
	clock  clock.Clock
	keys   atomic.Pointer[keySet]
	making sync.Mutex

	reloading  sync.Mutex
	reloadedAt time.Time
}

func newKeyring(d *db.DB, clock clock.Clock) *keyring {
	k := &keyring{db: d, clock: clock}
	k.keys.Store(&keySet{})
	return k
}

// signer returns the key to sign with, made where there is none or the newest is thirty days old. It must not be called inside a
// transaction.
func (k *keyring) signer(ctx context.Context) (signingKey, error) {
	if key, ok := k.keys.Load().newest(); ok && k.clock.Now().Sub(key.createdAt) < keyLife {
		return key, nil
	}
	k.making.Lock()
	defer k.making.Unlock()
	var keys keySet
	err := k.db.Tx(ctx, func(tx *db.Tx) (err error) {
		keys, err = currentKeys(ctx, tx)
		return err
	})
	if err != nil {
		return signingKey{}, err
	}
	k.keys.Store(&keys)
	key, _ := keys.newest()
	return key, nil
}

// currentKeys returns the stored keys, the last of which is fit to sign. Nodes take turns in it.
func currentKeys(ctx context.Context, tx *db.Tx) (keySet, error) {
	if err := lockKeys(ctx, tx); err != nil {
		return nil, err
	}
	keys, err := readKeys(ctx, tx)
	if err != nil {
		return nil, err
	}
	if newest, ok := keys.newest(); ok && tx.Now.Sub(newest.createdAt) < keyLife {
		return keys, nil
	}
	for len(keys) > 1 && tx.Now.Sub(keys[1].createdAt) > keyGrace {
		if err := deleteKey(ctx, tx, keys[0].id); err != nil {
			return nil, err
		}
		keys = keys[1:]
	}
	key := newSigningKey(tx.Now)
	return append(keys, key), insertKey(ctx, tx, key)
}

// verifier returns the key with the given id, and false where there is none or it was retired. It asks the database only about an
// id that is not known here, which is another node's new key or somebody's invention, and at most once a second.
func (k *keyring) verifier(ctx context.Context, id string) (signingKey, bool, error) {
	now := k.clock.Now()
	if keys := *k.keys.Load(); keys.has(id) {
		key, ok := keys.verifier(id, now)
		return key, ok, nil
	}
	k.reloading.Lock()
	defer k.reloading.Unlock()
	if k.reloadedAt.IsZero() || now.Sub(k.reloadedAt) >= reloadEvery {
		keys, err := readKeys(ctx, k.db)
		if err != nil {
			return signingKey{}, false, err
		}
		k.reloadedAt = now
		k.keys.Store(&keys)
	}
	key, ok := k.keys.Load().verifier(id, now)
	return key, ok, nil
}
