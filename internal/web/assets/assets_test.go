package assets_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"khadamat/internal/web/assets"
	"khadamat/internal/web/assets/source"
)

func TestDistIsMadeOfTheSourcesThatAreHere(t *testing.T) {
	want, err := source.Hash(os.DirFS("src"))
	if err != nil {
		t.Fatal(err)
	}
	if got := assets.Current().Sources; got != want {
		t.Errorf("dist was built of other sources: run go run ./internal/web/assets/build and commit dist")
	}
}

func TestTheHashOfSourcesNoticesEveryChange(t *testing.T) {
	hash := func(files map[string]string) string {
		t.Helper()
		folder := t.TempDir()
		for name, content := range files {
			if err := os.WriteFile(folder+"/"+name, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		sum, err := source.Hash(os.DirFS(folder))
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	before := hash(map[string]string{"a": "1", "b": "2"})
	for name, files := range map[string]map[string]string{
		"another content": {"a": "1", "b": "3"}, "another name": {"a": "1", "c": "2"}, "one more": {"a": "1", "b": "2", "c": ""},
	} {
		if hash(files) == before {
			t.Errorf("%s does not change the hash", name)
		}
	}
}

func compressedSize(t *testing.T, name string) int {
	t.Helper()
	content, err := assets.Content(name)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Len()
}

func TestAssetsStayWithinTheirBudgets(t *testing.T) {
	for name, maxBytes := range map[string]int{"app.css": 20 << 10, "app.js": 30 << 10} {
		if size := compressedSize(t, name); size == 0 || size > maxBytes {
			t.Errorf("%s has %d bytes compressed, the budget is %d", name, size, maxBytes)
		}
	}
	for name := range assets.Current().Files {
		if strings.HasPrefix(name, "illustrations/") && compressedSize(t, name) > 4<<10 {
			t.Errorf("%s is larger than 4 KB", name)
		}
	}
}

func TestTheFontsOfAScriptAreSmall(t *testing.T) {
	const budget = 60 << 10
	size := func(name string) int {
		t.Helper()
		content, err := assets.Content("fonts/" + name + ".woff2")
		if err != nil || len(content) == 0 {
			t.Fatalf("%s: %d bytes, %v", name, len(content), err)
		}
		return len(content)
	}
	latin, arabic := size("figtree-latin"), size("readex-arabic")
	// An Arabic page has Latin letters and digits, too.
	if latin > budget || latin+arabic > budget {
		t.Errorf("a French page loads %d bytes of fonts, an Arabic one %d; the budget is %d", latin, latin+arabic, budget)
	}
}

func TestADarkPageIsTheSameWhoeverAsksForIt(t *testing.T) {
	content, err := os.ReadFile("src/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	_, dark, _ := strings.Cut(string(content), "prefers-color-scheme: dark")
	byDevice, byPage, found := strings.Cut(dark, `:root[data-theme="dark"]`)
	if !found {
		t.Fatal("no page can ask to be dark")
	}
	device, page := coloursOf(byDevice), coloursOf(byPage)
	if len(device) == 0 || !maps.Equal(device, page) {
		t.Errorf("dark by the device: %v\ndark by the page: %v", device, page)
	}
}

func get(path, acceptEncoding string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", acceptEncoding)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	if !assets.Serve(w, r) {
		w.Code = http.StatusNotFound
	}
	return w
}

func TestAssetsAreServedForEverWithTheirType(t *testing.T) {
	for name, want := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8",
		"fonts/readex-arabic.woff2": "font/woff2", "illustrations/lost.svg": "image/svg+xml",
	} {
		answer := get(assets.URL(name), "br, gzip")
		if got := answer.Header().Get("Content-Type"); answer.Code != http.StatusOK || got != want {
			t.Errorf("%s answers %d as %q, want 200 as %q", name, answer.Code, got, want)
		}
		if got := answer.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s may be kept %q, want for ever", name, got)
		}
	}
}

func TestAssetsGoCompressedToThoseWhoCanReadThem(t *testing.T) {
	plain, err := assets.Content("app.css")
	if err != nil {
		t.Fatal(err)
	}
	for accept, compressed := range map[string]bool{"gzip": true, "br;q=1, gzip;q=0.5": true, "": false, "br": false, "gzip;q=0": false, "identity": false} {
		answer := get(assets.URL("app.css"), accept)
		if got := answer.Header().Get("Content-Encoding") == "gzip"; got != compressed {
			t.Errorf("Accept-Encoding %q: compressed %v, want %v", accept, got, compressed)
		}
		if !compressed && !bytes.Equal(answer.Body.Bytes(), plain) {
			t.Errorf("Accept-Encoding %q: another content", accept)
		}
	}
}

func TestAKnownAssetIsNotSentAgain(t *testing.T) {
	etag := get(assets.URL("app.js"), "gzip").Header().Get("ETag")
	if answer := get(assets.URL("app.js"), "gzip", "If-None-Match", etag); answer.Code != http.StatusNotModified || answer.Body.Len() != 0 {
		t.Errorf("answers %d with %d bytes, want 304 with none", answer.Code, answer.Body.Len())
	}
}

func TestWhatIsNoAssetIsNotServed(t *testing.T) {
	for _, path := range []string{"/assets/", "/assets/manifest.json", "/assets/app.css", "/assets/../assets.go", "/assets/app-0000000000.js"} {
		if answer := get(path, "gzip"); answer.Code != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, answer.Code)
		}
	}
}

func TestTheStyleAsksForNothingFromElsewhere(t *testing.T) {
	style, err := assets.Content("app.css")
	if err != nil {
		t.Fatal(err)
	}
	addresses := regexp.MustCompile(`url\(["']?([^"')]+)`).FindAllStringSubmatch(string(style), -1)
	if len(addresses) == 0 {
		t.Fatal("the style has no address at all, not even of its fonts")
	}
	for _, address := range addresses {
		if answer := get(address[1], "gzip"); answer.Code != http.StatusOK {
			t.Errorf("%s answers %d", address[1], answer.Code)
		}
	}
	for _, physical := range []string{"margin-left", "margin-right", "padding-left", "padding-right", "text-align:left", "text-align:right"} {
		if strings.Contains(string(style), physical) {
			t.Errorf("%s does not turn with the direction of reading", physical)
		}
	}
}

// The pairs of text and ground that stand on each other somewhere, by token.
var pairs = [][2]string{
	{"text", "ground"}, {"text", "surface"}, {"text", "sunken"}, {"heading", "ground"}, {"heading", "surface"}, {"heading", "sunken"},
	{"muted", "ground"}, {"muted", "surface"}, {"muted", "sunken"}, {"accent", "ground"}, {"accent", "surface"}, {"accent", "sunken"}, {"accent", "accent-soft"},
	{"text", "accent-soft"}, {"on-accent", "accent-fill"}, {"on-accent", "accent-fill-hover"}, {"success", "success-soft"}, {"info", "info-soft"},
	{"warning", "warning-soft"}, {"danger", "danger-soft"}, {"danger", "surface"}, {"danger", "ground"},
}

func TestTextHasContrastInLightAndDark(t *testing.T) {
	content, err := os.ReadFile("src/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, found := strings.Cut(string(content), "prefers-color-scheme: dark")
	if !found {
		t.Fatal("there is no dark scheme")
	}
	for scheme, tokens := range map[string]map[string]string{"light": coloursOf(light), "dark": coloursOf(dark)} {
		for _, pair := range pairs {
			if ratio := contrast(t, tokens[pair[0]], tokens[pair[1]]); ratio < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want 4.5", scheme, pair[0], pair[1], ratio)
			}
		}
		for _, ground := range []string{"ground", "surface"} {
			// What is no text but must be seen: the frames of inputs, stars, the focus.
			for _, token := range []string{"line-strong", "star", "focus"} {
				if ratio := contrast(t, tokens[token], tokens[ground]); ratio < 3 {
					t.Errorf("%s: %s on %s has a contrast of %.2f, want 3", scheme, token, ground, ratio)
				}
			}
		}
	}
}

func coloursOf(style string) map[string]string {
	colours := map[string]string{}
	for _, match := range regexp.MustCompile(`--([\w-]+):\s*#([0-9a-f]{3,6});`).FindAllStringSubmatch(style, -1) {
		colours[match[1]] = match[2]
	}
	return colours
}

// contrast is the ratio of WCAG 2.2 between two colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	if len(colour) == 3 {
		colour = fmt.Sprintf("%[1]c%[1]c%[2]c%[2]c%[3]c%[3]c", colour[0], colour[1], colour[2])
	}
	n, err := strconv.ParseUint(colour, 16, 32)
	if err != nil {
		t.Fatalf("%q is no colour", colour)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(n>>(16-8*i)&0xff) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
