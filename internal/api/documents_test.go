package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func readDocument(t *testing.T, h *house) (openAPI, []byte) {
	t.Helper()
	got := h.visitor(t).get("/api/openapi.json").want(http.StatusOK)
	var document openAPI
	if err := json.Unmarshal(got.body, &document); err != nil {
		t.Fatal(err)
	}
	return document, got.body
}

func TestEveryOperationIsDocumented(t *testing.T) {
	h := newHouse(t)
	document, raw := readDocument(t, h)
	if !bytes.Contains(raw, []byte(`"openapi":"3.1.0"`)) || bytes.Contains(raw, []byte("$schema")) {
		t.Error("not OpenAPI 3.1, or with $schema links")
	}
	var tags []string
	for _, tag := range document.Tags {
		tags = append(tags, tag.Name)
	}
	seen, operations := map[string]bool{}, 0
	for path, methods := range document.Paths {
		for method, o := range methods {
			operations++
			name := method + " " + path
			if o.Summary == "" || o.Description == "" || o.OperationID == "" || seen[o.OperationID] {
				t.Errorf("%s: summary %q, description %q, id %q", name, o.Summary, o.Description, o.OperationID)
			}
			seen[o.OperationID] = true
			if len(o.Tags) != 1 || !slices.Contains(tags, o.Tags[0]) {
				t.Errorf("%s: tags %v", name, o.Tags)
			}
			want := []string{"429"}
			if o.OperationID != "live" {
				want = append(want, "400", "406", "500")
			}
			if strings.Contains(path, "{") {
				want = append(want, "404")
			}
			if method == "post" {
				want = append(want, "413", "415", "422")
			}
			if len(o.Security) > 0 {
				want = append(want, "401")
			}
			for _, status := range want {
				if media, ok := o.Responses[status].Content["application/problem+json"]; !ok || media.Schema.Ref != "#/components/schemas/Problem" {
					t.Errorf("%s: %s is not documented as a problem", name, status)
				}
			}
			for _, p := range o.Parameters {
				if p.In != "path" && p.Description == "" {
					t.Errorf("%s: the parameter %s has no description", name, p.Name)
				}
			}
		}
	}
	if operations < 30 {
		t.Errorf("only %d operations", operations)
	}
	for _, name := range []string{"ListCity", "ServicePage", "Booking", "BookingDetail", "Problem", "Slot"} {
		if len(document.Components.Schemas[name].Properties) == 0 {
			t.Errorf("the schema %s has no properties; there are %v", name, keysOf(document.Components.Schemas))
		}
	}
	got := h.visitor(t).get("/api/openapi.yaml").want(http.StatusOK)
	if !bytes.HasPrefix(got.body, []byte("components:")) && !bytes.Contains(got.body, []byte("openapi: 3.1.0")) {
		t.Error("the YAML is none")
	}
}

// TestAnswersAreAsDocumented compares the properties of real answers with those of their schemas, in both directions.
func TestAnswersAreAsDocumented(t *testing.T) {
	h := newHouse(t)
	document, _ := readDocument(t, h)
	booked := h.book(t, h.instant, 0)
	c := h.signedIn(t, h.customer)
	for path, at := range map[string]string{
		"/cities": "/cities", "/categories": "/categories", "/services?near=33,-7": "/services", "/services": "/services", "/services/" + h.instant.ID: "/services/{id}",
		"/providers/" + h.shop.ID: "/providers/{id}", "/providers/" + h.shop.ID + "/slots": "/providers/{id}/slots", "/suggestions?q=plo": "/suggestions",
		"/me": "/me", "/me/tokens": "/me/tokens", "/bookings": "/bookings", "/bookings/" + booked.ID: "/bookings/{id}",
	} {
		var value any
		if err := json.Unmarshal(c.get(path).want(http.StatusOK).body, &value); err != nil {
			t.Fatal(err)
		}
		document.compare(t, path, value, document.Paths[at]["get"].Responses["200"].Content["application/json"].Schema)
	}
}

func (d *openAPI) compare(t *testing.T, at string, value any, schema openSchema) {
	t.Helper()
	if schema.Ref != "" {
		schema = d.Components.Schemas[schemaName(schema.Ref)]
	}
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			property, ok := schema.Properties[name]
			if _, free := schema.AdditionalProperties.(map[string]any); free && !ok {
				continue
			}
			if !ok {
				t.Errorf("%s.%s is not documented", at, name)
				continue
			}
			d.compare(t, at+"."+name, inner, property)
		}
		for _, name := range schema.Required {
			if _, ok := v[name]; !ok {
				t.Errorf("%s.%s is documented as always there", at, name)
			}
		}
	case []any:
		if schema.Items == nil {
			t.Fatalf("%s is documented as no list", at)
		}
		for _, item := range v {
			d.compare(t, at+"[]", item, *schema.Items)
		}
	case nil:
		if !strings.Contains(plainType(schema.Type), "null") {
			t.Errorf("%s is null, documented as %v", at, schema.Type)
		}
	case string:
		if len(schema.Enum) > 0 && !slices.Contains(schema.Enum, any(v)) {
			t.Errorf("%s is %q, documented as one of %v", at, v, schema.Enum)
		}
	}
}

func TestTheReferencePageNeedsNothingFromElsewhere(t *testing.T) {
	h := newHouse(t)
	page := h.visitor(t).get("/api/docs").want(http.StatusOK)
	text := string(page.body)
	for _, forbidden := range []string{"<script", "style=", "<style", "https://", "http://", "<img", "onclick"} {
		if strings.Contains(text, forbidden) {
			t.Errorf("the page has %s", forbidden)
		}
	}
	if strings.Count(text, "<h1") != 1 || !strings.Contains(text, `lang="en"`) {
		t.Error("one h1 and a language")
	}
	document, _ := readDocument(t, h)
	for _, methods := range document.Paths {
		for _, o := range methods {
			if !strings.Contains(text, `id="`+o.OperationID+`"`) {
				t.Errorf("the page lacks %s", o.OperationID)
			}
		}
	}
	ids := map[string]bool{}
	for _, found := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if ids[found[1]] {
			t.Errorf("two anchors %s", found[1])
		}
		ids[found[1]] = true
	}
	for _, found := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !ids[found[1]] {
			t.Errorf("a link to #%s, which is not there", found[1])
		}
	}
	style := regexp.MustCompile(`href="(/api/reference\.[0-9a-f]+\.css)"`).FindStringSubmatch(text)
	if style == nil {
		t.Fatal("no style")
	}
	sheet := h.visitor(t).get(style[1]).want(http.StatusOK)
	if !strings.HasPrefix(sheet.header.Get("Content-Type"), "text/css") || !strings.Contains(sheet.header.Get("Cache-Control"), "immutable") {
		t.Errorf("the style: %v", sheet.header)
	}
}

func TestNothingElseOfHumaIsServed(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/docs", "/openapi.json", "/schemas/Booking", "/schemas/Booking.json", "/openapi-3.0.json"} {
		h.visitor(t).get(path).problem(http.StatusNotFound)
	}
	got := h.visitor(t).get("/cities").want(http.StatusOK)
	if got.header.Get("Link") != "" || bytes.Contains(got.body, []byte("$schema")) {
		t.Error("a link to a schema")
	}
}
