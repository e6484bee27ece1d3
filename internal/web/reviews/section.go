package reviews

import (
	"context"
	"net/url"
	"strconv"

	"khadamat/internal/market/review"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/ui"
)

// SectionView is what a provider's page shows of their reviews.
type SectionView struct {
	Summary review.Summary
	Stars   int // the only ones shown; 0: all
	Older   bool
	Items   []review.Review
	Next    string
}

const sectionItems = 6

// Load reads the reviews of a provider that the page's address asks for: "stars" of so many only, "reviews" from a cursor on. What is
// nonsense there counts as not asked.
func Load(ctx context.Context, service *review.Service, providerID string) (SectionView, error) {
	query := ui.From(ctx).URL.Query()
	view := SectionView{Older: query.Get("reviews") != ""}
	if stars, err := strconv.Atoi(query.Get("stars")); err == nil && 1 <= stars && stars <= 5 {
		view.Stars = stars
	}
	var err error
	if view.Summary, err = service.Summary(ctx, providerID); err != nil || view.Summary.Count == 0 {
		return view, err
	}
	page, err := service.OfProviderWith(ctx, providerID, view.Stars, query.Get("reviews"), sectionItems)
	if errs.CodeOf(err) == errs.Invalid {
		view.Older = false
		page, err = service.OfProviderWith(ctx, providerID, view.Stars, "", sectionItems)
	}
	view.Items, view.Next = page.Items, page.NextCursor
	return view, err
}

// link is the page's own address with other reviews shown; what else it asks for stays.
func link(ctx context.Context, stars int, cursor string) string {
	here := ui.From(ctx).URL
	query := here.Query()
	set := func(name, value string) {
		query.Del(name)
		if value != "" {
			query.Set(name, value)
		}
	}
	set("stars", "")
	if stars != 0 {
		set("stars", strconv.Itoa(stars))
	}
	set("reviews", cursor)
	address := url.URL{Path: here.Path, RawQuery: query.Encode(), Fragment: "reviews"}
	return address.String()
}

func byStars(ctx context.Context) func(int) string {
	return func(stars int) string { return link(ctx, stars, "") }
}
