package gallery_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"sync"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/gallery"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/picture"
)

// street is two shops side by side, on a real database.
type street struct {
	*testing.T
	db           *db.DB
	photos       *gallery.Service
	switches     switches
	atlas, rif   account.Actor
	atlasID      string
	providerless account.Actor
}

type switches map[feature.Name]bool

func (s switches) On(name feature.Name) bool { return !s[name] }

// each runs test on a fresh street on both engines.
func each(t *testing.T, test func(s *street)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		s := &street{T: t, db: d, switches: switches{}}
		blobs, err := blob.NewFolder(t.TempDir())
		s.must(err)
		remembers, err := cache.NewMemory(1<<20, now)
		s.must(err)
		t.Cleanup(func() { remembers.Close() })
		open := func(name string) (account.Actor, string) {
			a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: account.Provider, Language: "fr", CreatedAt: now.Now()}
			p := catalog.Provider{ID: ids.New(), AccountID: a.ID, Name: name, CityID: "casablanca", Status: catalog.Active, Policy: catalog.Flexible,
				Availability: catalog.DefaultAvailability(), CreatedAt: now.Now(), UpdatedAt: now.Now()}
			s.must(d.Tx(t.Context(), func(tx *db.Tx) error {
				if err := account.Insert(t.Context(), tx, a, "-"); err != nil {
					return err
				}
				if name == "" {
					return nil
				}
				return catalog.InsertMany(t.Context(), tx, []catalog.Provider{p}, nil)
			}))
			return account.Actor{ID: a.ID, Role: account.Provider}, p.ID
		}
		s.atlas, s.atlasID = open("Plomberie Atlas")
		s.rif, _ = open("Rif Travaux")
		s.providerless, _ = open("")
		offers, err := catalog.New(t.Context(), catalog.Config{DB: d, Clock: now})
		s.must(err)
		s.photos = gallery.New(gallery.Config{DB: d, Pictures: picture.New(blobs), Catalog: offers, Cache: remembers, Features: s.switches})
		test(s)
	})
}

func (s *street) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// photo is a small picture; another shade is another file.
func photo(shade uint8) *bytes.Reader {
	img := image.NewGray(image.Rect(0, 0, 8, 4))
	img.SetGray(0, 0, color.Gray{shade})
	var file bytes.Buffer
	_ = png.Encode(&file, img)
	return bytes.NewReader(file.Bytes())
}

func (s *street) add(actor account.Actor, shade uint8) gallery.Photo {
	s.Helper()
	p, err := s.photos.Add(s.Context(), actor, photo(shade), "")
	s.must(err)
	return p
}

// shown lists the ids of what the public sees of the first shop.
func (s *street) shown() (shown []string) {
	s.Helper()
	photos, err := s.photos.Photos(s.Context(), s.atlasID)
	s.must(err)
	for _, p := range photos {
		shown = append(shown, p.ID)
	}
	return shown
}

func TestPhotosAreShownAtOnceInTheOrderInWhichTheyCame(t *testing.T) {
	each(t, func(s *street) {
		if got := s.shown(); len(got) != 0 {
			s.Errorf("an empty shop shows %v", got)
		}
		first, second := s.add(s.atlas, 1), s.add(s.atlas, 2)
		s.add(s.rif, 3)
		if got := s.shown(); !slices.Equal(got, []string{first.ID, second.ID}) {
			s.Errorf("got %v", got)
		}
		if first.Width != 8 || first.Height != 4 {
			s.Errorf("%d×%d", first.Width, first.Height)
		}
		file, err := s.photos.Open(s.Context(), first.ID, picture.Small)
		s.must(err)
		s.must(file.Close())
		if photos, err := s.photos.Photos(s.Context(), "no id"); len(photos) != 0 || err != nil {
			s.Errorf("%v, %v", photos, err)
		}
	})
}

func TestAProviderShowsTwelvePhotosAtMostHoweverQuick(t *testing.T) {
	each(t, func(s *street) {
		for i := range gallery.MaxPhotos - 1 {
			s.add(s.atlas, uint8(i))
		}
		var together sync.WaitGroup
		for i := range 4 {
			together.Go(func() {
				if _, err := s.photos.Add(s.Context(), s.atlas, photo(uint8(100+i)), ""); err != nil && errs.CodeOf(err) != errs.Conflict {
					s.Error(err)
				}
			})
		}
		together.Wait()
		if n := len(s.shown()); n != gallery.MaxPhotos {
			s.Errorf("%d photos", n)
		}
	})
}

func TestAFormSentTwiceAddsEachOfItsFilesOnce(t *testing.T) {
	each(t, func(s *street) {
		for range 2 {
			for shade := range uint8(2) {
				_, err := s.photos.Add(s.Context(), s.atlas, photo(shade), "form")
				s.must(err)
			}
		}
		if n := len(s.shown()); n != 2 {
			s.Errorf("%d photos", n)
		}
	})
}

func TestPhotosAreMovedDescribedAndRemovedByTheirOwnerAlone(t *testing.T) {
	each(t, func(s *street) {
		a, b, c := s.add(s.atlas, 1).ID, s.add(s.atlas, 2).ID, s.add(s.atlas, 3).ID
		for _, step := range []struct {
			id   string
			to   gallery.Direction
			want []string
		}{
			{c, gallery.First, []string{c, a, b}},
			{c, gallery.Earlier, []string{c, a, b}}, // there is nothing before it
			{a, gallery.Later, []string{c, b, a}},
			{a, gallery.Later, []string{c, b, a}},
			{a, gallery.Earlier, []string{c, a, b}},
		} {
			s.must(s.photos.Move(s.Context(), s.atlas, step.id, step.to))
			if got := s.shown(); !slices.Equal(got, step.want) {
				s.Fatalf("%s %s: %v, want %v", step.id, step.to, got, step.want)
			}
		}
		s.must(s.photos.Describe(s.Context(), s.atlas, b, "  Salle de bain à Anfa  "))
		if photos, err := s.photos.Photos(s.Context(), s.atlasID); err != nil || photos[2].Caption != "Salle de bain à Anfa" {
			s.Errorf("%v, %v", photos, err)
		}
		if err := s.photos.Describe(s.Context(), s.atlas, b, strings.Repeat("é", gallery.MaxCaptionRunes+1)); errs.CodeOf(err) != errs.Invalid {
			s.Errorf("a long caption: %v", err)
		}
		for name, err := range map[string]error{
			"move":     s.photos.Move(s.Context(), s.rif, a, gallery.First),
			"describe": s.photos.Describe(s.Context(), s.rif, a, "À moi"),
			"remove":   s.photos.Remove(s.Context(), s.rif, a),
			"unknown":  s.photos.Remove(s.Context(), s.atlas, ids.New()),
			"sideways": s.photos.Move(s.Context(), s.atlas, a, "sideways"),
		} {
			if errs.CodeOf(err) != errs.NotFound {
				s.Errorf("%s: %v", name, err)
			}
		}
		s.must(s.photos.Remove(s.Context(), s.atlas, a))
		if got := s.shown(); !slices.Equal(got, []string{c, b}) {
			s.Errorf("got %v", got)
		}
		if _, err := s.photos.Open(s.Context(), a, picture.Large); errs.CodeOf(err) != errs.NotFound {
			s.Errorf("the removed one: %v", err)
		}
	})
}

func TestWhatIsNoPictureOrNobodysIsRefused(t *testing.T) {
	each(t, func(s *street) {
		add := func(ctx context.Context, actor account.Actor, content string) error {
			_, err := s.photos.Add(ctx, actor, strings.NewReader(content), "")
			return err
		}
		if err := add(s.Context(), s.atlas, "<svg onload=alert(1)>"); errs.CodeOf(err) != errs.Invalid {
			s.Errorf("rubbish: %v", err)
		}
		if err := add(s.Context(), account.Actor{}, ""); errs.CodeOf(err) != errs.Unauthenticated {
			s.Errorf("nobody: %v", err)
		}
		if err := add(s.Context(), account.Actor{ID: s.atlas.ID, Role: account.Customer}, ""); errs.CodeOf(err) != errs.Forbidden {
			s.Errorf("a customer: %v", err)
		}
		if err := add(s.Context(), s.providerless, ""); errs.CodeOf(err) != errs.NotFound {
			s.Errorf("without a profile: %v", err)
		}
		s.switches[feature.Uploads] = true
		if _, err := s.photos.Add(s.Context(), s.atlas, photo(1), ""); errs.CodeOf(err) != errs.Conflict {
			s.Errorf("paused: %v", err)
		}
	})
}

func TestAPersonGetsTheirPhotosAndIsTakenOutOfThem(t *testing.T) {
	each(t, func(s *street) {
		id := s.add(s.atlas, 1).ID
		kept := s.add(s.rif, 1).ID // the same picture
		_, data, err := s.photos.Export(s.Context(), s.atlas.ID)
		s.must(err)
		if text, err := db.JSON(data); err != nil || !strings.Contains(text, "/media/"+id+"/large.jpg") {
			s.Errorf("%s, %v", text, err)
		}
		s.must(s.db.Tx(s.Context(), func(tx *db.Tx) error { return s.photos.Erase(s.Context(), tx, s.atlas.ID) }))
		if got := s.shown(); len(got) != 0 {
			s.Errorf("still shown: %v", got)
		}
		file, err := s.photos.Open(s.Context(), kept, picture.Large)
		s.must(err)
		s.must(file.Close())
		if _, data, err := s.photos.Export(s.Context(), s.providerless.ID); data != nil || err != nil {
			s.Errorf("%v, %v", data, err)
		}
	})
}
