package quotes

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/quote"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/picture"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// postForm is what the customer has filled in, as it was sent.
type postForm struct {
	Category, City       string
	Title, Description   string
	Place, Address       string
	Urgency              string
	BudgetMin, BudgetMax string
	PhotoIDs             []string // of those that were sent before
	Key                  string   // makes a form that is sent twice one job
}

func postFormOf(sent url.Values) postForm {
	return postForm{
		Category: sent.Get("category"), City: sent.Get("city"), Title: sent.Get("title"), Description: sent.Get("description"), Place: sent.Get("place"),
		Address: sent.Get("address"), Urgency: sent.Get("urgency"), BudgetMin: sent.Get("budget_min"), BudgetMax: sent.Get("budget_max"),
		PhotoIDs: sent["photos"], Key: sent.Get("key"),
	}
}

func (f postForm) input() quote.JobInput {
	return quote.JobInput{
		CategoryID: f.Category, CityID: f.City, Title: f.Title, Description: f.Description, Address: f.Address, Place: catalog.Place(f.Place),
		Urgency: quote.Urgency(f.Urgency), Budget: quote.Budget{Min: dirhams(f.BudgetMin), Max: dirhams(f.BudgetMax)}, PhotoIDs: f.PhotoIDs, IdempotencyKey: f.Key,
	}
}

// postView is what the page shows on which a customer posts a job.
type postView struct {
	Form       postForm
	Categories []catalog.Category
	Cities     []catalog.City
	Photos     []quote.Photo // those of Form.PhotoIDs
	Problems   ui.Problems
}

// room is how many more photos can be sent.
func (v postView) room() int { return quote.MaxPhotos - len(v.Photos) }

func (p *pages) showNew(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	form := postForm{
		Category: query.Get("category"), City: query.Get("city"), Title: query.Get("title"), Place: string(catalog.AtCustomer), Urgency: string(quote.ThisWeek), Key: ids.New(),
	}
	return p.postPage(w, r, form, nil)
}

// post keeps the pictures first, so that a form that is refused does not lose them, and then posts the job.
func (p *pages) post(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form := postFormOf(r.PostForm)
	if err := p.keepPhotos(ctx, &form, r.MultipartForm.File[picture.Field]); err != nil {
		return p.postPage(w, r, form, err)
	}
	posted, err := p.quotes.Post(ctx, ui.From(ctx).Actor, form.input())
	if err != nil {
		return p.postPage(w, r, form, err)
	}
	ui.Notify(w, ui.Success, "quote_pages.done.posted")
	return route.SeeOther(w, r, ui.Path(ctx, "/quotes/"+posted.ID))
}

func (p *pages) keepPhotos(ctx context.Context, form *postForm, files []*multipart.FileHeader) error {
	if len(form.PhotoIDs)+len(files) > quote.MaxPhotos {
		return errs.Fields{{Name: picture.Field, Key: "quote.too_many_photos", Args: errs.Args{"Max": quote.MaxPhotos}}}.Err()
	}
	for _, header := range files {
		if header.Size == 0 && header.Filename == "" {
			continue // an empty field, as some browsers send it
		}
		kept, err := p.keepPhoto(ctx, header)
		if err != nil {
			return err
		}
		form.PhotoIDs = append(form.PhotoIDs, kept.ID)
	}
	return nil
}

func (p *pages) keepPhoto(ctx context.Context, header *multipart.FileHeader) (quote.Photo, error) {
	file, err := header.Open()
	if err != nil {
		return quote.Photo{}, err
	}
	defer file.Close()
	return p.quotes.UploadPhoto(ctx, ui.From(ctx).Actor, file)
}

func (p *pages) postPage(w http.ResponseWriter, r *http.Request, form postForm, cause error) error {
	if cause != nil && !ui.Refused(cause) {
		return cause
	}
	ctx := r.Context()
	view := postView{Form: form, Categories: p.catalog.Categories(), Cities: p.catalog.Cities(), Problems: ui.ProblemsOf(ctx, cause)}
	if cause != nil {
		view.Form.Key = ids.New() // the key of a refused form may stand for an earlier job
	}
	var err error
	if view.Photos, err = p.quotes.Uploaded(ctx, ui.From(ctx).Actor, form.PhotoIDs); err != nil {
		return err
	}
	return ui.Render(w, r, statusOf(cause), postPage(view))
}

// noProvider says whether the reader has the role of a provider and no profile yet.
func noProvider(err error) bool {
	known, ok := errors.AsType[*errs.Error](err)
	return ok && known.Code == errs.NotFound && known.Key == "catalog.provider_not_found"
}

func toProfile(w http.ResponseWriter, r *http.Request) error {
	ui.Notify(w, ui.Info, "quote_pages.need_profile")
	return route.SeeOther(w, r, ui.Path(r.Context(), "/provider/profile"))
}
