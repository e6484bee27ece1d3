// Package gallery keeps the pictures that providers show of their work: which there are, in what order, and what is said under them.
// The pixels are package picture's.
package gallery

import (
	"slices"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/picture"
	"khadamat/internal/platform/text"
)

// What a provider may show.
const (
	MaxPhotos       = 12
	MaxCaptionRunes = 120
)

var captionRules = text.Rules{MaxRunes: MaxCaptionRunes}

// Photo is one picture as the public sees it, at /media/<ID>/small.jpg and /media/<ID>/large.jpg. Width and Height are those of the
// large one.
type Photo struct {
	ID            string
	Width, Height int
	Caption       string // empty where the provider says nothing
}

// stored is a photo with what nobody is shown.
type stored struct {
	Photo
	ProviderID string
	Picture    picture.Picture
	Position   int64
	CreatedAt  time.Time
}

// Direction says where a photo is moved to.
type Direction string

// The closed set of directions.
const (
	Earlier Direction = "earlier"
	Later   Direction = "later"
	First   Direction = "first"
)

// move returns the photos in their order with one of them moved; at the end of the row it stays where it is.
func move(photos []stored, id string, to Direction) ([]stored, error) {
	at := slices.IndexFunc(photos, func(p stored) bool { return p.ID == id })
	if at < 0 {
		return nil, errNotFound
	}
	target := at
	switch to {
	case Earlier:
		target = max(0, at-1)
	case Later:
		target = min(len(photos)-1, at+1)
	case First:
		target = 0
	default:
		return nil, errNotFound
	}
	moved := slices.Clone(photos)
	one := moved[at]
	moved = slices.Delete(moved, at, at+1)
	return slices.Insert(moved, target, one), nil
}

var errNotFound = errs.New(errs.NotFound, "gallery.not_found")
