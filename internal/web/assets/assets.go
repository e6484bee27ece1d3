// Package assets holds what browsers load besides pages: style, scripts, fonts, drawings. The folder src is what people write;
// `go run ./internal/web/assets/build` makes dist of it, which is committed and embedded, so that building the binary needs no Node.
package assets

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:generate go run ./build

//go:embed dist
var dist embed.FS

// Manifest says what the builder made: for each name that pages ask for, the file of dist with the hash of its content in its
// name. Sources is the hash of what it was made of.
type Manifest struct {
	Sources string            `json:"sources"`
	Files   map[string]string `json:"files"`
}

// file is one asset, ready to be sent.
type file struct {
	contentType string
	content     []byte
	compressed  []byte // gzip; nil where compressing gains nothing
	etag        string
}

var (
	manifest = mustManifest()
	files    = mustFiles()
)

// prefix is where assets are served.
const prefix = "/assets/"

// immutable is said of names that hold a hash: what is behind one never changes.
const immutable = "public, max-age=31536000, immutable"

func mustManifest() Manifest {
	content, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		panic(fmt.Errorf("assets: not built: %w", err))
	}
	var m Manifest
	if err := json.Unmarshal(content, &m); err != nil {
		panic(fmt.Errorf("assets: manifest: %w", err))
	}
	return m
}

func mustFiles() map[string]*file {
	read := make(map[string]*file, len(manifest.Files))
	for _, name := range manifest.Files {
		content, err := dist.ReadFile("dist/" + name)
		if err != nil {
			panic(fmt.Errorf("assets: %s is in the manifest and not in dist: %w", name, err))
		}
		f := &file{contentType: typeOf(name), content: content, etag: strconv.Quote(name)}
		if packed, err := dist.ReadFile("dist/" + name + ".gz"); err == nil {
			f.compressed, f.content = packed, nil
		}
		read[name] = f
	}
	return read
}

func typeOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".png":
		return "image/png"
	}
	return "application/octet-stream"
}

// Current returns the manifest of the assets that are embedded.
func Current() Manifest { return manifest }

// URL returns the address of an asset by the name that it has in the manifest ("app.css"). An unknown name is a mistake in a page,
// and panics where a test sees it.
func URL(name string) string {
	hashed, ok := manifest.Files[name]
	if !ok {
		panic("assets: no asset is called " + name)
	}
	return prefix + hashed
}

// Has says whether there is an asset of that name.
func Has(name string) bool {
	_, ok := manifest.Files[name]
	return ok
}

// Drawings lists the illustrations by name, in ascending order.
func Drawings() []string {
	var names []string
	for name := range manifest.Files {
		if bare, ok := strings.CutPrefix(name, "illustrations/"); ok {
			names = append(names, strings.TrimSuffix(bare, ".svg"))
		}
	}
	slices.Sort(names)
	return names
}

// Content returns an asset as it was before compression.
func Content(name string) ([]byte, error) {
	f := files[manifest.Files[name]]
	if f == nil {
		return nil, fs.ErrNotExist
	}
	return f.plain()
}

func (f *file) plain() ([]byte, error) {
	if f.content != nil {
		return f.content, nil
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(f.compressed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unpacked)
}

// Serve answers a request below /assets/, and says whether there is such an asset; where there is none it has written nothing.
func Serve(w http.ResponseWriter, r *http.Request) bool {
	f := files[strings.TrimPrefix(r.URL.Path, prefix)]
	if f == nil {
		return false
	}
	w.Header().Set("Cache-Control", immutable)
	f.send(w, r)
	return true
}

// ServeNamed answers with an asset under an address that has no hash, such as /favicon.svg, and may be kept for a day.
func ServeNamed(w http.ResponseWriter, r *http.Request, name string) bool {
	f := files[manifest.Files[name]]
	if f == nil {
		return false
	}
	w.Header().Set("Cache-Control", "public, max-age=86400")
	f.send(w, r)
	return true
}

func (f *file) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("ETag", f.etag)
	if f.compressed != nil {
		h.Set("Vary", "Accept-Encoding")
	}
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	content := f.content
	if f.compressed != nil {
		content = f.compressed
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
		} else if plain, err := f.plain(); err == nil {
			content = plain
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}

// acceptsGzip reads what browsers send; a client that weighs gzip at zero gets the plain file.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && weight != "q=0.0"
		}
	}
	return false
}
