package admin

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"strings"

	"khadamat/internal/market/verification"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// verificationsView is what the list of submissions shows.
type verificationsView struct {
	frame
	Items []verification.Submission
	First string
	Next  string
}

func (p *pages) verifications(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := p.frame(r, ui.T(ctx, "admin.verifications.title"))
	if err != nil {
		return err
	}
	page, err := p.Verifications.Waiting(ctx, ui.From(ctx).Actor, r.URL.Query().Get("cursor"), listPage)
	if err != nil {
		return err
	}
	view := verificationsView{frame: f, Items: page.Items, First: first(ctx, "/admin/verifications", r), Next: next(ctx, "/admin/verifications", r, page.NextCursor)}
	return ui.Render(w, r, http.StatusOK, verificationsPage(view))
}

// verificationView is what the page of one submission shows.
type verificationView struct {
	frame
	Submission verification.Submission
	Reason     string
	Problems   ui.Problems
}

// inOrder are the documents in the order in which they were asked for.
func (v verificationView) inOrder() []verification.Document {
	documents := slices.Clone(v.Submission.Documents)
	slices.SortStableFunc(documents, func(a, b verification.Document) int {
		return cmp.Compare(slices.Index(verification.Kinds, a.Kind), slices.Index(verification.Kinds, b.Kind))
	})
	return documents
}

func (p *pages) verificationView(r *http.Request) (verificationView, error) {
	ctx := r.Context()
	submission, err := p.Verifications.Of(ctx, ui.From(ctx).Actor, r.PathValue("id"))
	if err != nil {
		return verificationView{}, err
	}
	f, err := p.frame(r, ui.T(ctx, "admin.verification.title", "Name", submission.ProviderName))
	if err != nil {
		return verificationView{}, err
	}
	f.Back = &ui.Crumb{Href: ui.Path(ctx, "/admin/verifications"), Label: ui.T(ctx, "admin.verifications.title")}
	return verificationView{frame: f, Submission: submission}, nil
}

func (p *pages) verification(w http.ResponseWriter, r *http.Request) error {
	view, err := p.verificationView(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, verificationPage(view))
}

func (p *pages) approve(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	err := p.Verifications.Approve(ctx, ui.From(ctx).Actor, r.PathValue("id"))
	p.decided()
	return after(w, r, err, "admin.verification.approved", "/admin/verifications")
}

func (p *pages) reject(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	err = p.Verifications.Reject(ctx, ui.From(ctx).Actor, r.PathValue("id"), sent.Get("reason"))
	if err == nil || !ui.Refused(err) {
		p.decided()
		return after(w, r, err, "admin.verification.rejected", "/admin/verifications")
	}
	view, loading := p.verificationView(r)
	if loading != nil {
		return loading
	}
	view.Reason, view.Problems = sent.Get("reason"), ui.ProblemsOf(ctx, err)
	return ui.Render(w, r, http.StatusUnprocessableEntity, verificationPage(view))
}

// document sends a document: a picture to be looked at on the page, anything else as a file. What it is comes from its content, never
// from its sender, and nothing in it may run.
func (p *pages) document(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	document, content, err := p.Verifications.Open(ctx, ui.From(ctx).Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", document.MediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	disposition := "attachment"
	if picture(document) && r.URL.Query().Get("download") == "" {
		disposition = "inline"
	}
	h.Set("Content-Disposition", disposition+`; filename="`+document.FileName()+`"`)
	if r.Method == http.MethodHead {
		return nil
	}
	_, _ = io.Copy(w, content) // once a part is sent there is no error page any more, and who left will not read one
	return nil
}

func picture(d verification.Document) bool { return strings.HasPrefix(d.MediaType, "image/") }
