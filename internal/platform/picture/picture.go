// Package picture takes the pictures that people send and makes of each the two that pages show: upright, no larger than a screen
// needs, and without anything that a camera wrote beside them (place, time, owner). What is no picture, or would take too much memory
// to look at, is refused before it is decoded. Who may see a picture is for those who hold it.
package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// MaxBytes bounds the file of one picture: what a phone's camera makes, and some more.
const MaxBytes = 15 << 20

// Size is one of the two in which a picture is kept.
type Size string

// The closed set of sizes.
const (
	Small Size = "small" // 320 pixels wide at most, for lists
	Large Size = "large" // 1600 pixels wide at most, to look at
)

// maxWidth is how wide a size may be. It may be twice as high, so that a strip of paper does not become a tower.
var maxWidth = map[Size]int{Small: 320, Large: 1600}

// quality is JPEG's: a small picture comes over a phone's line with others beside it, where fewer bytes are seen and details are not.
var quality = map[Size]int{Small: 62, Large: 82}

// Picture is one that is kept. Width and Height are those of the large one, in pixels; the small one has the same shape.
type Picture struct {
	Small, Large  string // SHA-256 of the blobs
	Width, Height int
}

// blob is the one of a size.
func (p Picture) blob(size Size) string {
	if size == Small {
		return p.Small
	}
	return p.Large
}

// Store makes pictures and keeps them as blobs. It is safe for concurrent use.
type Store struct {
	blobs blob.Store
	turns chan struct{} // one for each picture that may be worked on at a time
}

// New returns a store over blobs. It works on as many pictures at a time as the machine has processors, since each takes one and up
// to 300 MB of memory.
func New(blobs blob.Store) *Store {
	return &Store{blobs: blobs, turns: make(chan struct{}, runtime.NumCPU())}
}

// Keep reads what somebody sent and keeps the picture. It returns invalid with the field "photo" where it is no JPEG, PNG, GIF or WebP,
// is broken, or is too large; and the context's error where its turn does not come before ctx ends.
func (s *Store) Keep(ctx context.Context, source io.Reader) (Picture, error) {
	if err := ctx.Err(); err != nil {
		return Picture{}, err
	}
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return Picture{}, ctx.Err()
	}
	file, err := io.ReadAll(io.LimitReader(source, MaxBytes+1))
	if err != nil {
		return Picture{}, fmt.Errorf("read a picture: %w", err)
	}
	if len(file) > MaxBytes {
		return Picture{}, refused("picture.too_large", errs.Args{"Megabytes": MaxBytes >> 20}, nil)
	}
	made, err := convert(file)
	if err != nil {
		return Picture{}, err
	}
	kept := Picture{Width: made.width, Height: made.height}
	if kept.Large, err = s.put(ctx, made.large); err != nil {
		return Picture{}, err
	}
	if kept.Small, err = s.put(ctx, made.small); err != nil {
		return Picture{}, errors.Join(err, s.blobs.Delete(ctx, kept.Large))
	}
	return kept, nil
}

// put keeps a JPEG under a name of its own: a comment in it is like no other. The same picture sent by two people is two blobs, so
// that forgetting the one leaves the other.
func (s *Store) put(ctx context.Context, jpeg []byte) (string, error) {
	mark := ids.New()
	const startOfImage = 2
	comment := append([]byte{0xff, 0xfe, 0, byte(len(mark) + 2)}, mark...)
	whole := io.MultiReader(bytes.NewReader(jpeg[:startOfImage]), bytes.NewReader(comment), bytes.NewReader(jpeg[startOfImage:]))
	ref, err := s.blobs.Put(ctx, whole, MaxBytes)
	return ref.SHA256, err
}

// Open returns a kept picture as a JPEG for reading; the caller closes it. Where it has been forgotten it is not_found.
func (s *Store) Open(ctx context.Context, p Picture, size Size) (io.ReadSeekCloser, error) {
	file, err := s.blobs.Open(ctx, p.blob(size))
	if errors.Is(err, blob.ErrNotFound) {
		return nil, errs.Wrap(err, errs.NotFound, "error.not_found")
	}
	return file, err
}

// Forget takes pictures away for good. One that is not there is no error.
func (s *Store) Forget(ctx context.Context, pictures ...Picture) error {
	var failed []error
	for _, p := range pictures {
		failed = append(failed, s.blobs.Delete(ctx, p.Small), s.blobs.Delete(ctx, p.Large))
	}
	return errors.Join(failed...)
}

// Field is the input that complaints about a picture are filed under.
const Field = "photo"

func refused(key string, args errs.Args, cause error) error {
	return &errs.Error{Code: errs.Invalid, Key: key, Args: args, Cause: cause, Fields: []errs.Field{{Name: Field, Key: key, Args: args}}}
}
