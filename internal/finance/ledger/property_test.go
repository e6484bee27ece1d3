package ledger_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"

	"pgregory.net/rapid"
)

// house is a market's money as somebody would keep it on a sheet of paper: it knows nothing of postings that cancel out, seals or retries.
type house struct {
	posted   []ledger.Transaction
	at       map[string]time.Time // by key
	balances map[ledger.Account]int64
	reversed map[string]bool // by key
	payments map[string]*payment
}

// payment is how far the money of a booking has come, in minor units.
type payment struct {
	provider                           string
	gross, refunded, charged, decided  int64
	earned                             bool
	refunds, chargebacks, refundedBack int
}

// left is what nobody has got back yet.
func (p *payment) left() int64 { return p.gross - p.refunded - p.charged }

// next draws something that may happen now; nothing where it may not.
func (h *house) next(t *rapid.T) (ledger.Transaction, bool) {
	names := slices.Sorted(maps.Keys(h.payments))
	amount := rapid.Int64Range(1, 1_000_000)
	if len(names) == 0 || rapid.IntRange(0, 3).Draw(t, "new") == 0 {
		name, gross := fmt.Sprint("p", len(names)), 100+amount.Draw(t, "gross")
		h.payments[name] = &payment{gross: gross, provider: rapid.SampledFrom([]string{hamid, zineb}).Draw(t, "provider")}
		return capture(name, gross, 1+gross/50), true
	}
	name := rapid.SampledFrom(names).Draw(t, "payment")
	p := h.payments[name]
	clearing, refunds, chargebacks := ledger.Of(ledger.ProcessorClearing), ledger.Of(ledger.Refunds), ledger.Of(ledger.Chargebacks)
	bearer := held
	if p.earned {
		bearer = ledger.PayableTo(p.provider)
	}
	switch rapid.SampledFrom([]string{"earning", "refund", "refunded", "chargeback", "decision", "payout", "settlement"}).Draw(t, "what") {
	case "earning":
		if p.earned || p.left() < 100 {
			return ledger.Transaction{}, false
		}
		p.earned = true
		return earning(name, p.provider, p.left()), true
	case "refund":
		if p.left() < 1 {
			return ledger.Transaction{}, false
		}
		part := rapid.Int64Range(1, p.left()).Draw(t, "refund")
		p.refunded, p.refunds = p.refunded+part, p.refunds+1
		return move(fmt.Sprint("refund:", name, ":", p.refunds), bearer, refunds, part), true
	case "refunded":
		if p.refundedBack == p.refunds {
			return ledger.Transaction{}, false
		}
		p.refundedBack++
		return move(fmt.Sprint("refunded:", name, ":", p.refundedBack), refunds, clearing, amount.Draw(t, "refunded")), true
	case "chargeback":
		if p.left() < 1 || p.charged > 0 {
			return ledger.Transaction{}, false
		}
		p.charged, p.chargebacks = p.left(), p.chargebacks+1
		return ledger.Transaction{Key: fmt.Sprint("chargeback:", name), Type: "chargeback", Postings: []ledger.Posting{
			ledger.Debit(chargebacks, mad(p.charged)), ledger.Debit(ledger.Of(ledger.ProcessorFees), mad(15_000)), ledger.Credit(clearing, mad(p.charged+15_000))}}, true
	case "decision":
		if p.chargebacks == 0 || p.decided > 0 {
			return ledger.Transaction{}, false
		}
		p.decided = p.charged
		if rapid.Bool().Draw(t, "won") {
			return move(fmt.Sprint("chargeback_won:", name), clearing, chargebacks, p.charged), true
		}
		return move(fmt.Sprint("chargeback_lost:", name), bearer, chargebacks, p.charged), true
	case "payout":
		return move(fmt.Sprint("payout:", len(h.posted)), ledger.PayableTo(p.provider), ledger.Of(ledger.PayoutClearing), amount.Draw(t, "payout")), true
	}
	return move(fmt.Sprint("settlement:", len(h.posted)), bank, clearing, amount.Draw(t, "settlement")), true
}

func (h *house) book(t ledger.Transaction, at time.Time) {
	h.posted, h.at[t.Key] = append(h.posted, t), at
	for _, p := range t.Postings {
		h.balances[p.Account] += p.Minor
	}
}

// Whatever happens in whatever order, and however often it is said again: the journal says what the sheet of paper says, now and at a moment
// in the past, and its proof holds.
func TestAnyOrderOfMovementsKeepsTheJournalTrue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			// Rounds share the database: each has keys of its own, and is held against what stood before it.
			round++
			s := &sheet{t: rt, d: d, now: now, prefix: fmt.Sprint(round, ":"), before: standing(rt, ledger.NewBook(d), time.Time{}),
				house: house{at: map[string]time.Time{}, balances: map[ledger.Account]int64{}, reversed: map[string]bool{}, payments: map[string]*payment{}}}
			rt.Repeat(map[string]func(*rapid.T){
				"move":    s.move,
				"retry":   s.retry,
				"forge":   s.forge,
				"reverse": s.reverse,
				"seal":    s.seal,
				"":        s.look,
			})
			s.remember()
		})
	})
}

type sheet struct {
	house
	t      *rapid.T
	d      *db.DB
	now    *clock.Manual
	prefix string
	before map[ledger.Account]int64
	past   time.Time // a moment in this round, and what stood then
	then   map[ledger.Account]int64
}

func (s *sheet) post(transaction ledger.Transaction) (posted bool, err error) {
	transaction.Key = s.prefix + transaction.Key
	err = s.d.Tx(s.t.Context(), func(tx *db.Tx) error {
		posted, err = ledger.Post(s.t.Context(), tx, transaction)
		return err
	})
	return posted, err
}

func (s *sheet) move(t *rapid.T) {
	transaction, may := s.next(t)
	if !may {
		t.Skip("it may not happen now")
	}
	if posted, err := s.post(transaction); err != nil || !posted {
		t.Fatalf("%s: %v, %v", transaction.Key, posted, err)
	}
	s.book(transaction, s.now.Now())
	s.now.Advance(time.Duration(rapid.IntRange(0, 36).Draw(t, "hours")) * time.Hour)
}

func (s *sheet) any(t *rapid.T) ledger.Transaction {
	if len(s.posted) == 0 {
		t.Skip("nothing was posted")
	}
	return rapid.SampledFrom(s.posted).Draw(t, "posted")
}

func (s *sheet) retry(t *rapid.T) {
	if posted, err := s.post(s.any(t)); err != nil || posted {
		t.Fatalf("said again: %v, %v", posted, err)
	}
}

func (s *sheet) forge(t *rapid.T) {
	forged := s.any(t)
	forged.Postings = slices.Clone(forged.Postings)
	forged.Postings[0].Minor++
	want := errs.Invalid
	if rapid.Bool().Draw(t, "balanced") {
		forged.Postings[len(forged.Postings)-1].Minor--
		want = errs.Conflict
	}
	if posted, err := s.post(forged); posted || errs.CodeOf(err) != want {
		t.Fatalf("forged: %v, %v", posted, err)
	}
}

func (s *sheet) reverse(t *rapid.T) {
	original := s.any(t)
	back := ledger.Transaction{Key: "reversal:" + original.Key}
	for _, p := range original.Postings {
		p.Minor = -p.Minor
		back.Postings = append(back.Postings, p)
	}
	err := s.d.Tx(s.t.Context(), func(tx *db.Tx) error {
		_, err := ledger.Reverse(t.Context(), tx, s.prefix+original.Key, s.prefix+back.Key, "", "")
		return err
	})
	switch {
	case err != nil:
		t.Fatal(err)
	case !s.reversed[original.Key]: // again it changes nothing
		s.reversed[original.Key] = true
		at := s.at[original.Key]
		posted := s.posted
		s.book(back, s.now.Now())
		s.posted, s.at[original.Key] = posted, at // a reversal is neither said again nor reversed
	}
}

func (s *sheet) seal(t *rapid.T) {
	if _, err := ledger.Seal(t.Context(), s.d); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Verify(t.Context(), s.d); err != nil {
		t.Fatal(err)
	}
	s.remember()
}

// remember checks the moment that was kept, and keeps this one.
func (s *sheet) remember() {
	if !s.past.IsZero() {
		if got := standing(s.t, ledger.NewBook(s.d), s.past); !maps.Equal(got, s.then) {
			s.t.Fatalf("at %s stood %v, and now it is said to have been %v", s.past, s.then, got)
		}
	}
	s.now.Advance(time.Microsecond)
	s.past, s.then = s.now.Now(), standing(s.t, ledger.NewBook(s.d), time.Time{})
}

// look holds the journal against the sheet.
func (s *sheet) look(t *rapid.T) {
	want := maps.Clone(s.before)
	for account, minor := range s.balances {
		if want[account] += minor; want[account] == 0 {
			delete(want, account)
		}
	}
	if got := standing(t, ledger.NewBook(s.d), time.Time{}); !maps.Equal(got, want) {
		t.Fatalf("the journal says %v, the sheet %v", got, want)
	}
}

// standing returns what stands on every account that is not at zero, after a look at whether all of it is even.
func standing(t *rapid.T, book *ledger.Book, at time.Time) map[ledger.Account]int64 {
	all := map[ledger.Account]int64{}
	trial, err := book.Trial(t.Context(), at)
	if err != nil || !trial.Balanced() {
		t.Fatalf("at %s: %+v, %v", at, trial, err)
	}
	for _, row := range trial.Rows {
		if row.Kind != ledger.ProviderPayable && row.Debit != row.Credit {
			all[ledger.Of(row.Kind)] = row.Debit.Minor - row.Credit.Minor
		}
	}
	owed, err := book.Payables(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	for provider, amount := range owed {
		all[ledger.PayableTo(provider)] = -amount.Minor
	}
	return all
}
