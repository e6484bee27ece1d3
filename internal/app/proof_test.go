package app

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/app/demo"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/proof"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/live"
	"khadamat/internal/recon/engine"
)

// What was planted in the files of processor and bank is found, each as what it is, and nothing else: the daily proof over the demo's eighteen months.
func TestTheProofFindsWhatWasPlantedAndNothingElse(t *testing.T) {
	logger := slog.New(slog.DiscardHandler)
	storage := Storage{Data: t.TempDir()}
	summary, err := prepareDemo(t.Context(), storage, demo.Config{Day: time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)}, logger)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewManual(summary.Cast.Evening().Add(10 * time.Hour))
	d, err := open(t.Context(), storage.database(), now)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	blobs, err := blob.NewFolder(storage.blobFolder())
	if err != nil {
		t.Fatal(err)
	}
	hub := live.New(live.NewLocal(), live.Options{})
	defer hub.Drain()
	house, err := NewServices(t.Context(), Ground{DB: d, Clock: now, Hub: hub, Blobs: blobs, Logger: logger,
		Recon: Reconciling{Folder: storage.reconFolder(), Runner: engine.InProcess()}})
	if err != nil {
		t.Fatal(err)
	}
	defer house.Cache.Close()
	reader := account.Actor{ID: "nobody", Role: account.Finance}
	if one, err := house.Accounts.ByEmail(t.Context(), "finance@khadamat.test"); err == nil {
		reader.ID = one.ID
	}
	page, err := house.Proof.Cases(t.Context(), reader, proof.CaseFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var found, planted []string
	for _, c := range page.Items {
		found = append(found, string(c.Kind)+" "+c.Reference)
		if c.Owner == "" {
			t.Errorf("the case of %s has no owner", c.Reference)
		}
	}
	for _, p := range summary.Planted {
		planted = append(planted, string(p.Kind)+" "+p.Reference)
	}
	slices.Sort(found)
	slices.Sort(planted)
	if !slices.Equal(found, planted) {
		t.Errorf("found\n%q\nplanted\n%q", found, planted)
	}
	if _, err := ledger.Verify(t.Context(), d); err != nil {
		t.Error(err)
	}
}
