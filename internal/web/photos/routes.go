// Package photos serves the pictures that people have sent, and holds the page on which a provider arranges those of their work. The
// pictures of a job are sent from its own form, in package quotes.
package photos

import (
	"context"
	"io"
	"net/http"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/gallery"
	"khadamat/internal/market/quote"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/picture"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Config is what the pages stand on.
type Config struct {
	Gallery *gallery.Service
	Quotes  *quote.Service
}

type pages struct {
	gallery *gallery.Service
	quotes  *quote.Service
}

// Routes puts the pages on routes.
func Routes(routes *route.Routes, config Config) {
	p := &pages{gallery: config.Gallery, quotes: config.Quotes}
	routes.Plain("GET /media/{id}/{file}", p.serve)
	get := func(path string, h route.Handler) { routes.Get(path, route.Only(h, account.Provider)) }
	post := func(path string, h route.Handler) { routes.Post(path, route.Only(h, account.Provider)) }
	get("/provider/photos", p.show)
	post("/provider/photos", route.Upload(p.add))
	post("/provider/photos/{id}", p.describe)
	post("/provider/photos/{id}/move", p.move)
	post("/provider/photos/{id}/remove", p.remove)
}

// sizes are the files that there are of each picture.
var sizes = map[string]picture.Size{"small.jpg": picture.Small, "large.jpg": picture.Large}

// What lies under an address never changes. Public pictures may be kept by everybody; those of a job by the browser of their reader.
const (
	publicCache  = "public, max-age=31536000, immutable"
	privateCache = "private, max-age=86400, immutable"
)

// serve answers with a picture: of a provider's work to anybody, of a job to those who may see it.
func (p *pages) serve(w http.ResponseWriter, r *http.Request) error {
	size, ok := sizes[r.PathValue("file")]
	if !ok {
		return errs.New(errs.NotFound, "error.not_found")
	}
	file, cache, err := p.open(r.Context(), r.PathValue("id"), size)
	if err != nil {
		return err
	}
	defer file.Close()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", cache)
	h.Set("ETag", `"`+r.PathValue("id")+"-"+string(size)+`"`)
	if cache == privateCache {
		h.Set("Vary", "Cookie")
	}
	http.ServeContent(w, r, "", time.Time{}, file)
	return nil
}

func (p *pages) open(ctx context.Context, id string, size picture.Size) (io.ReadSeekCloser, string, error) {
	file, err := p.gallery.Open(ctx, id, size)
	if errs.CodeOf(err) != errs.NotFound {
		return file, publicCache, err
	}
	file, err = p.quotes.OpenPhoto(ctx, ui.From(ctx).Actor, id, size)
	return file, privateCache, err
}
