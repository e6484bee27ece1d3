package rules

import (
	"bytes"

	"go.yaml.in/yaml/v3"

	"khadamat/internal/recon/record"
)

// YAML writes the ruleset in its one form, which Parse reads back to the same.
func (r *Ruleset) YAML() []byte {
	var document yaml.Node
	if err := document.Encode(r); err != nil {
		panic(err) // of a type that always can be written: a test writes all of it
	}
	plainZeros(&document)
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(&document); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}

// plainZeros writes minus zero, which YAML reads as another zero, as zero.
func plainZeros(node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && node.Value == "-0" && !isText(node) {
		node.Value = "0"
	}
	for _, child := range node.Content {
		plainZeros(child)
	}
}

// flow is a value in one line.
func flow(value any) (*yaml.Node, error) {
	node := &yaml.Node{}
	if err := node.Encode(value); err != nil {
		return nil, err
	}
	node.Style |= yaml.FlowStyle
	return node, nil
}

// fieldKeys are a field as it is written with keys.
type fieldKeys struct {
	Name     string  `yaml:"name,omitempty"`
	Left     string  `yaml:"left,omitempty"`
	Right    string  `yaml:"right,omitempty"`
	Extract  string  `yaml:"extract,omitempty"`
	Last     int     `yaml:"last,omitempty"`
	Similar  float64 `yaml:"similar,omitempty"`
	Contains float64 `yaml:"contains,omitempty"`
}

// UnmarshalYAML reads a name, or keys.
func (f *Field) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*f = Field{Left: node.Value, Right: node.Value}
		return nil
	}
	var keys fieldKeys
	if err := node.Decode(&keys); err != nil {
		return err
	}
	*f = Field{Left: keys.Left, Right: keys.Right, Extract: keys.Extract, Last: keys.Last, Similar: keys.Similar, Contains: keys.Contains}
	if keys.Name != "" {
		f.Left, f.Right = keys.Name, keys.Name
	}
	return nil
}

// MarshalYAML writes a name where that says all.
func (f Field) MarshalYAML() (any, error) {
	if f == (Field{Left: f.Left, Right: f.Left}) {
		return f.Left, nil
	}
	keys := fieldKeys{Left: f.Left, Right: f.Right, Extract: f.Extract, Last: f.Last, Similar: f.Similar, Contains: f.Contains}
	if f.Left == f.Right {
		keys.Name, keys.Left, keys.Right = f.Left, "", ""
	}
	return flow(keys)
}

// String names the field for people: "reference", or "Libellé ↔ description".
func (f Field) String() string {
	if f.Left == f.Right {
		return f.Left
	}
	return f.Left + " ↔ " + f.Right
}

// UnmarshalYAML reads a number, or from and to.
func (r *Range) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		var ends [2]float64
		if err := node.Decode(&ends); err != nil {
			return err
		}
		*r = Range{From: ends[0], To: ends[1]}
		return nil
	}
	if err := node.Decode(&r.To); err != nil {
		return err
	}
	r.From = -r.To
	if r.To == 0 {
		r.From = 0 // and not minus zero
	}
	return nil
}

// MarshalYAML writes a number where that says all.
func (r Range) MarshalYAML() (any, error) {
	if r.From == -r.To && r.To >= 0 {
		return r.To, nil
	}
	return flow([]float64{r.From, r.To})
}

const equal = "equal"

type amountKeys struct {
	Field    *Field `yaml:"field,omitempty"`
	Absolute *Range `yaml:"absolute,omitempty"`
	Percent  *Range `yaml:"percent,omitempty"`
}

// UnmarshalYAML reads the word equal, or keys.
func (a *AmountLimit) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*a = AmountLimit{Absolute: &Range{}}
		return nil
	}
	return node.Decode((*amountKeys)(a))
}

// MarshalYAML writes the word equal where that says all.
func (a AmountLimit) MarshalYAML() (any, error) {
	if a.Equal() && a.Field == nil && a.Percent == nil {
		return equal, nil
	}
	return flow(amountKeys(a))
}

// Equal says whether the amounts must be equal.
func (a *AmountLimit) Equal() bool {
	return a.Absolute != nil && *a.Absolute == Range{} || a.Percent != nil && *a.Percent == Range{}
}

type dateKeys struct {
	Field        *Field `yaml:"field,omitempty"`
	Days         *Range `yaml:"days,omitempty"`
	BusinessDays *Range `yaml:"business_days,omitempty"`
}

// UnmarshalYAML reads the word equal, or keys.
func (d *DateLimit) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*d = DateLimit{Days: &Range{}}
		return nil
	}
	return node.Decode((*dateKeys)(d))
}

// MarshalYAML writes the word equal where that says all.
func (d DateLimit) MarshalYAML() (any, error) {
	if d.Field == nil && d.Days != nil && *d.Days == (Range{}) {
		return equal, nil
	}
	return flow(dateKeys(d))
}

type conditionKeys struct {
	Field string `yaml:"field"`
	Op    Op     `yaml:"op"`
	Value any    `yaml:"value,omitempty"` // a text, or several
}

// UnmarshalYAML reads numbers as they are written.
func (c *Condition) UnmarshalYAML(node *yaml.Node) error {
	var keys struct {
		Field string    `yaml:"field"`
		Op    Op        `yaml:"op"`
		Value yaml.Node `yaml:"value"`
	}
	if err := node.Decode(&keys); err != nil {
		return err
	}
	*c = Condition{Field: keys.Field, Op: keys.Op}
	switch {
	case keys.Value.IsZero():
	case keys.Value.Kind == yaml.SequenceNode:
		for _, item := range keys.Value.Content {
			c.Value = append(c.Value, item.Value)
		}
	default:
		c.Value = []string{keys.Value.Value}
	}
	return nil
}

// MarshalYAML writes one value as itself, and several as a list.
func (c Condition) MarshalYAML() (any, error) {
	keys := conditionKeys{Field: c.Field, Op: c.Op}
	if c.Op == OneOf {
		keys.Value = c.Value
	} else if len(c.Value) > 0 {
		keys.Value = c.Value[0]
	}
	return flow(keys)
}

// MarshalYAML writes a comparison in one line, for the sake of its many numbers.
func (c Comparison) MarshalYAML() (any, error) {
	type keys Comparison
	return flow(keys(c))
}

type mappedKeys struct {
	Role    record.Role `yaml:"role,omitempty"`
	Type    record.Type `yaml:"type,omitempty"`
	Written string      `yaml:"written,omitempty"`
	Ignore  bool        `yaml:"ignore,omitempty"`
}

// UnmarshalYAML reads sides with their columns.
func (m *Mapping) UnmarshalYAML(node *yaml.Node) error {
	var sides map[string]map[string]mappedKeys
	if err := node.Decode(&sides); err != nil {
		return err
	}
	*m = Mapping{}
	for side, columns := range sides {
		(*m)[side] = record.Mapping{}
		for name, keys := range columns {
			(*m)[side][name] = record.Mapped(keys)
		}
	}
	return nil
}

// MarshalYAML writes sides and columns in the order of the alphabet.
func (m Mapping) MarshalYAML() (any, error) {
	sides := map[string]map[string]mappedKeys{}
	for side, columns := range m {
		sides[side] = map[string]mappedKeys{}
		for name, mapped := range columns {
			sides[side][name] = mappedKeys(mapped)
		}
	}
	return sides, nil
}
