package provider

import (
	"net/url"
	"strconv"
	"strings"

	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
)

// serviceForm is a service as it stands in the form: numbers are what the provider wrote, right or wrong.
type serviceForm struct {
	ID              string // empty: a new one
	CategoryID      string
	Title           catalog.Text
	Description     catalog.Text
	Pricing         catalog.Pricing
	Price           string // in dirhams
	DurationMinutes string
	Place           catalog.Place
	Instant         bool
	Active          bool
	Addons          []addonForm
	Key             string // makes a form that is sent twice one service
}

// addonForm is one line of extras.
type addonForm struct {
	ID              string
	Title           catalog.Text
	Price           string
	DurationMinutes string
}

const (
	roomForAddons = 2 // empty lines below the extras that there are
	maxAddonLines = catalog.MaxAddons + roomForAddons
)

// withRoom adds empty lines for more extras.
func (f serviceForm) withRoom() serviceForm {
	lines := min(max(len(f.Addons)+roomForAddons, 3), maxAddonLines)
	for len(f.Addons) < lines {
		f.Addons = append(f.Addons, addonForm{})
	}
	return f
}

// textOf reads a text of up to three languages: name.fr, name.ar, name.en.
func textOf(sent url.Values, name string) catalog.Text {
	return catalog.Text{FR: sent.Get(name + ".fr"), AR: sent.Get(name + ".ar"), EN: sent.Get(name + ".en")}
}

func serviceFormOf(sent url.Values) serviceForm {
	f := serviceForm{
		CategoryID: sent.Get("category_id"), Title: textOf(sent, "title"), Description: textOf(sent, "description"),
		Pricing: catalog.Pricing(sent.Get("pricing")), Price: sent.Get("price"), DurationMinutes: sent.Get("duration_minutes"),
		Place: catalog.Place(sent.Get("place")), Instant: sent.Get("instant") != "", Key: sent.Get("key"),
	}
	for i := range maxAddonLines {
		name := "addons." + strconv.Itoa(i)
		line := addonForm{
			ID: sent.Get(name + ".id"), Title: textOf(sent, name+".title"),
			Price: sent.Get(name + ".price"), DurationMinutes: sent.Get(name + ".duration_minutes"),
		}
		if !line.Title.IsZero() {
			f.Addons = append(f.Addons, line)
		}
	}
	return f
}

// input reads the numbers of the form; what is none is a complaint about its field.
func (f serviceForm) input() (catalog.ServiceInput, error) {
	var fields errs.Fields
	input := catalog.ServiceInput{
		ID: f.ID, CategoryID: f.CategoryID, Title: f.Title, Description: f.Description, Pricing: f.Pricing,
		Place: f.Place, Instant: f.Instant, Active: f.Active, IdempotencyKey: f.Key,
		Price:           priceOf(&fields, "price", f.Price),
		DurationMinutes: wholeNumber(&fields, "duration_minutes", f.DurationMinutes),
	}
	for i, line := range f.Addons {
		name := "addons." + strconv.Itoa(i)
		addon := catalog.Addon{ID: line.ID, Title: line.Title, Price: priceOf(&fields, name+".price", line.Price)}
		if line.DurationMinutes != "" {
			addon.DurationMinutes = wholeNumber(&fields, name+".duration_minutes", line.DurationMinutes)
		}
		input.Addons = append(input.Addons, addon)
	}
	return input, fields.Err()
}

// priceOf reads an amount of dirhams with at most two decimals, after a comma or a point. An empty one is nothing.
func priceOf(fields *errs.Fields, name, s string) money.Amount {
	s = strings.Replace(strings.Join(strings.Fields(s), ""), ",", ".", 1)
	if s == "" {
		return money.Of(0, money.MAD)
	}
	whole, decimals, _ := strings.Cut(s, ".")
	units, err := strconv.ParseUint(whole, 10, 32)
	if err != nil || len(decimals) > 2 {
		fields.Add(name, "provider_pages.service.price_bad", nil)
		return money.Of(0, money.MAD)
	}
	cents, err := strconv.ParseUint((decimals + "00")[:2], 10, 8)
	if err != nil {
		fields.Add(name, "provider_pages.service.price_bad", nil)
	}
	return money.Of(int64(units)*100+int64(cents), money.MAD)
}

func wholeNumber(fields *errs.Fields, name, s string) int {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 32)
	if err != nil {
		fields.Add(name, "provider_pages.service.number_bad", nil)
	}
	return int(n)
}

// dirhams writes an amount as the form wants it; nothing is an empty field.
func dirhams(a money.Amount) string {
	switch {
	case a.IsZero():
		return ""
	case a.Minor%100 == 0:
		return strconv.FormatInt(a.Minor/100, 10)
	}
	return strconv.FormatFloat(float64(a.Minor)/100, 'f', 2, 64)
}

func formOf(s catalog.Service) serviceForm {
	f := serviceForm{
		ID: s.ID, CategoryID: s.CategoryID, Title: s.Title, Description: s.Description, Pricing: s.Pricing, Price: dirhams(s.Price),
		DurationMinutes: strconv.Itoa(s.DurationMinutes), Place: s.Place, Instant: s.Instant, Active: s.Active,
	}
	for _, a := range s.Addons {
		f.Addons = append(f.Addons, addonForm{ID: a.ID, Title: a.Title, Price: dirhams(a.Price), DurationMinutes: strconv.Itoa(a.DurationMinutes)})
	}
	return f
}

func inputOf(s catalog.Service) catalog.ServiceInput {
	return catalog.ServiceInput{
		ID: s.ID, CategoryID: s.CategoryID, Title: s.Title, Description: s.Description, Pricing: s.Pricing, Price: s.Price,
		DurationMinutes: s.DurationMinutes, Place: s.Place, Instant: s.Instant, Active: s.Active, Addons: s.Addons,
	}
}
