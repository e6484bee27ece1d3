package market

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
)

// minorOfDirham: the page speaks of whole dirhams, the catalog of centimes.
const minorOfDirham = 100

// filters are the choices on the search page, as they stand in its address. They are kept as text so that what was typed wrongly
// can be shown again.
type filters struct {
	Text, City, Category, Date, MinPrice, MaxPrice, MinRating string
	Verified, Instant                                         bool
	Near, Sort, Cursor                                        string
}

func filtersOf(query url.Values) filters {
	get := func(name string) string { return strings.TrimSpace(query.Get(name)) }
	return filters{
		Text: get("q"), City: get("city"), Category: get("category"), Date: get("date"),
		MinPrice: get("min_price"), MaxPrice: get("max_price"), MinRating: get("min_rating"),
		Verified: get("verified") == "1", Instant: get("instant") == "1",
		Near: get("near"), Sort: get("sort"), Cursor: get("cursor"),
	}
}

// values is the query of the address that has these filters; empty ones are left out.
func (f filters) values() url.Values {
	values := url.Values{}
	set := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}
	set("q", f.Text)
	set("city", f.City)
	set("category", f.Category)
	set("date", f.Date)
	set("min_price", f.MinPrice)
	set("max_price", f.MaxPrice)
	set("min_rating", f.MinRating)
	if f.Verified {
		set("verified", "1")
	}
	if f.Instant {
		set("instant", "1")
	}
	set("near", f.Near)
	set("sort", f.Sort)
	set("cursor", f.Cursor)
	return values
}

// chosen counts the filters in the panel, leaving out words, city and order, which stand outside it.
func (f filters) chosen() int {
	n := 0
	for _, is := range []bool{f.Category != "", f.Date != "", f.MinPrice != "" || f.MaxPrice != "", f.MinRating != "", f.Verified, f.Instant} {
		if is {
			n++
		}
	}
	return n
}

// query reads the filters. Where the reader says no place to measure from, distances are from the middle of the chosen city.
func (f filters) query(c *catalog.Catalog, language string) (catalog.Query, error) {
	var fields errs.Fields
	q := catalog.Query{
		Text: f.Text, CityID: f.City, CategoryID: f.Category, Sort: catalog.Sort(f.Sort), Cursor: f.Cursor, Language: language,
		MinPrice: dirhams(&fields, "min_price", f.MinPrice), MaxPrice: dirhams(&fields, "max_price", f.MaxPrice),
	}
	if f.Date != "" {
		date, err := schedule.ParseDate(f.Date)
		fields.Check(err == nil, "date", "market.bad_date")
		q.Date = date
	}
	if f.MinRating != "" {
		rating, err := strconv.ParseFloat(f.MinRating, 64)
		fields.Check(err == nil && !math.IsNaN(rating), "min_rating", "catalog.rating_out_of_range")
		q.MinRating = rating
	}
	yes := true
	if f.Verified {
		q.Verified = &yes
	}
	if f.Instant {
		q.Instant = &yes
	}
	if f.Near != "" {
		near, ok := parsePoint(f.Near)
		fields.Check(ok, "near", "market.bad_place")
		q.Near = &near
	} else if city, known := c.City(f.City); known {
		q.Near = &catalog.Point{Latitude: city.Latitude, Longitude: city.Longitude}
	}
	return q, fields.Err()
}

// maxDirhams keeps the product with a hundred far from overflowing.
const maxDirhams = 10_000_000

func dirhams(fields *errs.Fields, name, value string) int64 {
	if value == "" {
		return 0
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 || n > maxDirhams {
		fields.Add(name, "market.bad_price", nil)
		return 0
	}
	return n * minorOfDirham
}

// parsePoint reads "33.57,-7.59". Whether the point is on the earth is the catalog's to say.
func parsePoint(value string) (catalog.Point, bool) {
	latitude, longitude, ok := strings.Cut(value, ",")
	if !ok {
		return catalog.Point{}, false
	}
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(latitude), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(longitude), 64)
	return catalog.Point{Latitude: lat, Longitude: lon}, err1 == nil && err2 == nil
}
