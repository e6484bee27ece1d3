package workspace_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
)

func TestDecisionsSurviveANewRun(t *testing.T) {
	for _, full := range []bool{false, true} {
		each(t, func(h *house) {
			p := h.books()
			fee, alone, top := h.item(p, "FEE-A"), h.item(p, "ALONE"), h.item(p, "ZZ-TOP")
			some := h.items(p, workspace.Filter{Statuses: []workspace.Status{workspace.StatusMatched}})[3]
			h.decide(h.analyst, p, workspace.Act{Action: workspace.Match, Keys: []string{fee.ID, top.ID}, Reason: "timing"})
			h.decide(h.analyst, p, workspace.Act{Action: workspace.Unmatch, Items: []string{some.ID}})
			h.decide(h.analyst, p, workspace.Act{Action: workspace.WriteOff, Items: []string{alone.ID}, Reason: "error"})
			h.decide(h.reviewer, p, workspace.Act{Action: workspace.Approve, Items: []string{alone.ID}})
			before := h.counts(p)
			// New data: ten more pairs, and the partner of what was written off already.
			h.load(p, 0, "ledger-2.csv", table(lines(40, 50)...))
			h.load(p, 1, "bank-2.csv", table(append(lines(40, 50), line{"ALONE", 12, "77777.77"})...))
			r := h.run(p, workspace.RunForm{Full: full})
			if r.Full != full || len(r.Versions) != 4 {
				t.Fatalf("%+v", r)
			}
			after := h.counts(p)
			if after[workspace.StatusMatched] != before[workspace.StatusMatched]+10 || after[workspace.StatusSettled] != 2 {
				t.Errorf("before %v, after %v", before, after)
			}
			var byHand, writtenOff, apart int
			for _, i := range h.items(p, workspace.Filter{}) {
				switch {
				case i.Pass == "manual" && i.Reason == "timing" && i.Status == workspace.StatusSettled && i.Kind == result.Break:
					byHand++
				case i.ID == alone.ID && i.Status == workspace.StatusSettled:
					writtenOff++
				case i.Reason == "unmatched" && i.Status == workspace.StatusOpen:
					apart++
				}
			}
			if byHand != 1 || writtenOff != 1 || apart != 2 {
				t.Errorf("by hand %d, written off %d, kept apart %d", byHand, writtenOff, apart)
			}
		})
	}
}

func TestTwoNodesSeeEachOthersDecisions(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		other := h.node(engine.InProcess())
		alone, top := h.item(p, "ALONE"), h.item(p, "ZZ-TOP")
		if _, err := other.Items(t.Context(), h.owner, p.ID, workspace.Filter{}, "", 0, 1); err != nil {
			t.Fatal(err)
		}
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "timing"})
		_, err := other.Decide(t.Context(), h.owner, p.ID, workspace.Act{Action: workspace.WriteOff, Items: []string{top.ID}, Reason: "bank fee"})
		h.must(err)
		for _, s := range []*workspace.Service{h.Service, other} {
			page, err := s.Items(t.Context(), h.owner, p.ID, workspace.Filter{Reason: "timing"}, "", 0, 10)
			h.must(err)
			if page.Seq != 2 || page.Total != 1 || page.Counts[workspace.StatusSettled] != 1 {
				t.Errorf("decision %d, %d explained, %v", page.Seq, page.Total, page.Counts)
			}
		}
		// Both decide on one item at once: one of them is told that it is settled.
		var wait sync.WaitGroup
		failed := make([]error, 2)
		for i, s := range []*workspace.Service{h.Service, other} {
			wait.Go(func() {
				_, failed[i] = s.Decide(t.Context(), h.owner, p.ID, workspace.Act{Action: workspace.Unmatch, Items: []string{top.ID}})
			})
		}
		wait.Wait()
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Errorf("both at once: %v", failed)
		}
	})
}

// stuck is a runner that waits until it is told to end, and then works, or does not.
type stuck struct {
	begun chan string // folders
	end   chan struct{}
}

func (s stuck) Run(ctx context.Context, folder string, job engine.Job, tell func(engine.Progress)) error {
	tell(engine.Progress{Stage: "read", Step: 1, Steps: 3, Done: 10})
	s.begun <- folder
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-s.end:
		return engine.InProcess().Run(ctx, folder, job, tell)
	}
}

func (h *house) queued() (workspace.Project, workspace.Run) {
	h.Helper()
	p := h.project()
	h.load(p, 0, "ledger.csv", table(lines(0, 40)...))
	h.load(p, 1, "bank.csv", table(lines(0, 40)...))
	r, err := h.Start(h.Context(), h.analyst, p.ID, workspace.RunForm{})
	h.must(err)
	return p, r
}

func TestOneRunAtATimeAndItCanBeCancelled(t *testing.T) {
	each(t, func(h *house) {
		runner := stuck{begun: make(chan string, 1), end: make(chan struct{})}
		h.Service = h.node(runner)
		p, r := h.queued()
		_, err := h.Start(t.Context(), h.owner, p.ID, workspace.RunForm{})
		h.refused(err, errs.Conflict, "recon_workspace.runs_already")
		ended := make(chan error, 1)
		go func() { ended <- h.Work(t.Context(), r.ID) }()
		<-runner.begun
		now, err := h.Service.Run(t.Context(), h.reviewer, r.ID, i18n.English)
		h.must(err)
		if now.State != workspace.Running || now.StartedAt.IsZero() {
			t.Errorf("%+v", now)
		}
		h.must(h.Cancel(t.Context(), h.analyst, r.ID))
		h.must(<-ended)
		now, err = h.Service.Run(t.Context(), h.reviewer, r.ID, i18n.English)
		h.must(err)
		if now.State != workspace.Cancelled || now.FinishedAt.IsZero() {
			t.Errorf("%+v", now)
		}
		h.refused(h.Cancel(t.Context(), h.analyst, r.ID), errs.Conflict, "recon_workspace.run_ended")
		if told := h.hub.told("run.finished"); len(told) != 1 {
			t.Errorf("told %+v", told)
		}
		h.Service = h.node(engine.InProcess())
		h.run(p, workspace.RunForm{})
	})
}

func TestARunWhoseNodeDiedIsTakenUpAgain(t *testing.T) {
	each(t, func(h *house) {
		dead := stuck{begun: make(chan string, 1), end: make(chan struct{})}
		h.Service = h.node(dead)
		p, r := h.queued()
		ctx, die := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- h.Work(ctx, r.ID) }()
		<-dead.begun
		other := h.node(engine.InProcess())
		h.must(other.Work(t.Context(), r.ID)) // it is worked on: nothing happens
		if n := len(h.hub.told("run.finished")); n != 0 {
			t.Fatalf("%d runs have ended", n)
		}
		die()
		h.must(<-ended)
		h.must(other.Work(t.Context(), r.ID))
		now, err := other.Run(t.Context(), h.analyst, r.ID, i18n.English)
		h.must(err)
		if now.State != workspace.Finished || now.Figures.Matched != 80 {
			t.Errorf("%+v", now)
		}
		if page, err := other.Items(t.Context(), h.analyst, p.ID, workspace.Filter{}, "", 0, 1); err != nil || page.Total != 40 {
			t.Errorf("%d items, %v", page.Total, err)
		}
	})
}

func TestALeaseThatEndsFreesARun(t *testing.T) {
	each(t, func(h *house) {
		silent := stuck{begun: make(chan string, 1), end: make(chan struct{})}
		h.Service = h.node(silent)
		_, r := h.queued()
		ended := make(chan error, 1)
		go func() { ended <- h.Work(t.Context(), r.ID) }()
		<-silent.begun
		h.clock.Advance(31 * time.Second) // the clock of the house: its heart beats by that of the machine
		other := h.node(engine.InProcess())
		h.must(other.Work(t.Context(), r.ID))
		close(silent.end) // too late: the run is the other's, and has ended
		h.must(<-ended)
		page, err := other.Runs(t.Context(), h.analyst, r.ID, "", 0, i18n.English)
		if errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("the runs of a run: %+v, %v", page, err)
		}
		if n := len(h.hub.told("run.finished")); n != 1 {
			t.Errorf("%d times it has ended", n)
		}
	})
}

// broken is a runner that fails.
type broken struct{}

func (broken) Run(context.Context, string, engine.Job, func(engine.Progress)) error {
	return errors.New("the disk is full")
}

func TestARunThatFailsSaysSoInItsReadersLanguage(t *testing.T) {
	h := lite(t)
	h.Service = h.node(broken{})
	p, r := h.queued()
	h.must(h.Work(t.Context(), r.ID))
	french, err := h.Service.Run(t.Context(), h.analyst, r.ID, i18n.French)
	h.must(err)
	arabic, err := h.Service.Run(t.Context(), h.analyst, r.ID, i18n.Arabic)
	h.must(err)
	if french.State != workspace.Failed || french.Problem == "" || french.Problem == arabic.Problem {
		t.Errorf("%q, %q", french.Problem, arabic.Problem)
	}
	if page, err := h.Items(t.Context(), h.analyst, p.ID, workspace.Filter{}, "", 0, 1); err != nil || page.Total != 0 {
		t.Errorf("%d items, %v", page.Total, err)
	}
}

func TestSchedulesStartOneRunWhoeverLooks(t *testing.T) {
	each(t, func(h *house) {
		p := h.project()
		p.Settings.RunOnNewData, p.Settings.RunDailyAt = true, "02:00"
		p, err := h.Change(t.Context(), h.owner, p.ID, p.Version, workspace.ProjectForm{Name: p.Name, Settings: p.Settings})
		h.must(err)
		other := h.node(engine.InProcess())
		tend := func() []workspace.Run {
			var wait sync.WaitGroup
			for _, s := range []*workspace.Service{h.Service, other} {
				wait.Go(func() { _ = s.Tend(t.Context()) })
			}
			wait.Wait()
			h.must(h.Tend(t.Context()))
			page, err := h.Runs(t.Context(), h.analyst, p.ID, "", 0, i18n.English)
			h.must(err)
			return page.Items
		}
		h.load(p, 0, "ledger.csv", table(lines(0, 40)...))
		h.clock.Advance(time.Minute)
		if runs := tend(); len(runs) != 0 {
			t.Fatalf("with an empty side: %+v", runs)
		}
		h.load(p, 1, "bank.csv", table(lines(0, 40)...))
		if runs := tend(); len(runs) != 0 {
			t.Fatalf("more may come: %+v", runs)
		}
		h.clock.Advance(time.Minute)
		runs := tend()
		if len(runs) != 1 || runs[0].By != "" {
			t.Fatalf("on new data: %+v", runs)
		}
		h.must(h.Work(t.Context(), runs[0].ID))
		if runs := tend(); len(runs) != 1 {
			t.Fatalf("without new data: %+v", runs)
		}
		h.clock.Set(time.Date(2026, 6, 2, 0, 59, 0, 0, time.UTC)) // 01:59 in Casablanca
		if runs := tend(); len(runs) != 1 {
			t.Fatalf("a minute early: %+v", runs)
		}
		h.clock.Advance(2 * time.Minute)
		if runs := tend(); len(runs) != 2 {
			t.Fatalf("at two o'clock: %+v", runs)
		}
	})
}

func TestTenThousandSuggestionsAreAcceptedAtOnce(t *testing.T) {
	each(t, func(h *house) {
		h.Service = h.node(suggesting{10_000})
		p := h.project()
		h.load(p, 0, "ledger.csv", table(lines(0, 2)...))
		h.load(p, 1, "bank.csv", table(lines(0, 2)...))
		h.run(p, workspace.RunForm{})
		ids, err := h.ItemIDs(t.Context(), h.analyst, p.ID, workspace.Filter{Statuses: []workspace.Status{workspace.StatusSuggested}})
		h.must(err)
		if len(ids) != 10_000 {
			t.Fatalf("%d are suggested", len(ids))
		}
		d := h.decide(h.analyst, p, workspace.Act{Action: workspace.Accept, Items: ids})
		if d.Count != 10_000 || len(d.Items) != 500 || d.Seq != 1 {
			t.Errorf("%d, %d, %d", d.Count, len(d.Items), d.Seq)
		}
		other := h.node(engine.InProcess())
		for _, s := range []*workspace.Service{h.Service, other} {
			page, err := s.Items(t.Context(), h.analyst, p.ID, workspace.Filter{}, "", 0, 1)
			h.must(err)
			if page.Counts[workspace.StatusMatched] != 10_000 {
				t.Errorf("%v", page.Counts)
			}
		}
		told := h.hub.told("decided")
		if len(told) != 1 || fmt.Sprint(told[0].Data.(map[string]any)["count"]) != "10000" || len(told[0].Data.(map[string]any)["items"].([]string)) != 100 {
			t.Errorf("told %d events", len(told))
		}
		figures, err := h.Summary(t.Context(), h.analyst, p.ID)
		h.must(err)
		if figures.MatchRate != 1 || !slices.Equal(figures.Records, []int{10_000, 10_000}) {
			t.Errorf("%v of %v", figures.MatchRate, figures.Records)
		}
	})
}
