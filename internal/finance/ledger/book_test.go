package ledger_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/timezone"
)

// threeDays posts on three days: a capture, its earning, and a payout of a part. The second half of it is not sealed.
func threeDays(t *testing.T, d *db.DB, now *clock.Manual) *ledger.Book {
	t.Helper()
	post(t, d, capture("p1", 10_000, 250))
	now.Advance(24 * time.Hour)
	post(t, d, earning("p1", hamid, 10_000))
	seal(t, d)
	now.Advance(24 * time.Hour)
	post(t, d, move("payout:1", ledger.PayableTo(hamid), ledger.Of(ledger.PayoutClearing), 5_000), capture("p2", 3_000, 100))
	now.Advance(time.Hour)
	return ledger.NewBook(d)
}

func TestBalancesAreThoseOfTheirMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		book := threeDays(t, d, now)
		day := 24 * time.Hour
		for range 2 { // with some of it waiting for its seal, and with all of it sealed
			for _, c := range []struct {
				account ledger.Account
				at      time.Time
				want    int64
			}{
				{held, time.Time{}, -3_000},
				{held, dbtest.Start, 0},
				{held, dbtest.Start.Add(time.Microsecond), -10_000},
				{held, dbtest.Start.Add(day), -10_000},
				{held, dbtest.Start.Add(day + 1000), 0},
				{ledger.PayableTo(hamid), time.Time{}, -3_800},
				{ledger.PayableTo(hamid), dbtest.Start.Add(2 * day), -8_800},
				{ledger.PayableTo(hamid), dbtest.Start.Add(day), 0},
				{ledger.PayableTo(zineb), time.Time{}, 0},
				{bank, time.Time{}, 0},
			} {
				got, err := book.Balance(t.Context(), c.account, money.MAD, c.at)
				if err != nil || got != mad(c.want) {
					t.Errorf("%v at %s: %v, %v; want %d", c.account, c.at, got, err, c.want)
				}
			}
			if other, err := book.Balance(t.Context(), held, "EUR", time.Time{}); err != nil || other != money.Of(0, "EUR") {
				t.Errorf("in euros: %v, %v", other, err)
			}
			seal(t, d)
		}
	})
}

func TestATrialBalanceIsEvenAtEachMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		book := threeDays(t, d, now)
		post(t, d, move("debt", ledger.PayableTo(zineb), ledger.Of(ledger.Commission), 700))
		now.Advance(time.Hour)
		trial, err := book.Trial(t.Context(), time.Time{})
		if err != nil || !trial.Balanced() || len(trial.Totals) != 1 || trial.Totals[0].Debit != mad(13_700) {
			t.Fatalf("%+v, %v", trial, err)
		}
		var got []string
		for _, row := range trial.Rows {
			got = append(got, fmt.Sprint(row.Kind, " ", row.Debit.Minor, " ", row.Credit.Minor))
		}
		want := []string{"processor_clearing 12650 0", "payout_clearing 0 5000", "funds_held 0 3000", "provider_payable 700 3800", "vat 0 200", "commission 0 1700", "processor_fees 350 0"}
		if !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		for hour := range 60 {
			at := dbtest.Start.Add(time.Duration(hour) * time.Hour)
			if trial, err := book.Trial(t.Context(), at); err != nil || !trial.Balanced() || !trial.At.Equal(at) {
				t.Errorf("at %s: %+v, %v", at, trial, err)
			}
		}
		seal(t, d)
		if sealed, err := book.Trial(t.Context(), time.Time{}); err != nil || !slices.Equal(sealed.Rows, trial.Rows) {
			t.Errorf("sealed: %+v, %v", sealed, err)
		}
	})
}

func TestPayablesAreWhatProvidersAreOwed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		book := threeDays(t, d, now)
		post(t, d, move("debt", ledger.PayableTo(zineb), ledger.Of(ledger.Commission), 700))
		now.Advance(time.Second)
		for at, want := range map[time.Time]map[string]money.Amount{
			{}:                               {hamid: mad(3_800), zineb: mad(-700)},
			dbtest.Start.Add(30 * time.Hour): {hamid: mad(8_800)},
			dbtest.Start.Add(time.Hour):      {},
			now.Now():                        {hamid: mad(3_800), zineb: mad(-700)},
			now.Now().Add(-time.Second):      {hamid: mad(3_800)},
		} {
			if got, err := book.Payables(t.Context(), at); err != nil || !maps.Equal(got, want) {
				t.Errorf("at %s: %v, %v; want %v", at, got, err, want)
			}
		}
		euros := money.Of(5, "EUR")
		post(t, d, ledger.Transaction{Key: "euros", Type: "move", Postings: []ledger.Posting{ledger.Debit(bank, euros), ledger.Credit(ledger.PayableTo(hamid), euros)}})
		if _, err := book.Payables(t.Context(), time.Time{}); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("in two currencies: %v", err)
		}
	})
}

// Where clocks are put back and forth, days have 25 and 23 hours.
func TestDailyBalancesFollowTheDaysOfTheZone(t *testing.T) {
	casablanca, err := timezone.Load("Africa/Casablanca")
	if err != nil {
		t.Fatal(err)
	}
	paris, err := timezone.Load("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		begin := time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC)
		now.Set(begin)
		book := ledger.NewBook(d)
		for i := range 70 {
			post(t, d, move(fmt.Sprint(i), bank, held, int64(1+i)))
			if i == 40 {
				seal(t, d)
			}
			now.Advance(23*time.Hour + 30*time.Minute)
		}
		for _, zone := range []*time.Location{time.UTC, casablanca, paris, time.FixedZone("half", 5*3600+1800)} {
			from, to := begin.AddDate(0, 0, 3), begin.AddDate(0, 0, 66)
			days, err := book.Daily(t.Context(), []ledger.Kind{ledger.FundsHeld, ledger.Bank, ledger.VAT}, from, to, zone)
			if err != nil || len(days) < 2*63 {
				t.Fatalf("%d days, %v", len(days), err)
			}
			for i, day := range days {
				if want := []ledger.Kind{ledger.FundsHeld, ledger.Bank}[i%2]; day.Kind != want {
					t.Fatalf("%s: %s, want %s", day.Day, day.Kind, want)
				}
				year, month, date := day.Day.Date()
				next := time.Date(year, month, date+1, 0, 0, 0, 0, zone)
				stood, err := book.Balance(t.Context(), ledger.Of(day.Kind), money.MAD, next)
				if err != nil || stood != day.Balance {
					t.Errorf("%s of %s at the end of %s: %v, but the account had %v (%v)", zone, day.Kind, day.Day, day.Balance, stood, err)
				}
			}
		}
		if none, err := book.Daily(t.Context(), ledger.Kinds, begin, begin, time.UTC); err != nil || len(none) != 0 {
			t.Errorf("no day: %v, %v", none, err)
		}
	})
}

func TestAStatementRunsFromItsOpeningToItsClosing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		book := ledger.NewBook(d)
		for i := range 25 {
			one := move(fmt.Sprint("m", i), bank, held, int64(100+i))
			if i == 12 { // the account twice in one transaction, and another currency beside
				one.Postings = append(one.Postings, ledger.Debit(bank, mad(1)), ledger.Credit(held, mad(1)),
					ledger.Debit(bank, money.Of(7, "EUR")), ledger.Credit(held, money.Of(7, "EUR")))
			}
			post(t, d, one)
			if i%3 == 0 { // some at the same moment
				now.Advance(time.Hour)
			}
			if i == 15 {
				seal(t, d)
			}
		}
		from, to := dbtest.Start.Add(time.Hour), dbtest.Start.Add(8*time.Hour)
		whole, err := book.Statement(t.Context(), bank, from, to, "", 100)
		if err != nil || whole.NextCursor != "" || !slices.Equal(whole.Opening, []money.Amount{money.Of(0, "EUR"), mad(100)}) || len(whole.Lines) != 22 {
			t.Fatalf("%+v, %v", whole, err)
		}
		for _, limit := range []int{1, 4, 7} {
			var lines []ledger.Line
			opening := whole.Opening
			for cursor := ""; ; {
				page, err := book.Statement(t.Context(), bank, from, to, cursor, limit)
				if err != nil || !slices.Equal(page.Closing, whole.Closing) || !slices.Equal(page.Opening, opening) {
					t.Fatalf("%+v, %v; the page before ended with %v", page, err, opening)
				}
				running := map[money.Currency]int64{}
				for _, amount := range page.Opening {
					running[amount.Currency] = amount.Minor
				}
				for _, line := range page.Lines {
					if running[line.Amount.Currency] += line.Amount.Minor; line.Balance.Minor != running[line.Amount.Currency] {
						t.Errorf("%s: %v, want %d", line.Key, line.Balance, running[line.Amount.Currency])
					}
				}
				lines, opening = append(lines, page.Lines...), amounts(running)
				if cursor = page.NextCursor; cursor == "" || len(lines) > 50 {
					break
				}
			}
			if !slices.Equal(lines, whole.Lines) || !slices.Equal(opening, whole.Closing) {
				t.Errorf("pages of %d: %d lines, closing %v; want %d, %v", limit, len(lines), opening, len(whole.Lines), whole.Closing)
			}
		}
		for name, refused := range map[string]func() error{
			"cursor": func() error { _, err := book.Statement(t.Context(), bank, from, to, "???", 0); return err },
			"limit":  func() error { _, err := book.Statement(t.Context(), bank, from, to, "", 101); return err },
		} {
			if err := refused(); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("a wrong %s: %v", name, err)
			}
		}
		if empty, err := book.Statement(t.Context(), ledger.PayableTo(zineb), time.Time{}, time.Time{}, "", 0); err != nil || len(empty.Opening)+len(empty.Lines)+len(empty.Closing) != 0 {
			t.Errorf("an account of nothing: %+v, %v", empty, err)
		}
	})
}

func amounts(of map[money.Currency]int64) (all []money.Amount) {
	for _, currency := range slices.Sorted(maps.Keys(of)) {
		all = append(all, money.Of(of[currency], currency))
	}
	return all
}

func keys(all []ledger.Transaction) (found []string) {
	for _, one := range all {
		found = append(found, one.Key)
	}
	return found
}

func TestTransactionsAreFoundLatestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		book := threeDays(t, d, now)
		for name, c := range map[string]struct {
			filter ledger.Filter
			want   []string
		}{
			"type":               {ledger.Filter{Type: "capture"}, []string{"capture:p2", "capture:p1"}},
			"subject":            {ledger.Filter{Subject: "booking of p1"}, []string{"earning:p1", "capture:p1"}},
			"subject and type":   {ledger.Filter{Subject: "booking of p1", Type: "earning"}, []string{"earning:p1"}},
			"subject and kind":   {ledger.Filter{Subject: "booking of p1", Kind: ledger.VAT}, []string{"earning:p1"}},
			"reference":          {ledger.Filter{Reference: "ch_p2"}, []string{"capture:p2"}},
			"kind":               {ledger.Filter{Kind: ledger.ProviderPayable}, []string{"payout:1", "earning:p1"}},
			"kind and type":      {ledger.Filter{Kind: ledger.FundsHeld, Type: "capture"}, []string{"capture:p2", "capture:p1"}},
			"owner":              {ledger.Filter{Owner: hamid}, []string{"payout:1", "earning:p1"}},
			"owner and type":     {ledger.Filter{Owner: hamid, Type: "earning"}, []string{"earning:p1"}},
			"another owner":      {ledger.Filter{Owner: zineb}, nil},
			"from":               {ledger.Filter{From: dbtest.Start.Add(time.Hour), Type: "capture"}, []string{"capture:p2"}},
			"to":                 {ledger.Filter{To: dbtest.Start.Add(24 * time.Hour)}, []string{"capture:p1"}},
			"kind, from and to":  {ledger.Filter{Kind: ledger.FundsHeld, From: dbtest.Start.Add(time.Hour), To: dbtest.Start.Add(25 * time.Hour)}, []string{"earning:p1"}},
			"nothing of a type":  {ledger.Filter{Type: "settlement"}, nil},
			"nothing of subject": {ledger.Filter{Subject: "another"}, nil},
		} {
			page, err := book.Find(t.Context(), c.filter)
			if err != nil || !slices.Equal(keys(page.Items), c.want) || page.NextCursor != "" {
				t.Errorf("%s: %v, %v; want %v", name, keys(page.Items), err, c.want)
			}
		}
		for i := range 12 { // all at one moment
			post(t, d, move(fmt.Sprint("m", i), bank, held, 5))
		}
		for _, filter := range []ledger.Filter{{}, {Kind: ledger.FundsHeld}, {Type: "move"}} {
			seen := map[string]bool{}
			for pages := 0; pages < 9; pages++ {
				filter.Limit = 4
				page, err := book.Find(t.Context(), filter)
				if err != nil {
					t.Fatal(err)
				}
				for _, one := range page.Items {
					if seen[one.Key] || len(one.Postings) < 2 {
						t.Errorf("%s stands on two pages, or lacks postings: %v", one.Key, one.Postings)
					}
					seen[one.Key] = true
				}
				if filter.Cursor = page.NextCursor; filter.Cursor == "" {
					break
				}
			}
			if want := map[bool]int{true: 13, false: 15}[filter.Type != ""] + map[bool]int{true: 1}[filter == (ledger.Filter{Limit: 4})]; len(seen) != want {
				t.Errorf("%+v: %d were seen, want %d", filter, len(seen), want)
			}
		}
		if _, err := book.Transaction(t.Context(), ids.New()); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("an unknown id: %v", err)
		}
	})
}

func TestWhatIsSealedIsHandedOnInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		book := threeDays(t, d, now)
		since := func(after int64, limit int, kinds ...ledger.Kind) (found []string, last int64) {
			all, err := book.Since(t.Context(), kinds, after, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range all {
				found, last = append(found, one.Key), one.Seq
			}
			return found, last
		}
		if found, _ := since(0, 10, ledger.FundsHeld); !slices.Equal(found, []string{"capture:p1", "earning:p1"}) {
			t.Errorf("before the rest is sealed: %v", found)
		}
		seal(t, d)
		found, last := since(0, 2, ledger.FundsHeld)
		rest, end := since(last, 2, ledger.FundsHeld)
		if !slices.Equal(found, []string{"capture:p1", "earning:p1"}) || !slices.Equal(rest, []string{"capture:p2"}) || end != 4 {
			t.Errorf("%v, then %v up to %d", found, rest, end)
		}
		if found, last := since(0, 10, ledger.PayoutClearing, ledger.VAT); !slices.Equal(found, []string{"earning:p1", "payout:1"}) || last != 3 {
			t.Errorf("two kinds: %v up to %d", found, last)
		}
		if none, _ := since(4, 10, ledger.Kinds...); len(none) != 0 {
			t.Errorf("after the end: %v", none)
		}
		if _, err := book.Since(t.Context(), ledger.Kinds, 0, 0); err == nil {
			t.Error("no limit is no error")
		}
	})
}

func TestWhatIsImportedIsAsIfItHadBeenPostedThen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		post(t, d, capture("before", 10_000, 250))
		past := dbtest.Start.AddDate(-1, 0, 0)
		all := []ledger.Transaction{capture("p1", 8_000, 200), earning("p1", zineb, 8_000)}
		for i := range all {
			all[i].At = past.Add(time.Duration(i) * time.Hour)
		}
		all[1].ID = ids.New()
		add := func(all []ledger.Transaction) error {
			return d.Tx(t.Context(), func(tx *db.Tx) error { return ledger.Import(t.Context(), tx, all) })
		}
		if err := d.Tx(t.Context(), func(tx *db.Tx) error {
			return tx.WithoutIndexes(t.Context(), ledger.ListIndexes, func() error { return ledger.Import(t.Context(), tx, all) })
		}); err != nil {
			t.Fatal(err)
		}
		proof := verify(t, d)
		if proof.Sealed != 2 || proof.Unsealed != 1 {
			t.Errorf("%+v", proof)
		}
		book := ledger.NewBook(d)
		if owed, err := book.Payables(t.Context(), past.Add(2*time.Hour)); err != nil || owed[zineb] != mad(7_040) {
			t.Errorf("%v, %v", owed, err)
		}
		if stored, err := book.Transaction(t.Context(), all[1].ID); err != nil || !stored.At.Equal(all[1].At) || stored.Key != "earning:p1" {
			t.Errorf("%+v, %v", stored, err)
		}
		if posted, err := tryPost(t, d, all[0]); err != nil || posted {
			t.Errorf("posting it again: %v, %v", posted, err)
		}
		for name, wrong := range map[string]func(*ledger.Transaction){
			"unbalanced":   func(x *ledger.Transaction) { x.Postings[0].Minor++ },
			"no time":      func(x *ledger.Transaction) { x.At = time.Time{} },
			"a broken id":  func(x *ledger.Transaction) { x.ID = "7" },
			"a known key":  func(x *ledger.Transaction) { x.Key = "capture:before" },
			"a known id":   func(x *ledger.Transaction) { x.ID = all[1].ID },
			"not mirrored": func(x *ledger.Transaction) { x.Reverses = all[1].ID },
		} {
			one := move("wrong", bank, held, 100)
			one.ID, one.At = ids.New(), past
			wrong(&one)
			right := move("right", bank, held, 100)
			right.At = past
			if err := add([]ledger.Transaction{right, one}); err == nil {
				t.Errorf("%s went through", name)
			}
		}
		if after := verify(t, d); after != proof {
			t.Errorf("%+v, want %+v", after, proof)
		}
	})
}
