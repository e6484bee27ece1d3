package workspace_test

import (
	"slices"
	"testing"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
)

func TestNobodyApprovesTheirOwnWriteOff(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		alone := h.item(p, "ALONE")
		d := h.decide(h.reviewer, p, workspace.Act{Action: workspace.WriteOff, Items: []string{alone.ID}, Reason: "error"})
		if d.Items[0].Status != workspace.StatusPending {
			t.Fatalf("77,777.77 with a limit of 5.00 is %s", d.Items[0].Status)
		}
		_, err := h.Decide(t.Context(), h.reviewer, p.ID, workspace.Act{Action: workspace.Approve, Items: []string{alone.ID}})
		h.refused(err, errs.Forbidden, "recon_workspace.own_write_off")
		_, err = h.Decide(t.Context(), h.analyst, p.ID, workspace.Act{Action: workspace.Approve, Items: []string{alone.ID}})
		h.refused(err, errs.Forbidden, "recon_workspace.role_needed")
		d = h.decide(h.owner, p, workspace.Act{Action: workspace.Refuse, Items: []string{alone.ID}, Note: "look again"})
		if d.Items[0].Status != workspace.StatusOpen {
			t.Errorf("refused, it is %s", d.Items[0].Status)
		}
		h.decide(h.reviewer, p, workspace.Act{Action: workspace.WriteOff, Items: []string{alone.ID}, Reason: "error"})
		d = h.decide(h.owner, p, workspace.Act{Action: workspace.Approve, Items: []string{alone.ID}})
		if d.Items[0].Status != workspace.StatusSettled || d.Items[0].Reason != "error" {
			t.Errorf("approved, it is %+v", d.Items[0])
		}
		small := h.item(p, "ZZ-TOP")
		d = h.decide(h.analyst, p, workspace.Act{Action: workspace.WriteOff, Items: []string{small.ID}, Reason: "bank fee"})
		if d.Items[0].Status != workspace.StatusSettled {
			t.Errorf("4.00 with a limit of 5.00 is %s", d.Items[0].Status)
		}
		d = h.decide(h.analyst, p, workspace.Act{Action: workspace.Unmatch, Items: []string{small.ID}})
		if d.Items[0].Status != workspace.StatusOpen {
			t.Errorf("a write-off taken back is %s", d.Items[0].Status)
		}
	})
}

func TestAMatchByHandIsMadeAndUndone(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		fee, alone, top := h.item(p, "FEE-A"), h.item(p, "ALONE"), h.item(p, "ZZ-TOP")
		d := h.decide(h.analyst, p, workspace.Act{Action: workspace.Match, Keys: []string{fee.ID, top.ID}, Note: "by telephone"})
		made := d.Items[slices.IndexFunc(d.Items, func(i workspace.Item) bool { return i.Members == 2 })]
		if made.Kind != result.Break || made.Status != workspace.StatusBreak || made.Difference.Minor != 900300-400 || made.Days != 18 || made.By != h.analyst.ID {
			t.Errorf("made %+v", made)
		}
		if !slices.Contains(d.Gone, fee.ID) || !slices.Contains(d.Gone, top.ID) {
			t.Errorf("gone are %v", d.Gone)
		}
		_, err := h.Decide(t.Context(), h.analyst, p.ID, workspace.Act{Action: workspace.Match, Keys: []string{fee.ID, alone.ID}})
		h.refused(err, errs.Invalid, "recon_workspace.one_side")
		detail, err := h.Item(t.Context(), h.analyst, p.ID, made.ID, i18n.English)
		h.must(err)
		if len(detail.Records) != 2 || len(detail.Records[0].Values) != 4 || len(detail.History) != 1 || detail.History[0].Note != "by telephone" || detail.PeriodOf != "2026-05" {
			t.Errorf("detail %+v", detail)
		}
		for _, v := range detail.Records[0].Values {
			if differs := v.Column != "Currency"; v.Differ != differs {
				t.Errorf("%s differs: %v", v.Column, v.Differ)
			}
		}
		d = h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{made.ID}, Reason: "timing"})
		if d.Items[0].Status != workspace.StatusSettled {
			t.Errorf("explained, it is %s", d.Items[0].Status)
		}
		d = h.decide(h.analyst, p, workspace.Act{Action: workspace.Unmatch, Items: []string{made.ID}})
		if len(d.Items) != 2 || d.Items[0].Status != workspace.StatusOpen || d.Items[0].Reason != "unmatched" {
			t.Errorf("undone: %+v", d.Items)
		}
	})
}

func TestWhatCannotBeIsRefusedAndNothingOfItDone(t *testing.T) {
	h := lite(t)
	p := h.books()
	alone, top := h.item(p, "ALONE"), h.item(p, "ZZ-TOP")
	matched := h.items(p, workspace.Filter{Statuses: []workspace.Status{workspace.StatusMatched}})[0]
	for name, c := range map[string]struct {
		act workspace.Act
		key string
	}{
		"accepting what is no suggestion":       {workspace.Act{Action: workspace.Accept, Items: []string{alone.ID}}, "recon_workspace.not_suggested"},
		"accepting one of two":                  {workspace.Act{Action: workspace.WriteOff, Items: []string{alone.ID, matched.ID}, Reason: "error"}, "recon_workspace.nothing_to_write_off"},
		"undoing what is open":                  {workspace.Act{Action: workspace.Unmatch, Items: []string{alone.ID}}, "recon_workspace.not_matched"},
		"approving what does not wait":          {workspace.Act{Action: workspace.Approve, Items: []string{alone.ID}}, "recon_workspace.not_pending"},
		"explaining what is matched":            {workspace.Act{Action: workspace.Explain, Items: []string{matched.ID}, Reason: "error"}, "recon_workspace.not_unsettled"},
		"an item that is none":                  {workspace.Act{Action: workspace.Accept, Items: []string{"nothing"}}, "recon_workspace.item_gone"},
		"a record that is none":                 {workspace.Act{Action: workspace.Match, Keys: []string{alone.ID, "nothing"}}, "recon_workspace.record_gone"},
		"a reason that the project has not":     {workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "whim"}, "recon_workspace.unknown_reason"},
		"no reason":                             {workspace.Act{Action: workspace.WriteOff, Items: []string{alone.ID}}, "recon_workspace.reason_needed"},
		"no word":                               {workspace.Act{Action: workspace.Remark, Items: []string{alone.ID}}, "recon_workspace.note_needed"},
		"nothing":                               {workspace.Act{Action: workspace.Accept}, "recon_workspace.nothing_chosen"},
		"an action that is none":                {workspace.Act{Action: "dance", Items: []string{alone.ID}}, "recon_workspace.bad_action"},
		"giving it to somebody of another team": {workspace.Act{Action: workspace.Assign, Items: []string{alone.ID}, Assignee: h.stranger.ID}, "recon_workspace.no_member"},
		"one record by itself":                  {workspace.Act{Action: workspace.Match, Keys: []string{top.ID}}, "recon_workspace.one_record"},
	} {
		_, err := h.Decide(t.Context(), h.owner, p.ID, c.act)
		code := errs.CodeOf(err)
		if code != errs.Conflict && code != errs.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		h.refused(err, code, c.key)
	}
	page, err := h.Items(t.Context(), h.analyst, p.ID, workspace.Filter{}, "", 0, 1)
	h.must(err)
	if page.Seq != 0 || page.Counts[workspace.StatusOpen] != 3 {
		t.Errorf("after nothing but refusals: decision %d, %v", page.Seq, page.Counts)
	}
	_, err = h.Items(t.Context(), h.stranger, p.ID, workspace.Filter{}, "", 0, 1)
	h.refused(err, errs.NotFound, "error.not_found")
}

func TestAnItemThatSomebodyHoldsIsTheirs(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		alone := h.item(p, "ALONE")
		_, err := h.Service.Lock(t.Context(), h.analyst, p.ID, alone.ID)
		h.must(err)
		_, err = h.Service.Lock(t.Context(), h.owner, p.ID, alone.ID)
		h.refused(err, errs.Conflict, "recon_workspace.locked_by")
		_, err = h.Decide(t.Context(), h.owner, p.ID, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "error"})
		h.refused(err, errs.Conflict, "recon_workspace.locked_by")
		if e := err.(*errs.Error); e.Args["Name"] != "Karim Analyst" {
			t.Errorf("the holder is called %v", e.Args["Name"])
		}
		if held := h.item(p, "ALONE").Locked; held == nil || held.Name != "Karim Analyst" {
			t.Errorf("the list shows %+v", held)
		}
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "error"})
		h.must(h.Service.Unlock(t.Context(), h.owner, p.ID, alone.ID)) // not theirs: it stays
		h.clock.Advance(29 * time.Second)
		_, err = h.Service.Lock(t.Context(), h.owner, p.ID, alone.ID)
		h.refused(err, errs.Conflict, "recon_workspace.locked_by")
		h.clock.Advance(2 * time.Second)
		_, err = h.Service.Lock(t.Context(), h.owner, p.ID, alone.ID)
		h.must(err)
		h.must(h.Service.Unlock(t.Context(), h.owner, p.ID, alone.ID))
		if h.item(p, "ALONE").Locked != nil || len(h.hub.told("locked")) != 2 || len(h.hub.told("unlocked")) != 1 {
			t.Error("unlocked, it is still held")
		}
	})
}

func TestWhoHasNotSeenTheLastDecisionIsTold(t *testing.T) {
	h := lite(t)
	p := h.books()
	alone := h.item(p, "ALONE")
	first := h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "timing"})
	h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "error", Seq: first.Seq})
	_, err := h.Decide(t.Context(), h.owner, p.ID, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "bank fee", Seq: first.Seq})
	h.refused(err, errs.Conflict, "recon_workspace.decided_meanwhile")
}

func TestRemarksAndAssignmentsStayWithTheirItem(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		alone := h.item(p, "ALONE")
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Remark, Items: []string{alone.ID}, Note: "I have asked the supplier."})
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Assign, Items: []string{alone.ID}, Assignee: h.reviewer.ID})
		for _, found := range [][]workspace.Item{h.items(p, workspace.Filter{Assignee: h.reviewer.ID}), {h.item(p, "ALONE")}} {
			if len(found) != 1 || found[0].Assignee != h.reviewer.ID || found[0].Comments != 1 {
				t.Errorf("%+v", found)
			}
		}
		if n := len(h.items(p, workspace.Filter{Assignee: "none"})); n != 42 {
			t.Errorf("%d items are nobody's", n)
		}
		detail, err := h.Item(t.Context(), h.reviewer, p.ID, alone.ID, i18n.English)
		h.must(err)
		if len(detail.Thread) != 1 || detail.Thread[0].Name != "Karim Analyst" || detail.Thread[0].Text != "I have asked the supplier." {
			t.Errorf("%+v", detail.Thread)
		}
		if told := h.hub.told("commented"); len(told) != 1 || told[0].Topic != workspace.Topic(p.ID) {
			t.Errorf("told %+v", told)
		}
	})
}

func TestEveryChangeIsInTheAuditLog(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{h.item(p, "ALONE").ID}, Reason: "timing"})
		_, err := audit.Seal(t.Context(), h.db)
		h.must(err)
		page, err := h.Audit(t.Context(), h.reviewer, p.ID, "", 100)
		h.must(err)
		var actions []string
		for _, e := range page.Items {
			actions = append(actions, e.Action)
		}
		want := []string{"recon.explain", "recon.run.finished", "recon.run.started", "recon.version.loaded", "recon.version.loaded", "recon.member.set", "recon.member.set", "recon.project.created"}
		if !slices.Equal(actions, want) {
			t.Errorf("the log has %v", actions)
		}
		if first := page.Items[0]; first.Name != "Karim Analyst" || first.Seq == 0 || first.Data["reason"] != "timing" {
			t.Errorf("%+v", first)
		}
		if proof, err := audit.Verify(t.Context(), h.db); err != nil || proof.Unsealed > 0 {
			t.Errorf("%+v, %v", proof, err)
		}
	})
}

func TestWhatIsTakenBackIsWhatItWas(t *testing.T) {
	each(t, func(h *house) {
		p := h.doubtful()
		suggestion := h.suggestion(p)
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Accept, Items: []string{suggestion.ID}})
		d := h.decide(h.analyst, p, workspace.Act{Action: workspace.Undo, Items: []string{suggestion.ID}, Seq: 1})
		if len(d.Items) != 1 || d.Items[0] != suggestion {
			t.Errorf("an acceptance taken back: %+v, not %+v", d.Items, suggestion)
		}
		small, large := h.item(p, "ZZ-TOP"), h.item(p, "ALONE")
		h.decide(h.analyst, p, workspace.Act{Action: workspace.WriteOff, Items: []string{small.ID, large.ID}, Reason: "bank fee"})
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Undo, Items: []string{small.ID, large.ID}})
		if h.item(p, "ZZ-TOP") != small || h.item(p, "ALONE") != large {
			t.Errorf("write-offs taken back: %+v, %+v", h.item(p, "ZZ-TOP"), h.item(p, "ALONE"))
		}
		_, err := h.Decide(t.Context(), h.analyst, p.ID, workspace.Act{Action: workspace.Undo, Items: []string{small.ID}})
		h.refused(err, errs.Conflict, "recon_workspace.not_matched")
		detail, err := h.Item(t.Context(), h.analyst, p.ID, suggestion.ID, i18n.English)
		h.must(err)
		if len(detail.History) != 2 || detail.History[0].Action == detail.History[1].Action {
			t.Errorf("the history is %+v", detail.History)
		}
		// Who replays all of it, and a new run, see the same.
		for _, again := range []func(){func() { h.Service = h.node(engine.InProcess()) }, func() { h.run(p, workspace.RunForm{Full: true, Ruleset: -1}) }} {
			again()
			if found := h.suggestion(p); found.ID != suggestion.ID || found.By != "" || found.Confidence != suggestion.Confidence || h.item(p, "ALONE").Status != large.Status {
				t.Errorf("replayed: %+v, not %+v", found, suggestion)
			}
		}
	})
}

func TestWhatPeopleTakeApartFindsItsNextPartnerInTheNextRun(t *testing.T) {
	each(t, func(h *house) {
		p := h.doubtful()
		suggestion := h.suggestion(p)
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Reject, Items: []string{suggestion.ID}})
		h.load(p, 1, "bank-2.csv", table(line{"RENT-C", 12, "500.00"}))
		h.run(p, workspace.RunForm{Ruleset: -1})
		found := h.suggestion(p)
		detail, err := h.Item(t.Context(), h.analyst, p.ID, found.ID, i18n.English)
		h.must(err)
		if found.ID == suggestion.ID || len(detail.Records) != 2 || detail.Records[0].ID != "RENT-A" || detail.Records[1].ID != "RENT-C" {
			t.Errorf("the next partner is in %+v", detail.Records)
		}
		if n := len(h.items(p, workspace.Filter{Reason: "rejected"})); n != 1 {
			t.Errorf("%d records wait that were rejected", n)
		}
	})
}

// doubtful is a project with 40 pairs that agree and one that its rules suggest, after its first run.
func (h *house) doubtful() workspace.Project {
	h.Helper()
	p := h.project()
	h.load(p, 0, "ledger.csv", table(append(lines(0, 40), line{"RENT-A", 10, "500.00"}, line{"ALONE", 12, "77777.77"})...))
	h.load(p, 1, "bank.csv", table(append(lines(0, 40), line{"RENT-B", 11, "500.00"}, line{"ZZ-TOP", 28, "4.00"})...))
	_, err := h.SaveRuleset(h.Context(), h.analyst, p.ID, workspace.RulesetForm{YAML: byReference + "  - {name: same amount, kind: tolerance, ambiguity: best, finds: suggest, amount: equal, date: {days: 5}}\n"})
	h.must(err)
	h.run(p, workspace.RunForm{Ruleset: -1})
	return p
}

// suggestion is the one that a project has.
func (h *house) suggestion(p workspace.Project) workspace.Item {
	h.Helper()
	found := h.items(p, workspace.Filter{Statuses: []workspace.Status{workspace.StatusSuggested}})
	if len(found) != 1 {
		h.Fatalf("%d suggestions", len(found))
	}
	return found[0]
}
