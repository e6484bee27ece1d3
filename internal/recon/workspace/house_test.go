package workspace_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/outside"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/workspace"
)

// house is a workspace with a few people, on a real database.
type house struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	accounts *account.Service
	folder   string
	blobs    blob.Store
	chunks   blob.Store
	hub      *hub
	*workspace.Service
	owner, analyst, reviewer, stranger account.Actor
	emails                             map[string]string
}

// hub remembers what was told.
type hub struct {
	mu     sync.Mutex
	events []live.Event
}

func (h *hub) Publish(topic string, e live.Event) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	e.Topic = topic
	h.events = append(h.events, e)
	return nil
}

func (h *hub) told(kind string) (all []live.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.events {
		if e.Type == kind {
			all = append(all, e)
		}
	}
	return all
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) { test(newHouse(t, d, now)) })
}

// lite is each on SQLite alone, for what is not about the database.
func lite(t *testing.T) *house {
	t.Helper()
	now := clock.NewManual(dbtest.Start)
	return newHouse(t, dbtest.SQLite(t, now), now)
}

func newHouse(t *testing.T, d *db.DB, now *clock.Manual) *house {
	t.Helper()
	h := &house{T: t, db: d, clock: now, folder: t.TempDir(), hub: &hub{}, emails: map[string]string{}, accounts: account.New(account.Config{DB: d, Clock: now})}
	var err error
	h.blobs, err = blob.NewFolder(filepath.Join(h.folder, "blobs"))
	h.must(err)
	h.chunks, err = blob.NewFolder(filepath.Join(h.folder, "chunks"))
	h.must(err)
	h.Service = h.node(engine.InProcess())
	for name, who := range map[string]struct {
		role account.Role
		into *account.Actor
	}{
		"Nadia Owner": {account.Finance, &h.owner}, "Karim Analyst": {account.Finance, &h.analyst}, "Imane Reviewer": {account.Reviewer, &h.reviewer},
		"Omar Stranger": {account.Finance, &h.stranger},
	} {
		a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: who.role, Language: "en", CreatedAt: now.Now()}
		h.must(d.Tx(t.Context(), func(tx *db.Tx) error { return account.Insert(t.Context(), tx, a, "-") }))
		*who.into = account.Actor{ID: a.ID, Role: a.Role}
		h.emails[a.ID] = a.Email
	}
	return h
}

// node is another process of the same house.
func (h *house) node(runner engine.Runner) *workspace.Service {
	h.Helper()
	queue := job.New(h.db, slog.New(slog.DiscardHandler))
	s := workspace.New(workspace.Config{DB: h.db, Clock: h.clock, Blobs: h.blobs, Chunks: h.chunks, Hub: h.hub, Queue: queue, Accounts: h.accounts, Runner: runner,
		Folder: h.TempDir(), Outside: outside.Options{AllowLoopback: true}, Databases: map[string]string{"books": os.Getenv(dbtest.PostgresURL)}})
	s.Attach(queue)
	h.must(queue.Open())
	return s
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// refused fails unless an error has the key.
func (h *house) refused(err error, code errs.Code, key string) {
	h.Helper()
	e, ok := err.(*errs.Error)
	if !ok || e.Code != code {
		h.Fatalf("got %v, want %s: %s", err, code, key)
	}
	if e.Key == key {
		return
	}
	for _, f := range e.Fields {
		if f.Key == key {
			return
		}
	}
	h.Fatalf("got %v, want %s", err, key)
}

// project makes one with all three people, a write-off limit of 5 MAD.
func (h *house) project() workspace.Project {
	h.Helper()
	p, err := h.CreateProject(h.Context(), h.owner, workspace.ProjectForm{Name: "Bank and ledger",
		Settings: workspace.Settings{WriteOffLimit: money.Of(500, money.MAD), ReasonCodes: []string{"bank fee", "timing", "error"}}})
	h.must(err)
	for who, role := range map[account.Actor]workspace.Role{h.analyst: workspace.Analyst, h.reviewer: workspace.Reviewer} {
		_, err := h.SetMember(h.Context(), h.owner, p.ID, h.emails[who.ID], role)
		h.must(err)
	}
	return p
}

// load loads a file into a side.
func (h *house) load(p workspace.Project, side int, name, content string) workspace.Version {
	h.Helper()
	sources, err := h.Sources(h.Context(), h.analyst, p.ID)
	h.must(err)
	v, err := h.Upload(h.Context(), h.analyst, sources[side].ID, name, strings.NewReader(content), i18n.English)
	h.must(err)
	return v
}

// run runs a project to its end.
func (h *house) run(p workspace.Project, form workspace.RunForm) workspace.Run {
	h.Helper()
	r, err := h.Start(h.Context(), h.analyst, p.ID, form)
	h.must(err)
	h.must(h.Work(h.Context(), r.ID))
	r, err = h.Service.Run(h.Context(), h.analyst, r.ID, i18n.English)
	h.must(err)
	if r.State != workspace.Finished {
		h.Fatalf("the run is %s: %s", r.State, r.Problem)
	}
	return r
}

// line is a row of the made up books: a reference, a day in May 2026, an amount.
type line struct {
	ref    string
	day    int
	amount string
}

func table(lines ...line) string {
	var b strings.Builder
	b.WriteString("Reference;Date;Amount;Currency\n")
	for _, l := range lines {
		fmt.Fprintf(&b, "%s;2026-05-%02d;%s;MAD\n", l.ref, l.day, l.amount)
	}
	return b.String()
}

// lines are so many that agree on both sides.
func lines(from, to int) []line {
	var all []line
	for i := from; i < to; i++ {
		all = append(all, line{fmt.Sprintf("INV-%05d", 10_000+i*7), 1 + i%28, fmt.Sprintf("%d.%02d", 100+i*13, i%100)})
	}
	return all
}

// books is a project with 40 pairs that agree, an open record on each side that differ by 3 MAD, and one on the left alone, after its first run.
func (h *house) books() workspace.Project {
	h.Helper()
	p := h.project()
	left, right := lines(0, 40), lines(0, 40)
	left = append(left, line{"FEE-A", 10, "9003.00"}, line{"ALONE", 12, "77777.77"})
	right = append(right, line{"ZZ-TOP", 28, "4.00"})
	h.load(p, 0, "ledger.csv", table(left...))
	h.load(p, 1, "bank.csv", table(right...))
	h.run(p, workspace.RunForm{})
	return p
}

// items are those that a filter chooses.
func (h *house) items(p workspace.Project, f workspace.Filter) []workspace.Item {
	h.Helper()
	page, err := h.Items(h.Context(), h.analyst, p.ID, f, workspace.ByAmount, 0, 500)
	h.must(err)
	return page.Items
}

// item is the one with a record id.
func (h *house) item(p workspace.Project, record string) workspace.Item {
	h.Helper()
	for _, i := range h.items(p, workspace.Filter{Text: record}) {
		if i.RecordID == record || strings.Contains(i.Text, record) {
			return i
		}
	}
	h.Fatalf("no item %s", record)
	return workspace.Item{}
}

func (h *house) decide(who account.Actor, p workspace.Project, act workspace.Act) workspace.Decided {
	h.Helper()
	d, err := h.Decide(h.Context(), who, p.ID, act)
	h.must(err)
	return d
}
