package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"khadamat/load/rig"
)

// password is everybody's in the demo data.
const password = "demo-khadamat-378"

// person is somebody who is signed in.
type person struct {
	accountID string
	email     string
	cookies   atomic.Pointer[string]
}

// service is something to book, with times at which its provider could be free.
type service struct {
	id       string
	provider *provider
	instant  bool
	starts   []string // RFC 3339
}

type provider struct {
	id           string
	owner        *person
	bufferBefore time.Duration
	bufferAfter  time.Duration
}

// market is what the clients fight over, and all that is known of what happened.
type market struct {
	options
	server    *rig.Server
	http      *http.Client
	customers []*person
	services  []*service
	before    map[string]bool // ids of the bookings that were there before the clients came
	ledger    *ledger
	counts    counts
}

// counts are what the clients saw.
type counts struct {
	booked, refused, invalid   atomic.Int64
	actions, actionsRefused    atomic.Int64
	replays, retries, refreshs atomic.Int64
}

func openMarket(ctx context.Context, server *rig.Server, o options) (*market, error) {
	m := &market{options: o, server: server, ledger: newLedger(), http: &http.Client{
		Timeout:   20 * time.Second,
		Transport: &http.Transport{MaxIdleConns: 2 * o.clients, MaxIdleConnsPerHost: 2 * o.clients},
	}}
	database, err := server.Place.OpenReadOnly()
	if err != nil {
		return nil, err
	}
	defer database.Close()
	if err := m.choosePeople(ctx, database); err != nil {
		return nil, err
	}
	if m.before, err = bookingIDs(ctx, database); err != nil {
		return nil, err
	}
	for _, s := range m.services {
		if s.provider.owner.cookies.Load() == nil {
			if err := m.signIn(ctx, s.provider.owner); err != nil {
				return nil, err
			}
		}
		if err := m.findStarts(ctx, s); err != nil {
			return nil, err
		}
	}
	for _, customer := range m.customers {
		if err := m.signIn(ctx, customer); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// choosePeople takes the providers that offer both instant services and ones on request, one of each, and a customer a client.
func (m *market) choosePeople(ctx context.Context, database *sql.DB) error {
	rows, err := database.QueryContext(ctx, `SELECT p.id, p.account_id, a.email, p.availability,
			(SELECT min(id) FROM services s WHERE s.provider_id = p.id AND s.instant AND s.active AND s.removed_at IS NULL),
			(SELECT min(id) FROM services s WHERE s.provider_id = p.id AND NOT s.instant AND s.active AND s.removed_at IS NULL)
		FROM providers p JOIN accounts a ON a.id = p.account_id WHERE p.status = 'active' ORDER BY p.id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() && len(m.services) < 2*m.providers {
		p := &provider{owner: &person{}}
		var rules string
		var instant, onRequest sql.NullString
		if err := rows.Scan(&p.id, &p.owner.accountID, &p.owner.email, &rules, &instant, &onRequest); err != nil {
			return err
		}
		if !instant.Valid || !onRequest.Valid {
			continue
		}
		var buffers struct {
			Before int `json:"buffer_before_minutes"`
			After  int `json:"buffer_after_minutes"`
		}
		if err := json.Unmarshal([]byte(rules), &buffers); err != nil {
			return err
		}
		p.bufferBefore, p.bufferAfter = time.Duration(buffers.Before)*time.Minute, time.Duration(buffers.After)*time.Minute
		m.services = append(m.services, &service{id: instant.String, provider: p, instant: true}, &service{id: onRequest.String, provider: p})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(m.services) < 2*m.providers {
		return fmt.Errorf("only %d providers offer both instant services and ones on request", len(m.services)/2)
	}
	rows.Close()
	people, err := database.QueryContext(ctx, `SELECT id, email FROM accounts WHERE role = 'customer' AND email LIKE '%@example.test' ORDER BY id LIMIT $1`, m.clients)
	if err != nil {
		return err
	}
	defer people.Close()
	for people.Next() {
		p := &person{}
		if err := people.Scan(&p.accountID, &p.email); err != nil {
			return err
		}
		m.customers = append(m.customers, p)
	}
	if len(m.customers) < m.clients {
		return fmt.Errorf("%d customers for %d clients", len(m.customers), m.clients)
	}
	return people.Err()
}

func bookingIDs(ctx context.Context, database *sql.DB) (map[string]bool, error) {
	rows, err := database.QueryContext(ctx, "SELECT id FROM bookings")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	ids := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids[id] = true
	}
	return ids, rows.Err()
}

// findStarts asks for the free times of the next days. Tomorrow is left out: its times would pass into the notice meanwhile.
func (m *market) findStarts(ctx context.Context, s *service) error {
	from := time.Now().UTC().Truncate(time.Hour).Add(48 * time.Hour)
	for days := m.days; days <= 62; days *= 2 {
		var slots struct {
			Items []struct {
				Start string `json:"start"`
			} `json:"items"`
		}
		query := url.Values{"service": {s.id}, "from": {from.Format(time.RFC3339)}, "to": {from.Add(time.Duration(days) * 24 * time.Hour).Format(time.RFC3339)}}
		reply := m.ask(ctx, nil, http.MethodGet, "/api/v1/providers/"+s.provider.id+"/slots?"+query.Encode(), "", nil)
		if reply.status != http.StatusOK {
			return fmt.Errorf("slots of %s: %s", s.provider.id, reply)
		}
		if err := json.Unmarshal(reply.body, &slots); err != nil {
			return err
		}
		for _, slot := range slots.Items {
			s.starts = append(s.starts, slot.Start)
		}
		// A provider on holiday has none in so few days.
		if len(s.starts) >= 5 {
			return nil
		}
		s.starts = nil
	}
	return fmt.Errorf("provider %s has no free times within two months", s.provider.id)
}
