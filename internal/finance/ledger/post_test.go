package ledger_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/texts"
)

var bank, held = ledger.Of(ledger.Bank), ledger.Of(ledger.FundsHeld)

func TestWhatIsNoTransactionIsRefusedAndNothingIsStored(t *testing.T) {
	type edit = func(*ledger.Transaction)
	line := func(i int, minor int64) edit { return func(x *ledger.Transaction) { x.Postings[i].Minor = minor } }
	cases := map[string]struct {
		edit edit
		key  string
	}{
		"no key":             {func(x *ledger.Transaction) { x.Key = "" }, "ledger.key_missing"},
		"no type":            {func(x *ledger.Transaction) { x.Type = "" }, "ledger.type_missing"},
		"a long key":         {func(x *ledger.Transaction) { x.Key = strings.Repeat("k", 301) }, "ledger.text_refused"},
		"a broken text":      {func(x *ledger.Transaction) { x.Subject = "\xff" }, "ledger.text_refused"},
		"a zero byte":        {func(x *ledger.Transaction) { x.Note = "a\x00b" }, "ledger.text_refused"},
		"no postings":        {func(x *ledger.Transaction) { x.Postings = nil }, "ledger.postings_count"},
		"one posting":        {func(x *ledger.Transaction) { x.Postings = x.Postings[:1] }, "ledger.postings_count"},
		"too many":           {func(x *ledger.Transaction) { x.Postings = slices.Repeat(x.Postings, 501) }, "ledger.postings_count"},
		"unbalanced":         {line(0, 101), "ledger.unbalanced"},
		"zero":               {line(0, 0), "ledger.zero"},
		"too large":          {line(0, ledger.LargestMinor+1), "ledger.too_large"},
		"too small":          {line(1, -ledger.LargestMinor-1), "ledger.too_large"},
		"the smallest":       {line(1, math.MinInt64), "ledger.too_large"},
		"a negative debit":   {func(x *ledger.Transaction) { x.Postings[0] = ledger.Debit(bank, mad(-100)) }, "ledger.negative"},
		"a negative credit":  {func(x *ledger.Transaction) { x.Postings[1] = ledger.Credit(held, mad(-100)) }, "ledger.negative"},
		"an unknown kind":    {func(x *ledger.Transaction) { x.Postings[0].Account.Kind = "petty_cash" }, "ledger.unknown_kind"},
		"no owner":           {func(x *ledger.Transaction) { x.Postings[0].Account = ledger.PayableTo("") }, "ledger.owner_missing"},
		"an owner too much":  {func(x *ledger.Transaction) { x.Postings[0].Account.Owner = hamid }, "ledger.owner_refused"},
		"no currency":        {func(x *ledger.Transaction) { x.Postings[0].Currency = "" }, "ledger.bad_currency"},
		"a small currency":   {func(x *ledger.Transaction) { x.Postings[0].Currency = "mad" }, "ledger.bad_currency"},
		"two currencies":     {func(x *ledger.Transaction) { x.Postings[0].Currency = "EUR" }, "ledger.unbalanced"},
		"reversing directly": {func(x *ledger.Transaction) { x.Reverses = hamid }, "ledger.not_by_reverse"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		for name, c := range cases {
			transaction := move("key", bank, held, 100)
			c.edit(&transaction)
			posted, err := tryPost(t, d, transaction)
			refusal, ok := err.(*errs.Error)
			if posted || !ok || refusal.Code != errs.Invalid || refusal.Key != c.key {
				t.Errorf("%s: posted %v, %v; want %s", name, posted, err, c.key)
				continue
			}
			if text := texts.Catalog().T("en", refusal.Key, refusal.Args); strings.Contains(text, "no value") || strings.Contains(text, refusal.Key) {
				t.Errorf("%s says %q", name, text)
			}
		}
		if n := rows(t, d, "ledger_transactions") + rows(t, d, "ledger_postings") + rows(t, d, "ledger_unsealed"); n != 0 {
			t.Errorf("%d rows were stored", n)
		}
	})
}

func TestEachCurrencyBalancesOnItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		exchange := move("exchange", bank, held, 1000)
		exchange.Postings = append(exchange.Postings, ledger.Debit(held, money.Of(90, "EUR")), ledger.Credit(bank, money.Of(90, "EUR")))
		post(t, d, exchange)
		book := ledger.NewBook(d)
		if in, err := book.Balance(t.Context(), bank, "EUR", time.Time{}); err != nil || in.Minor != -90 {
			t.Errorf("%v, %v", in, err)
		}
		crossed := move("crossed", bank, held, 1000)
		crossed.Postings[1].Currency = "EUR"
		if _, err := tryPost(t, d, crossed); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("dirhams against euros: %v", err)
		}
	})
}

func TestAKeyPostsOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		first := capture("p1", 10_000, 250)
		post(t, d, first)
		now.Advance(time.Hour)
		for range 2 {
			if posted, err := tryPost(t, d, first); err != nil || posted {
				t.Errorf("once more: posted %v, %v", posted, err)
			}
			seal(t, d)
		}
		for name, edit := range map[string]func(*ledger.Transaction){
			"another amount":    func(x *ledger.Transaction) { x.Postings[0].Minor--; x.Postings[2].Minor++ },
			"another account":   func(x *ledger.Transaction) { x.Postings[1].Account = ledger.Of(ledger.WriteOffs) },
			"another order":     func(x *ledger.Transaction) { slices.Reverse(x.Postings) },
			"another type":      func(x *ledger.Transaction) { x.Type = "earning" },
			"another subject":   func(x *ledger.Transaction) { x.Subject = "another" },
			"another reference": func(x *ledger.Transaction) { x.Reference = "another" },
			"another actor":     func(x *ledger.Transaction) { x.Actor = zineb },
			"another note":      func(x *ledger.Transaction) { x.Note = "another" },
		} {
			other := capture("p1", 10_000, 250)
			edit(&other)
			if posted, err := tryPost(t, d, other); posted || errs.CodeOf(err) != errs.Conflict {
				t.Errorf("%s: posted %v, %v", name, posted, err)
			}
		}
		if n := rows(t, d, "ledger_transactions"); n != 1 {
			t.Errorf("%d transactions", n)
		}
		stored, err := ledger.NewBook(d).ByKey(t.Context(), first.Key)
		if err != nil || !stored.At.Equal(dbtest.Start) || len(stored.Postings) != 3 || stored.Postings[2] != first.Postings[2] || stored.Reference != first.Reference {
			t.Errorf("%+v, %v", stored, err)
		}
	})
}

func TestOneOfManyClientsPostsAKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		const clients, keys = 16, 10
		for k := range keys {
			transaction := capture(string(rune('a'+k)), 10_000, 250)
			var posted, refused atomic.Int64
			var wait sync.WaitGroup
			for range clients {
				wait.Go(func() {
					switch done, err := tryPost(t, d, transaction); {
					case err != nil:
						t.Log(err)
						refused.Add(1)
					case done:
						posted.Add(1)
					}
				})
			}
			wait.Wait()
			if posted.Load() != 1 || refused.Load() != 0 {
				t.Fatalf("%d clients posted %s, %d failed", posted.Load(), transaction.Key, refused.Load())
			}
		}
		if n := rows(t, d, "ledger_transactions"); n != keys {
			t.Errorf("%d transactions of %d keys", n, keys)
		}
		seal(t, d)
		verify(t, d)
	})
}

func TestAReversalTakesATransactionBackOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		post(t, d, capture("p1", 10_000, 250), capture("p2", 5_000, 100))
		reverse := func(key, newKey string) (back ledger.Transaction, err error) {
			err = d.Tx(t.Context(), func(tx *db.Tx) error {
				back, err = ledger.Reverse(t.Context(), tx, key, newKey, zineb, "posted for another booking")
				return err
			})
			return back, err
		}
		now.Advance(time.Minute)
		back, err := reverse("capture:p1", "reversal:p1")
		if err != nil || back.Reverses == "" || back.Subject != "booking of p1" || back.Reference != "ch_p1" || back.Actor != zineb || !back.At.Equal(now.Now()) || back.Postings[2] != ledger.Debit(held, mad(10_000)) {
			t.Fatalf("%+v, %v", back, err)
		}
		now.Advance(time.Minute)
		if again, err := reverse("capture:p1", "reversal:p1"); err != nil || again.ID != back.ID || !again.At.Equal(back.At) {
			t.Errorf("once more: %+v, %v", again, err)
		}
		for what, c := range map[string]struct {
			key, newKey string
			want        errs.Code
		}{
			"twice":             {"capture:p1", "reversal:p1:2", errs.Conflict},
			"of a reversal":     {"reversal:p1", "reversal:3", errs.Conflict},
			"of nothing":        {"capture:p9", "reversal:4", errs.NotFound},
			"under a taken key": {"capture:p2", "capture:p1", errs.Conflict},
			"without a key":     {"capture:p2", "", errs.Invalid},
		} {
			if _, err := reverse(c.key, c.newKey); errs.CodeOf(err) != c.want {
				t.Errorf("%s: %v", what, err)
			}
		}
		if in, err := ledger.NewBook(d).Balance(t.Context(), held, money.MAD, time.Time{}); err != nil || in.Minor != -5_000 {
			t.Errorf("held: %v, %v", in, err)
		}
		seal(t, d)
		verify(t, d)
	})
}
