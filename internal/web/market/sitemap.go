package market

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/web/ui"
)

// maxSitemapAddresses keeps a part well below what search engines take: 50,000 addresses and 50 MB, each of ours being some 600
// bytes with its alternates.
const maxSitemapAddresses = 10_000

// listed is an address without its language, and when what is there changed last; the zero time says nothing about that.
type listed struct {
	path      string
	updatedAt time.Time
}

// places are the pages that are found by where and what.
func (p *pages) places() []listed {
	list := []listed{{path: ""}}
	for _, spot := range p.catalog.Spots() {
		path := "/" + spot.CityID
		if spot.CategoryID != "" {
			path += "/" + spot.CategoryID
		}
		list = append(list, listed{path, spot.UpdatedAt})
	}
	return list
}

func (p *pages) providersListed() []listed {
	providers := p.catalog.Listed()
	list := make([]listed, len(providers))
	for i, provider := range providers {
		list[i] = listed{"/providers/" + provider.ID, provider.UpdatedAt}
	}
	return list
}

// kinds are the kinds of parts by name.
func (p *pages) listedOf(kind string) ([]listed, bool) {
	switch kind {
	case "places":
		return p.places(), true
	case "providers":
		return p.providersListed(), true
	}
	return nil, false
}

func partsOf(list []listed) int { return (len(list) + maxSitemapAddresses - 1) / maxSitemapAddresses }

func newest(list []listed) time.Time {
	var at time.Time
	for _, one := range list {
		if one.updatedAt.After(at) {
			at = one.updatedAt
		}
	}
	return at
}

// sitemapIndex lists the parts: each kind in each language.
func (p *pages) sitemapIndex(w http.ResponseWriter, r *http.Request) error {
	base := ui.From(r.Context()).BaseURL
	var b bytes.Buffer
	b.WriteString(xml.Header + `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	for _, kind := range []string{"places", "providers"} {
		list, _ := p.listedOf(kind)
		for _, language := range i18n.Languages {
			for part := range partsOf(list) {
				of := list[part*maxSitemapAddresses : min((part+1)*maxSitemapAddresses, len(list))]
				fmt.Fprintf(&b, "<sitemap><loc>%s/sitemaps/%s-%s-%d.xml</loc>%s</sitemap>\n", escaped(base), kind, language, part+1, lastmod(newest(of)))
			}
		}
	}
	b.WriteString("</sitemapindex>\n")
	return sendXML(w, r, b.Bytes())
}

// sitemapPart answers with one part, "places-fr-1.xml".
func (p *pages) sitemapPart(w http.ResponseWriter, r *http.Request) error {
	notFound := errs.New(errs.NotFound, "error.not_found")
	name, isXML := strings.CutSuffix(r.PathValue("part"), ".xml")
	words := strings.Split(name, "-")
	if !isXML || len(words) != 3 {
		return notFound
	}
	list, knownKind := p.listedOf(words[0])
	language, knownLanguage := i18n.Parse(words[1])
	part, err := strconv.Atoi(words[2])
	if !knownKind || !knownLanguage || err != nil || part < 1 || part > partsOf(list) {
		return notFound
	}
	list = list[(part-1)*maxSitemapAddresses : min(part*maxSitemapAddresses, len(list))]
	return sendXML(w, r, sitemapOf(escaped(ui.From(r.Context()).BaseURL), language, list))
}

func sitemapOf(base string, language i18n.Language, list []listed) []byte {
	var b bytes.Buffer
	b.Grow(len(list) * 640)
	b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">` + "\n")
	for _, one := range list {
		path := escaped(one.path)
		b.WriteString("<url><loc>" + base + "/" + string(language) + path + "</loc>" + lastmod(one.updatedAt))
		for _, other := range i18n.Languages {
			b.WriteString(`<xhtml:link rel="alternate" hreflang="` + string(other) + `" href="` + base + "/" + string(other) + path + `"/>`)
		}
		forAll := base + "/" + string(i18n.French) + path
		if path == "" {
			forAll = base + "/"
		}
		b.WriteString(`<xhtml:link rel="alternate" hreflang="x-default" href="` + forAll + `"/></url>` + "\n")
	}
	b.WriteString("</urlset>\n")
	return b.Bytes()
}

func lastmod(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return "<lastmod>" + at.UTC().Format(time.RFC3339) + "</lastmod>"
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder does not fail
	return b.String()
}

func sendXML(w http.ResponseWriter, r *http.Request, content []byte) error {
	h := w.Header()
	h.Set("Content-Type", "application/xml; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Cache-Control", "public, max-age=3600")
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(content)
	return err
}
