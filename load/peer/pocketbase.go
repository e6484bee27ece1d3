package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// pocketBase is a PocketBase of our own, on loopback with a folder of its own.
type pocketBase struct {
	folder  string
	address string
	command *exec.Cmd
}

const (
	binary            = ".tools/base"
	superuser         = "bench@example.test"
	superuserPassword = "bench-bench-378"
)

func startPocketBase(ctx context.Context) (*pocketBase, error) {
	folder, err := os.MkdirTemp("", "khadamat-peer-*")
	if err != nil {
		return nil, err
	}
	p := &pocketBase{folder: folder}
	if out, err := exec.CommandContext(ctx, binary, "superuser", "upsert", superuser, superuserPassword, "--dir", p.data()).CombinedOutput(); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s superuser: %w\n%s", binary, err, out)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.stop()
		return nil, err
	}
	p.address = listener.Addr().String()
	if err := listener.Close(); err != nil {
		p.stop()
		return nil, err
	}
	p.command = exec.Command(binary, "serve", "--http", p.address, "--dir", p.data())
	if err := p.command.Start(); err != nil {
		p.command = nil
		p.stop()
		return nil, err
	}
	for range 1000 {
		if err = call(ctx, http.MethodGet, p.url("/api/health"), "", nil, nil); err == nil {
			return p, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.stop()
	return nil, fmt.Errorf("PocketBase does not answer: %w", err)
}

func (p *pocketBase) url(path string) string { return "http://" + p.address + path }

// data is a folder in the folder: PocketBase keeps its migrations beside it.
func (p *pocketBase) data() string { return filepath.Join(p.folder, "data") }

// list is the address of its list of 20.
func (p *pocketBase) list() string { return p.url("/api/collections/services/records?perPage=20") }

func (p *pocketBase) stop() {
	if p.command != nil {
		_ = p.command.Process.Kill() // it may be gone already
		_ = p.command.Wait()
	}
	_ = os.RemoveAll(p.folder)
}

// fill makes a collection that everybody may list and puts the records in. What our wire nests lies flat there, as somebody who
// uses PocketBase would have it.
func (p *pocketBase) fill(ctx context.Context, records []service) error {
	var session struct {
		Token string `json:"token"`
	}
	if err := call(ctx, http.MethodPost, p.url("/api/collections/_superusers/auth-with-password"), "", map[string]string{"identity": superuser, "password": superuserPassword}, &session); err != nil {
		return err
	}
	field := func(name, kind string) map[string]any { return map[string]any{"name": name, "type": kind} }
	collection := map[string]any{"name": "services", "type": "base", "listRule": "", "viewRule": "", "fields": []any{
		field("provider_id", "text"), field("category_id", "text"), field("title", "text"), field("title_fr", "text"), field("title_ar", "text"), field("title_en", "text"),
		field("pricing", "text"), field("price_minor", "number"), field("currency", "text"), field("duration_minutes", "number"), field("place", "text"), field("instant", "bool"),
		field("rating", "number"), field("rating_count", "number"), field("provider_name", "text"), field("city_id", "text"), field("verified", "bool"), field("policy", "text"),
	}}
	if err := call(ctx, http.MethodPost, p.url("/api/collections"), session.Token, collection, nil); err != nil {
		return err
	}
	for _, record := range records {
		if err := call(ctx, http.MethodPost, p.url("/api/collections/services/records"), session.Token, record.flat(), nil); err != nil {
			return err
		}
	}
	var listed struct {
		Items      []json.RawMessage `json:"items"`
		TotalItems int               `json:"totalItems"`
	}
	if err := call(ctx, http.MethodGet, p.list(), "", nil, &listed); err != nil {
		return err
	}
	if len(listed.Items) != 20 || listed.TotalItems != len(records) {
		return fmt.Errorf("it lists %d of %d records, not 20 of %d", len(listed.Items), listed.TotalItems, len(records))
	}
	return nil
}

// service is what our API lists.
type service struct {
	ProviderID string `json:"provider_id"`
	CategoryID string `json:"category_id"`
	Title      string `json:"title"`
	Titles     struct{ FR, AR, EN string }
	Pricing    string `json:"pricing"`
	Price      struct {
		AmountMinor int64  `json:"amount_minor"`
		Currency    string `json:"currency"`
	} `json:"price"`
	DurationMinutes int     `json:"duration_minutes"`
	Place           string  `json:"place"`
	Instant         bool    `json:"instant"`
	Rating          float64 `json:"rating"`
	RatingCount     int64   `json:"rating_count"`
	Provider        struct {
		Name     string `json:"name"`
		CityID   string `json:"city_id"`
		Verified bool   `json:"verified"`
		Policy   string `json:"policy"`
	} `json:"provider"`
}

// flat is the service without what it nests; PocketBase has an id of its own.
func (s service) flat() map[string]any {
	return map[string]any{
		"provider_id": s.ProviderID, "category_id": s.CategoryID, "title": s.Title, "title_fr": s.Titles.FR, "title_ar": s.Titles.AR, "title_en": s.Titles.EN,
		"pricing": s.Pricing, "price_minor": s.Price.AmountMinor, "currency": s.Price.Currency, "duration_minutes": s.DurationMinutes, "place": s.Place, "instant": s.Instant,
		"rating": s.Rating, "rating_count": s.RatingCount, "provider_name": s.Provider.Name, "city_id": s.Provider.CityID, "verified": s.Provider.Verified, "policy": s.Provider.Policy,
	}
}

func newRequest(ctx context.Context, method, address, token string, body any) (*http.Request, error) {
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		payload = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, payload)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", token)
	}
	return request, nil
}

func beginning(body io.Reader) string {
	text, _ := io.ReadAll(io.LimitReader(body, 300)) // for a message only
	return string(text)
}
