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
	if out, err := exec.CommandContext(ctx, binary, "superuser", "upsert", superuser, superuserPassword, "--dir", folder).CombinedOutput(); err != nil {
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
	p.command = exec.Command(binary, "serve", "--http", p.address, "--dir", folder)
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

// list is the address of its list of 20.
func (p *pocketBase) list() string { return p.url("/api/collections/services/records?perPage=20") }

func (p *pocketBase) stop() {
	if p.command != nil {
		_ = p.command.Process.Kill() // it may be gone already
		_ = p.command.Wait()
	}
	_ = os.RemoveAll(p.folder)
}

// fill makes a collection that everybody may list, with the fields of our wire, and puts the records in.
func (p *pocketBase) fill(ctx context.Context, records []map[string]any) error {
	var session struct {
		Token string `json:"token"`
	}
	if err := call(ctx, http.MethodPost, p.url("/api/collections/_superusers/auth-with-password"), "", map[string]string{"identity": superuser, "password": superuserPassword}, &session); err != nil {
		return err
	}
	field := func(name, kind string) map[string]any { return map[string]any{"name": name, "type": kind} }
	collection := map[string]any{"name": "services", "type": "base", "listRule": "", "viewRule": "", "fields": []any{
		field("provider_id", "text"), field("category_id", "text"), field("title", "text"), field("titles", "json"), field("pricing", "text"), field("price", "json"),
		field("duration_minutes", "number"), field("place", "text"), field("instant", "bool"), field("rating", "number"), field("rating_count", "number"), field("provider", "json"),
	}}
	if err := call(ctx, http.MethodPost, p.url("/api/collections"), session.Token, collection, nil); err != nil {
		return err
	}
	for _, record := range records {
		delete(record, "id") // PocketBase has its own
		if err := call(ctx, http.MethodPost, p.url("/api/collections/services/records"), session.Token, record, nil); err != nil {
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
