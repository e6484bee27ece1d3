package workspace_test

import (
	"bytes"
	"strings"
	"testing"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/workspace"
)

func TestATeamGetsFromTwoFilesToASignedMonth(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		page, err := h.Items(t.Context(), h.analyst, p.ID, workspace.Filter{}, "", 0, 100)
		h.must(err)
		if page.Counts[workspace.StatusMatched] != 40 || page.Counts[workspace.StatusOpen] != 3 || page.Total != 43 {
			t.Fatalf("%d items: %v", page.Total, page.Counts)
		}
		alone := h.item(p, "ALONE")
		h.decide(h.analyst, p, workspace.Act{Action: workspace.WriteOff, Items: []string{alone.ID}, Reason: "error"})
		if _, err := h.PrepareSignOff(t.Context(), h.analyst, p.ID, "2026-05", ""); errs.CodeOf(err) != errs.Conflict {
			t.Fatalf("a month with a pending write-off is prepared: %v", err)
		}
		h.decide(h.reviewer, p, workspace.Act{Action: workspace.Approve, Items: []string{alone.ID}})
		if _, err := h.SignOff(t.Context(), h.reviewer, p.ID, "2026-05"); errs.CodeOf(err) != errs.Conflict {
			t.Fatalf("a month that nobody prepared is signed: %v", err)
		}
		_, err = h.PrepareSignOff(t.Context(), h.reviewer, p.ID, "2026-05", "all done")
		h.must(err)
		_, err = h.SignOff(t.Context(), h.reviewer, p.ID, "2026-05")
		h.refused(err, errs.Forbidden, "recon_workspace.own_preparation")
		_, err = h.PrepareSignOff(t.Context(), h.analyst, p.ID, "2026-05", "all done")
		h.must(err)
		_, err = h.SignOff(t.Context(), h.analyst, p.ID, "2026-05")
		h.refused(err, errs.Forbidden, "recon_workspace.role_needed")
		signed, err := h.SignOff(t.Context(), h.reviewer, p.ID, "2026-05")
		h.must(err)
		if signed.State != workspace.PeriodSigned || signed.Open != 2 {
			t.Errorf("%+v", signed)
		}
		counts := h.counts(p)
		if counts[workspace.StatusReconciled] != 41 || counts[workspace.StatusOpen] != 2 {
			t.Errorf("after the sign-off: %v", counts)
		}
		for _, form := range []workspace.ExportForm{
			{Format: workspace.ExportCSV}, {Format: workspace.ExportCSV, Kind: workspace.ExportOpen}, {Format: workspace.ExportXLSX}, {Format: workspace.ExportJSON},
			{Format: workspace.ExportPDF}, {Format: workspace.ExportPDF, Kind: workspace.ExportSignOff, Period: "2026-05", Language: i18n.Arabic},
		} {
			var b bytes.Buffer
			h.must(h.Export(t.Context(), h.analyst, p.ID, form, &b))
			if name, media := workspace.ExportFile(p, form); b.Len() == 0 || name == "" || media == "" {
				t.Errorf("%+v: %d bytes as %s, %s", form, b.Len(), name, media)
			}
			if form.Kind == workspace.ExportOpen && strings.Count(b.String(), "\n") != 3 {
				t.Errorf("open.csv has not two rows:\n%s", b.String())
			}
		}
	})
}

func (h *house) counts(p workspace.Project) map[workspace.Status]int {
	h.Helper()
	page, err := h.Items(h.Context(), h.analyst, p.ID, workspace.Filter{}, "", 0, 1)
	h.must(err)
	return page.Counts
}
