package workspace_test

import (
	"encoding/json"
	"strings"
	"testing"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/workspace"
)

func TestAPersonTakesTheirWordsHomeAndAwayAndTheirDecisionsStay(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		alone := h.item(p, "ALONE")
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{alone.ID}, Reason: "timing", Note: "I was told so."})
		name, data, err := h.Holder().Export(t.Context(), h.analyst.ID)
		h.must(err)
		text, err := json.Marshal(data)
		h.must(err)
		if name != "reconciliations" || !strings.Contains(string(text), "I was told so.") || !strings.Contains(string(text), p.ID) {
			t.Errorf("%s: %s", name, text)
		}
		h.must(h.db.Tx(t.Context(), func(tx *db.Tx) error { return h.Holder().Erase(t.Context(), tx, h.analyst.ID) }))
		detail, err := h.Item(t.Context(), h.owner, p.ID, alone.ID, i18n.English)
		h.must(err)
		if len(detail.History) != 1 || detail.History[0].Note != "" || detail.History[0].Reason != "timing" || detail.Reason != "timing" {
			t.Errorf("%+v", detail.History)
		}
		if members, err := h.Members(t.Context(), h.owner, p.ID); err != nil || len(members) != 2 {
			t.Errorf("%d members, %v", len(members), err)
		}
	})
}

func TestADecisionCannotBeChangedAfterwards(t *testing.T) {
	each(t, func(h *house) {
		p := h.books()
		h.decide(h.analyst, p, workspace.Act{Action: workspace.Explain, Items: []string{h.item(p, "ALONE").ID}, Reason: "timing", Note: "a note"})
		for _, statement := range []string{
			`UPDATE recon_decisions SET reason = 'error'`, `UPDATE recon_decisions SET note = 'another'`, `DELETE FROM recon_decision_items`,
			`UPDATE recon_decision_items SET members = ''`, `UPDATE recon_decisions SET seq = 2`,
		} {
			err := h.db.Tx(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), statement)
				return err
			})
			if err == nil {
				t.Errorf("%s is possible", statement)
			}
		}
	})
}
