package gallery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/picture"
	"khadamat/internal/platform/text"
)

// Catalog knows who is a provider.
type Catalog interface {
	// ProviderOf returns the provider that an account runs; not_found where it runs none.
	ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error)
}

// Features says what an operator has paused.
type Features interface {
	On(feature.Name) bool
}

// Config is what a Service stands on. Without a Cache every look is a query; without Features nothing is ever paused.
type Config struct {
	DB       *db.DB
	Pictures *picture.Store
	Catalog  Catalog
	Cache    cache.Cache
	Features Features
	Logger   *slog.Logger
}

// Service is everything that a person does with photos. It is safe for concurrent use.
type Service struct{ config Config }

// New returns a service over a migrated database.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{config}
}

// Photos returns a provider's photos in their order, MaxPhotos at most; none for a provider that there is not. What another node
// changed may show up to a minute late.
func (s *Service) Photos(ctx context.Context, providerID string) ([]Photo, error) {
	if !ids.Valid(providerID) {
		return nil, nil
	}
	if known, ok := s.remembered(ctx, providerID); ok {
		return known, nil
	}
	all, err := photosOf(ctx, s.config.DB, providerID)
	if err != nil {
		return nil, err
	}
	photos := public(all)
	s.remember(ctx, providerID, photos)
	return photos, nil
}

func public(all []stored) []Photo {
	photos := make([]Photo, len(all))
	for i, p := range all {
		photos[i] = p.Photo
	}
	return photos
}

// Mine returns the photos of the actor's own provider as they are now. It returns not_found where the actor runs none.
func (s *Service) Mine(ctx context.Context, actor account.Actor) ([]Photo, error) {
	provider, err := s.provider(ctx, actor)
	if err != nil {
		return nil, err
	}
	all, err := photosOf(ctx, s.config.DB, provider.ID)
	return public(all), err
}

func (s *Service) provider(ctx context.Context, actor account.Actor) (catalog.Provider, error) {
	if err := actor.RequireRole(account.Provider); err != nil {
		return catalog.Provider{}, err
	}
	return s.config.Catalog.ProviderOf(ctx, actor.ID)
}

// Add puts a photo behind the actor's others. The same file under the same key, the form's, is added once. It returns what
// picture.Store.Keep refuses, conflict where there are MaxPhotos already, and not_found where the actor runs no provider.
func (s *Service) Add(ctx context.Context, actor account.Actor, file io.ReadSeeker, key string) (Photo, error) {
	provider, err := s.provider(ctx, actor)
	if err != nil {
		return Photo{}, err
	}
	if s.config.Features != nil && !s.config.Features.On(feature.Uploads) {
		return Photo{}, feature.Uploads.Paused()
	}
	request, err := requestOf(provider.ID, file, key)
	if err != nil {
		return Photo{}, err
	}
	if before, found, err := idempotency.Answer[Photo](ctx, s.config.DB, request); found || err != nil {
		return before, err
	}
	if n, err := count(ctx, s.config.DB, provider.ID); err != nil || n >= MaxPhotos {
		return Photo{}, full(err)
	}
	kept, err := s.config.Pictures.Keep(ctx, file)
	if err != nil {
		return Photo{}, err
	}
	photo := stored{
		Photo:      Photo{ID: ids.New(), Width: kept.Width, Height: kept.Height},
		ProviderID: provider.ID, Picture: kept,
	}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error { return s.add(ctx, tx, actor, photo, request) })
	if err != nil {
		err = errors.Join(err, s.config.Pictures.Forget(context.WithoutCancel(ctx), kept))
	}
	if errors.Is(err, idempotency.ErrRaced) {
		before, _, err := idempotency.Answer[Photo](ctx, s.config.DB, request)
		return before, err
	}
	return photo.Photo, err
}

// requestOf makes the same file in the same form one creation; another file in it is another one.
func requestOf(providerID string, file io.ReadSeeker, key string) (idempotency.Request, error) {
	request := idempotency.Request{Scope: "gallery.photo:" + providerID}
	if key == "" {
		return request, nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.LimitReader(file, picture.MaxBytes+1)); err != nil {
		return request, fmt.Errorf("read a photo: %w", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return request, fmt.Errorf("read a photo: %w", err)
	}
	request.Key = key + "." + hex.EncodeToString(hash.Sum(nil))
	return request, nil
}

func full(err error) error {
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "gallery.full").With(errs.Args{"Max": MaxPhotos})
}

func (s *Service) add(ctx context.Context, tx *db.Tx, actor account.Actor, photo stored, request idempotency.Request) error {
	if err := lock(ctx, tx, photo.ProviderID); err != nil {
		return err
	}
	others, err := photosOf(ctx, tx, photo.ProviderID)
	if err != nil {
		return err
	}
	if len(others) >= MaxPhotos {
		return full(nil)
	}
	photo.CreatedAt = tx.Now
	if n := len(others); n > 0 {
		photo.Position = others[n-1].Position + 1
	}
	if err := insert(ctx, tx, photo); err != nil {
		return err
	}
	if err := s.changed(ctx, tx, actor, photo.ProviderID, "photo.added", photo.ID); err != nil {
		return err
	}
	return idempotency.Keep(ctx, tx, request, photo.Photo)
}

// Describe says something else, or nothing, under one of the actor's photos. It returns invalid with the field caption.
func (s *Service) Describe(ctx context.Context, actor account.Actor, id, caption string) error {
	var fields errs.Fields
	caption = text.Check(&fields, "caption", caption, captionRules)
	if err := fields.Err(); err != nil {
		return err
	}
	return s.change(ctx, actor, id, "photo.described", func(tx *db.Tx, _ []stored) error {
		return setCaption(ctx, tx, id, caption)
	})
}

// Move changes the place of one of the actor's photos in the row. It returns not_found for a photo of somebody else's.
func (s *Service) Move(ctx context.Context, actor account.Actor, id string, to Direction) error {
	return s.change(ctx, actor, id, "photo.moved", func(tx *db.Tx, photos []stored) error {
		moved, err := move(photos, id, to)
		if err != nil {
			return err
		}
		for i, p := range moved {
			if p.Position == int64(i) {
				continue
			}
			if err := setPosition(ctx, tx, p.ID, int64(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Remove takes one of the actor's photos away for good.
func (s *Service) Remove(ctx context.Context, actor account.Actor, id string) error {
	return s.change(ctx, actor, id, "photo.removed", func(tx *db.Tx, photos []stored) error {
		for _, p := range photos {
			if p.ID == id {
				s.forgetAfter(ctx, tx, p.Picture)
			}
		}
		return remove(ctx, tx, id)
	})
}

// change runs a change of one of the actor's photos. To whoever it does not belong to it is not_found.
func (s *Service) change(ctx context.Context, actor account.Actor, id, action string, apply func(tx *db.Tx, photos []stored) error) error {
	provider, err := s.provider(ctx, actor)
	if err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := lock(ctx, tx, provider.ID); err != nil {
			return err
		}
		photos, err := photosOf(ctx, tx, provider.ID)
		if err != nil {
			return err
		}
		if !contains(photos, id) {
			return errNotFound
		}
		if err := apply(tx, photos); err != nil {
			return err
		}
		return s.changed(ctx, tx, actor, provider.ID, action, id)
	})
}

func contains(photos []stored, id string) bool {
	for _, p := range photos {
		if p.ID == id {
			return true
		}
	}
	return false
}

// changed writes down what was done, and has the next reader look again.
func (s *Service) changed(ctx context.Context, tx *db.Tx, actor account.Actor, providerID, action, photoID string) error {
	tx.AfterCommit(func() { s.overlook(ctx, providerID) })
	data, err := db.JSON(map[string]string{"provider_id": providerID})
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: action, SubjectKind: "photo", SubjectID: photoID, Data: data})
}

// forgetAfter takes the pixels away once nobody can see them any more. Where that fails they stay, unseen.
func (s *Service) forgetAfter(ctx context.Context, tx *db.Tx, pictures ...picture.Picture) {
	tx.AfterCommit(func() {
		if err := s.config.Pictures.Forget(context.WithoutCancel(ctx), pictures...); err != nil {
			s.config.Logger.WarnContext(ctx, "cannot take pictures away", "error", err)
		}
	})
}

// Open returns a photo for reading, to anybody; the caller closes it. One that there is not is not_found.
func (s *Service) Open(ctx context.Context, id string, size picture.Size) (io.ReadSeekCloser, error) {
	found, err := find(ctx, s.config.DB, id)
	if err != nil {
		return nil, err
	}
	return s.config.Pictures.Open(ctx, found.Picture, size)
}

// keptFor is how long another node may still see the photos as they were.
const keptFor = time.Minute

func cacheKey(providerID string) string { return "gallery:" + providerID }

// remembered and the two below never fail: a cache that does not answer is one that remembers nothing.
func (s *Service) remembered(ctx context.Context, providerID string) (photos []Photo, ok bool) {
	if s.config.Cache == nil {
		return nil, false
	}
	known, ok, err := s.config.Cache.Get(ctx, cacheKey(providerID))
	return photos, err == nil && ok && json.Unmarshal(known, &photos) == nil
}

func (s *Service) remember(ctx context.Context, providerID string, photos []Photo) {
	if s.config.Cache == nil {
		return
	}
	known, err := json.Marshal(photos)
	if err == nil {
		err = s.config.Cache.Set(ctx, cacheKey(providerID), known, keptFor)
	}
	if err != nil {
		s.config.Logger.WarnContext(ctx, "cannot remember photos", "error", err)
	}
}

func (s *Service) overlook(ctx context.Context, providerID string) {
	if s.config.Cache == nil {
		return
	}
	if err := s.config.Cache.Delete(ctx, cacheKey(providerID)); err != nil {
		s.config.Logger.WarnContext(ctx, "cannot forget photos", "error", err)
	}
}
