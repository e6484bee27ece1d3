package verification

import (
	"bytes"
	"crypto/rand"
	"errors"
	"image"
	_ "image/jpeg" // so that image.DecodeConfig knows it
	_ "image/png"  // so that image.DecodeConfig knows it
	"io"

	"khadamat/internal/platform/errs"
)

// MaxBytes bounds one document.
const MaxBytes = 15 << 20

// maxPixels bounds a picture: more than any telephone takes, and what a viewer can still open.
const maxPixels = 120_000_000

const pdf = "application/pdf"

var extensions = map[string]string{pdf: ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}

// mediaType tells what a file is by its content, never by its name, and leaves it at its beginning.
func mediaType(content io.ReadSeeker) (string, error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(content, head); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", err
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	if bytes.Equal(head, []byte("%PDF-")) {
		return pdf, nil
	}
	config, format, err := image.DecodeConfig(content)
	if _, again := content.Seek(0, io.SeekStart); again != nil {
		return "", again
	}
	found := "image/" + format
	if err != nil || extensions[found] == "" || config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height {
		return "", errs.New(errs.Invalid, "verification.kind_of_file")
	}
	return found, nil
}

// saltBytes stand before every document in its blob. They keep any two documents, and anybody else's files, from sharing a blob, so
// that deleting one takes nothing from anybody.
const saltBytes = 16

func salted(content io.Reader) io.Reader {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	return io.MultiReader(bytes.NewReader(salt), content)
}

// unsalted reads a document out of its blob.
type unsalted struct{ blob io.ReadSeekCloser }

func openUnsalted(blob io.ReadSeekCloser) (io.ReadSeekCloser, error) {
	if _, err := blob.Seek(saltBytes, io.SeekStart); err != nil {
		return nil, errors.Join(err, blob.Close())
	}
	return unsalted{blob}, nil
}

func (u unsalted) Read(p []byte) (int, error) { return u.blob.Read(p) }

func (u unsalted) Close() error { return u.blob.Close() }

func (u unsalted) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		if offset < 0 {
			return 0, errors.New("verification: seek before the beginning")
		}
		offset += saltBytes
	}
	at, err := u.blob.Seek(offset, whence)
	return at - saltBytes, err
}
