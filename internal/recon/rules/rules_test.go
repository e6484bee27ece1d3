package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"khadamat/internal/platform/i18n"
)

// judge compiles the published schema.
func judge(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema(i18n.English)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	if err := compiler.AddResource("ruleset.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("ruleset.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// plainly turns a node into what JSON would hold: dates are texts.
func plainly(t *testing.T, node *yaml.Node) any {
	t.Helper()
	switch node.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			out[node.Content[i].Value] = plainly(t, node.Content[i+1])
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, item := range node.Content {
			out = append(out, plainly(t, item))
		}
		return out
	}
	switch node.ShortTag() {
	case "!!int", "!!float":
		n, ok := numberOf(node)
		if !ok {
			return node.Value
		}
		return json.Number(plain(n))
	case "!!bool":
		return strings.EqualFold(node.Value, "true")
	case "!!null":
		return nil
	}
	return node.Value
}

const pass = "version: 1\npasses:\n  - "

// valid and invalid are rulesets on which the schema and the parser must agree.
var valid = []string{
	"version: 1\nauto: true",
	"{version: 1, auto: true, name: ours, currency: MAD, mapping: {left: {Montant: {role: amount, written: '1234,56'}, Note: {ignore: true}}}}",
	pass + "{name: a, kind: exact, fields: [reference]}",
	pass + "{name: a, kind: exact, finds: suggest, ambiguity: earliest, sides: [bank, ledger], fields: [{left: A, right: B, extract: 'KH(\\d+)'}, {name: C, last: 5}]}",
	pass + "{name: a, kind: tolerance, amount: {absolute: 0.05, percent: [-1, 2.5]}, date: {business_days: [-1, 3]}, fields: [{left: A, right: B, similar: 0.8}], ambiguity: best}",
	pass + "{name: a, kind: tolerance, amount: equal}",
	pass + "{name: a, kind: tolerance, date: {field: {left: posted, right: value}, days: 3}}",
	pass + "{name: a, kind: group, fields: [reference], shapes: [many_to_one, one_to_one], amount: {field: net, absolute: 1}}",
	pass + "{name: a, kind: sum, side: left, date: {days: [0, 5]}, span: 2, members: 30}",
	pass + "{name: a, kind: sum}",
	pass + "{name: a, kind: offset, side: right, fields: [counterparty], date: {days: 5}}",
	pass + "{name: a, kind: near, fields: [reference], causes: {rounding: {absolute: 0.05}, swapped_digits: true, fee: {percent: 4, absolute: 50}, exchange_rate: {percent: 5}, date_shift: 60, other: {percent: 30}}}",
	pass + "{name: a, kind: scored, match: 0.9, suggest: 0.5}",
	"version: 1\nsign: opposite\nevidence: {prior: -9.5, compare: [{kind: amount, bits: [0, 9, -3.5]}, {kind: date, agree: 3, disagree: -4}, {kind: text, left: [A, B], right: [C], part: true, bits: [1]}]}\npasses:\n" +
		"  - {name: sums, kind: scored, of: sums}\n  - {name: pairs, kind: scored, joint: true}\n",
	pass + "{name: a, kind: exact, fields: [reference], where: {left: [{field: currency, op: is, value: MAD}, {field: amount, op: less, value: 100}, {field: date, op: at_least, value: 2026-01-01}], right: [{field: memo, op: empty}, {field: kind, op: one_of, value: [a, 2]}]}}",
	pass + "{name: a, kind: sum, members: 12.0}",
}

var invalid = []string{
	"version: 1", "auto: true", "version: 2\nauto: true", "version: '1'\nauto: true", "{version: 1, auto: false}", "{version: 1, auto: true, sign: same}", "[]", "hello", "7", "version: 1\npasses: []",
	"{version: 1, auto: true, passes: [{name: a, kind: sum}]}", "{version: 1, auto: true, currency: DIRHAM}", "{version: 1, auto: true, mapping: {left: {A: {rolle: amount}}}}", "{version: 1, auto: true, mapping: {left: [A]}}",
	pass + "{name: a}", pass + "{kind: exact, fields: [a]}", pass + "{name: a, kind: exakt, fields: [a]}", pass + "{name: a, kind: 7}", pass + "{name: '', kind: sum}", pass + "{name: a, kind: exact}", pass + "{name: a, kind: exact, fields: []}",
	pass + "{name: a, kind: exact, fields: [2024]}", pass + "{name: a, kind: exact, fields: reference}", pass + "{name: a, kind: exact, fields: [{left: A}]}", pass + "{name: a, kind: exact, fields: [{name: A, left: B, right: C}]}",
	pass + "{name: a, kind: exact, fields: [{name: A, left: B}]}", pass + "{name: a, kind: exact, fields: [{}]}", pass + "{name: a, kind: exact, fields: [A], amount: equal}", pass + "{name: a, kind: tolerance, fields: [{name: A, similar: 0}]}", pass + "{name: a, kind: exact, fields: [{name: A, similar: 0.5}]}", pass + "{name: a, kind: sum, fields: [{name: A, contains: 0.5}]}",
	pass + "{name: a, kind: tolerance, fields: [{name: A, similar: 1.5}]}", pass + "{name: a, kind: exact, fields: [{name: A, last: 0}]}", pass + "{name: a, kind: exact, fields: [{name: A, last: 1.5}]}",
	pass + "{name: a, kind: tolerance}", pass + "{name: a, kind: tolerance, amount: {}}", pass + "{name: a, kind: tolerance, amount: same}", pass + "{name: a, kind: tolerance, amount: {absolute: -1}}", pass + "{name: a, kind: tolerance, amount: {absolute: [1]}}",
	pass + "{name: a, kind: tolerance, amount: {absolute: [1, 2, 3]}}", pass + "{name: a, kind: tolerance, amount: {percent: 200}}", pass + "{name: a, kind: tolerance, amount: {absolute: ten}}", pass + "{name: a, kind: tolerance, amount: {absolute: .inf}}",
	pass + "{name: a, kind: tolerance, date: {}}", pass + "{name: a, kind: tolerance, date: {days: 1, business_days: 1}}", pass + "{name: a, kind: tolerance, date: {days: 1.5}}", pass + "{name: a, kind: tolerance, date: 3}",
	pass + "{name: a, kind: tolerance, amount: equal, finds: maybe}", pass + "{name: a, kind: tolerance, amount: equal, ambiguity: any}", pass + "{name: a, kind: tolerance, amount: equal, sides: [bank]}", pass + "{name: a, kind: tolerance, amount: null}",
	pass + "{name: a, kind: group, fields: [a], shapes: [offset]}", pass + "{name: a, kind: group, fields: [a], ambiguity: best}", pass + "{name: a, kind: sum, members: 1}", pass + "{name: a, kind: sum, members: 1000}", pass + "{name: a, kind: sum, side: both}",
	pass + "{name: a, kind: near, fields: [a]}", pass + "{name: a, kind: near, fields: [a], causes: {}}", pass + "{name: a, kind: near, fields: [a], causes: {fee: {}}}", pass + "{name: a, kind: near, fields: [a], causes: {fee: 4}}", pass + "{name: a, kind: near, fields: [a], causes: {swapped_digits: 1}}",
	pass + "{name: a, kind: scored, match: 2}", pass + "{name: a, kind: scored, ambiguity: unique}", pass + "{name: a, kind: scored, joint: 'yes'}",
	pass + "{name: a, kind: sum, where: {}, wher: {}}", pass + "{name: a, kind: sum, where: {left: []}}", pass + "{name: a, kind: sum, where: {left: [{field: a, op: is}]}}", pass + "{name: a, kind: sum, where: {left: [{field: a, op: empty, value: 1}]}}",
	pass + "{name: a, kind: sum, where: {left: [{field: a, op: equals, value: 1}]}}", pass + "{name: a, kind: sum, where: {left: [{field: a, op: is, value: {}}]}}",
	"version: 1\nevidence: {compare: []}\npasses: [{name: a, kind: scored}]", "version: 1\nevidence: {compare: [{kind: amount, agree: 3}]}\npasses: [{name: a, kind: scored}]",
	"version: 1\nevidence: {compare: [{kind: amount, agree: 3, disagree: 1, bits: [1]}]}\npasses: [{name: a, kind: scored}]", "version: 1\nevidence: {compare: [{kind: text, left: [A]}]}\npasses: [{name: a, kind: scored}]",
	"version: 1\nevidence: {prior: -1000, compare: [{kind: amount}]}\npasses: [{name: a, kind: scored}]", "version: 1\nevidence: {compare: [{kind: amount, left: [A]}]}\npasses: [{name: a, kind: scored}]",
}

func TestTheSchemaAndTheParserJudgeAlike(t *testing.T) {
	schema := judge(t)
	check := func(text string, good bool) {
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(text), &document); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		bySchema := schema.Validate(plainly(t, document.Content[0]))
		_, problems := Parse([]byte(text))
		if good != (bySchema == nil) || good != (len(problems) == 0) {
			t.Errorf("%s\nexpected good: %v\nschema: %v\nparser: %v", text, good, bySchema, problems)
		}
	}
	for _, text := range valid {
		check(text, true)
	}
	for _, text := range invalid {
		check(text, false)
	}
}

func TestTemplatesAreRulesetsInEachLanguage(t *testing.T) {
	schema := judge(t)
	for _, language := range i18n.Languages {
		all := Templates(language)
		if len(all) != 5 {
			t.Fatalf("%d templates", len(all))
		}
		for _, template := range all {
			set, problems := Parse(template.YAML)
			if len(problems) > 0 {
				t.Fatalf("%s: %v", template.ID, &problems[0])
			}
			if set.Name == "" || set.Name != template.Name || set.Description != template.Description {
				t.Errorf("%s in %s is called %q", template.ID, language, set.Name)
			}
			var document yaml.Node
			if err := yaml.Unmarshal(template.YAML, &document); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(plainly(t, document.Content[0])); err != nil {
				t.Errorf("%s: %v", template.ID, err)
			}
		}
	}
}

func TestNothingIsTheAutomaticRuleset(t *testing.T) {
	for _, text := range []string{"", "  \n", "# nothing but this\n"} {
		set, problems := Parse([]byte(text))
		if len(problems) > 0 || !set.Auto {
			t.Errorf("%q: %v", text, problems)
		}
	}
}

func TestAProblemSaysWhereItIsAndWhatWasMeant(t *testing.T) {
	text := strings.Join([]string{
		"version: 1",
		"passes:",
		"  - name: first",
		"    kind: tolerance",
		"    amonut: equal",
		"    date: {days: soon}",
		"  - {name: second, kind: exakt}",
	}, "\n")
	_, problems := Parse([]byte(text))
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%d:%d %s %s %v", p.Line, p.Column, p.Path, p.Key, p.Args["Meant"]))
	}
	want := []string{
		"5:5 passes[0].amonut recon_rules.unknown_key_meant amount",
		"6:18 passes[0].date.days recon_rules.wrong_form <nil>",
		"7:26 passes[1].kind recon_rules.not_among_meant exact",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, language := range i18n.Languages {
		for _, p := range problems {
			if said := p.In(language); said == "" || strings.Contains(said, "{{") || strings.HasPrefix(said, "recon_rules") {
				t.Errorf("%s in %s: %q", p.Key, language, said)
			}
		}
	}
}
