package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"khadamat/load/rig"
)

const (
	everyPageScale  = "10"
	everyPageTarget = 30 * time.Millisecond
	perShape        = 2   // pages of one shape (the same address but for ids, dates and names) that are measured
	mostPages       = 250 // for one reader
	pageWarming     = 5
	pageSamples     = 40
	slowPages       = 8 // are named, for each reader
)

// measureEveryPage reads the site as a stranger, a customer, a provider and an operator would, from link to link over ten times the
// demo data, and times every page that it finds.
func measureEveryPage(ctx context.Context, server *rig.Server, report *rig.Report) error {
	for _, who := range []string{"", "customer", "provider", "admin"} {
		reader, err := newReader(ctx, server, who)
		if err != nil {
			return err
		}
		pages, err := reader.pages(ctx, who)
		if err != nil {
			return err
		}
		timed, err := reader.time(ctx, pages)
		if err != nil {
			return err
		}
		if len(timed) == 0 {
			return fmt.Errorf("no pages as %s", who)
		}
		for _, page := range timed[1:min(slowPages, len(timed))] {
			report.Note("    "+short(page.path), fmt.Sprintf("p95 %s, median %s", rig.Millis(page.p95), rig.Millis(page.median)))
		}
		slowest := timed[0]
		report.Figure(fmt.Sprintf("%d pages as %s, demo ×%s, the slowest page: %s", len(pages), cmp.Or(who, "a stranger"), everyPageScale, short(slowest.path)),
			fmt.Sprintf("p95 %s, median %s", rig.Millis(slowest.p95), rig.Millis(slowest.median)), fmt.Sprintf("p95 < %s", everyPageTarget), slowest.p95 < everyPageTarget)
	}
	return nil
}

// reader is somebody with a browser that keeps cookies.
type reader struct {
	server *rig.Server
	client *http.Client
}

func newReader(ctx context.Context, server *rig.Server, who string) (*reader, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	r := &reader{server, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if who == "" {
		return r, nil
	}
	form := url.Values{"email": {who + "@khadamat.test"}, "password": {"demo-khadamat-378"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL("/fr/sign-in"), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := r.client.Do(request)
	if err != nil {
		return nil, err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusSeeOther {
		return nil, fmt.Errorf("sign in as %s: status %d", who, response.StatusCode)
	}
	return r, nil
}

var (
	pageLink = regexp.MustCompile(`<a[^>]*\shref="(/fr[^"#]*)`)
	anyID    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyValue = regexp.MustCompile(`=[^&]*`)
)

// shape is what addresses have in common that show the same kind of page.
func shape(address string) string {
	path, query, _ := strings.Cut(anyID.ReplaceAllString(address, "{id}"), "?")
	parts := strings.Split(path, "/")
	// Places and trades stand directly below the language: /fr/rabat/menage.
	if len(parts) == 4 && !strings.Contains(path, "{id}") && !isRoom(parts[2]) {
		path = "/fr/{city}/{category}"
	}
	return path + "?" + anyValue.ReplaceAllString(query, "")
}

// short is an address as a table has room for it.
func short(address string) string {
	address = anyID.ReplaceAllString(address, "{id}")
	return address[:min(len(address), 90)]
}

// isRoom says whether a first part of an address leads to a group of pages rather than to a city.
func isRoom(part string) bool {
	return slices.Contains([]string{"provider", "providers", "admin", "account", "bookings", "book", "quotes", "disputes", "reviews", "notifications"}, part)
}

// asked are pages that forms lead to, for whoever may see them: what is found at once, late, seldom and never.
var asked = map[string][]string{
	"": {"/fr/search?q=plombier&city=fes&sort=rating", "/fr/search?q=zzzz", "/suggestions?q=coif"},
	"admin": {
		"/fr/admin/people?q=benn", "/fr/admin/people?q=salma+bennani", "/fr/admin/people?q=zzzz", "/fr/admin/people?role=moderator", "/fr/admin/people?standing=banned",
		"/fr/admin/providers?q=atlas", "/fr/admin/providers?q=zzzz", "/fr/admin/providers?status=draft", "/fr/admin/providers?verified=no&city=safi",
		"/fr/admin/bookings?status=in_progress", "/fr/admin/bookings?status=requested", "/fr/admin/bookings?status=completed", "/fr/admin/bookings?status=no_show&city=essaouira",
		"/fr/admin/bookings?status=in_progress&city=casablanca", "/fr/admin/bookings?status=completed&to=2025-09-01", "/fr/admin/bookings?city=safi&from=2026-01-01&to=2026-02-01",
		"/fr/admin/bookings?reference=ffffffff", "/fr/admin/audit?action=booking.cancelled", "/fr/admin/audit?action=booking.", "/fr/admin/audit?from=2026-01-01&to=2026-01-02",
		"/fr/admin/audit?actor=zzzz&action=booking.requested", "/fr/admin/audit?subject=zzzz",
	},
}

// pages finds pages from link to link, a few of each shape.
func (r *reader) pages(ctx context.Context, who string) ([]string, error) {
	queue, seen, shapes := append([]string{"/fr"}, asked[who]...), map[string]bool{"/fr": true}, map[string]int{}
	var found []string
	for len(queue) > 0 && len(found) < mostPages {
		address := queue[0]
		queue = queue[1:]
		body, ok, err := r.read(ctx, address)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		found = append(found, address)
		for _, link := range pageLink.FindAllStringSubmatch(body, -1) {
			next := html.UnescapeString(link[1])
			if kind := shape(next); !seen[next] && shapes[kind] < perShape {
				seen[next] = true
				shapes[kind]++
				queue = append(queue, next)
			}
		}
	}
	return found, nil
}

// read returns a page; ok is false for what is no page: a redirect, a file to download, a page for somebody else.
func (r *reader) read(ctx context.Context, address string) (body string, ok bool, err error) {
	response, _, err := r.get(ctx, address)
	if err != nil {
		return "", false, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if response.StatusCode >= http.StatusInternalServerError {
		err = errors.Join(err, fmt.Errorf("%s: status %d", address, response.StatusCode))
	}
	isPage := strings.HasPrefix(response.Header.Get("Content-Type"), "text/html")
	return string(content), response.StatusCode == http.StatusOK && isPage, err
}

func (r *reader) get(ctx context.Context, address string) (response *http.Response, firstByte func() time.Duration, err error) {
	var sent, got time.Time
	trace := &httptrace.ClientTrace{GotFirstResponseByte: func() { got = time.Now() }}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, r.server.URL(address), nil)
	if err != nil {
		return nil, nil, err
	}
	sent = time.Now()
	response, err = r.client.Do(request)
	return response, func() time.Duration { return got.Sub(sent) }, err
}

type timedPage struct {
	path        string
	p95, median time.Duration
}

// time reads pages again and again and returns them, the slowest first.
func (r *reader) time(ctx context.Context, pages []string) (timed []timedPage, err error) {
	for _, page := range pages {
		var times []time.Duration
		for i := range pageWarming + pageSamples {
			response, took, err := r.get(ctx, page)
			if err != nil {
				return nil, err
			}
			_, err = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if err != nil {
				return nil, err
			}
			if i >= pageWarming {
				times = append(times, took())
			}
		}
		timed = append(timed, timedPage{page, rig.Quantile(times, 0.95), rig.Median(times)})
	}
	slices.SortFunc(timed, func(a, b timedPage) int { return cmp.Compare(b.p95, a.p95) })
	return timed, nil
}
