package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"strconv"
	"strings"
	"time"

	"khadamat/load/rig"
)

const (
	warming = 100
	samples = 500
)

// measureFirstBytes asks for the home page and for free times again and again on one connection, as a browser does.
func measureFirstBytes(ctx context.Context, server *rig.Server, report *rig.Report) error {
	slots, err := slotPaths(ctx, server)
	if err != nil {
		return err
	}
	for _, page := range []struct {
		what   string
		paths  []string
		target time.Duration
	}{
		{"home page, warm, first byte", []string{"/fr"}, 10 * time.Millisecond},
		{"slots API, warm, first byte", slots, 5 * time.Millisecond},
	} {
		var times []time.Duration
		for i := range warming + samples {
			took, err := firstByte(ctx, server.URL(page.paths[i%len(page.paths)]))
			if err != nil {
				return err
			}
			if i >= warming {
				times = append(times, took)
			}
		}
		p95 := rig.Quantile(times, 0.95)
		report.Figure(page.what, fmt.Sprintf("median %s, p95 %s", rig.Millis(rig.Median(times)), rig.Millis(p95)), fmt.Sprintf("p95 < %s", page.target), p95 < page.target)
	}
	return nil
}

// firstByte is the time from sending a request to the first byte of its answer.
func firstByte(ctx context.Context, address string) (took time.Duration, err error) {
	var sent time.Time
	trace := &httptrace.ClientTrace{GotFirstResponseByte: func() { took = time.Since(sent) }}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Accept-Encoding", "gzip")
	sent = time.Now()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0, err
	}
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: status %d", address, response.StatusCode)
	}
	return took, nil
}

// offered is what the measurement needs to know of a service.
type offered struct {
	ID         string `json:"id"`
	ProviderID string `json:"provider_id"`
}

func offers(ctx context.Context, server *rig.Server) ([]offered, error) {
	var page struct {
		Items []offered `json:"items"`
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL("/api/v1/services?limit=100"), nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&page); err != nil {
		return nil, err
	}
	if len(page.Items) == 0 {
		return nil, fmt.Errorf("the catalog is empty")
	}
	return page.Items, nil
}

func slotPaths(ctx context.Context, server *rig.Server) ([]string, error) {
	found, err := offers(ctx, server)
	var paths []string
	for _, service := range found {
		paths = append(paths, "/api/v1/providers/"+service.ProviderID+"/slots?service="+service.ID)
	}
	return paths, err
}

// restTarget is what the server may hold at rest.
const restTarget = 250 << 20

// measureMemory looks at every kind of page once or more, lets the server rest and reads what it holds.
func measureMemory(ctx context.Context, server *rig.Server, report *rig.Report) error {
	found, err := offers(ctx, server)
	if err != nil {
		return err
	}
	paths := []string{"/api/openapi.json", "/api/docs", "/api/v1/cities", "/api/v1/categories", "/api/v1/services?q=plombier&city=casablanca", "/api/v1/suggestions?q=mena"}
	for _, language := range []string{"/fr", "/ar", "/en"} {
		paths = append(paths, language, language+"/search", language+"/search?q=coiffeur", language+"/sign-in", language+"/sign-up", language+"/providers/"+found[0].ProviderID)
	}
	for _, service := range found[:min(20, len(found))] {
		paths = append(paths, "/api/v1/providers/"+service.ProviderID, "/api/v1/services/"+service.ID, "/api/v1/providers/"+service.ProviderID+"/slots")
	}
	// Signing in takes 19 MB for its hash alone.
	for range 5 {
		if err := signIn(ctx, server); err != nil {
			return err
		}
		for _, path := range paths {
			if _, err := firstByte(ctx, server.URL(path)); err != nil {
				return err
			}
		}
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(10 * time.Second):
	}
	bytes, err := resident(server.PID())
	if err != nil {
		return err
	}
	report.Figure("memory at rest with demo data (RSS)", fmt.Sprintf("%d MB", bytes>>20), fmt.Sprintf("< %d MB", restTarget>>20), bytes < restTarget)
	return nil
}

func signIn(ctx context.Context, server *rig.Server) error {
	body := strings.NewReader(`{"email":"customer@khadamat.test","password":"demo-khadamat-378"}`)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL("/api/v1/auth/login"), body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("sign in: status %d", response.StatusCode)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// resident is the memory of a process that is in RAM, in bytes.
func resident(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("process %d tells no VmRSS", pid)
}
