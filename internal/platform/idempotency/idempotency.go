// Package idempotency makes a creation that is asked for twice happen once. The key is taken in the transaction of the creation
// itself, so there is no moment in which one exists without the other.
package idempotency

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// MaxKeyLength bounds a key, in bytes.
const MaxKeyLength = 200

// Request is what the asker calls this creation. Without a Key every request is a new one.
type Request struct {
	Scope string // who asks and for what, e.g. "booking.request:<account id>"
	Key   string // the asker's own
	Body  any    // what is asked for; the same key with another body is refused
}

// Run runs create unless the same request was answered before, in which case it returns that answer and true. It returns
// conflict where the key was used for another body, and invalid where the key is unusable.
func Run[T any](ctx context.Context, tx *db.Tx, request Request, create func() (T, error)) (answer T, replayed bool, err error) {
	if request.Key == "" {
		answer, err = create()
		return answer, false, err
	}
	if answer, replayed, err = Answer[T](ctx, tx, request); replayed || err != nil {
		return answer, replayed, err
	}
	if answer, err = create(); err != nil {
		return answer, false, err
	}
	if err = Keep(ctx, tx, request, answer); errors.Is(err, ErrRaced) {
		err = db.ErrAgain
	}
	return answer, false, err
}

// ErrRaced says that the same request got ahead in another transaction: Answer knows its answer now.
var ErrRaced = errors.New("idempotency: the same request got ahead")

// Keep stores the answer of a request that Answer did not know, as part of the creation. It returns ErrRaced where the same request
// was answered meanwhile; the creation must then be undone.
func Keep(ctx context.Context, tx *db.Tx, request Request, answer any) error {
	if request.Key == "" {
		return nil
	}
	hash, err := hashOf(request.Body)
	if err != nil {
		return err
	}
	result, err := db.JSON(answer)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO idempotency_keys (scope, key, request_hash, result, created_at) VALUES ($1, $2, $3, $4, $5)`,
		request.Scope, request.Key, hash, result, db.At(tx.Now))
	if db.IsUnique(err) {
		return ErrRaced
	}
	return err
}

// Answer returns what the same request was answered before, and whether it was. It returns the errors of Run.
func Answer[T any](ctx context.Context, q db.Querier, request Request) (answer T, found bool, err error) {
	if request.Key == "" {
		return answer, false, nil
	}
	if len(request.Key) > MaxKeyLength || !printable(request.Key) {
		return answer, false, errs.New(errs.Invalid, "idempotency.unusable_key")
	}
	hash, err := hashOf(request.Body)
	if err != nil {
		return answer, false, err
	}
	var before, result string
	err = q.QueryRow(ctx, `SELECT request_hash, result FROM idempotency_keys WHERE scope = $1 AND key = $2`, request.Scope, request.Key).Scan(&before, &result)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return answer, false, nil
	case err != nil:
		return answer, false, err
	case before != hash:
		return answer, false, errs.New(errs.Conflict, "idempotency.other_body")
	}
	return answer, true, json.Unmarshal([]byte(result), &answer)
}

// ForgetOf deletes what one asker was answered, as part of tx: answers hold what was asked for. The asker is what their scopes end with,
// after a colon.
func ForgetOf(ctx context.Context, tx *db.Tx, asker string) error {
	_, err := tx.Exec(ctx, `DELETE FROM idempotency_keys WHERE scope LIKE $1`, "%:"+asker)
	return err
}

// Forget removes keys that are older than age.
func Forget(ctx context.Context, d *db.DB, age time.Duration) error {
	return d.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM idempotency_keys WHERE created_at < $1`, db.At(tx.Now.Add(-age)))
		return err
	})
}

func hashOf(body any) (string, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

func printable(key string) bool {
	for i := range len(key) {
		if key[i] < 0x20 || key[i] > 0x7e {
			return false
		}
	}
	return true
}
