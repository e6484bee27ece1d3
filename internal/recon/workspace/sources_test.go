package workspace_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/workspace"
)

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func TestTheSameBytesTwiceAreOneVersion(t *testing.T) {
	each(t, func(h *house) {
		p := h.project()
		first := h.load(p, 0, "ledger.csv", table(lines(0, 5)...))
		again := h.load(p, 0, "the same under another name.csv", table(lines(0, 5)...))
		other := h.load(p, 0, "ledger.csv", table(lines(0, 6)...))
		elsewhere := h.load(p, 1, "ledger.csv", table(lines(0, 5)...))
		if again.ID != first.ID || other.ID == first.ID || other.Number != 2 || elsewhere.ID == first.ID || first.Rows != 5 {
			t.Errorf("%+v\n%+v\n%+v\n%+v", first, again, other, elsewhere)
		}
		sources, err := h.Sources(t.Context(), h.reviewer, p.ID)
		h.must(err)
		if sources[0].Versions != 2 || sources[0].Latest.ID != other.ID || sources[0].Name != "ledger" {
			t.Errorf("%+v", sources[0])
		}
	})
}

func TestAFileThatCannotBeReadIsRefusedInItsReadersLanguage(t *testing.T) {
	h := lite(t)
	p := h.project()
	sources, err := h.Sources(t.Context(), h.analyst, p.ID)
	h.must(err)
	_, err = h.Upload(t.Context(), h.analyst, sources[0].ID, "../../etc/empty.csv", strings.NewReader(""), i18n.French)
	h.refused(err, errs.Invalid, "recon_workspace.unreadable")
	e := err.(*errs.Error)
	if e.Args["File"] != "empty.csv" || e.Args["Problem"] == "" || e.Fields[0].Name != "file" {
		t.Errorf("%+v", e)
	}
	if versions, err := h.Versions(t.Context(), h.analyst, sources[0].ID); err != nil || len(versions) != 0 {
		t.Errorf("there are %v, %v", versions, err)
	}
	_, err = h.Upload(t.Context(), h.stranger, sources[0].ID, "a.csv", strings.NewReader(table(lines(0, 2)...)), i18n.French)
	h.refused(err, errs.NotFound, "error.not_found")
}

func TestATornUploadGoesOnWhereItStopped(t *testing.T) {
	each(t, func(h *house) {
		p := h.project()
		sources, err := h.Sources(t.Context(), h.analyst, p.ID)
		h.must(err)
		content := []byte(table(lines(0, 400)...))
		up, err := h.BeginUpload(t.Context(), h.analyst, sources[0].ID, "ledger.csv", int64(len(content)), hashOf(content))
		h.must(err)
		put := func(from, to int, sha256 string) error {
			_, err := h.PutChunk(t.Context(), h.analyst, up.ID, int64(from), bytes.NewReader(content[from:to]), sha256)
			return err
		}
		h.must(put(0, 1000, hashOf(content[:1000])))
		h.refused(put(0, 1000, ""), errs.Conflict, "recon_workspace.wrong_offset")
		h.refused(put(1500, 2000, ""), errs.Conflict, "recon_workspace.wrong_offset")
		h.refused(put(1000, 2000, hashOf(content[1000:1999])), errs.Invalid, "recon_workspace.chunk_torn")
		_, err = h.FinishUpload(t.Context(), h.analyst, up.ID, i18n.English)
		h.refused(err, errs.Conflict, "recon_workspace.upload_incomplete")
		_, err = h.UploadState(t.Context(), h.owner, up.ID)
		h.refused(err, errs.NotFound, "error.not_found") // another person's
		state, err := h.UploadState(t.Context(), h.analyst, up.ID)
		h.must(err)
		if state.Received != 1000 {
			t.Fatalf("%d bytes have come", state.Received)
		}
		h.must(put(1000, len(content), ""))
		v, err := h.FinishUpload(t.Context(), h.analyst, up.ID, i18n.English)
		h.must(err)
		if v.Rows != 400 || v.SHA256 != hashOf(content) {
			t.Errorf("%+v", v)
		}
		if kept, err := h.chunks.Exists(t.Context(), hashOf(content[:1000])); err != nil || kept {
			t.Errorf("the piece is kept: %v, %v", kept, err)
		}
		_, err = h.UploadState(t.Context(), h.analyst, up.ID)
		h.refused(err, errs.NotFound, "error.not_found")
	})
}

func TestAnUploadExpires(t *testing.T) {
	h := lite(t)
	p := h.project()
	sources, err := h.Sources(t.Context(), h.analyst, p.ID)
	h.must(err)
	up, err := h.BeginUpload(t.Context(), h.analyst, sources[0].ID, "ledger.csv", 10, "")
	h.must(err)
	_, err = h.PutChunk(t.Context(), h.analyst, up.ID, 0, strings.NewReader("a;b\n"), "")
	h.must(err)
	h.clock.Advance(24 * time.Hour)
	_, err = h.PutChunk(t.Context(), h.analyst, up.ID, 4, strings.NewReader("1;2\n"), "")
	h.refused(err, errs.Gone, "recon_workspace.upload_expired")
	h.must(h.Tend(t.Context()))
	_, err = h.UploadState(t.Context(), h.analyst, up.ID)
	h.refused(err, errs.NotFound, "error.not_found")
	if kept, err := h.chunks.Exists(t.Context(), hashOf([]byte("a;b\n"))); err != nil || kept {
		t.Errorf("the piece is kept: %v, %v", kept, err)
	}
}

func TestAPreviewShowsWhatColumnsAreTakenFor(t *testing.T) {
	each(t, func(h *house) {
		p := h.project()
		all := append(lines(0, 60), lines(0, 1)...)
		all = append(all, line{"", 3, "12.00"})
		v := h.load(p, 0, "ledger.csv", table(all...))
		shown, err := h.Preview(t.Context(), h.reviewer, v.ID, i18n.English)
		h.must(err)
		if shown.Count != 62 || len(shown.Rows) != 50 || shown.Empty != 1 || shown.Repeated != 1 || len(shown.Columns) != 4 || shown.Columns[2].Role != record.Amount {
			t.Errorf("%+v", shown)
		}
		_, err = h.SetMapping(t.Context(), h.analyst, v.SourceID, record.Mapping{"Amonut": {Role: record.Amount}})
		h.refused(err, errs.Invalid, "recon_workspace.no_such_column")
		_, err = h.SetMapping(t.Context(), h.analyst, v.SourceID, record.Mapping{"Reference": {Role: record.Description}, "Currency": {Ignore: true}})
		h.must(err)
		shown, err = h.Preview(t.Context(), h.reviewer, v.ID, i18n.English)
		h.must(err)
		if c := shown.Columns[0]; c.Role != record.Description || !c.Chosen || !shown.Columns[3].Ignored {
			t.Errorf("%+v", shown.Columns)
		}
	})
}

func TestAVersionGoesOnlyBeforeItWasUsed(t *testing.T) {
	each(t, func(h *house) {
		p := h.project()
		unused := h.load(p, 0, "wrong.csv", table(lines(50, 60)...))
		h.must(h.RemoveVersion(t.Context(), h.analyst, unused.ID))
		used := h.load(p, 0, "ledger.csv", table(lines(0, 40)...))
		_, err := h.Start(t.Context(), h.analyst, p.ID, workspace.RunForm{})
		h.refused(err, errs.Conflict, "recon_workspace.source_empty")
		h.load(p, 1, "bank.csv", table(lines(0, 40)...))
		h.run(p, workspace.RunForm{})
		h.refused(h.RemoveVersion(t.Context(), h.analyst, used.ID), errs.Conflict, "recon_workspace.version_used")
	})
}

func TestSidesComeAndGoAtTheEnd(t *testing.T) {
	h := lite(t)
	p := h.project()
	third, err := h.AddSource(t.Context(), h.analyst, p.ID, workspace.SourceForm{Name: "Processor", IdempotencyKey: "1"})
	h.must(err)
	if again, err := h.AddSource(t.Context(), h.analyst, p.ID, workspace.SourceForm{Name: "Processor", IdempotencyKey: "1"}); err != nil || again.ID != third.ID {
		t.Errorf("asked for twice: %+v, %v", again, err)
	}
	_, err = h.AddSource(t.Context(), h.owner, p.ID, workspace.SourceForm{Name: "Books", Kind: workspace.Query, Query: "SELECT 1", Database: "nowhere"})
	h.refused(err, errs.Invalid, "recon_workspace.unknown_database")
	sources, err := h.Sources(t.Context(), h.analyst, p.ID)
	h.must(err)
	h.refused(h.RemoveSource(t.Context(), h.analyst, sources[0].ID), errs.Conflict, "recon_workspace.source_stays")
	h.must(h.RemoveSource(t.Context(), h.analyst, third.ID))
	h.refused(h.RemoveSource(t.Context(), h.analyst, sources[1].ID), errs.Conflict, "recon_workspace.source_stays")
}
