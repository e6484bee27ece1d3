package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/picture"

	"github.com/danielgtaylor/huma/v2"
)

const (
	// maxUploadBytes bounds a form with one picture, which has its own bound, and what stands around it.
	maxUploadBytes = picture.MaxBytes + 64<<10
	uploadInMemory = 1 << 20
)

// addUpload registers a POST that takes one picture as multipart/form-data. It goes around huma, which would hold the whole of it in
// memory, and answers as all others do.
func (a *api) addUpload(operation huma.Operation, keep func(ctx context.Context, c *call, file io.ReadSeeker, key string) (Photo, error)) {
	addRaw(a, operation, maxUploadBytes, formWith(picture.Field, "A JPEG, PNG, GIF or WebP of 15 MB at most"), func(_ *call, r *http.Request) (Photo, error) { return a.receive(r, keep) })
}

func (a *api) receive(r *http.Request, keep func(ctx context.Context, c *call, file io.ReadSeeker, key string) (Photo, error)) (Photo, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != multipartForm {
		return Photo{}, refusal{status: http.StatusUnsupportedMediaType, cause: errs.New(errs.Invalid, "api.multipart")}
	}
	if err := r.ParseMultipartForm(uploadInMemory); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return Photo{}, errs.New(errs.TooLarge, "error.too_large")
		}
		return Photo{}, refusal{status: http.StatusBadRequest, cause: errs.Wrap(err, errs.Invalid, "api.broken_body")}
	}
	defer r.MultipartForm.RemoveAll() //nolint:errcheck // temporary files
	sent := r.MultipartForm.File[picture.Field]
	var fields errs.Fields
	fields.Check(len(sent) > 0, picture.Field, "api.required")
	if len(sent) > 1 {
		fields.Add(picture.Field, "api.too_many_items", errs.Args{"Max": "1"})
	}
	if err := fields.Err(); err != nil {
		return Photo{}, err
	}
	file, err := sent[0].Open()
	if err != nil {
		return Photo{}, err
	}
	defer file.Close()
	c := callIn(r.Context())
	return keep(r.Context(), c, file, r.Header.Get("Idempotency-Key"))
}

// keyed describes the header for an upload that is made once by its key.
func keyed(operation huma.Operation) huma.Operation {
	operation.Parameters = []*huma.Param{{Name: "Idempotency-Key", In: "header", Description: "Your own name for this creation: the same file with it is kept once", Schema: &huma.Schema{Type: huma.TypeString}}}
	return operation
}

func problemResponse(status int) *huma.Response {
	return &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}},
	}}
}
