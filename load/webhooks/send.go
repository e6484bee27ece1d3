package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/platform/db"
)

// send has each sender post its events, all together at most rate a second (0: as fast as they can), and returns how long that took and how long each waited for its answer.
func (h *house) send(ctx context.Context, clients, rate int, parts [][]processor.Event) (time.Duration, []time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	tokens := paced(ctx, rate)
	waits := make([][]time.Duration, clients)
	var sending sync.WaitGroup
	started := time.Now()
	for i := range clients {
		sending.Go(func() {
			for _, event := range parts[i] {
				if tokens != nil {
					select {
					case <-tokens:
					case <-ctx.Done():
						return
					}
				}
				began := time.Now()
				if err := h.post(ctx, event); err != nil {
					cancel(err)
					return
				}
				waits[i] = append(waits[i], time.Since(began))
			}
		})
	}
	sending.Wait()
	return time.Since(started), slices.Concat(waits...), context.Cause(ctx)
}

const paceEvery = 5 * time.Millisecond

// paced gives rate tokens a second until ctx ends; what nobody took is given later, so that a pause is made up for.
func paced(ctx context.Context, rate int) <-chan struct{} {
	if rate == 0 {
		return nil
	}
	tokens := make(chan struct{}, rate)
	go func() {
		ticker := time.NewTicker(paceEvery)
		defer ticker.Stop()
		started, given := time.Now(), 0
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			for due := int(time.Since(started).Seconds() * float64(rate)); given < due; given++ {
				select {
				case tokens <- struct{}{}:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return tokens
}

func (h *house) post(ctx context.Context, event processor.Event) error {
	body, err := sandbox.Encode(event)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.server.URL+"/webhooks/payments/"+sandbox.Name, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = sandbox.Sign([]byte(secret), time.Now(), body)
	answer, err := h.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("a webhook is answered %d", answer.StatusCode)
	}
	return nil
}

// compare counts the payments of which two houses do not know or have booked the same.
func compare(ctx context.Context, calm, stormy *house) (differ int, err error) {
	want, err := calm.known(ctx)
	if err != nil {
		return 0, err
	}
	got, err := stormy.known(ctx)
	if err != nil {
		return 0, err
	}
	for id, known := range want {
		if got[id] != known {
			differ++
		}
	}
	if len(got) != len(want) {
		return differ, fmt.Errorf("%d payments after the storm, %d in calm", len(got), len(want))
	}
	return differ, nil
}

// known is what a house knows of each payment, and what its ledger says of the payment's booking: sums by account, and how many transactions there are of each type.
func (h *house) known(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	for _, query := range []string{
		`SELECT booking_id, status || ' ' || captured_minor || ' ' || fee_minor || ' ' || earned_minor || ' ' || refunded_minor || ' ' || charged_back_minor || ' ' || held_back_minor || ' ' || earned_back_minor
			FROM payments ORDER BY booking_id`,
		`SELECT t.subject, p.kind || ' ' || sum(p.minor) FROM ledger_transactions t JOIN ledger_postings p ON p.transaction_id = t.id GROUP BY t.subject, p.kind ORDER BY t.subject, p.kind`,
		`SELECT subject, type || ' ' || count(*) FROM ledger_transactions GROUP BY subject, type ORDER BY subject, type`,
	} {
		rows, err := h.db.Query(ctx, query)
		lines, err := db.Collect(rows, err, func(rows *sql.Rows) (line [2]string, err error) { return line, rows.Scan(&line[0], &line[1]) })
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			all[line[0]] += line[1] + "\n"
		}
	}
	return all, nil
}
