package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// wireBooking is what the clients read of a booking.
type wireBooking struct {
	ID        string    `json:"id"`
	Status    string    `json:"status"`
	ServiceID string    `json:"service_id"`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	Price     struct {
		AmountMinor int64 `json:"amount_minor"`
	} `json:"price"`
	Proposal *struct {
		By    string    `json:"by"`
		Start time.Time `json:"start"`
	} `json:"proposal"`
}

// client is one of those that fight over the market. It asks for bookings and, between them, changes any that is open.
type client struct {
	*market
	number   int
	customer *person
	random   *rand.Rand
	asked    int
}

// run makes the client's share of the attempts.
func (c *client) run(ctx context.Context, share int) {
	for c.asked < share && ctx.Err() == nil {
		switch n := c.random.IntN(1000); {
		case n < 700:
			c.request(ctx)
		default:
			c.change(ctx, n-700)
		}
	}
}

// request asks for a random time of a random service.
func (c *client) request(ctx context.Context) {
	c.asked++
	s := c.services[c.random.IntN(len(c.services))]
	key := fmt.Sprintf("chaos-%d-%d-%d", c.seed, c.number, c.asked)
	body := map[string]string{"service_id": s.id, "start": s.starts[c.random.IntN(len(s.starts))], "address": "12, rue des Orangers", "note": key}
	if c.random.IntN(100) < 3 {
		c.twice(ctx, s, key, body)
		return
	}
	e := c.book(ctx, s, key, body)
	if e != nil && c.random.IntN(100) < 3 {
		c.again(ctx, e)
	}
}

// twice asks for the same with the same key from two connections at once.
func (c *client) twice(ctx context.Context, s *service, key string, body map[string]string) {
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() { c.book(ctx, s, key, body) })
	}
	wait.Wait()
}

// book asks until there is an answer and enters it into the ledger. It returns the booking, or nil where it was refused.
func (c *client) book(ctx context.Context, s *service, key string, body map[string]string) *entry {
	answer := c.ask(ctx, c.customer, http.MethodPost, "/api/v1/bookings", key, body)
	switch answer.status {
	case http.StatusCreated:
	case http.StatusConflict:
		c.counts.refused.Add(1)
		c.ledger.refuse(key)
		return nil
	case http.StatusUnprocessableEntity:
		c.counts.invalid.Add(1)
		c.ledger.refuse(key)
		return nil
	default:
		if ctx.Err() == nil {
			c.ledger.violate("a request with key %s: %s", key, answer)
		}
		return nil
	}
	var made wireBooking
	if err := json.Unmarshal(answer.body, &made); err != nil {
		c.ledger.violate("a request with key %s: %v", key, err)
		return nil
	}
	e := &entry{id: made.ID, key: key, request: body, customer: c.customer, service: s, start: made.Start, end: made.End, price: made.Price.AmountMinor, status: made.Status,
		told: []fact{{kind: "requested", status: made.Status}}}
	asked, _ := time.Parse(time.RFC3339, body["start"])
	if want := map[bool]string{true: "accepted", false: "requested"}[s.instant]; made.Status != want || made.ServiceID != s.id || !made.Start.Equal(asked) {
		c.ledger.violate("asked for %v and got %s", body, answer.body)
	}
	same, clash := c.ledger.add(e)
	switch {
	case clash != nil:
		c.ledger.violate("keys %s and %s were both answered with booking %s", clash.key, key, made.ID)
	case same != nil && same.id != made.ID:
		c.ledger.violate("key %s made two bookings: %s and %s", key, same.id, made.ID)
	case same != nil:
		return same
	}
	c.counts.booked.Add(1)
	return e
}

// again asks for a booking a second time with its key: the answer must be the first one, whatever has happened to it since.
func (c *client) again(ctx context.Context, e *entry) {
	c.replay(ctx, e)
	// The same key for something else is refused.
	other := map[string]string{"service_id": e.request["service_id"], "start": e.request["start"], "address": e.request["address"], "note": "something else"}
	answer := c.ask(ctx, e.customer, http.MethodPost, "/api/v1/bookings", e.key, other)
	if answer.status != http.StatusConflict && ctx.Err() == nil {
		c.ledger.violate("key %s with another body: %s", e.key, answer)
	}
}

func (m *market) replay(ctx context.Context, e *entry) {
	m.counts.replays.Add(1)
	answer := m.ask(ctx, e.customer, http.MethodPost, "/api/v1/bookings", e.key, e.request)
	var made wireBooking
	if answer.status != http.StatusCreated || json.Unmarshal(answer.body, &made) != nil || made.ID != e.id || !made.Start.Equal(e.start) || made.Price.AmountMinor != e.price {
		if ctx.Err() == nil {
			m.ledger.violate("key %s made %s and is answered now with %s", e.key, e.id, answer)
		}
	}
}

// replaySome asks for some bookings of the whole run again, after the last start of the server.
func (m *market) replaySome(ctx context.Context) {
	random := rand.New(rand.NewPCG(m.seed, 0))
	for range 300 {
		if e := m.ledger.any(random); e != nil {
			m.replay(ctx, e)
		}
	}
}

// change does something to an open booking that its state and a throw of dice suggest.
func (c *client) change(ctx context.Context, dice int) {
	e, status, proposed := c.ledger.pick(c.random)
	if e == nil {
		return
	}
	owner, body := e.service.provider.owner, map[string]string(nil)
	who, action, kind := owner, "", ""
	if c.random.IntN(2) == 0 {
		who = e.customer
	}
	switch {
	case status == "requested" && dice < 120:
		who, action, kind = owner, "accept", "accepted"
	case status == "requested" && dice < 200:
		who, action, kind = owner, "decline", "declined"
	case status == "accepted" && proposed && dice < 200:
		action, kind = "reschedule/accept", "rescheduled"
	case status == "accepted" && proposed && dice < 220:
		action, kind = "reschedule/decline", "reschedule_declined"
	case status == "accepted" && dice < 90:
		starts := e.service.starts
		action, kind, body = "reschedule", "reschedule_proposed", map[string]string{"start": starts[c.random.IntN(len(starts))]}
	case status == "accepted" && dice == 299 && c.random.IntN(20) == 0: // a job that is begun holds its time to the end
		who, action, kind = owner, "start", "started"
	case status == "in_progress":
		who, action, kind = owner, "complete", "completed"
	default:
		action = "cancel"
	}
	c.act(ctx, e, who, action, kind, body)
}

// act changes a booking. Where the answer to an earlier try got lost, a refusal says nothing: the booking is read instead.
func (c *client) act(ctx context.Context, e *entry, who *person, action, kind string, body map[string]string) {
	c.counts.actions.Add(1)
	var payload any
	if body != nil {
		payload = body
	}
	answer := c.ask(ctx, who, http.MethodPost, "/api/v1/bookings/"+e.id+"/"+action, "", payload)
	switch answer.status {
	case http.StatusOK:
		var now wireBooking
		if err := json.Unmarshal(answer.body, &now); err != nil {
			c.ledger.violate("%s of %s: %v", action, e.id, err)
			return
		}
		done := fact{kind: kind, status: now.Status}
		if action == "cancel" {
			done.kind = cancelKinds[now.Status]
		}
		if kind == "rescheduled" {
			done.start = now.Start
		}
		c.ledger.see(e, now.Status, now.Proposal != nil, &done)
	case http.StatusConflict, http.StatusGone, http.StatusForbidden, http.StatusUnprocessableEntity:
		c.counts.actionsRefused.Add(1)
		c.look(ctx, e)
	default:
		if ctx.Err() == nil {
			c.ledger.violate("%s of %s: %s", action, e.id, answer)
		}
	}
}

// cancelKinds are the events that a cancellation may have been, by the status after it.
var cancelKinds = map[string]string{"withdrawn": "withdrawn", "declined": "declined", "cancelled_by_customer": "cancelled", "cancelled_by_provider": "cancelled"}

// look reads a booking, which must be there once it was acknowledged.
func (c *client) look(ctx context.Context, e *entry) {
	answer := c.ask(ctx, e.customer, http.MethodGet, "/api/v1/bookings/"+e.id, "", nil)
	var now wireBooking
	if answer.status != http.StatusOK || json.Unmarshal(answer.body, &now) != nil {
		if ctx.Err() == nil {
			c.ledger.violate("booking %s was acknowledged, and reading it gives %s", e.id, answer)
		}
		return
	}
	c.ledger.see(e, now.Status, now.Proposal != nil, nil)
}
