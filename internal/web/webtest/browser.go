package webtest

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"khadamat/internal/account"
)

// Browser keeps cookies and follows no redirect by itself.
type Browser struct {
	Agent  string // what it calls itself; empty for what Go's client does
	town   *Town
	client *http.Client
}

// Page is what a browser got.
type Page struct {
	Status int
	Header http.Header
	Body   string
}

// Browser returns one that nobody has signed in with.
func (town *Town) Browser() *Browser {
	jar, err := cookiejar.New(nil)
	town.must(err)
	return &Browser{town: town, client: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// As returns a browser in which somebody has signed in, through the form.
func (town *Town) As(who account.Account) *Browser {
	town.Helper()
	b := town.Browser()
	if got := b.Post("/fr/sign-in", url.Values{"email": {who.Email}, "password": {Password}}); got.Status != http.StatusSeeOther {
		town.Fatalf("%s could not sign in: %d\n%s", who.Email, got.Status, got.Body)
	}
	return b
}

// Get reads a page.
func (b *Browser) Get(path string) Page {
	b.town.Helper()
	return b.do(http.MethodGet, path, "", "")
}

// Post sends a form.
func (b *Browser) Post(path string, form url.Values) Page {
	b.town.Helper()
	return b.do(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

// PostBody sends bytes that may be no form at all.
func (b *Browser) PostBody(path, contentType, body string) Page {
	b.town.Helper()
	return b.do(http.MethodPost, path, contentType, body)
}

// PostWith is Post with one header more.
func (b *Browser) PostWith(path string, form url.Values, name, value string) Page {
	b.town.Helper()
	return b.do(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode(), name, value)
}

// Follow reads the page that a form led to.
func (b *Browser) Follow(p Page) Page {
	b.town.Helper()
	if p.Status != http.StatusSeeOther {
		b.town.Fatalf("status %d instead of a redirect\n%s", p.Status, p.Words())
	}
	return b.Get(p.Location())
}

func (b *Browser) do(method, path, contentType, body string, header ...string) Page {
	b.town.Helper()
	request, err := http.NewRequestWithContext(b.town.Context(), method, b.town.Server.URL+path, strings.NewReader(body))
	b.town.must(err)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	if b.Agent != "" {
		request.Header.Set("User-Agent", b.Agent)
	}
	response, err := b.client.Do(request)
	b.town.must(err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	b.town.must(err)
	return Page{Status: response.StatusCode, Header: response.Header, Body: string(content)}
}

// Location is where the page leads.
func (p Page) Location() string { return p.Header.Get("Location") }

// Has says whether the page shows a text.
func (p Page) Has(text string) bool { return strings.Contains(p.Words(), text) }

var (
	headOrTag = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>`)
	blanks    = regexp.MustCompile(`[\s\x{a0}\x{202f}]+`)
	fieldTag  = regexp.MustCompile(`<input[^>]*>`)
	attribute = regexp.MustCompile(`(\w[\w-]*)="([^"]*)"`)
)

// Words are what a reader sees of the page's body, with single, breaking spaces.
func (p Page) Words() string {
	return blanks.ReplaceAllString(html.UnescapeString(headOrTag.ReplaceAllString(p.Body, " ")), " ")
}

// Value is what the page's input of a name holds; the first one's where there are several.
func (p Page) Value(name string) string {
	for _, tag := range fieldTag.FindAllString(p.Body, -1) {
		attributes := map[string]string{}
		for _, pair := range attribute.FindAllStringSubmatch(tag, -1) {
			attributes[pair[1]] = html.UnescapeString(pair[2])
		}
		if attributes["name"] == name {
			return attributes["value"]
		}
	}
	return ""
}

// Titles is how many first headings the page has.
func (p Page) Titles() int { return strings.Count(p.Body, "<h1") }
