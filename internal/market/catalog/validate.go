package catalog

import (
	"math"
	"strconv"

	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// The bounds of what a provider may say.
const (
	MinBioRunes         = 50 // to be shown to the public; a draft's may be shorter
	MaxBioRunes         = 4000
	MaxNameRunes        = 80
	MaxTitleRunes       = 100
	MaxDescriptionRunes = 4000
	MaxServices         = 100
	MaxAddons           = 20
	MinDurationMinutes  = 5
	MaxDurationMinutes  = 24 * 60
	MaxPriceMinor       = 10_000_000 // 100,000 MAD
)

// marketZone is where "today" is decided for searches; every city of the market shares it.
const marketZone = "Africa/Casablanca"

// checkProfile cleans a profile's texts and returns one error with all that is wrong.
func (c *Catalog) checkProfile(p *Profile) error {
	var fields errs.Fields
	p.Name = text.Check(&fields, "name", p.Name, text.Rules{MinRunes: 2, MaxRunes: MaxNameRunes})
	if p.CityID != "" {
		_, known := c.City(p.CityID)
		fields.Check(known, "city_id", "catalog.city_unknown")
	}
	fields.Check(onEarth(p.Latitude, 90), "latitude", "catalog.not_on_earth")
	fields.Check(onEarth(p.Longitude, 180), "longitude", "catalog.not_on_earth")
	p.Bio = checkText(&fields, "bio", p.Bio, text.Rules{MaxRunes: MaxBioRunes, Multiline: true})
	if p.Policy == "" {
		p.Policy = Flexible
	}
	fields.Check(p.Policy == Flexible || p.Policy == Moderate || p.Policy == Strict, "policy", "catalog.policy_unknown")
	return fields.Err()
}

func onEarth(degrees, bound float64) bool { return degrees >= -bound && degrees <= bound }

// checkText cleans each language of a text that may be empty; complaints name the language: title.fr.
func checkText(fields *errs.Fields, name string, t Text, rules text.Rules) Text {
	check := func(language, value string) string {
		if value == "" {
			return ""
		}
		return text.Check(fields, name+"."+language, value, rules)
	}
	return Text{FR: check("fr", t.FR), AR: check("ar", t.AR), EN: check("en", t.EN)}
}

// checkTitle is checkText for a title, which must stand in one language at least.
func checkTitle(fields *errs.Fields, name string, t Text) Text {
	before := len(*fields)
	t = checkText(fields, name, t, text.Rules{MaxRunes: MaxTitleRunes})
	if len(*fields) == before {
		fields.Check(!t.IsZero(), name, "catalog.title_required")
	}
	return t
}

// checkService cleans a service's texts and returns one error with all that is wrong.
func (c *Catalog) checkService(s *ServiceInput) error {
	var fields errs.Fields
	category, known := c.Category(s.CategoryID)
	fields.Check(known, "category_id", "catalog.category_unknown")
	fields.Check(len(category.Children) == 0, "category_id", "catalog.category_too_wide")
	s.Title = checkTitle(&fields, "title", s.Title)
	s.Description = checkText(&fields, "description", s.Description, text.Rules{MaxRunes: MaxDescriptionRunes, Multiline: true})
	s.checkPrice(&fields)
	if s.DurationMinutes < MinDurationMinutes || s.DurationMinutes > MaxDurationMinutes {
		fields.Add("duration_minutes", "catalog.duration_out_of_range", errs.Args{"Min": MinDurationMinutes, "Max": MaxDurationMinutes})
	}
	fields.Check(s.Place == AtCustomer || s.Place == AtProvider || s.Place == Remote, "place", "catalog.place_unknown")
	s.checkAddons(&fields)
	return fields.Err()
}

func (s *ServiceInput) checkPrice(fields *errs.Fields) {
	switch s.Pricing {
	case OnQuote:
		fields.Check(s.Price.IsZero(), "price", "catalog.price_on_quote")
		s.Price = money.Of(0, money.MAD)
		return
	case Fixed, Hourly:
		if s.Price.Minor < 1 || s.Price.Minor > MaxPriceMinor {
			fields.Add("price", "catalog.price_out_of_range", errs.Args{"Max": MaxPriceMinor / 100})
		}
	default:
		fields.Add("pricing", "catalog.pricing_unknown", nil)
	}
	fields.Check(s.Price.Currency == money.MAD, "price", "catalog.currency_unknown")
}

func (s *ServiceInput) checkAddons(fields *errs.Fields) {
	if len(s.Addons) > MaxAddons {
		fields.Add("addons", "catalog.too_many_addons", errs.Args{"Max": MaxAddons})
		return
	}
	seen := map[string]bool{}
	for i := range s.Addons {
		addon, name := &s.Addons[i], "addons."+strconv.Itoa(i)
		fields.Check(!ids.Valid(addon.ID) || !seen[addon.ID], name+".id", "catalog.addon_twice")
		seen[addon.ID] = true
		addon.Title = checkTitle(fields, name+".title", addon.Title)
		if addon.Price.Minor < 0 || addon.Price.Minor > MaxPriceMinor {
			fields.Add(name+".price", "catalog.price_out_of_range", errs.Args{"Max": MaxPriceMinor / 100})
		}
		fields.Check(addon.Price.Currency == money.MAD, name+".price", "catalog.currency_unknown")
		if addon.DurationMinutes < 0 || addon.DurationMinutes > MaxDurationMinutes {
			fields.Add(name+".duration_minutes", "catalog.duration_out_of_range", errs.Args{"Min": 0, "Max": MaxDurationMinutes})
		}
	}
}

// checkQuery returns the query with its defaults filled in, or one error with all that is wrong. Fields are named as on the
// wire: q, city, category, date, min_price, max_price, min_rating, near, sort, limit, lang.
func (c *Catalog) checkQuery(q Query) (Query, error) {
	var fields errs.Fields
	q.Text = text.Check(&fields, "q", q.Text, text.Rules{MaxRunes: MaxQueryRunes})
	if q.CityID != "" {
		_, known := c.City(q.CityID)
		fields.Check(known, "city", "catalog.city_unknown")
	}
	if q.CategoryID != "" {
		_, known := c.Category(q.CategoryID)
		fields.Check(known, "category", "catalog.category_unknown")
	}
	if !q.Date.IsZero() {
		zone, err := schedule.Location(marketZone)
		if err != nil {
			return q, err
		}
		today := schedule.DateOf(c.config.Clock.Now(), zone)
		fields.Check(!q.Date.Before(today), "date", "catalog.date_past")
	}
	fields.Check(q.MinPrice >= 0, "min_price", "catalog.price_negative")
	fields.Check(q.MaxPrice >= 0, "max_price", "catalog.price_negative")
	fields.Check(q.MaxPrice <= 0 || q.MinPrice <= q.MaxPrice, "max_price", "catalog.price_bounds_crossed")
	fields.Check(q.MinRating >= 0 && q.MinRating <= 5, "min_rating", "catalog.rating_out_of_range")
	if q.Near != nil {
		fields.Check(onEarth(q.Near.Latitude, 90) && onEarth(q.Near.Longitude, 180), "near", "catalog.not_on_earth")
	}
	switch q.Sort {
	case "":
		q.Sort = ByRelevance
	case ByRelevance, ByPrice, ByRating:
	case ByDistance:
		fields.Check(q.Near != nil, "near", "catalog.near_required")
	default:
		fields.Add("sort", "catalog.sort_unknown", nil)
	}
	if q.Limit == 0 {
		q.Limit = DefaultLimit
	}
	if q.Limit < 1 || q.Limit > MaxLimit {
		fields.Add("limit", "catalog.limit_out_of_range", errs.Args{"Max": MaxLimit})
	}
	fields.Check(q.Language == "" || isLanguage(q.Language), "lang", "catalog.language_unknown")
	return q, fields.Err()
}

func isLanguage(code string) bool {
	return code == languages[0] || code == languages[1] || code == languages[2]
}

// tenths is a rating of one decimal as a whole number; a bound between two of them asks for the higher one.
func tenths(rating float64) int16 { return int16(math.Ceil(math.Round(rating*1000) / 100)) }
