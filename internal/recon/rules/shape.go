package rules

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// form is what a part of a ruleset is written as.
type form uint8

const (
	text form = iota
	number
	whole
	truth
	list
	object   // with known keys
	records  // with keys of the writer's own
	choice   // of shapes with different forms
	variants // objects that the value of one key tells apart
)

// shape says how a part of a ruleset is written. The parser's checks and the published schema are both made from it, so that they cannot
// differ.
type shape struct {
	form        form
	title       string
	about       string     // the key of the text that says what it means
	like        string     // an example, as it is written
	words       []string   // of a text: the ones allowed; none: any
	constant    string     // of a number or a truth: the only value allowed, as it is written
	least, most *float64   // of a number; of how many a list or letters a text has
	over        bool       // least itself is too little
	item        *shape     // of a list, and of each value of records
	keys        []key      // of an object
	some        []string   // at least one of these keys is there
	either      [][]string // all keys of exactly one of these, and none of another
	maybe       bool       // of either: or none at all
	options     []*shape   // of a choice
	by          string     // the key that tells variants apart; empty: it is the first variant whose own key is there, or that has none
	kinds       []variant
	name        string // under which the schema defines it, where it is used more than once
}

type key struct {
	name     string
	is       *shape
	required bool
}

type variant struct {
	value string
	is    *shape
}

func limit(n float64) *float64 { return &n }

// examine lists what is wrong with a node.
func (s *shape) examine(node *yaml.Node, path string, found *problems) {
	found.places[path] = spot{node.Line, node.Column}
	switch s.form {
	case choice:
		for _, option := range s.options {
			if option.fits(node) {
				option.examine(node, path, found)
				return
			}
		}
		found.add(node, path, "recon_rules.wrong_form", map[string]any{"Example": s.like})
	case variants:
		s.examineVariant(node, path, found)
	case object, records:
		s.examineKeys(node, path, found)
	case list:
		if node.Kind != yaml.SequenceNode {
			found.add(node, path, "recon_rules.needs_list", map[string]any{"Example": s.like})
			return
		}
		s.count(node, path, len(node.Content), found)
		for i, item := range node.Content {
			s.item.examine(item, path+"["+strconv.Itoa(i)+"]", found)
		}
	case text:
		s.examineText(node, path, found)
	default:
		s.examineNumber(node, path, found)
	}
}

// fits says whether a node has the form, whatever its value.
func (s *shape) fits(node *yaml.Node) bool {
	switch s.form {
	case object, records, variants:
		return node.Kind == yaml.MappingNode
	case list:
		return node.Kind == yaml.SequenceNode
	case text:
		return isText(node)
	case number, whole:
		_, ok := numberOf(node)
		return ok
	case truth:
		return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!bool"
	}
	return slices.ContainsFunc(s.options, func(o *shape) bool { return o.fits(node) })
}

func isText(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && (node.ShortTag() == "!!str" || node.ShortTag() == "!!timestamp")
}

// numberOf reads a finite number.
func numberOf(node *yaml.Node) (float64, bool) {
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!int" && node.ShortTag() != "!!float" {
		return 0, false
	}
	var n float64
	if node.Decode(&n) != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return 0, false
	}
	return n, true
}

func (s *shape) examineVariant(node *yaml.Node, path string, found *problems) {
	if node.Kind != yaml.MappingNode {
		found.add(node, path, "recon_rules.needs_keys", map[string]any{"Example": s.like})
		return
	}
	if s.by == "" {
		at := slices.IndexFunc(s.kinds, func(v variant) bool { return v.value == "" || valueOf(node, v.value) != nil })
		s.kinds[at].is.examine(node, path, found)
		return
	}
	value := valueOf(node, s.by)
	for _, kind := range s.kinds {
		if value != nil && isText(value) && value.Value == kind.value {
			kind.is.examine(node, path, found)
			return
		}
	}
	if value == nil {
		found.add(node, path, "recon_rules.missing_key", map[string]any{"Name": s.by})
		return
	}
	words := make([]string, len(s.kinds))
	for i, kind := range s.kinds {
		words[i] = kind.value
	}
	(&shape{form: text, words: words}).examine(value, join(path, s.by), found)
}

func valueOf(node *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i+1]
		}
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (s *shape) examineKeys(node *yaml.Node, path string, found *problems) {
	if node.Kind != yaml.MappingNode {
		found.add(node, path, "recon_rules.needs_keys", map[string]any{"Example": s.like})
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		if !isText(name) {
			found.add(name, path, "recon_rules.key_text", map[string]any{"Value": clip(name.Value)})
			continue
		}
		at := join(path, name.Value)
		if seen[name.Value] {
			found.add(name, at, "recon_rules.key_twice", map[string]any{"Name": clip(name.Value)})
			continue
		}
		seen[name.Value] = true
		if s.form == records {
			s.item.examine(value, at, found)
			continue
		}
		k := slices.IndexFunc(s.keys, func(k key) bool { return k.name == name.Value })
		if k < 0 {
			found.unknownKey(name, at, s.names())
			continue
		}
		s.keys[k].is.examine(value, at, found)
	}
	if s.form == records {
		s.count(node, path, len(seen), found)
		return
	}
	for _, k := range s.keys {
		if k.required && !seen[k.name] {
			found.add(node, path, "recon_rules.missing_key", map[string]any{"Name": k.name})
		}
	}
	if len(s.some) > 0 && !slices.ContainsFunc(s.some, func(name string) bool { return seen[name] }) {
		found.add(node, path, "recon_rules.missing_one_of", map[string]any{"Allowed": strings.Join(s.some, ", ")})
	}
	s.examineEither(node, path, seen, found)
}

// examineEither checks that exactly one of the sets of keys is there, and wholly.
func (s *shape) examineEither(node *yaml.Node, path string, seen map[string]bool, found *problems) {
	if len(s.either) == 0 {
		return
	}
	begun, complete := 0, 0
	sets := make([]string, len(s.either))
	for i, set := range s.either {
		n := 0
		for _, name := range set {
			if seen[name] {
				n++
			}
		}
		if n > 0 {
			begun++
		}
		if n == len(set) {
			complete++
		}
		sets[i] = strings.Join(set, " + ")
	}
	if begun == 0 && s.maybe || begun == 1 && complete == 1 {
		return
	}
	found.add(node, path, "recon_rules.either", map[string]any{"Allowed": strings.Join(sets, " | ")})
}

func (s *shape) names() []string {
	names := make([]string, len(s.keys))
	for i, k := range s.keys {
		names[i] = k.name
	}
	return names
}

// count checks how many a list, or how many letters a text, has.
func (s *shape) count(node *yaml.Node, path string, n int, found *problems) {
	switch {
	case s.least != nil && float64(n) < *s.least && s.form == text:
		found.add(node, path, "recon_rules.empty_text", nil)
	case s.least != nil && float64(n) < *s.least:
		found.add(node, path, "recon_rules.too_few", map[string]any{"Least": int(*s.least)})
	case s.most != nil && float64(n) > *s.most && s.form == text:
		found.add(node, path, "recon_rules.long_text", map[string]any{"Most": int(*s.most)})
	case s.most != nil && float64(n) > *s.most:
		found.add(node, path, "recon_rules.too_many", map[string]any{"Most": int(*s.most)})
	}
}

func (s *shape) examineText(node *yaml.Node, path string, found *problems) {
	if !isText(node) {
		found.add(node, path, "recon_rules.needs_text", map[string]any{"Value": clip(node.Value)})
		return
	}
	if len(s.words) > 0 && !slices.Contains(s.words, node.Value) {
		found.notAmong(node, path, s.words)
		return
	}
	s.count(node, path, len([]rune(node.Value)), found)
}

func (s *shape) examineNumber(node *yaml.Node, path string, found *problems) {
	if s.form == truth {
		if !s.fits(node) {
			found.add(node, path, "recon_rules.needs_truth", map[string]any{"Value": clip(node.Value)})
		} else if s.constant != "" && strings.ToLower(node.Value) != s.constant {
			found.notAmong(node, path, []string{s.constant})
		}
		return
	}
	n, ok := numberOf(node)
	switch {
	case !ok && s.form == whole, ok && s.form == whole && n != math.Trunc(n):
		found.add(node, path, "recon_rules.needs_whole", map[string]any{"Value": clip(node.Value)})
	case !ok:
		found.add(node, path, "recon_rules.needs_number", map[string]any{"Value": clip(node.Value)})
	case s.constant != "" && fmt.Sprint(n) != s.constant:
		found.notAmong(node, path, []string{s.constant})
	case s.least != nil && s.over && n <= *s.least:
		found.add(node, path, "recon_rules.not_above", map[string]any{"Value": clip(node.Value), "Least": plain(*s.least)})
	case s.least != nil && n < *s.least:
		found.add(node, path, "recon_rules.too_small", map[string]any{"Value": clip(node.Value), "Least": plain(*s.least)})
	case s.most != nil && n > *s.most:
		found.add(node, path, "recon_rules.too_large", map[string]any{"Value": clip(node.Value), "Most": plain(*s.most)})
	}
}

func plain(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// clip shortens what a message quotes.
func clip(value string) string {
	const most = 60
	if letters := []rune(value); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return value
}
