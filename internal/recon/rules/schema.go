package rules

import (
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// Schema returns the JSON Schema (2020-12) of the language. What it cannot say, Parse checks besides: that names of passes differ, that
// ranges run upwards, that patterns can be read, and that a joint pass follows one that it can be joined to.
func Schema() []byte {
	defined := map[string]any{}
	schema := grammar.schema(defined)
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["$id"] = "urn:khadamat:recon:ruleset:1"
	schema["$defs"] = defined
	out, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		panic(err) // of values that this package holds: a test writes them
	}
	return append(out, '\n')
}

// schema writes the shape as a JSON Schema. Shapes with a name are put into defined once and referred to.
func (s *shape) schema(defined map[string]any) map[string]any {
	if s.name != "" {
		if _, done := defined[s.name]; !done {
			defined[s.name] = nil // it may refer to itself
			defined[s.name] = s.own(defined)
		}
		return map[string]any{"$ref": "#/$defs/" + s.name}
	}
	return s.own(defined)
}

func (s *shape) own(defined map[string]any) map[string]any {
	out := map[string]any{}
	if s.title != "" {
		out["title"] = s.title
	}
	if s.about != "" {
		out["description"] = s.about
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
		out["type"], out["items"] = "array", s.item.schema(defined)
		bound("minItems", "maxItems")
	case records:
		out["type"], out["additionalProperties"] = "object", s.item.schema(defined)
		bound("minProperties", "maxProperties")
	case object:
		s.schemaOfObject(out, defined)
	case choice:
		var options []any
		for _, option := range s.options {
			options = append(options, option.schema(defined))
		}
		out["anyOf"] = options
	case variants:
		s.schemaOfVariants(out, defined)
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

func (s *shape) schemaOfObject(out, defined map[string]any) {
	properties, required := map[string]any{}, []string{}
	for _, k := range s.keys {
		properties[k.name] = k.is.schema(defined)
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

func (s *shape) schemaOfVariants(out, defined map[string]any) {
	out["type"] = "object"
	if s.by == "" {
		out["if"] = map[string]any{"required": []string{s.kinds[0].value}}
		out["then"], out["else"] = s.kinds[0].is.schema(defined), s.kinds[1].is.schema(defined)
		return
	}
	var words []string
	var cases []any
	for _, kind := range s.kinds {
		words = append(words, kind.value)
		cases = append(cases, map[string]any{
			"if":   map[string]any{"properties": map[string]any{s.by: map[string]any{"const": kind.value}}, "required": []string{s.by}},
			"then": kind.is.schema(defined),
		})
	}
	out["required"] = []string{s.by}
	out["properties"] = map[string]any{s.by: map[string]any{"enum": words}}
	out["allOf"] = cases
}
