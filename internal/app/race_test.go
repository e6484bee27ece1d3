package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/app/demo"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/mail"
)

// house is the whole server over a small demo market, as Serve puts it together.
func house(t *testing.T, d *db.DB) (*Services, string) {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	outbox, err := mail.NewOutbox(t.TempDir(), "Khadamat <bonjour@khadamat.test>", clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	c := Config{BaseURL: "http://127.0.0.1", TimeoutSeconds: 30, DrainSeconds: 5, AddressPerMinute: 600, AccountPerMinute: 120, SignUpsPerHour: 20}
	hub := live.New(live.NewLocal(), live.Options{})
	blobs, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	services, err := NewServices(t.Context(), Ground{DB: d, Clock: clock.System{}, Hub: hub, Blobs: blobs, Sender: outbox, BaseURL: c.BaseURL, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := handlerOf(c, services, hub, outbox, func(next http.Handler) http.Handler { return next }, logger)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return services, server.URL
}

// pressers makes customers, each with a token of an API client.
func pressers(t *testing.T, d *db.DB, accounts *account.Service, n int) (tokens []string) {
	t.Helper()
	for i := range n {
		a := account.Account{ID: ids.New(), Email: fmt.Sprintf("presser%d@example.test", i), Name: "Salma", Role: account.Customer, Language: "fr", CreatedAt: time.Now()}
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return account.Insert(t.Context(), tx, a, "-") }); err != nil {
			t.Fatal(err)
		}
		secret, _, err := accounts.CreateToken(t.Context(), account.Actor{ID: a.ID, Role: a.Role, SessionID: ids.New()}, "race", 0, "")
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, secret)
	}
	return tokens
}

// freeInstant returns an instant service of the demo market and a free time of it.
func freeInstant(t *testing.T, s *Services) (serviceID, start string) {
	t.Helper()
	yes := true
	page, err := s.Catalog.Search(t.Context(), catalog.Query{Instant: &yes, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, hit := range page.Items {
		slots, err := s.Bookings.Slots(t.Context(), hit.Service.ProviderID, hit.Service.ID, nil, time.Now(), time.Now().AddDate(0, 0, 20))
		if err != nil {
			t.Fatal(err)
		}
		if len(slots) > 0 {
			return hit.Service.ID, slots[len(slots)/2].Start.Format(time.RFC3339)
		}
	}
	t.Fatal("nobody is free")
	return "", ""
}

func TestTwoHundredCustomersPressOneInstantSlotAndOneGetsIt(t *testing.T) {
	for engine, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.PostgreSQL} {
		t.Run(engine, func(t *testing.T) {
			d := open(t, clock.System{})
			if _, err := demo.Fill(t.Context(), demo.Config{DB: d, Day: time.Now()}); err != nil {
				t.Fatal(err)
			}
			services, address := house(t, d)
			tokens := pressers(t, d, services.Accounts, 200)
			service, start := freeInstant(t, services)
			answers := make(chan int, len(tokens))
			var wait sync.WaitGroup
			for _, token := range tokens {
				wait.Go(func() { answers <- press(t.Context(), t, address, token, service, start) })
			}
			wait.Wait()
			close(answers)
			count := map[int]int{}
			for status := range answers {
				count[status]++
			}
			if count[http.StatusCreated] != 1 || count[http.StatusConflict] != 199 {
				t.Fatalf("answers by status: %v", count)
			}
		})
	}
}

func press(ctx context.Context, t *testing.T, address, token, service, start string) int {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/api/v1/bookings", strings.NewReader(fmt.Sprintf(`{"service_id":%q,"start":%q,"address":"12, rue des Orangers"}`, service, start)))
	if err != nil {
		t.Error(err)
		return 0
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusCreated && response.StatusCode != http.StatusConflict {
		t.Errorf("%d: %s", response.StatusCode, body)
	}
	return response.StatusCode
}
