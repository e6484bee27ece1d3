package workspace_test

import (
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
)

func TestOnlyFinancePeopleAndMembersEnter(t *testing.T) {
	each(t, func(h *house) {
		p := h.project()
		_, err := h.CreateProject(t.Context(), account.Actor{ID: h.stranger.ID, Role: account.Customer}, workspace.ProjectForm{Name: "x"})
		h.refused(err, errs.Forbidden, "error.forbidden")
		_, err = h.CreateProject(t.Context(), account.Actor{}, workspace.ProjectForm{Name: "x"})
		h.refused(err, errs.Unauthenticated, "error.unauthenticated")
		_, err = h.Project(t.Context(), h.stranger, p.ID)
		h.refused(err, errs.NotFound, "error.not_found")
		_, err = h.Project(t.Context(), h.owner, "no id")
		h.refused(err, errs.NotFound, "error.not_found")
		for who, want := range map[account.Actor]workspace.Role{h.owner: workspace.Owner, h.reviewer: workspace.Reviewer, {ID: h.stranger.ID, Role: account.Admin}: workspace.Owner} {
			if got, err := h.Project(t.Context(), who, p.ID); err != nil || got.Mine != want {
				t.Errorf("%s: %+v, %v", want, got, err)
			}
		}
		for who, n := range map[account.Actor]int{h.owner: 1, h.stranger: 0, {ID: h.stranger.ID, Role: account.Admin}: 1} {
			if cards, err := h.Projects(t.Context(), who, false); err != nil || len(cards) != n {
				t.Errorf("%d projects instead of %d, %v", len(cards), n, err)
			}
		}
	})
}

func TestAProjectKeepsAnOwner(t *testing.T) {
	each(t, func(h *house) {
		p := h.project()
		h.refused(h.RemoveMember(t.Context(), h.owner, p.ID, h.owner.ID), errs.Conflict, "recon_workspace.last_owner")
		_, err := h.SetMember(t.Context(), h.owner, p.ID, h.emails[h.owner.ID], workspace.Viewer)
		h.refused(err, errs.Conflict, "recon_workspace.last_owner")
		_, err = h.SetMember(t.Context(), h.owner, p.ID, "nobody@example.test", workspace.Viewer)
		h.refused(err, errs.Invalid, "recon_workspace.nobody_has_it")
		_, err = h.SetMember(t.Context(), h.owner, p.ID, h.emails[h.stranger.ID], "king")
		h.refused(err, errs.Invalid, "recon_workspace.bad_role")
		_, err = h.SetMember(t.Context(), h.analyst, p.ID, h.emails[h.stranger.ID], workspace.Viewer)
		h.refused(err, errs.Forbidden, "recon_workspace.role_needed")
		_, err = h.SetMember(t.Context(), h.owner, p.ID, " "+h.emails[h.analyst.ID], workspace.Owner)
		h.must(err)
		h.must(h.RemoveMember(t.Context(), h.owner, p.ID, h.owner.ID))
		members, err := h.Members(t.Context(), h.analyst, p.ID)
		h.must(err)
		if len(members) != 2 || members[0].Name != "Karim Analyst" || members[0].Role != workspace.Owner || members[1].Email != h.emails[h.reviewer.ID] {
			t.Errorf("%+v", members)
		}
	})
}

func TestASettingThatSomebodyElseChangedIsNotOverwritten(t *testing.T) {
	each(t, func(h *house) {
		p := h.project()
		form := workspace.ProjectForm{Name: "Renamed", Settings: p.Settings}
		changed, err := h.Change(t.Context(), h.owner, p.ID, p.Version, form)
		h.must(err)
		if changed.Name != "Renamed" || changed.Version != p.Version+1 || changed.Settings.WriteOffLimit != money.Of(500, money.MAD) {
			t.Errorf("%+v", changed)
		}
		_, err = h.Change(t.Context(), h.owner, p.ID, p.Version, form)
		h.refused(err, errs.Conflict, "recon_workspace.changed_meanwhile")
		form.Name, form.Settings.RunDailyAt, form.Settings.EscalateAfter, form.Settings.AcceptSuggested = "", "25:00", -1, 2
		_, err = h.Change(t.Context(), h.owner, p.ID, changed.Version, form)
		if e, ok := err.(*errs.Error); !ok || len(e.Fields) != 4 {
			t.Errorf("%v", err)
		}
	})
}

func TestAnArchivedProjectIsOnlyRead(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		alone := h.item(p, "ALONE")
		h.must(h.Archive(t.Context(), h.owner, p.ID))
		_, err := h.Decide(t.Context(), h.analyst, p.ID, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "timing"})
		h.refused(err, errs.Conflict, "recon_workspace.archived")
		_, err = h.Start(t.Context(), h.analyst, p.ID, workspace.RunForm{})
		h.refused(err, errs.Conflict, "recon_workspace.archived")
		if h.item(p, "ALONE").ID != alone.ID {
			t.Error("it cannot be read")
		}
		for archived, n := range map[bool]int{true: 1, false: 0} {
			if cards, err := h.Projects(t.Context(), h.owner, archived); err != nil || len(cards) != n {
				t.Errorf("archived %v: %d, %v", archived, len(cards), err)
			}
		}
		h.must(h.Restore(t.Context(), h.owner, p.ID))
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "timing"})
	})
}

func TestACreationAskedForTwiceHappensOnce(t *testing.T) {
	h := lite(t)
	form := workspace.ProjectForm{Name: "Once", IdempotencyKey: "k"}
	first, err := h.CreateProject(t.Context(), h.owner, form)
	h.must(err)
	again, err := h.CreateProject(t.Context(), h.owner, form)
	h.must(err)
	if first.ID != again.ID {
		t.Error("there are two")
	}
}

func TestAnalyticsSayHowLongThingsTake(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		h.clock.Advance(48 * time.Hour)
		h.decide(h.analyst, p, workspace.Act{Action: workspace.WriteOff, Items: []string{h.item(p, "ZZ-TOP").ID}, Reason: "bank fee"})
		h.must(h.Tend(t.Context()))
		found, err := h.Analytics(t.Context(), h.reviewer, workspace.AnalyticsForm{ProjectID: p.ID})
		h.must(err)
		all := found.Totals
		if all.Runs != 1 || all.Records != 83 || all.Settled != 1 || all.MedianSettle != 48*time.Hour || all.P90Settle != 48*time.Hour || all.Open != 2 || len(all.OpenAmounts) != 1 || all.OpenAmounts[0].Minor != 9003_00+77777_77 {
			t.Errorf("%+v", all)
		}
		if len(found.People) != 1 || found.People[0].Name != "Karim Analyst" || len(found.Days) != 31 || len(found.Sources) != 2 || found.Sources[0].Name != "Bank and ledger · bank" {
			t.Errorf("%+v\n%+v\n%+v", found.People, found.Days, found.Sources)
		}
		// The day after the run has nothing of its own, and shows what the run left; before it, nothing is known.
		if days := found.Days; days[27].MatchRate != -1 || days[28].Runs != 1 || days[29].Runs != 0 || days[29].Decisions != 0 || days[29].Records != 83 || days[29].MatchRate != days[28].MatchRate || days[30].Settled != 1 {
			t.Errorf("the last days are %+v", days[27:])
		}
		cards, err := h.Projects(t.Context(), h.owner, false)
		h.must(err)
		if c := cards[0]; c.Figures == nil || c.Figures.Open != 2 || c.LastRun == nil || c.LastRun.Number != 1 || c.Members != 3 || c.Sources != 2 {
			t.Errorf("%+v", c)
		}
		if _, err := h.Analytics(t.Context(), h.stranger, workspace.AnalyticsForm{ProjectID: p.ID}); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("a stranger gets %v", err)
		}
		if none, err := h.Analytics(t.Context(), h.stranger, workspace.AnalyticsForm{}); err != nil || none.Totals.Records != 0 || none.Totals.MatchRate != -1 {
			t.Errorf("a stranger gets %+v, %v", none, err)
		}
	})
}
