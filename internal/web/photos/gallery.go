package photos

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"

	"khadamat/internal/market/gallery"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/picture"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// galleryView is what the page of a provider's photos shows.
type galleryView struct {
	Photos   []gallery.Photo
	Key      string // makes a form that is sent twice one
	Problems ui.Problems
	Of       string // the photo that the problems are about; empty: the new ones
	Caption  string // what was written under it
}

// full says whether there is room for more.
func (v galleryView) full() bool { return len(v.Photos) >= gallery.MaxPhotos }

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.showAgain(w, r, galleryView{}, nil)
}

// showAgain shows the page with what was wrong with what was sent.
func (p *pages) showAgain(w http.ResponseWriter, r *http.Request, view galleryView, cause error) error {
	ctx := r.Context()
	if cause != nil && !ui.Refused(cause) {
		return cause
	}
	photos, err := p.gallery.Mine(ctx, ui.From(ctx).Actor)
	if errs.CodeOf(err) == errs.NotFound { // no profile yet, so nothing to hang photos on
		ui.Notify(w, ui.Info, "gallery.need_profile")
		return route.SeeOther(w, r, ui.Path(ctx, "/provider/profile"))
	}
	if err != nil {
		return err
	}
	view.Photos, view.Key, view.Problems = photos, ids.New(), ui.ProblemsOf(ctx, cause)
	status := http.StatusOK
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return ui.Render(w, r, status, galleryPage(view))
}

// add takes the files of the form one after the other. Those before one that is refused stay.
func (p *pages) add(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	files := r.MultipartForm.File[picture.Field]
	if len(files) == 0 {
		return p.showAgain(w, r, galleryView{}, errs.Fields{{Name: picture.Field, Key: "gallery.choose"}}.Err())
	}
	for _, file := range files {
		if err := p.addOne(ctx, file, r.PostForm.Get("key")); err != nil {
			return p.showAgain(w, r, galleryView{}, named(err, file.Filename, len(files)))
		}
	}
	ui.Notify(w, ui.Success, "gallery.added")
	return route.SeeOther(w, r, ui.Path(ctx, "/provider/photos"))
}

func (p *pages) addOne(ctx context.Context, header *multipart.FileHeader, key string) error {
	file, err := header.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = p.gallery.Add(ctx, ui.From(ctx).Actor, file, key)
	return err
}

// named says which of several files a complaint is about.
func named(err error, name string, files int) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || files == 1 || known.Code != errs.Invalid {
		return err
	}
	const longest = 60
	if runes := []rune(name); len(runes) > longest {
		name = string(runes[:longest]) + "…"
	}
	copied := *known
	copied.Key, copied.Args = "gallery.one_refused", errs.Args{"File": name}
	return &copied
}

func (p *pages) describe(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	id, caption := r.PathValue("id"), sent.Get("caption")
	if err := p.gallery.Describe(r.Context(), ui.From(r.Context()).Actor, id, caption); err != nil {
		return p.showAgain(w, r, galleryView{Of: id, Caption: caption}, err)
	}
	return back(w, r, "gallery.described")
}

func (p *pages) move(w http.ResponseWriter, r *http.Request) error {
	sent, err := route.Form(w, r)
	if err != nil {
		return err
	}
	if err := p.gallery.Move(r.Context(), ui.From(r.Context()).Actor, r.PathValue("id"), gallery.Direction(sent.Get("to"))); err != nil {
		return err
	}
	return back(w, r, "gallery.moved")
}

func (p *pages) remove(w http.ResponseWriter, r *http.Request) error {
	if err := p.gallery.Remove(r.Context(), ui.From(r.Context()).Actor, r.PathValue("id")); err != nil {
		return err
	}
	return back(w, r, "gallery.removed")
}

func back(w http.ResponseWriter, r *http.Request, done string) error {
	ui.Notify(w, ui.Success, done)
	return route.SeeOther(w, r, ui.Path(r.Context(), "/provider/photos"))
}
