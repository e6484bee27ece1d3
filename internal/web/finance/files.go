package finance

import (
	"io"
	"mime"
	"net/http"

	"khadamat/internal/finance/proof"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// filesView is what came in from the processor and from the bank.
type filesView struct {
	frame
	pager
	Kind     proof.TakenKind
	Items    []proof.Taken
	Problems ui.Problems
	Refused  string // the name of the file that was refused
}

func (p *pages) filesView(r *http.Request, kind proof.TakenKind) (filesView, error) {
	ctx := r.Context()
	view := filesView{Kind: kind}
	page, err := p.Proof.Files(ctx, actor(r), kind, r.URL.Query().Get("cursor"), listPage)
	if err != nil {
		return view, err
	}
	view.Items, view.pager = page.Items, pagerOf(r, "/finance/files", page.NextCursor)
	view.frame, err = p.frame(r, ui.T(ctx, "finance.nav.files"))
	return view, err
}

func (p *pages) files(w http.ResponseWriter, r *http.Request) error {
	kind := proof.SettlementFile
	if r.URL.Query().Get("kind") == string(proof.StatementFile) {
		kind = proof.StatementFile
	}
	view, err := p.filesView(r, kind)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, filesPage(view))
}

// takeFile takes a settlement file or a bank statement in, whole or not at all.
func (p *pages) takeFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	kind, done := proof.SettlementFile, "finance.files.settlement_taken"
	if r.PostForm.Get("kind") == string(proof.StatementFile) {
		kind, done = proof.StatementFile, "finance.files.statement_taken"
	}
	file, header, err := r.FormFile("file")
	name := ""
	if err != nil {
		err = errs.Fields{{Name: "file", Key: "finance.files.choose"}}.Err()
	} else {
		defer file.Close() //nolint:errcheck // only read
		name = header.Filename
		if kind == proof.StatementFile {
			_, err = p.Proof.TakeStatement(ctx, actor(r), name, file, ui.From(ctx).Language)
		} else {
			_, err = p.Proof.TakeSettlement(ctx, actor(r), name, file)
		}
	}
	switch {
	case err == nil:
		ui.Notify(w, ui.Success, done)
		return route.SeeOther(w, r, ui.PathWith(ctx, "/finance/files", "kind", string(kind)))
	case !ui.Refused(err):
		return err
	}
	view, loading := p.filesView(r, kind)
	if loading != nil {
		return loading
	}
	view.Problems, view.Refused = ui.ProblemsOf(ctx, err), name
	return ui.Render(w, r, http.StatusUnprocessableEntity, filesPage(view))
}

// file gives a file back as it came.
func (p *pages) file(w http.ResponseWriter, r *http.Request) error {
	taken, content, err := p.Proof.Content(r.Context(), actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // only read
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": taken.Name}))
	h.Set("Cache-Control", "no-store")
	_, _ = io.Copy(w, content)
	return nil
}
