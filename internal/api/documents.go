package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"

	"khadamat/docs"
)

//go:embed reference.css
var referenceStyle []byte

// addDocuments serves the OpenAPI document and the reference page that is made from it. Both are made once, here: the operations
// are all there, and none comes later.
func (a *api) addDocuments(mux *http.ServeMux) {
	document := a.huma.OpenAPI()
	asJSON, err := document.MarshalJSON()
	if err != nil {
		panic(err) // the document is ours alone
	}
	asYAML, err := document.YAML()
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(referenceStyle)
	stylePath := "/api/reference." + hex.EncodeToString(sum[:6]) + ".css"
	page, err := referencePage(asJSON, a.order, stylePath)
	if err != nil {
		panic(err)
	}
	serve := func(path, contentType, cacheControl string, content []byte) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("Cache-Control", cacheControl)
			_, _ = w.Write(content)
		})
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", "GET, HEAD")
			renderError(w, r, wrongMethod())
		})
	}
	serve("/api/openapi.json", "application/openapi+json", string(forLong), bytes.Clone(asJSON))
	serve("/api/openapi.yaml", "application/openapi+yaml", string(forLong), asYAML)
	serve(prefix+"/asyncapi.yaml", "application/yaml", string(forLong), docs.AsyncAPI)
	serve("/api/docs", "text/html; charset=utf-8", string(forLong), page)
	serve(stylePath, "text/css; charset=utf-8", "public, max-age=31536000, immutable", referenceStyle)
}
