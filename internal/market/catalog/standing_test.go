package catalog

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// live makes a provider who is on the market.
func (w *world) live(t *testing.T) (account.Actor, Provider) {
	t.Helper()
	actor := w.person(t, account.Provider)
	p, err := w.CreateProvider(t.Context(), actor, plumberProfile())
	if err == nil {
		_, err = w.PutService(t.Context(), actor, p.ID, plumbing())
	}
	if err == nil {
		p, err = w.Activate(t.Context(), actor, p.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return actor, p
}

func (w *world) setStanding(t *testing.T, accountID string, status Status) {
	t.Helper()
	if err := w.db.Tx(t.Context(), func(tx *db.Tx) error { return w.SetStanding(t.Context(), tx, accountID, status) }); err != nil {
		t.Fatal(err)
	}
}

func TestASuspendedProviderLeavesTheMarketAndComesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		actor, p := w.live(t)
		other := w.node(t)
		w.now.Advance(time.Minute)
		w.setStanding(t, actor.ID, Suspended)
		_, err := w.Provider(t.Context(), p.ID)
		wantCode(t, "while suspended", err, errs.NotFound)
		if err := other.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err = other.Provider(t.Context(), p.ID)
		wantCode(t, "on another node", err, errs.NotFound)
		w.setStanding(t, actor.ID, Banned)
		w.setStanding(t, actor.ID, Active)
		if shown, err := w.Provider(t.Context(), p.ID); err != nil || shown.Status != Active {
			t.Fatalf("%+v, %v", shown, err)
		}
	})
}

func TestADraftIsNotPutOnTheMarketByPardon(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		actor := w.person(t, account.Provider)
		if _, err := w.CreateProvider(t.Context(), actor, plumberProfile()); err != nil {
			t.Fatal(err)
		}
		w.setStanding(t, actor.ID, Suspended)
		w.setStanding(t, actor.ID, Active)
		if own, err := w.ProviderOf(t.Context(), actor.ID); err != nil || own.Status != Draft {
			t.Fatalf("%+v, %v", own, err)
		}
		w.setStanding(t, w.person(t, account.Customer).ID, Suspended) // who is no provider is nobody's business
	})
}

// refusals are people who have not accepted the terms.
type refusals map[string]bool

func (r refusals) TermsAccepted(_ context.Context, accountID string) (bool, error) {
	return !r[accountID], nil
}

func TestActivationAsksForTheTerms(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		actor := w.person(t, account.Provider)
		refused := refusals{actor.ID: true}
		w.config.Terms = refused
		p, err := w.CreateProvider(t.Context(), actor, plumberProfile())
		if err == nil {
			_, err = w.PutService(t.Context(), actor, p.ID, plumbing())
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Activate(t.Context(), actor, p.ID)
		wantField(t, err, "terms_accepted", "catalog.terms_required")
		delete(refused, actor.ID)
		if _, err := w.Activate(t.Context(), actor, p.ID); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnErasedProviderIsOffTheMarketWithoutNameAndWords(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		actor, p := w.live(t)
		_, others := w.live(t)
		home := plumberProfile()
		home.Latitude, home.Longitude = 33.61, -7.61
		if _, err := w.UpdateProfile(t.Context(), actor, p.ID, home); err != nil {
			t.Fatal(err)
		}
		name, data, err := w.Export(t.Context(), actor.ID)
		if err != nil || name != "provider" {
			t.Fatalf("%q, %v", name, err)
		}
		text, err := json.Marshal(data)
		if err != nil || !strings.Contains(string(text), plumberProfile().Name) || strings.Contains(string(text), others.ID) {
			t.Fatalf("exported %s, %v", text, err)
		}
		if err := w.db.Tx(t.Context(), func(tx *db.Tx) error { return w.Erase(t.Context(), tx, actor.ID) }); err != nil {
			t.Fatal(err)
		}
		_, err = w.Provider(t.Context(), p.ID)
		wantCode(t, "the erased one in public", err, errs.NotFound)
		left, err := w.ProviderOf(t.Context(), actor.ID)
		if err != nil || left.Name == plumberProfile().Name || !left.Bio.IsZero() || left.Latitude == home.Latitude {
			t.Fatalf("left is %+v, %v", left, err)
		}
		if services, err := w.ServicesOf(t.Context(), actor, p.ID); err != nil || len(services) != 0 {
			t.Fatalf("%d services are left, %v", len(services), err)
		}
		if _, err := w.Provider(t.Context(), others.ID); err != nil {
			t.Errorf("the other one went too: %v", err)
		}
		if _, data, err := w.Export(t.Context(), w.person(t, account.Customer).ID); data != nil || err != nil {
			t.Errorf("a customer gets %v, %v", data, err)
		}
	})
}
