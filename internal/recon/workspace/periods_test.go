package workspace_test

import (
	"testing"

	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
)

// sign has a month prepared and signed off.
func (h *house) sign(p workspace.Project, name string) {
	h.Helper()
	_, err := h.PrepareSignOff(h.Context(), h.analyst, p.ID, name, "")
	h.must(err)
	_, err = h.SignOff(h.Context(), h.reviewer, p.ID, name)
	h.must(err)
}

func TestWhatIsSignedOffDoesNotChange(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		fee, alone, top := h.item(p, "FEE-A"), h.item(p, "ALONE"), h.item(p, "ZZ-TOP")
		pair := h.items(p, workspace.Filter{Statuses: []workspace.Status{workspace.StatusMatched}})[0]
		h.sign(p, "2026-05")
		for name, act := range map[string]workspace.Act{
			"undoing a match":                {Action: workspace.Unmatch, Items: []string{pair.ID}},
			"explaining what is open":        {Action: workspace.Explain, Items: []string{alone.ID}, Reason: "timing"},
			"writing off what is open":       {Action: workspace.WriteOff, Items: []string{top.ID}, Reason: "error"},
			"matching within the month":      {Action: workspace.Match, Keys: []string{fee.ID, top.ID}},
			"giving what is open to someone": {Action: workspace.Assign, Items: []string{alone.ID}, Assignee: h.analyst.ID},
		} {
			_, err := h.Decide(t.Context(), h.owner, p.ID, act)
			if err == nil {
				t.Errorf("%s is possible", name)
				continue
			}
			h.refused(err, errs.Conflict, "recon_workspace.period_signed")
		}
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Remark, Items: []string{pair.ID}, Note: "one may still speak about it"})
		// The partner of what was open comes a month later: it is carried forward.
		h.load(p, 1, "june.csv", "Reference;Date;Amount;Currency\nPAID-LATE;2026-06-20;9003.00;MAD\nDOUBTFUL;2026-06-21;1.00;MAD\n")
		h.run(p, workspace.RunForm{Full: true})
		if counts := h.counts(p); counts[workspace.StatusReconciled] < 40 {
			t.Errorf("after a full run %v", counts)
		}
		if h.item(p, "PAID-LATE").Members == 1 {
			h.decide(h.analyst, p, workspace.Act{Action: workspace.Match, Keys: []string{fee.ID, h.item(p, "PAID-LATE").ID}})
		}
		h.must1(h.Reopen(t.Context(), h.analyst, p.ID, "2026-05", "a mistake"))(errs.Forbidden, "recon_workspace.role_needed")
		_, err := h.Reopen(t.Context(), h.owner, p.ID, "2026-05", "a mistake")
		h.must(err)
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "timing"})
	})
}

// must1 hands back a check of an error that came with a period.
func (h *house) must1(_ workspace.Period, err error) func(errs.Code, string) {
	return func(code errs.Code, key string) {
		h.Helper()
		h.refused(err, code, key)
	}
}

func TestMonthsAreSignedInTheirOrder(t *testing.T) {
	each(t, func(h *house) {
		p := h.project()
		rows := table(lines(0, 40)...) + "JUNE-1;2026-06-03;5000.00;MAD\n"
		h.load(p, 0, "ledger.csv", rows)
		h.load(p, 1, "bank.csv", rows)
		h.run(p, workspace.RunForm{})
		periods, err := h.Periods(t.Context(), h.analyst, p.ID)
		h.must(err)
		if len(periods) != 2 || periods[0].Name != "2026-06" || periods[1].State != workspace.PeriodOpen {
			t.Fatalf("%+v", periods)
		}
		h.must1(h.PrepareSignOff(t.Context(), h.analyst, p.ID, "2026-06", ""))(errs.Conflict, "recon_workspace.earlier_open")
		h.must1(h.PrepareSignOff(t.Context(), h.analyst, p.ID, "2026-13", ""))(errs.Invalid, "recon_workspace.bad_period")
		h.must1(h.PrepareSignOff(t.Context(), h.analyst, p.ID, "2026-04", ""))(errs.Invalid, "recon_workspace.bad_period")
		h.sign(p, "2026-05")
		h.must1(h.PrepareSignOff(t.Context(), h.analyst, p.ID, "2026-05", ""))(errs.Conflict, "recon_workspace.period_state")
		h.sign(p, "2026-06")
		h.must1(h.Reopen(t.Context(), h.owner, p.ID, "2026-05", "a mistake"))(errs.Conflict, "recon_workspace.last_period_only")
		if _, err := h.Reopen(t.Context(), h.owner, p.ID, "2026-06", "a mistake"); err != nil {
			t.Error(err)
		}
		if counts := h.counts(p); counts[workspace.StatusReconciled] != 40 || counts[workspace.StatusMatched] != 1 {
			t.Errorf("%v", counts)
		}
	})
}

func TestWhatIsTooOldOrTooLargeIsEscalated(t *testing.T) {
	h := lite(t)
	p := h.books()
	p.Settings.EscalateAbove = 70_000_00
	p, err := h.Change(t.Context(), h.owner, p.ID, p.Version, workspace.ProjectForm{Name: p.Name, Settings: p.Settings})
	h.must(err)
	if found := h.items(p, workspace.Filter{Statuses: []workspace.Status{workspace.StatusEscalated}}); len(found) != 1 || found[0].RecordID != "ALONE" {
		t.Errorf("too large: %+v", found)
	}
	p.Settings.EscalateAbove, p.Settings.EscalateAfter = 0, 15 // it is the first of June
	p, err = h.Change(t.Context(), h.owner, p.ID, p.Version, workspace.ProjectForm{Name: p.Name, Settings: p.Settings})
	h.must(err)
	if counts := h.counts(p); counts[workspace.StatusEscalated] != 2 || counts[workspace.StatusOpen] != 1 {
		t.Errorf("too old: %v", counts)
	}
	page, err := h.Items(t.Context(), h.analyst, p.ID, workspace.Filter{}, workspace.ByUrgency, 0, 3)
	h.must(err)
	if page.Items[0].Status != workspace.StatusEscalated || page.Items[0].RecordID != "ALONE" || page.Items[2].Status != workspace.StatusOpen {
		t.Errorf("%+v", page.Items)
	}
}
