package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

const (
	ready     = "/ready"
	sealEvery = 100 * time.Millisecond // ten times as often as the house, so that kills hit it
)

// order asks for one operation: for a reversal where Back is not empty, else for a transaction.
type order struct {
	Transaction ledger.Transaction
	Back        string // key of what is reversed, under the transaction's key
}

// answer acknowledges an order.
type answer struct {
	Posted  bool
	Refusal errs.Code // empty: done, or done before
}

// serve posts what it is asked to and seals beside, until ctx ends.
func serve(ctx context.Context, address string) error {
	d, err := db.Open(ctx, db.Config{URL: os.Getenv("KHADAMAT_DATABASE_URL"), Folder: os.Getenv("KHADAMAT_DATA")}, clock.System{})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+ready, func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		var o order
		if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		a, err := do(r.Context(), d, o)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(a) // a client that is gone asks again
	})
	server := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: time.Minute}
	sealed := make(chan error, 1)
	go func() { sealed <- keepSealing(ctx, d, server) }()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-sealed
}

// keepSealing seals until ctx ends; then it has the server answer what it was asked, and seals what is left.
func keepSealing(ctx context.Context, d *db.DB, server *http.Server) error {
	every := time.NewTicker(sealEvery)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			if _, err := ledger.Seal(ctx, d); err != nil && ctx.Err() == nil {
				return errors.Join(err, server.Close())
			}
		case <-ctx.Done():
			rest := context.WithoutCancel(ctx)
			err := server.Shutdown(rest)
			_, failure := ledger.Seal(rest, d)
			return errors.Join(err, failure)
		}
	}
}

func do(ctx context.Context, d *db.DB, o order) (a answer, err error) {
	err = d.Tx(ctx, func(tx *db.Tx) error {
		if o.Back != "" {
			_, err := ledger.Reverse(ctx, tx, o.Back, o.Transaction.Key, o.Transaction.Actor, o.Transaction.Note)
			return err
		}
		a.Posted, err = ledger.Post(ctx, tx, o.Transaction)
		return err
	})
	if refusal, ok := errors.AsType[*errs.Error](err); ok {
		return answer{Refusal: refusal.Code}, nil
	}
	return a, err
}
