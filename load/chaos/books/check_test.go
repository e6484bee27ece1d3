package main

import (
	"strings"
	"testing"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
)

// The checks are worth something only if they fail: each case plants one fault in a journal that is otherwise right.
func TestTheChecksFindWhatIsPlanted(t *testing.T) {
	for name, c := range map[string]struct {
		plant func(r *record, all *[]stored)
		want  string
	}{
		"nothing":                     {func(*record, *[]stored) {}, ""},
		"an acknowledged one gone":    {func(_ *record, all *[]stored) { *all = (*all)[1:] }, "LOST: a was acknowledged"},
		"one that nobody asked for":   {func(_ *record, all *[]stored) { *all = append(*all, right("5", "other", 7)) }, "4 transactions are there, 3 were acknowledged"},
		"a key twice":                 {func(_ *record, all *[]stored) { *all = append(*all, right("5", "a", 100)) }, "TWICE: a is there twice"},
		"one out of balance":          {func(_ *record, all *[]stored) { (*all)[0].postings[0].Minor++ }, "IMBALANCE: a by 0.01 MAD"},
		"another amount":              {func(_ *record, all *[]stored) { (*all)[0] = right("1", "a", 101) }, "a is not what was acknowledged"},
		"another account":             {func(_ *record, all *[]stored) { (*all)[0].postings[0].Account = ledger.Of(ledger.VAT) }, "a is not what was acknowledged"},
		"no postings":                 {func(_ *record, all *[]stored) { (*all)[0].postings = nil }, "a is not what was acknowledged"},
		"a refused one":               {func(r *record, _ *[]stored) { r.refuse("a") }, "a was refused and is there"},
		"one without a seal":          {func(_ *record, all *[]stored) { (*all)[1].seals = 0 }, "b has 0 seals"},
		"one that still waits":        {func(_ *record, all *[]stored) { (*all)[1].waits = true }, "b has 1 seals"},
		"a reversal gone":             {func(_ *record, all *[]stored) { *all = (*all)[:2] }, "LOST: the reversal of b"},
		"a reversal of another":       {func(_ *record, all *[]stored) { (*all)[2].reverses = "1" }, "the reversal of b reverses"},
		"a reversal of a part":        {func(_ *record, all *[]stored) { (*all)[2].postings = right("3", "x", -50).postings }, "the reversal of b posts"},
		"a reversal that was not one": {func(r *record, _ *[]stored) { r.entries[1].reversed = false }, "b was taken back"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecord()
			all := []stored{right("1", "a", 100), right("2", "b", 200), right("3", "reversal:b", -200)}
			all[2].reverses = "2"
			for _, one := range all[:2] {
				r.took(ledger.Transaction{Key: one.key, Postings: append([]ledger.Posting{}, one.postings...)})
			}
			r.reverse(r.entries[1])
			c.plant(r, &all)
			r.check(all)
			found := strings.Join(r.violations, "\n")
			if (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

func right(id, key string, minor int64) stored {
	return stored{id: id, key: key, seals: 1, postings: []ledger.Posting{
		{Account: ledger.Of(ledger.Bank), Minor: minor, Currency: money.MAD}, {Account: ledger.Of(ledger.ProcessorClearing), Minor: -minor, Currency: money.MAD}}}
}
