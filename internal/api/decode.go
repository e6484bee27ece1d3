package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"khadamat/internal/platform/errs"

	"github.com/danielgtaylor/huma/v2"
)

// maxDepth bounds how deep a body nests. No input of ours has more than three levels.
const maxDepth = 16

// Why a body cannot be read, where encoding/json would accept it.
var (
	errEncoding  = errors.New("the body is not UTF-8")
	errDepth     = errors.New("the body nests too deeply")
	errDuplicate = errors.New("a property stands twice")
)

// unreadableKeys are the texts for the errors above, by message, since huma passes the message on and not the error.
var unreadableKeys = map[string]string{
	errEncoding.Error():  "api.not_utf8",
	errDepth.Error():     "api.too_deep",
	errDuplicate.Error(): "api.duplicate_property",
}

// jsonFormat reads strictly what encoding/json would read with a loss: it puts U+FFFD for what is not UTF-8, and of a property
// that stands twice it keeps the last.
var jsonFormat = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		// huma decodes twice, first into an any to validate it: once is enough to look.
		if _, first := v.(*any); first {
			if err := inspect(data); err != nil {
				return err
			}
		}
		return json.Unmarshal(data, v)
	},
}

// inspect returns why a body that may well be JSON is refused all the same. What is no JSON is left to the decoder.
func inspect(data []byte) error {
	if !utf8.Valid(data) {
		return errEncoding
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var open []level
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if open, err = step(open, token); err != nil {
			return err
		}
	}
}

// level is an array or object that is open where the decoder stands.
type level struct {
	names map[string]bool // nil in an array
	value bool            // in an object: a value comes next, not a name
}

func step(open []level, token json.Token) ([]level, error) {
	if name, ok := token.(string); ok && len(open) > 0 {
		if top := &open[len(open)-1]; top.names != nil && !top.value {
			if top.names[name] {
				return nil, errDuplicate
			}
			top.names[name], top.value = true, true
			return open, nil
		}
	}
	switch token {
	case json.Delim('{'), json.Delim('['):
		if len(open) == maxDepth {
			return nil, errDepth
		}
		if token == json.Delim('{') {
			return append(open, level{names: map[string]bool{}}), nil
		}
		return append(open, level{}), nil
	case json.Delim('}'), json.Delim(']'):
		open = open[:len(open)-1]
	}
	if len(open) > 0 {
		open[len(open)-1].value = false
	}
	return open, nil
}

// checkQuery refuses query strings that would be read with a loss: broken escapes, a parameter without a value or twice, and text
// that is not UTF-8.
func checkQuery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" {
			if err := inspectQuery(r.URL.RawQuery); err != nil {
				renderError(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// maxQueryBytes bounds a query string; the longest words that a search takes fill a fifth of it.
const maxQueryBytes = 8 << 10

func inspectQuery(query string) error {
	if len(query) > maxQueryBytes {
		return refusal{status: http.StatusRequestURITooLong, cause: errs.New(errs.TooLarge, "api.query_too_long")}
	}
	var fields errs.Fields
	var seen [32]string
	names := seen[:0]
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		escapedName, escaped, hasValue := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(escapedName)
		if err != nil || !utf8.ValidString(name) || !hasValue {
			return badRequest("api.malformed_query")
		}
		value, err := url.QueryUnescape(escaped)
		if err != nil {
			return badRequest("api.malformed_query")
		}
		fields.Check(utf8.ValidString(value), shorten(name), "text.encoding")
		fields.Check(!strings.ContainsRune(value, 0), shorten(name), "text.control")
		for _, other := range names {
			if other == name {
				fields.Add(shorten(name), "api.repeated_parameter", nil)
				return fields.Err()
			}
		}
		if len(names) == cap(names) {
			return badRequest("api.malformed_query")
		}
		names = append(names, name)
	}
	return fields.Err()
}
