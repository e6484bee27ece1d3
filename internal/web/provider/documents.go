package provider

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"khadamat/internal/market/verification"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// kindWords are what a kind of document is called, and what is asked for.
var kindWords = map[verification.Kind]struct{ Name, Hint string }{
	verification.IdentityFront: {"provider_pages.documents.identity_front", "provider_pages.documents.identity_front_hint"},
	verification.IdentityBack:  {"provider_pages.documents.identity_back", "provider_pages.documents.identity_back_hint"},
	verification.Trade:         {"provider_pages.documents.trade", "provider_pages.documents.trade_hint"},
	verification.Insurance:     {"provider_pages.documents.insurance", "provider_pages.documents.insurance_hint"},
}

// documentsView is what the page of the documents shows.
type documentsView struct {
	frame
	Submission verification.Submission
	Problems   ui.Problems
}

func (p *pages) showDocuments(w http.ResponseWriter, r *http.Request) error {
	return p.documentsAgain(w, r, nil)
}

// documentsAgain shows the documents with what was wrong with those that were sent.
func (p *pages) documentsAgain(w http.ResponseWriter, r *http.Request, cause error) error {
	if cause != nil && !ui.Refused(cause) && errs.CodeOf(cause) != errs.TooLarge {
		return cause
	}
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	ctx := r.Context()
	submission, err := p.documents.Mine(ctx, ui.From(ctx).Actor)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return ui.Render(w, r, status, documentsPage(documentsView{f, submission, ui.ProblemsOf(ctx, cause)}))
}

// sendDocuments keeps the files that the form has brought, and hands all of them in to be checked. What is good is kept even where
// something else is wrong: nobody takes the same photo twice.
func (p *pages) sendDocuments(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	ctx := r.Context()
	for _, kind := range verification.Kinds {
		for _, header := range r.MultipartForm.File[string(kind)] {
			if header.Size > 0 {
				if err := p.upload(r, kind, header); err != nil {
					return p.documentsAgain(w, r, err)
				}
			}
		}
	}
	if err := p.documents.Submit(ctx, ui.From(ctx).Actor); err != nil {
		return p.documentsAgain(w, r, err)
	}
	ui.Notify(w, ui.Success, "provider_pages.documents.sent")
	if f.Start {
		return route.SeeOther(w, r, ui.Path(ctx, startPath))
	}
	return route.SeeOther(w, r, ui.Path(ctx, "/provider/documents"))
}

func (p *pages) upload(r *http.Request, kind verification.Kind, header *multipart.FileHeader) (err error) {
	file, err := header.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = p.documents.Upload(r.Context(), ui.From(r.Context()).Actor, kind, header.Filename, file)
	return err
}

func (p *pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	err := p.documents.TakeBack(r.Context(), ui.From(r.Context()).Actor)
	return comeBack(w, r, err, "provider_pages.documents.taken_back", ui.Path(r.Context(), "/provider/documents"))
}

func (p *pages) removeDocument(w http.ResponseWriter, r *http.Request) error {
	err := p.documents.Remove(r.Context(), ui.From(r.Context()).Actor, r.PathValue("id"))
	f, ok, again := p.own(w, r)
	if again != nil || !ok {
		return again
	}
	return comeBack(w, r, err, "provider_pages.documents.removed", f.formPath(r.Context(), "/provider/documents"))
}

// download gives a document back to who sent it: always as a file to be saved, never as a page of ours.
func (p *pages) download(w http.ResponseWriter, r *http.Request) error {
	document, content, err := p.documents.Open(r.Context(), ui.From(r.Context()).Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	defer content.Close()
	return attach(w, r, document, content)
}

func attach(w http.ResponseWriter, r *http.Request, document verification.Document, content io.ReadSeeker) error {
	h := w.Header()
	h.Set("Content-Type", document.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": document.FileName()}))
	h.Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", document.UploadedAt, content)
	return nil
}
