package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// client does operations one after the other, now and then two at once.
type client struct {
	*storm
	number int
	random *rand.Rand
	next   int // of its keys
}

func (c *client) run(ctx context.Context, operations int) {
	for n := 0; n < operations && ctx.Err() == nil; n++ {
		switch dice := c.random.IntN(100); {
		case dice < 60:
			c.post(ctx, c.fresh(), 1)
		case dice < 68:
			c.post(ctx, c.fresh(), 2)
		case dice < 78:
			c.again(ctx)
		case dice < 84:
			c.forge(ctx)
		case dice < 90:
			c.wrong(ctx)
		default:
			c.reverse(ctx)
		}
		c.done.Add(1)
	}
}

// fresh is a transaction that nobody has asked for, in one of the shapes of the house's money.
func (c *client) fresh() ledger.Transaction {
	c.next++
	name := fmt.Sprintf("%d.%d", c.number, c.next)
	provider := ledger.PayableTo(c.providers[c.random.IntN(len(c.providers))])
	minor := 100 + c.random.Int64N(1_000_000)
	commission, vat, fee := minor/10, minor/50, 1+minor/40
	amount := func(minor int64) money.Amount { return money.Of(minor, money.MAD) }
	of := ledger.Of
	shapes := []struct {
		name     string
		postings []ledger.Posting
	}{
		{"capture", []ledger.Posting{ledger.Debit(of(ledger.ProcessorClearing), amount(minor-fee)), ledger.Debit(of(ledger.ProcessorFees), amount(fee)), ledger.Credit(of(ledger.FundsHeld), amount(minor))}},
		{"earning", []ledger.Posting{ledger.Debit(of(ledger.FundsHeld), amount(minor)), ledger.Credit(provider, amount(minor-commission-vat)), ledger.Credit(of(ledger.Commission), amount(commission)), ledger.Credit(of(ledger.VAT), amount(vat))}},
		{"refund", []ledger.Posting{ledger.Debit(provider, amount(minor-commission-vat)), ledger.Debit(of(ledger.Commission), amount(commission)), ledger.Debit(of(ledger.VAT), amount(vat)), ledger.Credit(of(ledger.Refunds), amount(minor))}},
		{"refunded", []ledger.Posting{ledger.Debit(of(ledger.Refunds), amount(minor)), ledger.Credit(of(ledger.ProcessorClearing), amount(minor))}},
		{"chargeback", []ledger.Posting{ledger.Debit(of(ledger.Chargebacks), amount(minor)), ledger.Debit(of(ledger.ProcessorFees), amount(15_000)), ledger.Credit(of(ledger.ProcessorClearing), amount(minor+15_000))}},
		{"payout", []ledger.Posting{ledger.Debit(provider, amount(minor)), ledger.Credit(of(ledger.PayoutClearing), amount(minor))}},
		{"settlement", []ledger.Posting{ledger.Debit(of(ledger.Bank), amount(minor)), ledger.Credit(of(ledger.ProcessorClearing), amount(minor))}},
	}
	shape := shapes[c.random.IntN(len(shapes))]
	return ledger.Transaction{Key: shape.name + ":" + name, Type: shape.name, Subject: "booking " + name, Reference: "ref " + name, Postings: shape.postings}
}

// post asks for a new transaction, as often at once as told: one of them posts it, and only one.
func (c *client) post(ctx context.Context, t ledger.Transaction, times int) {
	replies := make([]reply, times)
	var askers sync.WaitGroup
	for i := range replies {
		askers.Go(func() { replies[i] = c.ask(ctx, order{Transaction: t}) })
	}
	askers.Wait()
	posted, retried := 0, false
	for _, r := range replies {
		if r.failure != nil || r.Refusal != "" {
			c.record.violate("%s was not taken: %+v", t.Key, r)
			return
		}
		if r.Posted {
			posted++
		}
		retried = retried || r.retried
	}
	if posted > 1 {
		c.record.violate("TWICE: %s was posted %d times", t.Key, posted)
	}
	if posted == 0 && !retried {
		c.record.violate("%s is new, and was said to have been posted before", t.Key)
	}
	c.record.took(t)
}

// again asks for what was acknowledged long before.
func (c *client) again(ctx context.Context) {
	e := c.record.any(c.random)
	if e == nil {
		return
	}
	c.count.again.Add(1)
	if r := c.ask(ctx, order{Transaction: e.transaction}); r.failure != nil || r.Refusal != "" || r.Posted {
		c.record.violate("TWICE: %s was asked for again: %+v", e.transaction.Key, r)
	}
}

// forge asks for something else under a key that was acknowledged.
func (c *client) forge(ctx context.Context) {
	e := c.record.any(c.random)
	if e == nil {
		return
	}
	t := e.transaction
	t.Postings = slices.Clone(t.Postings)
	t.Postings[0].Minor++
	t.Postings[len(t.Postings)-1].Minor--
	c.count.refused.Add(1)
	if r := c.ask(ctx, order{Transaction: t}); r.failure != nil || r.Refusal != errs.Conflict {
		c.record.violate("another content of %s: %+v", t.Key, r)
	}
}

// wrong asks for what is no transaction.
func (c *client) wrong(ctx context.Context) {
	t := c.fresh()
	last := &t.Postings[len(t.Postings)-1]
	switch c.random.IntN(5) {
	case 0:
		last.Minor++
	case 1:
		last.Minor = 0
	case 2:
		last.Minor = -ledger.LargestMinor - 1
	case 3:
		last.Currency = "EUR"
	case 4:
		last.Account = ledger.Of("petty_cash")
	}
	c.count.refused.Add(1)
	if r := c.ask(ctx, order{Transaction: t}); r.failure != nil || r.Refusal != errs.Invalid {
		c.record.violate("%s is no transaction: %+v", t.Key, r)
	}
	c.record.refuse(t.Key)
}

// reverse takes back what was acknowledged; others may do the same at the same time, which is one reversal.
func (c *client) reverse(ctx context.Context) {
	e := c.record.any(c.random)
	if e == nil {
		return
	}
	c.count.reversals.Add(1)
	key := e.transaction.Key
	if r := c.ask(ctx, order{Back: key, Transaction: ledger.Transaction{Key: "reversal:" + key}}); r.failure != nil || r.Refusal != "" {
		c.record.violate("the reversal of %s: %+v", key, r)
		return
	}
	c.record.reverse(e)
	again := order{Back: key, Transaction: ledger.Transaction{Key: "reversal 2:" + key}}
	if c.random.IntN(2) == 0 {
		again = order{Back: "reversal:" + key, Transaction: ledger.Transaction{Key: "reversal 2:" + key}}
	}
	if r := c.ask(ctx, again); r.failure != nil || r.Refusal != errs.Conflict {
		c.record.violate("a second reversal of %s: %+v", key, r)
	}
	c.record.refuse(again.Transaction.Key)
}

// reply is the answer to an order, after as many tries as it took.
type reply struct {
	answer
	retried bool // an earlier try may have gone through without its answer
	failure error
}

// patience bounds how long one order is tried. The process is never away for longer than its start takes.
const patience = time.Minute

// ask tries until there is an answer.
func (s *storm) ask(ctx context.Context, o order) (r reply) {
	payload, err := json.Marshal(o)
	if err != nil {
		return reply{failure: err}
	}
	deadline := time.Now().Add(patience)
	for try := 0; time.Now().Before(deadline) && ctx.Err() == nil; try++ {
		if try > 0 {
			s.count.retries.Add(1)
			time.Sleep(time.Duration(20+rand.IntN(50)) * time.Millisecond) // not so fast that a start has no processor left
		}
		r.retried = try > 0
		if r.answer, r.failure = s.once(ctx, payload); r.failure == nil {
			return r
		}
	}
	return r
}

func (s *storm) once(ctx context.Context, payload []byte) (a answer, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.server.URL("/"), bytes.NewReader(payload))
	if err != nil {
		return a, err
	}
	response, err := s.http.Do(request)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return a, err
	}
	if response.StatusCode != http.StatusOK {
		return a, fmt.Errorf("status %d: %s", response.StatusCode, body)
	}
	return a, json.Unmarshal(body, &a)
}

func someProviders(n int) (all []string) {
	for range n {
		all = append(all, ids.New())
	}
	return all
}
