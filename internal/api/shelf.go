package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"sync"

	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/i18n"
)

// shelf keeps services and facets as the JSON that pages are put together from. The catalog shares what it finds and never changes
// it, so the pointer is the version. Encoding a page of twenty anew takes several times as long as finding it
// (BenchmarkSearchPage).
type shelf struct {
	mu       sync.RWMutex
	services map[shelved][]byte
	facets   map[*catalog.Facets][]byte
	bytes    int
}

// shelved tells one service in one language from another, and from what it was before a change.
type shelved struct {
	service  *catalog.Service
	provider *catalog.Provider
	language i18n.Language
}

// What the shelf holds at most. Where that is passed it is emptied: what is in use is back within a few requests, and what the
// catalog has replaced is gone.
const (
	maxShelfBytes  = 24 << 20
	maxShelfFacets = 256
)

// searchAnswer is a ServicePage that has been written already.
type searchAnswer struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Body        []byte
}

// page writes a ServicePage.
func (s *shelf) page(page catalog.Page, language i18n.Language) []byte {
	facets := s.facetsJSON(page.Facets)
	out := make([]byte, 0, len(page.Items)*900+len(facets)+256)
	out = append(out, `{"items":[`...)
	for i, hit := range page.Items {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, s.serviceJSON(hit, language)...)
		if hit.Distance == catalog.NoDistance {
			out = append(out, "null}"...)
		} else {
			out = append(strconv.AppendInt(out, int64(hit.Distance), 10), '}')
		}
	}
	out = append(out, `],"next_cursor":`...)
	if page.NextCursor == "" {
		out = append(out, "null"...)
	} else {
		out = append(out, encode(page.NextCursor)...)
	}
	out = append(out, `,"total":`...)
	out = strconv.AppendInt(out, int64(page.Total), 10)
	out = append(append(out, `,"facets":`...), facets...)
	return append(out, "}\n"...)
}

// serviceJSON returns a Service up to the value of its last property, the distance, which is another for every search.
func (s *shelf) serviceJSON(hit catalog.Hit, language i18n.Language) []byte {
	key := shelved{hit.Service, hit.Provider, language}
	s.mu.RLock()
	known, ok := s.services[key]
	s.mu.RUnlock()
	if ok {
		return known
	}
	made := bytes.TrimSuffix(encode(serviceOf(hit.Service, hit.Provider, string(language))), []byte("null}"))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.services == nil || s.bytes > maxShelfBytes {
		s.services, s.bytes = map[shelved][]byte{}, 0
	}
	s.services[key] = made
	s.bytes += len(made)
	return made
}

func (s *shelf) facetsJSON(facets *catalog.Facets) []byte {
	s.mu.RLock()
	known, ok := s.facets[facets]
	s.mu.RUnlock()
	if ok {
		return known
	}
	made := encode(facetsOf(facets))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.facets == nil || len(s.facets) >= maxShelfFacets {
		s.facets = map[*catalog.Facets][]byte{}
	}
	s.facets[facets] = made
	return made
}

// encode writes a value as all other answers are written, without the line end.
func encode(v any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // wire types always marshal
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
