// Package blob keeps bytes under the SHA-256 of their content, so that the same bytes are kept once and never change. Who may
// read which, and what they are called, is for those who hold the references.
package blob

import (
	"context"
	"errors"
	"io"
)

// Ref names a blob: its SHA-256 as 64 lower-case hexadecimal digits, and its length.
type Ref struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Store keeps blobs. Implementations are safe for concurrent use.
type Store interface {
	// Put reads source to its end and keeps it; it is on disk when Put returns. More than maxBytes is ErrTooLarge, and nothing
	// is kept then, nor where source fails.
	Put(ctx context.Context, source io.Reader, maxBytes int64) (Ref, error)
	// Open returns a blob for reading, or ErrNotFound. The caller closes it.
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
	// Exists says whether there is a blob of that name.
	Exists(ctx context.Context, sha256 string) (bool, error)
	// Delete forgets a blob; one that is not there is no error. The caller knows that nobody refers to it.
	Delete(ctx context.Context, sha256 string) error
}

var (
	// ErrNotFound says that there is no such blob. What is no SHA-256 names none.
	ErrNotFound = errors.New("blob: not found")
	// ErrTooLarge says that there are more bytes than allowed.
	ErrTooLarge = errors.New("blob: too large")
)

// validName says whether s is a SHA-256 as we write it. It is also what keeps names from being paths.
func validName(s string) bool {
	if len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
