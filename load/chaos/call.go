package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// reply is the answer to one call, after as many tries as it took.
type reply struct {
	status  int // 0: none within patience
	body    []byte
	retried bool // an earlier try may have gone through without its answer
	failure error
}

func (r reply) String() string {
	if r.status == 0 {
		return r.failure.Error()
	}
	return fmt.Sprintf("status %d: %s", r.status, r.body[:min(len(r.body), 300)])
}

// patience bounds how long one call is tried. The server is never away for longer than its start takes.
const patience = time.Minute

// ask calls the API and tries again with the same idempotency key for as long as there is no answer.
func (m *market) ask(ctx context.Context, who *person, method, path, key string, body any) reply {
	var payload []byte
	if body != nil {
		payload, _ = json.Marshal(body) // maps of strings always marshal
	}
	deadline := time.Now().Add(patience)
	var last reply
	for try := 0; time.Now().Before(deadline) && ctx.Err() == nil; try++ {
		if try > 0 {
			m.counts.retries.Add(1)
			time.Sleep(time.Duration(50+rand.IntN(100)) * time.Millisecond) // not so fast that a start has no processor left
		}
		status, answer, err := m.once(ctx, who, method, path, key, payload)
		last = reply{status: status, body: answer, retried: try > 0, failure: err}
		switch {
		case err != nil || status == http.StatusServiceUnavailable:
			last.status = 0
		case status == http.StatusUnauthorized && who != nil && !strings.HasPrefix(path, "/api/v1/auth/"):
			m.counts.refreshs.Add(1)
			if err := m.signIn(ctx, who); err != nil {
				return reply{failure: err}
			}
		default:
			return last
		}
	}
	last.status = 0
	if last.failure == nil {
		last.failure = fmt.Errorf("%s %s: no answer within %s", method, path, patience)
	}
	return last
}

func (m *market) once(ctx context.Context, who *person, method, path, key string, payload []byte) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, m.server.URL(path), bytes.NewReader(payload))
	if err != nil {
		return 0, nil, err
	}
	if payload == nil {
		request.Body, request.ContentLength = http.NoBody, 0
	} else {
		request.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	if who != nil {
		if cookies := who.cookies.Load(); cookies != nil {
			request.Header.Set("Cookie", *cookies)
		}
	}
	response, err := m.http.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, err
	}
	if who != nil && len(response.Cookies()) > 0 {
		var parts []string
		for _, c := range response.Cookies() {
			parts = append(parts, c.Name+"="+c.Value)
		}
		cookies := strings.Join(parts, "; ")
		who.cookies.Store(&cookies)
	}
	return response.StatusCode, answer, nil
}

// signIn signs somebody in, and in again once their access token has expired. The refresh token is left alone: one whose answer
// dies with the server would be a reused one on the next try.
func (m *market) signIn(ctx context.Context, who *person) error {
	answer := m.ask(ctx, who, http.MethodPost, "/api/v1/auth/login", "", map[string]string{"email": who.email, "password": password})
	if answer.status != http.StatusOK {
		return fmt.Errorf("sign in as %s: %s", who.email, answer)
	}
	return nil
}
