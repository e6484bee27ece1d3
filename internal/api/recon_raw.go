package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/httpx"

	"github.com/danielgtaylor/huma/v2"
)

// addRaw registers an operation whose body is no JSON. It goes around huma, which would hold the whole of it in memory, and answers as all others do:
// with what receive returns, under the operation's status. body describes what is sent; nil: nothing is.
func addRaw[O any](a *api, operation huma.Operation, maxBytes int64, body *huma.RequestBody, receive func(*call, *http.Request) (O, error)) {
	a.order = append(a.order, operation.OperationID)
	if operation.DefaultStatus == 0 {
		operation.DefaultStatus = http.StatusOK
	}
	take := func(w http.ResponseWriter, r *http.Request) {
		made, err := receiveFor(r, receive)
		if err != nil {
			renderError(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Cache-Control", string(forMe))
		h.Add("Vary", "Accept-Language")
		w.WriteHeader(operation.DefaultStatus)
		_, _ = w.Write(append(encode(made), '\n'))
	}
	a.mux.Handle(operation.Method+" "+prefix+operation.Path, patient(httpx.BodyLimit(maxBytes)(http.HandlerFunc(take))))
	operation.RequestBody = body
	a.describeRaw(operation, "application/json", a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[O](), true, ""))
}

func receiveFor[O any](r *http.Request, receive func(*call, *http.Request) (O, error)) (made O, err error) {
	if err := admit(r, forMe); err != nil {
		return made, err
	}
	return receive(callIn(r.Context()), r)
}

// patient lets a request that takes its time, and its answer, be on their way for reconPatience.
func patient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !TakesItsTime(r) {
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), reconPatience)
		defer cancel()
		// A writer that knows no deadlines has none that could be in the way.
		until := time.Now().Add(reconPatience)
		controller := http.NewResponseController(w)
		_ = controller.SetReadDeadline(until)
		_ = controller.SetWriteDeadline(until)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// TakesItsTime says whether a request may last longer than ordinary ones: a WebSocket, a file on its way in, an export on its way out.
func TakesItsTime(r *http.Request) bool {
	path, ours := strings.CutPrefix(r.URL.Path, prefix+"/recon/")
	return isSocket(r) || ours && (strings.HasPrefix(path, "uploads/") || strings.HasSuffix(path, "/files") || strings.HasSuffix(path, "/export"))
}

// describeRaw puts the operation into the OpenAPI document.
func (a *api) describeRaw(operation huma.Operation, mediaType string, schema *huma.Schema) {
	operation.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	operation.Responses = map[string]*huma.Response{strconv.Itoa(operation.DefaultStatus): {Description: http.StatusText(operation.DefaultStatus),
		Content: map[string]*huma.MediaType{mediaType: {Schema: schema}}}}
	for _, status := range errorsOf(operation, forMe) {
		operation.Responses[strconv.Itoa(status)] = problemResponse(status)
	}
	operation.Parameters = append(pathParameters(operation.Path), operation.Parameters...)
	a.huma.OpenAPI().AddOperation(&operation)
}

// pathParameters are those that a path names.
func pathParameters(path string) []*huma.Param {
	var all []*huma.Param
	for part := range strings.SplitSeq(path, "/") {
		if name, is := strings.CutPrefix(part, "{"); is {
			all = append(all, &huma.Param{Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		}
	}
	return all
}

// formWith is a form with one file.
func formWith(field, description string) *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{multipartForm: {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{field},
		Properties: map[string]*huma.Schema{field: {Type: huma.TypeString, Format: "binary", Description: description}},
	}}}}
}

// anyBytes is a body of any kind.
func anyBytes() *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
}
