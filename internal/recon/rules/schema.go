package rules

import (
	"encoding/json"

	"go.yaml.in/yaml/v3"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/texts"
)

// schemaWriter is a schema on its way.
type schemaWriter struct {
	language i18n.Language
	defined  map[string]any // shapes with a name
}

// Schema returns the JSON Schema (2020-12) of the language, with what everything means in the language of who reads it. What it cannot say, Parse checks besides: that names of passes differ, that
// ranges run upwards, that patterns can be read, and that a joint pass follows one that it can be joined to.
func Schema(language i18n.Language) []byte {
	w := schemaWriter{language, map[string]any{}}
	schema := grammar.schema(w)
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["$id"] = "urn:khadamat:recon:ruleset:1"
	schema["$defs"] = w.defined
	out, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		panic(err) // of values that this package holds: a test writes them
	}
	return append(out, '\n')
}

// schema writes the shape as a JSON Schema. Shapes with a name are defined once and referred to.
func (s *shape) schema(w schemaWriter) map[string]any {
	if s.name != "" {
		if _, done := w.defined[s.name]; !done {
			w.defined[s.name] = nil // it may refer to itself
			w.defined[s.name] = s.own(w)
		}
		return map[string]any{"$ref": "#/$defs/" + s.name}
	}
	return s.own(w)
}

func (s *shape) own(w schemaWriter) map[string]any {
	out := map[string]any{}
	if s.title != "" {
		out["title"] = s.title
	}
	if s.about != "" {
		out["description"] = texts.Catalog().T(w.language, s.about, nil)
	}
	if s.like != "" {
		out["examples"] = []any{example(s.like)}
	}
	bound := func(least, most string) {
		if s.least != nil {
			out[least] = *s.least
		}
		if s.most != nil {
			out[most] = *s.most
		}
	}
	switch s.form {
	case text:
		out["type"] = "string"
		if len(s.words) > 0 {
			out["enum"] = s.words
		}
		bound("minLength", "maxLength")
	case number, whole:
		out["type"] = map[form]string{number: "number", whole: "integer"}[s.form]
		if s.constant != "" {
			out["const"] = json.RawMessage(s.constant)
		}
		if s.over {
			bound("exclusiveMinimum", "maximum")
		} else {
			bound("minimum", "maximum")
		}
	case truth:
		out["type"] = "boolean"
		if s.constant != "" {
			out["const"] = json.RawMessage(s.constant)
		}
	case list:
		out["type"], out["items"] = "array", s.item.schema(w)
		bound("minItems", "maxItems")
	case records:
		out["type"], out["additionalProperties"] = "object", s.item.schema(w)
		bound("minProperties", "maxProperties")
	case object:
		s.schemaOfObject(out, w)
	case choice:
		var options []any
		for _, option := range s.options {
			options = append(options, option.schema(w))
		}
		out["anyOf"] = options
	case variants:
		s.schemaOfVariants(out, w)
	}
	return out
}

// example turns an example into the value that it stands for.
func example(like string) any {
	var value any
	if err := yaml.Unmarshal([]byte(like), &value); err != nil {
		return like
	}
	return value
}

func (s *shape) schemaOfObject(out map[string]any, w schemaWriter) {
	properties, required := map[string]any{}, []string{}
	for _, k := range s.keys {
		properties[k.name] = k.is.schema(w)
		if k.required {
			required = append(required, k.name)
		}
	}
	out["type"], out["properties"], out["additionalProperties"] = "object", properties, false
	if len(required) > 0 {
		out["required"] = required
	}
	if len(s.some) > 0 {
		var some []any
		for _, name := range s.some {
			some = append(some, map[string]any{"required": []string{name}})
		}
		out["anyOf"] = some
	}
	if len(s.either) == 0 {
		return
	}
	without := func(own int) map[string]any {
		var others []any
		for i, set := range s.either {
			for _, name := range set {
				if i != own {
					others = append(others, map[string]any{"required": []string{name}})
				}
			}
		}
		return map[string]any{"anyOf": others}
	}
	var sets []any
	for i, set := range s.either {
		sets = append(sets, map[string]any{"required": set, "not": without(i)})
	}
	if s.maybe {
		sets = append(sets, map[string]any{"not": without(-1)})
	}
	out["oneOf"] = sets
}

func (s *shape) schemaOfVariants(out map[string]any, w schemaWriter) {
	out["type"] = "object"
	if s.by == "" {
		for at, kind := range s.kinds {
			if kind.value == "" {
				out["else"] = kind.is.schema(w)
				return
			}
			if at > 0 {
				next := map[string]any{}
				out["else"], out = next, next
			}
			out["if"], out["then"] = map[string]any{"required": []string{kind.value}}, kind.is.schema(w)
		}
		return
	}
	var words []string
	var cases []any
	for _, kind := range s.kinds {
		words = append(words, kind.value)
		cases = append(cases, map[string]any{
			"if":   map[string]any{"properties": map[string]any{s.by: map[string]any{"const": kind.value}}, "required": []string{s.by}},
			"then": kind.is.schema(w),
		})
	}
	out["required"] = []string{s.by}
	out["properties"] = map[string]any{s.by: map[string]any{"enum": words}}
	out["allOf"] = cases
}
