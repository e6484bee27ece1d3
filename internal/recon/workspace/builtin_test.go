package workspace_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/workspace"
)

// stack is a feed of rows; its mark is how many of them were read.
type stack struct{ rows []line }

func (s *stack) Read(_ context.Context, mark string, w io.Writer) (string, error) {
	read := 0
	if mark != "" {
		if _, err := fmt.Sscan(mark, &read); err != nil {
			return "", err
		}
	}
	if read == len(s.rows) {
		return mark, nil
	}
	_, err := io.WriteString(w, table(s.rows[read:]...))
	return fmt.Sprint(len(s.rows)), err
}

// veto refuses what its word is said of.
type veto struct{ heard []string }

func (v *veto) Decide(_ context.Context, _ *db.Tx, _ string, d workspace.Decision, items []workspace.Standing) error {
	for _, item := range items {
		v.heard = append(v.heard, fmt.Sprintf("%s %s %s", d.Action, item.Records[0].ID, item.Reason))
	}
	if strings.Contains(d.Note, "no") {
		return errs.New(errs.Conflict, "recon_workspace.item_gone")
	}
	return nil
}

const builtInRules = "version: 1\nsign: same\ncurrency: MAD\nmapping:\n  left: {Reference: {role: id}, Amount: {role: amount, written: \"1234.56\"}}\n  right: {Reference: {role: id}, Amount: {role: amount, written: \"1234.56\"}}\n" +
	"passes:\n  - {name: same, kind: exact, fields: [id, amount]}\n"

func TestABuiltInProjectIsFedDecidedWithASayAndLeftAlone(t *testing.T) {
	each(t, func(h *house) {
		left, right, say := &stack{rows: lines(0, 3)}, &stack{rows: lines(0, 2)}, &veto{}
		h.Register(workspace.BuiltIn{Key: "books", Name: "Books", Rules: builtInRules, RunDailyAt: "02:30", ReasonCodes: []string{"lost"}, Settler: say,
			Sources: []workspace.FedSource{{Name: "left", Feed: left}, {Name: "right", Feed: right}}})
		_, err := h.BuiltIn(h.Context(), "books", nil)
		h.refused(err, errs.Conflict, "recon_workspace.built_in_nobody")
		members := map[string]workspace.Role{h.analyst.ID: workspace.Analyst, h.reviewer.ID: workspace.Reviewer}
		id, err := h.BuiltIn(h.Context(), "books", members)
		h.must(err)
		if again, err := h.BuiltIn(h.Context(), "books", members); err != nil || again != id {
			h.Fatalf("made twice: %s and %s, %v", id, again, err)
		}
		p, err := h.Project(h.Context(), h.analyst, id)
		h.must(err)
		run := func() {
			h.Helper()
			r, err := h.StartBuiltIn(h.Context(), h.analyst, id)
			h.must(err)
			h.must(h.Work(h.Context(), r.ID))
		}
		run()
		right.rows = append(right.rows, lines(3, 4)...)
		left.rows = append(left.rows, lines(3, 5)...)
		run()
		run() // nothing is new: no version comes of it
		sources, err := h.Sources(h.Context(), h.analyst, id)
		h.must(err)
		if sources[0].Versions != 2 || sources[1].Versions != 2 || sources[1].Latest.Rows != 1 {
			h.Errorf("the sources are %+v", sources)
		}
		open := h.items(p, workspace.Filter{Statuses: []workspace.Status{workspace.StatusOpen}})
		if len(open) != 2 {
			h.Fatalf("%d items are open, not 2", len(open))
		}

		act := workspace.Act{Action: workspace.WriteOff, Items: []string{open[0].ID}, Reason: "lost", Note: "no"}
		_, err = h.Decide(h.Context(), h.analyst, id, act)
		h.refused(err, errs.Conflict, "recon_workspace.item_gone")
		act.Note = ""
		if d := h.decide(h.analyst, p, act); d.Items[0].Status != workspace.StatusPending {
			h.Errorf("it is %s at once", d.Items[0].Status)
		}
		h.decide(h.reviewer, p, workspace.Act{Action: workspace.Approve, Items: []string{open[0].ID}})
		if heard := say.heard[len(say.heard)-1]; heard != "approve "+open[0].RecordID+" lost" {
			h.Errorf("heard %q", heard)
		}

		_, err = h.Upload(h.Context(), h.analyst, sources[0].ID, "forged.csv", strings.NewReader(table(lines(9, 12)...)), i18n.English)
		h.refused(err, errs.Conflict, "recon_workspace.built_in_fixed")
		_, err = h.SaveRuleset(h.Context(), h.analyst, id, workspace.RulesetForm{YAML: "version: 1\nauto: true\n"})
		h.refused(err, errs.Conflict, "recon_workspace.built_in_fixed")
		_, err = h.AddSource(h.Context(), h.analyst, id, workspace.SourceForm{Name: "more"})
		h.refused(err, errs.Conflict, "recon_workspace.built_in_fixed")

		delete(members, h.analyst.ID)
		_, err = h.BuiltIn(h.Context(), "books", members)
		h.must(err)
		if _, err := h.Project(h.Context(), h.analyst, id); errs.CodeOf(err) != errs.NotFound {
			h.Errorf("who left finance still sees the project: %v", err)
		}
	})
}
