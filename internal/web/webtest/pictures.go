package webtest

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"khadamat/internal/market/gallery"
	"khadamat/internal/market/quote"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/picture"
)

// hangPictures makes what pictures hang on: the providers' galleries, and quotes.
func (town *Town) hangPictures() {
	town.Helper()
	blobs, err := blob.NewFolder(town.TempDir())
	town.must(err)
	pictures := picture.New(blobs)
	town.Gallery = gallery.New(gallery.Config{DB: town.DB, Pictures: pictures, Catalog: town.Catalog, Features: town.Features})
	town.Quotes = quote.New(quote.Config{DB: town.DB, Clock: town.Clock, Catalog: town.Catalog, Bookings: town.Bookings, Accounts: town.Accounts,
		Notifier: town.Mails, Pictures: pictures, Features: town.Features})
	town.Accounts.Register(town.Gallery, town.Quotes)
}

// Photo is a small picture as a file; another shade makes another one.
func Photo(shade uint8) string {
	img := image.NewGray(image.Rect(0, 0, 8, 6))
	img.SetGray(0, 0, color.Gray{Y: shade})
	var file bytes.Buffer
	_ = png.Encode(&file, img)
	return file.String()
}

// PostFiles sends a form with files, all under one name.
func (b *Browser) PostFiles(path string, form url.Values, name string, files ...string) Page {
	b.town.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for field, values := range form {
		for _, value := range values {
			b.town.must(parts.WriteField(field, value))
		}
	}
	for i, file := range files {
		part, err := parts.CreateFormFile(name, "photo"+strconv.Itoa(i+1)+".png")
		b.town.must(err)
		_, err = part.Write([]byte(file))
		b.town.must(err)
	}
	b.town.must(parts.Close())
	return b.do(http.MethodPost, path, parts.FormDataContentType(), body.String())
}
