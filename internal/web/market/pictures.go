package market

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/ui"
)

// picture is what stands on the picture that goes with a link to a page of ours, where such links are shared.
type picture struct {
	Language  string
	Brand     string
	Title     string
	Line      string   // below the title
	Facts     []string // a few words each
	Stars     string   // the mean as it is written; empty for none
	Drawing   string   // of our illustrations, by name
	DrawnLike int      // version of the drawing code: another one is another picture
}

// drawnLike is to be raised where paint changes: kept pictures go out of date with it.
const drawnLike = 1

// pictures keeps those that were drawn lately, and draws few at once: each takes 3 MB and some hundredths of a second.
type pictures struct {
	drawing chan struct{}

	mu    sync.Mutex
	known map[string][]byte // by hash of what stands on it
	order []string          // of making, the oldest first
}

const (
	maxPictures    = 300 // of some 40 KB
	pictureDrawers = 2
)

func newPictures() *pictures {
	return &pictures{drawing: make(chan struct{}, pictureDrawers), known: map[string][]byte{}}
}

// picturePage answers with the picture of the home page, of a city, of a category in a city, or of a provider.
func (p *pages) picturePage(w http.ResponseWriter, r *http.Request) error {
	language, ok := i18n.Parse(r.PathValue("language"))
	name, isPNG := strings.CutSuffix(r.PathValue("name"), ".png")
	if !ok || !isPNG {
		return errs.New(errs.NotFound, "error.not_found")
	}
	request := *ui.From(r.Context())
	request.Language = language
	ctx := ui.With(r.Context(), &request)
	shown, err := p.pictureOf(ctx, r.PathValue("kind"), name)
	if err != nil {
		return err
	}
	hash, err := shown.hash()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("ETag", strconv.Quote(hash))
	h.Set("Cache-Control", "public, max-age=86400")
	// Those who show links of others fetch pictures from elsewhere.
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if r.Header.Get("If-None-Match") == strconv.Quote(hash) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	content, err := p.pictures.get(ctx, hash, shown)
	if err != nil {
		return err
	}
	h.Set("Content-Type", "image/png")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = w.Write(content)
	return err
}

func (p picture) hash() (string, error) {
	content, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:12]), nil
}

func (s *pictures) get(ctx context.Context, hash string, shown picture) ([]byte, error) {
	if content, ok := s.kept(hash); ok {
		return content, nil
	}
	select {
	case s.drawing <- struct{}{}:
	case <-ctx.Done():
		return nil, errs.Wrap(ctx.Err(), errs.Unavailable, "error.unavailable")
	}
	defer func() { <-s.drawing }()
	if content, ok := s.kept(hash); ok { // drawn while this one waited
		return content, nil
	}
	content, err := paint(shown)
	if err != nil {
		return nil, err
	}
	s.keep(hash, content)
	return content, nil
}

func (s *pictures) kept(hash string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	content, ok := s.known[hash]
	return content, ok
}

func (s *pictures) keep(hash string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.known[hash]; ok {
		return
	}
	if len(s.order) >= maxPictures {
		delete(s.known, s.order[0])
		s.order = s.order[1:]
	}
	s.known[hash], s.order = content, append(s.order, hash)
}

func (p *pages) pictureOf(ctx context.Context, kind, name string) (picture, error) {
	shown := picture{Language: ui.Lang(ctx), Brand: ui.T(ctx, "web.site_name"), Drawing: "art-any", DrawnLike: drawnLike}
	var err error
	switch {
	case kind == "providers":
		err = p.pictureOfProvider(ctx, &shown, name)
	case kind != "":
		err = p.pictureOfSpot(ctx, &shown, kind, name)
	case name == "home":
		shown.Title, shown.Line, shown.Drawing = ui.T(ctx, "market.hero_title"), ui.T(ctx, "seo.picture_line"), wideDrawing
	default:
		err = p.pictureOfCity(ctx, &shown, name)
	}
	return shown, err
}

func (p *pages) pictureOfProvider(ctx context.Context, shown *picture, id string) error {
	provider, err := p.catalog.Provider(ctx, id)
	if err != nil {
		return err
	}
	offers, err := p.catalog.Offers(ctx, id)
	if err != nil {
		return err
	}
	shown.Title, shown.Line = provider.Name, p.cityName(ctx, provider.CityID)
	if len(offers) > 0 {
		category, _ := p.catalog.Category(offers[0].Service.CategoryID)
		shown.Line = ui.T(ctx, "seo.heading", "Category", category.Name.In(ui.Lang(ctx)), "City", shown.Line)
		shown.Drawing = p.artFor(category.ID)
	}
	shown.rate(ctx, provider.Rating(), provider.RatingCount)
	if provider.Verified {
		shown.Facts = append(shown.Facts, ui.T(ctx, "market.only_verified"))
	}
	return nil
}

func (p *pages) pictureOfSpot(ctx context.Context, shown *picture, cityID, categoryID string) error {
	city, knownCity := p.catalog.City(cityID)
	category, knownCategory := p.catalog.Category(categoryID)
	if !knownCity || !knownCategory {
		return errs.New(errs.NotFound, "error.not_found")
	}
	scene := p.catalog.Scene(city.ID, category.ID)
	shown.Title = ui.T(ctx, "seo.heading", "Category", category.Name.In(ui.Lang(ctx)), "City", city.Name.In(ui.Lang(ctx)))
	shown.Drawing = p.artFor(category.ID)
	if scene.Providers > 0 {
		shown.Line = ui.T(ctx, "seo.picture_line")
	}
	shown.tell(ctx, scene)
	return nil
}

func (p *pages) pictureOfCity(ctx context.Context, shown *picture, cityID string) error {
	city, ok := p.catalog.City(cityID)
	if !ok {
		return errs.New(errs.NotFound, "error.not_found")
	}
	shown.Title, shown.Line = ui.T(ctx, "seo.city_heading", "City", city.Name.In(ui.Lang(ctx))), ui.T(ctx, "seo.picture_line")
	shown.tell(ctx, p.catalog.Scene(city.ID, ""))
	return nil
}

func (p *picture) rate(ctx context.Context, mean float64, count int64) {
	if count > 0 {
		p.Stars = ui.Decimal(ctx, mean, 1)
		p.Facts = append(p.Facts, ui.T(ctx, "seo.reviews", "Count", count))
	}
}

func (p *picture) tell(ctx context.Context, scene catalog.Scene) {
	p.rate(ctx, scene.Mean, scene.Reviews)
	if scene.Providers > 0 {
		p.Facts = append(p.Facts, ui.T(ctx, "seo.providers", "Count", scene.Providers))
	}
}
