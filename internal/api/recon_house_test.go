package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/outside"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/workspace"
)

// TestMain lets this program be its own child, which works on runs as the real one does.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "recon" && os.Args[2] == "work" {
		if err := engine.Work(context.Background(), os.Args[3], os.Stdout); err != nil {
			os.Exit(2)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// settle opens the workspace, whose jobs the queue works once it runs.
func (h *house) settle(t testing.TB, queue *job.Queue) {
	t.Helper()
	folder := func() blob.Store {
		kept, err := blob.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	runner, err := engine.New("")
	if err != nil {
		t.Fatal(err)
	}
	h.recon = workspace.New(workspace.Config{DB: h.db, Clock: h.clock, Blobs: folder(), Chunks: folder(), Hub: h.hub, Queue: queue, Accounts: h.accounts, Runner: runner,
		Folder: t.TempDir(), Outside: outside.Options{AllowLoopback: true}, Logger: slog.New(slog.NewTextHandler(h.log, nil))})
	h.recon.Attach(queue)
	h.queue = queue
}

// working lets the queue work until the test ends.
func (h *house) working(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.queue.Run(ctx, time.Second) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// financiers are two who work on projects, and one who has nothing to do with them.
func (h *house) financiers(t testing.TB) (analyst, reviewer, outsider account.Account) {
	t.Helper()
	person := func(email, name string, role account.Role) account.Account {
		made, err := h.accounts.EnsureAccount(t.Context(), account.NewAccount{Email: email, Password: password, Name: name, Role: role, Language: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	return person("finance@example.test", "Nadia Tazi", account.Finance), person("reviewer@example.test", "Karim Bennis", account.Reviewer), person("other@example.test", "Hind Fassi", account.Finance)
}

// upload sends a file as a form.
func (c *client) uploadFile(path, field, name, content string) *got {
	c.t.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile(field, name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err == nil {
		err = writer.Close()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return c.send(http.MethodPost, path, writer.FormDataContentType(), form.String())
}

// The two sides of a small reconciliation: sixty payments that agree, one that differs by a fee, one on each side alone.
func ledgerAndBank() (ledger, bank string) {
	var l, b strings.Builder
	l.WriteString("entry_id,posting_date,amount,counterparty,reference\n")
	b.WriteString("date,amount,description\n")
	names := []string{"Atlas Plomberie", "Riad Nettoyage", "Cours Andalous", "Salon Yasmine", "Garage Sebou", "Studio Oudayas"}
	for i := range 60 {
		amount := 10000 + 731*i
		day := 1 + i%28
		fmt.Fprintf(&l, "E%03d,2026-09-%02d,%d.%02d,%s,INV-%05d\n", i, day, amount/100, amount%100, names[i%len(names)], 41000+i)
		fmt.Fprintf(&b, "2026-09-%02d,%d.%02d,VIR %s INV-%05d\n", min(30, day+1), amount/100, amount%100, strings.ToUpper(names[i%len(names)]), 41000+i)
	}
	l.WriteString("E900,2026-09-12,987.50,Hammam Nour,INV-49000\nE901,2026-09-15,5321.09,Menuiserie Rif,INV-49001\n")
	b.WriteString("2026-09-13,975.00,VIR HAMMAM NOUR INV-49000\n2026-09-20,64.30,FRAIS DE TENUE DE COMPTE\n")
	return l.String(), b.String()
}

// project makes a project with both files loaded; its reviewer is a member.
func (h *house) project(t testing.TB, analyst, reviewer account.Account) ReconProject {
	t.Helper()
	c := h.signedIn(t, analyst)
	var made ReconProject
	c.post("/recon/projects", `{"name":"Grand livre et banque","settings":{"write_off_limit":{"amount_minor":5000,"currency":"MAD"},"escalate_after_days":0,"escalate_above_minor":0,"run_on_new_data":false,"run_daily_at":"","reason_codes":["Frais bancaires"],"accept_suggested":0}}`).want(http.StatusCreated).into(&made)
	c.send(http.MethodPut, "/recon/projects/"+made.ID+"/members", "application/json", `{"email":"`+reviewer.Email+`","role":"reviewer"}`).want(http.StatusOK)
	var sources List[ReconSource]
	c.get("/recon/projects/" + made.ID + "/sources").want(http.StatusOK).into(&sources)
	ledger, bank := ledgerAndBank()
	for i, content := range []string{ledger, bank} {
		c.uploadFile("/recon/sources/"+sources.Items[i].ID+"/files", reconFile, []string{"grand-livre.csv", "banque.csv"}[i], content).want(http.StatusCreated)
	}
	return made
}
