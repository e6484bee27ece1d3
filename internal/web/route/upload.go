package route

import (
	"net/http"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
)

// Sizes of what people send: MaxUploadBytes for one file, maxUploadsBytes for a form with several. A photo from a phone's camera has
// 3 to 12 MB.
const (
	MaxUploadBytes  = 15 << 20
	maxUploadsBytes = 64 << 20
	uploadInMemory  = 1 << 20
)

// Upload is a handler for a form with files ("multipart/form-data"): it may be larger than other forms, and has been parsed when
// handler runs, into r.MultipartForm and r.PostForm. What is no such form is Invalid; what is too large is TooLarge.
func Upload(handler Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		httpx.BodyLimit(maxUploadsBytes)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err = parseUpload(r); err == nil {
				defer r.MultipartForm.RemoveAll() //nolint:errcheck // temporary files
				err = handler(w, r)
			}
		})).ServeHTTP(w, r)
		return err
	}
}

func parseUpload(r *http.Request) error {
	err := r.ParseMultipartForm(uploadInMemory)
	if err == nil {
		return nil
	}
	if known := httpx.ErrorOf(err); known.Code != errs.Internal {
		return known
	}
	return errs.Wrap(err, errs.Invalid, "error.invalid")
}
