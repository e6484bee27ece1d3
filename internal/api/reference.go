package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed reference.html
var referenceTemplate string

// The reference page reads the OpenAPI document as any client would: from its JSON.
type (
	openAPI struct {
		Info struct {
			Title, Version, Description string
		}
		Tags       []struct{ Name, Description string }
		Paths      map[string]map[string]openOperation
		Components struct{ Schemas map[string]openSchema }
	}
	openOperation struct {
		OperationID string `json:"operationId"`
		Summary     string
		Description string
		Tags        []string
		Parameters  []openParameter
		RequestBody *struct {
			Required bool
			Content  map[string]openMedia
		} `json:"requestBody"`
		Responses map[string]struct {
			Description string
			Content     map[string]openMedia
		}
		Security []map[string][]string
	}
	openParameter struct {
		Name, In, Description string
		Required              bool
		Schema                openSchema
		Example               any
	}
	openMedia  struct{ Schema openSchema }
	openSchema struct {
		Ref         string `json:"$ref"`
		Type        any
		Format      string
		Description string
		Enum        []any
		Default     any
		Examples    []any
		Minimum     *float64
		Maximum     *float64
		MinLength   *int `json:"minLength"`
		MaxLength   *int `json:"maxLength"`
		MaxItems    *int `json:"maxItems"`
		Items       *openSchema
		Properties  map[string]openSchema
		Required    []string

		AdditionalProperties any // false, or the schema of what has names of its own
	}
)

// What the template shows.
type (
	referenceView struct {
		Title, Version, Style string
		Introduction          []template.HTML
		Sections              []sectionView
		Schemas               []schemaView
	}
	sectionView struct {
		Name, ID, Description string
		Operations            []operationView
	}
	operationView struct {
		ID, Method, Path, Summary, Description string
		SignedIn                               bool
		Parameters                             []fieldView
		Body                                   *bodyView
		Answers                                []answerView
		Refusals                               []answerView
	}
	bodyView struct {
		Optional bool
		Type     typeView
		Fields   []fieldView
		Example  string
	}
	answerView struct {
		Status, Meaning string
		Type            *typeView
		Example         string
	}
	fieldView struct {
		Name, In, Description string
		Required              bool
		Type                  typeView
		Notes                 []string
	}
	schemaView struct {
		Name    string
		Fields  []fieldView
		Example string
	}
	// typeView is the name of a type, and the schema that it links to where it is one.
	typeView struct{ Name, Schema string }
)

// referencePage renders the reference from the OpenAPI document. Order are the ids of its operations as they are to be read: the
// document itself keeps none.
func referencePage(document []byte, order []string, stylePath string) ([]byte, error) {
	var read openAPI
	if err := json.Unmarshal(document, &read); err != nil {
		return nil, err
	}
	view := referenceView{Title: read.Info.Title, Version: read.Info.Version, Style: stylePath}
	for paragraph := range strings.SplitSeq(read.Info.Description, "\n\n") {
		view.Introduction = append(view.Introduction, emphasised(paragraph))
	}
	for _, tag := range read.Tags {
		view.Sections = append(view.Sections, sectionView{Name: tag.Name, ID: anchor(tag.Name), Description: tag.Description, Operations: read.operations(tag.Name, order)})
	}
	for _, name := range keysOf(read.Components.Schemas) {
		schema := read.Components.Schemas[name]
		view.Schemas = append(view.Schemas, schemaView{Name: name, Fields: fieldsOf(schema), Example: read.example(schema)})
	}
	page, err := template.New("reference").Parse(referenceTemplate)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = page.Execute(&out, view)
	return out.Bytes(), err
}

var (
	strong  = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	literal = regexp.MustCompile("`([^`]+)`")
)

// emphasised turns **words** into strong ones and `words` into code; all else is text.
func emphasised(paragraph string) template.HTML {
	escaped := template.HTMLEscapeString(strings.ReplaceAll(paragraph, "\n", " "))
	marked := literal.ReplaceAllString(strong.ReplaceAllString(escaped, "<strong>$1</strong>"), "<code>$1</code>")
	return template.HTML(marked) //nolint:gosec // escaped above
}

func anchor(name string) string {
	return "section-" + strings.ReplaceAll(strings.ToLower(name), " ", "-")
}

func (d *openAPI) operations(tag string, order []string) []operationView {
	var all []operationView
	for path, methods := range d.Paths {
		for method, operation := range methods {
			if slices.Contains(operation.Tags, tag) {
				all = append(all, d.operation(strings.ToUpper(method), path, operation))
			}
		}
	}
	slices.SortFunc(all, func(a, b operationView) int { return slices.Index(order, a.ID) - slices.Index(order, b.ID) })
	return all
}

func (d *openAPI) operation(method, path string, o openOperation) operationView {
	view := operationView{ID: o.OperationID, Method: method, Path: prefix + path, Summary: o.Summary, Description: o.Description, SignedIn: len(o.Security) > 0}
	for _, p := range o.Parameters {
		field := fieldOf(p.Name, p.Schema, p.Required)
		field.In, field.Description = p.In, p.Description
		view.Parameters = append(view.Parameters, field)
	}
	if o.RequestBody != nil {
		schema := o.RequestBody.Content["application/json"].Schema
		view.Body = &bodyView{Optional: !o.RequestBody.Required, Type: typeOf(schema), Fields: fieldsOf(d.Components.Schemas[schemaName(schema.Ref)]), Example: d.example(schema)}
		if form, ok := o.RequestBody.Content[multipartForm]; ok {
			view.Body = &bodyView{Type: typeView{Name: multipartForm}, Fields: fieldsOf(form.Schema)}
		}
	}
	for _, status := range keysOf(o.Responses) {
		response := o.Responses[status]
		if status >= "400" {
			view.Refusals = append(view.Refusals, answerView{Status: status, Meaning: meaning(status)})
			continue
		}
		answer := answerView{Status: status, Meaning: meaning(status)}
		if media, ok := response.Content["application/json"]; ok {
			kind := typeOf(media.Schema)
			answer.Type, answer.Example = &kind, d.example(media.Schema)
		}
		view.Answers = append(view.Answers, answer)
	}
	return view
}

// multipartForm is the media type of a form with a file in it.
const multipartForm = "multipart/form-data"

func meaning(status string) string {
	number, _ := strconv.Atoi(status)
	return http.StatusText(number)
}

func fieldsOf(schema openSchema) []fieldView {
	var fields []fieldView
	for _, name := range keysOf(schema.Properties) {
		fields = append(fields, fieldOf(name, schema.Properties[name], slices.Contains(schema.Required, name)))
	}
	return fields
}

func fieldOf(name string, schema openSchema, required bool) fieldView {
	field := fieldView{Name: name, Description: schema.Description, Required: required, Type: typeOf(schema)}
	note := func(format string, args ...any) { field.Notes = append(field.Notes, fmt.Sprintf(format, args...)) }
	enum := schema.Enum
	if schema.Items != nil && len(enum) == 0 {
		enum = schema.Items.Enum
	}
	if len(enum) > 0 {
		words := make([]string, len(enum))
		for i, value := range enum {
			words[i] = fmt.Sprint(value)
		}
		note("one of %s", strings.Join(words, ", "))
	}
	if schema.Default != nil {
		note("default %v", schema.Default)
	}
	if schema.MaxItems != nil {
		note("%d at most", *schema.MaxItems)
	}
	if len(schema.Examples) > 0 {
		note("e.g. %v", schema.Examples[0])
	}
	return field
}

func typeOf(schema openSchema) typeView {
	if name := schemaName(schema.Ref); name != "" {
		return typeView{Name: name, Schema: name}
	}
	if schema.Items != nil {
		inner := typeOf(*schema.Items)
		return typeView{Name: "list of " + inner.Name, Schema: inner.Schema}
	}
	name := plainType(schema.Type)
	switch schema.Format {
	case "date-time":
		name = strings.Replace(name, "string", "time", 1)
	case "date":
		name = strings.Replace(name, "string", "date", 1)
	case "binary":
		name = strings.Replace(name, "string", "file", 1)
	}
	return typeView{Name: name}
}

func plainType(kind any) string {
	switch k := kind.(type) {
	case string:
		return k
	case []any:
		words := make([]string, len(k))
		for i, word := range k {
			words[i] = fmt.Sprint(word)
		}
		return strings.Join(words, " or ")
	}
	return "any"
}

func schemaName(ref string) string { return strings.TrimPrefix(ref, "#/components/schemas/") }

// example writes a value of the schema, from the examples of its properties.
func (d *openAPI) example(schema openSchema) string {
	value := d.sample(schema, 0)
	if value == nil {
		return ""
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	return strings.TrimSpace(out.String())
}

// maxSampleDepth bounds how far examples go into each other.
const maxSampleDepth = 6

func (d *openAPI) sample(schema openSchema, depth int) any {
	switch {
	case depth > maxSampleDepth:
		return nil
	case schema.Ref != "":
		return d.sample(d.Components.Schemas[schemaName(schema.Ref)], depth+1)
	case len(schema.Examples) > 0:
		return schema.Examples[0]
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Items != nil:
		return []any{d.sample(*schema.Items, depth+1)}
	case schema.Properties != nil:
		object := map[string]any{}
		for name, property := range schema.Properties {
			object[name] = d.sample(property, depth+1)
		}
		return object
	}
	return sampleOf(plainType(schema.Type), schema.Format)
}

func sampleOf(kind, format string) any {
	switch {
	case format == "date-time":
		return "2026-06-02T08:00:00Z"
	case strings.HasPrefix(kind, "string"):
		return "…"
	case strings.HasPrefix(kind, "integer"), strings.HasPrefix(kind, "number"):
		return 0
	case strings.HasPrefix(kind, "boolean"):
		return true
	}
	return nil
}

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	return sorted(keys)
}
