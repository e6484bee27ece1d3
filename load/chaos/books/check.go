package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/load/rig"
)

// entry is a transaction that was acknowledged.
type entry struct {
	transaction ledger.Transaction
	reversed    bool
}

// record is everything that was acknowledged, and every contradiction found.
type record struct {
	mu         sync.Mutex
	entries    []*entry
	refused    map[string]bool // keys that nothing may stand under
	violations []string
	violated   int // of which only the first are kept
}

func newRecord() *record { return &record{refused: map[string]bool{}} }

const violationsShown = 40

func (r *record) violate(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.violated++; r.violated <= violationsShown {
		r.violations = append(r.violations, fmt.Sprintf(format, args...))
	}
}

func (r *record) took(t ledger.Transaction) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, &entry{transaction: t})
}

func (r *record) reverse(e *entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.reversed = true
}

func (r *record) refuse(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused[key] = true
}

// any returns any transaction that was acknowledged; nil where there is none.
func (r *record) any(random *rand.Rand) *entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.entries) == 0 {
		return nil
	}
	return r.entries[random.IntN(len(r.entries))]
}

// stored is a transaction as the database has it.
type stored struct {
	id, key, reverses string
	seals             int
	waits             bool
	postings          []ledger.Posting
}

// read reads the whole journal. It asks nothing of the program under test.
func read(ctx context.Context, place rig.Place) ([]stored, error) {
	database, err := place.OpenReadOnly()
	if err != nil {
		return nil, err
	}
	defer database.Close()
	rows, err := database.QueryContext(ctx, `SELECT t.id, t.key, coalesce(t.reverses, ''), (SELECT count(*) FROM ledger_seals WHERE transaction_id = t.id),
			EXISTS (SELECT 1 FROM ledger_unsealed WHERE transaction_id = t.id), p.kind, p.owner, p.currency, p.minor
		FROM ledger_transactions t LEFT JOIN ledger_postings p ON p.transaction_id = t.id ORDER BY t.id, p.line`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []stored
	for rows.Next() {
		var one stored
		var kind, owner, currency sql.NullString
		var minor sql.NullInt64
		if err := rows.Scan(&one.id, &one.key, &one.reverses, &one.seals, &one.waits, &kind, &owner, &currency, &minor); err != nil {
			return nil, err
		}
		if n := len(all); n == 0 || all[n-1].id != one.id {
			all = append(all, one)
		}
		if kind.Valid {
			last := &all[len(all)-1]
			last.postings = append(last.postings, ledger.Posting{Account: ledger.Account{Kind: ledger.Kind(kind.String), Owner: owner.String}, Minor: minor.Int64, Currency: money.Currency(currency.String)})
		}
	}
	return all, rows.Err()
}

// check holds what is stored against what was acknowledged: all of it is there, once, as it was asked for, and nothing else is.
func (r *record) check(all []stored) {
	byKey, total := map[string]stored{}, map[money.Currency]int64{}
	for _, one := range all {
		if _, twice := byKey[one.key]; twice {
			r.violate("TWICE: %s is there twice", one.key)
		}
		byKey[one.key] = one
		sums := map[money.Currency]int64{}
		for _, p := range one.postings {
			sums[p.Currency] += p.Minor
			total[p.Currency] += p.Minor
		}
		for currency, sum := range sums {
			if sum != 0 {
				r.violate("IMBALANCE: %s by %s", one.key, money.Of(sum, currency))
			}
		}
		if one.seals != 1 || one.waits {
			r.violate("%s has %d seals", one.key, one.seals)
		}
		if r.refused[one.key] {
			r.violate("%s was refused and is there all the same", one.key)
		}
	}
	for currency, sum := range total {
		if sum != 0 {
			r.violate("IMBALANCE: the journal by %s", money.Of(sum, currency))
		}
	}
	wanted := 0
	for _, e := range r.entries {
		wanted += r.checkEntry(e, byKey)
	}
	if len(all) != wanted {
		r.violate("%d transactions are there, %d were acknowledged", len(all), wanted)
	}
}

// checkEntry returns how many transactions stand for an acknowledged one: itself, and its reversal.
func (r *record) checkEntry(e *entry, byKey map[string]stored) int {
	key := e.transaction.Key
	one, there := byKey[key]
	if !there {
		r.violate("LOST: %s was acknowledged and is not there", key)
	} else if !slices.Equal(one.postings, e.transaction.Postings) {
		r.violate("%s is not what was acknowledged: %v", key, one.postings)
	}
	back, taken := byKey["reversal:"+key]
	switch {
	case !e.reversed && taken:
		r.violate("%s was taken back, and nobody was told", key)
	case e.reversed && !taken:
		r.violate("LOST: the reversal of %s was acknowledged and is not there", key)
	case e.reversed && back.reverses != one.id:
		r.violate("the reversal of %s reverses %q", key, back.reverses)
	case e.reversed:
		turned := slices.Clone(back.postings)
		for i := range turned {
			turned[i].Minor = -turned[i].Minor
		}
		if !slices.Equal(turned, one.postings) {
			r.violate("the reversal of %s posts %v", key, back.postings)
		}
	}
	if e.reversed {
		return 2
	}
	return 1
}
