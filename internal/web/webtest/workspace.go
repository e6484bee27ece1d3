package webtest

import (
	"context"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/outside"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/workspace"
)

// openWorkspace makes 378, which runs in this very process. Its jobs wait until RunEnds.
func (town *Town) openWorkspace() {
	town.Helper()
	folder := func() blob.Store {
		blobs, err := blob.NewFolder(town.TempDir())
		town.must(err)
		return blobs
	}
	town.queue = job.New(town.DB, slog.New(slog.DiscardHandler))
	town.hub = live.New(live.NewLocal(), live.Options{})
	town.Cleanup(town.hub.Drain)
	town.Workspace = workspace.New(workspace.Config{
		DB: town.DB, Clock: town.Clock, Blobs: folder(), Chunks: folder(), Hub: town.hub, Queue: town.queue, Accounts: town.Accounts, Runner: engine.InProcess(),
		Folder: town.TempDir(), Outside: outside.Options{AllowLoopback: true},
	})
	town.Workspace.Attach(town.queue)
	town.must(town.queue.Open())
}

// RunEnds begins what starts a run of a project, and waits for the run's end. From the first time on, jobs are worked until the test ends.
func (town *Town) RunEnds(projectID string, begin func()) {
	town.Helper()
	told, err := town.hub.Subscribe(workspace.Topic(projectID))
	town.must(err)
	defer told.Close()
	begin()
	town.working.Do(town.work)
	for event := range told.C {
		if event.Type == "run.finished" {
			return
		}
	}
	town.Fatal("nobody was told of the run's end")
}

func (town *Town) work() {
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := town.queue.Run(ctx, time.Second); err != nil {
			town.Error(err)
		}
	})
	town.Cleanup(func() {
		stop()
		running.Wait()
	})
}

// Analyst adds somebody who reconciles.
func (town *Town) Analyst(email, name string) account.Account {
	return town.Person(email, name, account.Finance)
}

// LedgerAndBank are the two sides of a small reconciliation: 40 payments that agree, one that lost a fee, and one on each side alone.
func LedgerAndBank() (ledger, bank string) {
	var l, b strings.Builder
	l.WriteString("entry_id,posting_date,amount,counterparty,reference\n")
	b.WriteString("Date;Libellé;Montant\n")
	for i := range 40 {
		amount, day := 12500+917*i, 1+i%27
		fmt.Fprintf(&l, "EC%03d,2026-05-%02d,%d.%02d,Client %c%c,FA-%05d\n", i, day, amount/100, amount%100, 'A'+i%26, 'A'+i*7%26, 52000+i)
		fmt.Fprintf(&b, "%02d/05/2026;VIR CLIENT %c%c FA-%05d;%d,%02d\n", day+1, 'A'+i%26, 'A'+i*7%26, 52000+i, amount/100, amount%100)
	}
	l.WriteString("EC900,2026-05-12,8400.00,Hôtel Sirocco,FA-90001\nEC901,2026-05-20,777.10,Imprimerie Dar,FA-90002\n")
	b.WriteString("13/05/2026;VIR HOTEL SIROCCO FA-90001;8385,00\n25/05/2026;FRAIS DE TENUE DE COMPTE;-45,50\n")
	return l.String(), b.String()
}

// File is a file that a form brings.
type File struct{ Input, Name, Content string }

// PostForm sends a form with files of several inputs, in their order.
func (b *Browser) PostForm(path string, files ...File) Page {
	b.town.Helper()
	var body strings.Builder
	parts := multipart.NewWriter(&body)
	for _, file := range files {
		part, err := parts.CreateFormFile(file.Input, file.Name)
		b.town.must(err)
		_, err = part.Write([]byte(file.Content))
		b.town.must(err)
	}
	b.town.must(parts.Close())
	return b.do(http.MethodPost, path, parts.FormDataContentType(), body.String())
}
