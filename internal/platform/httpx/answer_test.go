package httpx

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
)

func TestETagAnswersNotModifiedForTheSameBody(t *testing.T) {
	h := ETag(answer("same"))
	first := serve(h, get())
	tag := first.Header().Get("ETag")
	if first.Code != 200 || first.Body.String() != "same" || len(tag) < 10 || tag[0] != '"' || first.Header().Get("Content-Length") != "4" {
		t.Fatalf("first answer %d %q, tag %q", first.Code, first.Body, tag)
	}
	if other := serve(ETag(answer("other")), get()).Header().Get("ETag"); other == tag {
		t.Error("two bodies have one tag")
	}
	for _, header := range []string{tag, "W/" + tag, `"a,b", ` + tag, "*", ` "x" , W/` + tag + ` `} {
		w := serve(h, get("If-None-Match", header))
		if w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag || w.Header().Get("Content-Length") != "" {
			t.Errorf("If-None-Match %s: %d, %d bytes, tag %q", header, w.Code, w.Body.Len(), w.Header().Get("ETag"))
		}
	}
	for _, header := range []string{`"x"`, "", strings.Trim(tag, `"`), `"` + tag[1:5], `,,"`} {
		if w := serve(h, get("If-None-Match", header)); w.Code != 200 || w.Body.String() != "same" {
			t.Errorf("If-None-Match %s: %d %q", header, w.Code, w.Body)
		}
	}
}

func TestETagLeavesAloneWhatItCannotTag(t *testing.T) {
	long := strings.Repeat("a", maxTaggedBytes+1)
	for name, test := range map[string]struct {
		h      http.HandlerFunc
		method string
		tag    string
		status int
		length int
	}{
		"other method": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }, "POST", "", 200, 1},
		"other status": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); _, _ = io.WriteString(w, "x") }, "GET", "", 404, 1},
		"own tag": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"own"`)
			_, _ = io.WriteString(w, "x")
		}, "GET", `"own"`, 200, 1},
		"too long": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, long[:10])
			_, _ = io.WriteString(w, long[10:])
		}, "GET", "", 200, len(long)},
		"flushed": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "x")
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, "y")
		}, "GET", "", 200, 2},
		"head without body": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) }, "HEAD", "", 200, 0},
	} {
		r := get()
		r.Method = test.method
		w := serve(ETag(test.h), r)
		if w.Code != test.status || w.Header().Get("ETag") != test.tag || w.Body.Len() != test.length {
			t.Errorf("%s: %d, tag %q, %d bytes", name, w.Code, w.Header().Get("ETag"), w.Body.Len())
		}
	}
}

func TestETagAndCompressAgree(t *testing.T) {
	page := strings.Repeat("<p>Casablanca</p>", 200)
	server := httptest.NewServer(Chain(answer(page), Compress, ETag))
	defer server.Close()
	ask := func(headers ...string) *http.Response {
		r := get(headers...)
		r.RequestURI = ""
		r.URL.Scheme, r.URL.Host = "http", server.Listener.Addr().String()
		response, err := server.Client().Transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
	compressed := ask("Accept-Encoding", "gzip")
	if compressed.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(compressed.Header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("headers %v", compressed.Header)
	}
	reader, err := gzip.NewReader(compressed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(reader); err != nil || string(content) != page {
		t.Fatalf("unpacked %d bytes, %v", len(content), err)
	}
	plain := ask("Accept-Encoding", "identity")
	tag := compressed.Header.Get("ETag")
	if tag == "" || tag == plain.Header.Get("ETag") {
		t.Errorf("compressed and plain bytes share the tag %q", tag)
	}
	for _, encoding := range []string{"gzip", "identity", "zstd"} {
		if again := ask("Accept-Encoding", encoding, "If-None-Match", tag); again.StatusCode != 304 {
			t.Errorf("%s again: %d", encoding, again.StatusCode)
		}
	}
}

func TestOnlyWhatShrinksIsCompressed(t *testing.T) {
	for contentType, want := range map[string]bool{
		"text/html; charset=utf-8": true, "application/json": true, "image/svg+xml": true, "application/problem+json": true,
		"image/png": false, "image/webp": false, "font/woff2": false, "application/zip": false, "video/mp4": false, "application/pdf": false,
	} {
		h := Compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			_, _ = io.WriteString(w, strings.Repeat("a", 4096))
		}))
		if got := serve(h, get("Accept-Encoding", "gzip")).Header().Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("%s: compressed %v", contentType, got)
		}
	}
	if got := serve(Compress(answer("short")), get("Accept-Encoding", "gzip")); got.Header().Get("Content-Encoding") != "" {
		t.Error("a short answer was compressed")
	}
}

func catalog(t testing.TB) *i18n.Catalog {
	t.Helper()
	c, err := i18n.Load(fstest.MapFS{"locales/fr/a.json": {Data: []byte(`{
		"error.invalid": "À corriger.", "error.internal": "Erreur.", "error.conflict": "Conflit.", "error.rate_limited": "Dans {{.Seconds}} s.",
		"slot.taken": "{{.Name}} a pris ce créneau.", "text.too_long": "{{.Max}} au plus."}`)}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestProblemsNameTheFieldAndHideWhatIsInternal(t *testing.T) {
	var fields errs.Fields
	fields.Add("title", "text.too_long", errs.Args{"Max": 80})
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"fields": {fields.Err(), `{"type":"about:blank","title":"À corriger.","status":422,"code":"invalid","request_id":"r-1",` +
			`"errors":[{"field":"title","detail":"80 au plus.","key":"text.too_long"}]}`},
		"specific": {errs.New(errs.Conflict, "slot.taken").With(errs.Args{"Name": "Ali"}),
			`{"type":"about:blank","title":"Conflit.","status":409,"detail":"Ali a pris ce créneau.","code":"conflict","request_id":"r-1"}`},
		"generic": {Decision{RetryAfter: 1500e6}.Err(), `{"type":"about:blank","title":"Dans 2 s.","status":429,"code":"rate_limited","request_id":"r-1"}`},
		"foreign": {errors.New("sql: password=hunter2"), `{"type":"about:blank","title":"Erreur.","status":500,"code":"internal","request_id":"r-1"}`},
		"internal with a key": {errs.Wrap(errors.New("hunter2"), errs.Internal, "slot.taken"),
			`{"type":"about:blank","title":"Erreur.","status":500,"code":"internal","request_id":"r-1"}`},
		"unknown code": {errs.New("odd", "slot.taken"), `{"type":"about:blank","title":"Erreur.","status":500,"code":"internal","request_id":"r-1"}`},
	} {
		w := httptest.NewRecorder()
		ProblemOf(test.err, catalog(t), i18n.French, "r-1").Write(w)
		if w.Body.String() != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, w.Body, test.want)
		}
		var status struct{ Status int }
		if err := json.Unmarshal([]byte(test.want), &status); err != nil || w.Code != status.Status {
			t.Errorf("%s: status %d (%v)", name, w.Code, err)
		}
		if w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", name, w.Header())
		}
	}
}

func FuzzProblem(f *testing.F) {
	f.Add("invalid", "text.too_long", "title", "value", "id")
	f.Add("\xff", "</script>", "a\nb", "{{.Max}}", "\x00")
	texts := catalog(f)
	f.Fuzz(func(t *testing.T, code, key, field, value, id string) {
		err := &errs.Error{Code: errs.Code(code), Key: key, Args: errs.Args{"Name": value}, Fields: errs.Fields{{Name: field, Key: key, Args: errs.Args{"Max": value}}}}
		w := httptest.NewRecorder()
		ProblemOf(err, texts, i18n.French, id).Write(w)
		var p Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != w.Code || w.Code < 400 {
			t.Errorf("answer %d %q: %v", w.Code, w.Body, err)
		}
	})
}

func TestLanguageOfAnAPIRequest(t *testing.T) {
	for _, test := range []struct {
		target, accept string
		want           i18n.Language
	}{
		{"/?lang=ar", "en", i18n.Arabic}, {"/?lang=de", "en", i18n.English}, {"/", "en", i18n.English}, {"/", "", i18n.French},
	} {
		r := httptest.NewRequest(http.MethodGet, test.target, nil)
		r.Header.Set("Accept-Language", test.accept)
		if got := Language(r); got != test.want {
			t.Errorf("%s with %q: %s", test.target, test.accept, got)
		}
	}
}
