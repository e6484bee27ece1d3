package httpx

import (
	"maps"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

const (
	// minCompressedBytes is where compressing begins to pay: below, the answer fits one network packet anyway.
	minCompressedBytes = 1024
	// compressionLevel trades a few per cent of size for much less of the processor than the default level takes.
	compressionLevel = 2
	// compressedSuffix marks the entity tag of a compressed answer, whose bytes are not those of the plain one. gzhttp puts
	// zstd in the place of gzip.
	compressedSuffix = "-gzip"
)

var plainTags = strings.NewReplacer(`-gzip"`, `"`, `-zstd"`, `"`)

// Compress answers clients that can take it with gzip or zstd. Fonts, pictures and archives are compressed already and are left
// alone. Handlers within see the entity tags that they made, without the mark of compression.
//
// Recover stands within Compress: a panic that passed through it would have what was written so far sent as a whole answer.
func Compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(minCompressedBytes),
		gzhttp.CompressionLevel(compressionLevel),
		gzhttp.SuffixETag(compressedSuffix),
		gzhttp.ContentTypeFilter(compressible),
	)
	if err != nil {
		panic(err) // the options are constants
	}
	compressing := wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if tags := r.Header.Get("If-None-Match"); strings.Contains(tags, `-gzip"`) || strings.Contains(tags, `-zstd"`) {
			copied := *r
			copied.Header = maps.Clone(r.Header)
			copied.Header["If-None-Match"] = []string{plainTags.Replace(tags)}
			r = &copied
		}
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The compressing writer holds the status back, so that switching to a WebSocket would never be answered.
		if r.Header["Upgrade"] != nil {
			next.ServeHTTP(w, r)
			return
		}
		compressing(w, r)
	})
}

// compressible says whether a content type gets smaller. Pictures and fonts hold compressed data, but for SVG.
func compressible(contentType string) bool {
	mediaType, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	switch mediaType = strings.TrimSpace(mediaType); {
	case mediaType == "image/svg+xml":
		return true
	case strings.HasPrefix(mediaType, "image/"), strings.HasPrefix(mediaType, "font/"), mediaType == "application/pdf",
		strings.HasPrefix(mediaType, "application/vnd.openxmlformats"):
		return false
	}
	return gzhttp.DefaultContentTypeFilter(mediaType)
}
