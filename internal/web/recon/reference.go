package recon

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// topic is a part of the reference of rulesets: an object of the schema with its keys.
type topic struct {
	Name, About string
	Entries     []entry
}

// entry is a key of an object.
type entry struct {
	Name, About string
	Allowed     []string // the words that it may be; none: see About
	Example     string   // as it is written; empty: none
	Required    bool
}

// schema is as much of a JSON Schema as the reference needs.
type schema struct {
	Title       string             `json:"title"`
	Description string             `json:"description"`
	Enum        []any              `json:"enum"`
	Const       any                `json:"const"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Items       *schema            `json:"items"`
	AnyOf       []*schema          `json:"anyOf"`
	OneOf       []*schema          `json:"oneOf"`
	AllOf       []*schema          `json:"allOf"`
	Then        *schema            `json:"then"`
	Else        *schema            `json:"else"`
	Ref         string             `json:"$ref"`
	Examples    []json.RawMessage  `json:"examples"`
	Defs        map[string]*schema `json:"$defs"`
}

// referenceOf makes the reference of a schema: its root first, then what it defines, by name. The schema never changes while the house runs.
func referenceOf(published func() []byte) func() []topic {
	return sync.OnceValue(func() []topic {
		var root schema
		if json.Unmarshal(published(), &root) != nil {
			return nil
		}
		topics := []topic{root.topic("", root.Defs)}
		for _, name := range slices.Sorted(maps.Keys(root.Defs)) {
			if t := root.Defs[name].topic(name, root.Defs); len(t.Entries) > 0 {
				topics = append(topics, t)
			}
		}
		return topics
	})
}

func (s *schema) topic(name string, defs map[string]*schema) topic {
	t := topic{Name: strings.ReplaceAll(name, "_", ": "), About: s.Description}
	known := map[string]int{}
	alternatives, needed := 0, map[string]int{} // how many write the object out, and how many of them need a key
	s.gather(func(of *schema) {
		if len(of.Properties) > 0 {
			alternatives++
		}
		for _, key := range slices.Sorted(maps.Keys(of.Properties)) {
			e := of.Properties[key].entry(key, defs)
			if slices.Contains(of.Required, key) {
				needed[key]++
			}
			at, seen := known[key]
			if !seen {
				known[key] = len(t.Entries)
				t.Entries = append(t.Entries, e)
				continue
			}
			old := &t.Entries[at]
			old.About, old.Example = cmp.Or(old.About, e.About), cmp.Or(old.Example, e.Example)
			for _, word := range e.Allowed {
				if !slices.Contains(old.Allowed, word) {
					old.Allowed = append(old.Allowed, word)
				}
			}
		}
	})
	for i := range t.Entries {
		t.Entries[i].Required = needed[t.Entries[i].Name] == alternatives
	}
	slices.SortStableFunc(t.Entries, func(a, b entry) int {
		if a.Required == b.Required {
			return 0
		}
		if a.Required {
			return -1
		}
		return 1
	})
	return t
}

// gather visits an object's schema and all its alternatives, but not what lies below its keys.
func (s *schema) gather(visit func(*schema)) {
	if s == nil {
		return
	}
	visit(s)
	for _, group := range [][]*schema{s.AnyOf, s.OneOf, s.AllOf, {s.Then, s.Else}} {
		for _, alternative := range group {
			alternative.gather(visit)
		}
	}
}

// entry says what a key means. What is written as something else that is defined is looked up there.
func (s *schema) entry(name string, defs map[string]*schema) entry {
	e := entry{Name: name, About: s.Description}
	of := s
	if defined, ok := defs[strings.TrimPrefix(s.Ref, "#/$defs/")]; ok {
		of = defined
		e.About = cmp.Or(e.About, defined.Description)
	}
	words := func(of *schema) {
		for _, word := range append(slices.Clone(of.Enum), of.Const) {
			if word != nil && !slices.Contains(e.Allowed, fmt.Sprint(word)) {
				e.Allowed = append(e.Allowed, fmt.Sprint(word))
			}
		}
	}
	words(of)
	for _, alternative := range of.AnyOf {
		words(alternative)
	}
	if of.Items != nil {
		words(of.Items)
	}
	if len(of.Examples) > 0 {
		e.Example = string(of.Examples[0])
	}
	return e
}
