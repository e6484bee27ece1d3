package rules

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// words are names as columns have them, some of which YAML would take for something else.
var words = rapid.SampledFrom([]string{"Libellé", "amount", "yes", "null", "2024", "12.50", "true", "a: b", "- x", "#", "'", `"`, " led by a space", "المبلغ", "2026-11-22", "~", "=", "*a", "&b", "!c", "{}", "[x]", "tab\tbed", "line\nbreak", "%", "@", "`"})

// maybe draws a value or none.
func maybe[T any](t *rapid.T, of *rapid.Generator[T]) *T {
	if rapid.Bool().Draw(t, "none") {
		return nil
	}
	value := of.Draw(t, "some")
	return &value
}

func several[T any](of *rapid.Generator[T], least int) *rapid.Generator[[]T] {
	return rapid.SliceOfN(of, least, 3)
}

func someOf[T any](t *rapid.T, of *rapid.Generator[T]) []T {
	if rapid.Bool().Draw(t, "none") {
		return nil
	}
	return several(of, 1).Draw(t, "list")
}

var drawnRange = rapid.Custom(func(t *rapid.T) Range {
	from := rapid.IntRange(-5, 5).Draw(t, "from")
	return Range{float64(from) / 2, float64(rapid.IntRange(from, 6).Draw(t, "to")) / 2}
})

var wholeRange = rapid.Custom(func(t *rapid.T) Range {
	from := rapid.IntRange(-5, 5).Draw(t, "from")
	return Range{float64(from), float64(rapid.IntRange(from, 6).Draw(t, "to"))}
})

var plainField = rapid.Custom(func(t *rapid.T) Field {
	left := words.Draw(t, "left")
	return Field{Left: left, Right: rapid.SampledFrom([]string{left, "other"}).Draw(t, "right")}
})

var drawnKey = rapid.Custom(func(t *rapid.T) Field {
	f := plainField.Draw(t, "columns")
	f.Extract = rapid.SampledFrom([]string{"", `KH(\d+)`, ": # x"}).Draw(t, "extract")
	f.Last = rapid.IntRange(0, 3).Draw(t, "last")
	return f
})

var drawnField = rapid.Custom(func(t *rapid.T) Field {
	f := drawnKey.Draw(t, "columns")
	switch rapid.IntRange(0, 2).Draw(t, "how") {
	case 1:
		f.Similar = 0.8
	case 2:
		f.Contains = 1
	}
	return f
})

var drawnAmount = rapid.Custom(func(t *rapid.T) AmountLimit {
	a := AmountLimit{Field: maybe(t, plainField), Absolute: maybe(t, drawnRange)}
	if a.Percent = maybe(t, drawnRange); a.Percent == nil && a.Absolute == nil {
		a.Absolute = &Range{}
	}
	return a
})

var drawnDate = rapid.Custom(func(t *rapid.T) DateLimit {
	d := DateLimit{Field: maybe(t, plainField), Days: maybe(t, wholeRange)}
	if d.Days == nil {
		drawn := wholeRange.Draw(t, "business")
		d.BusinessDays = &drawn
	}
	return d
})

var drawnCondition = rapid.Custom(func(t *rapid.T) Condition {
	c := Condition{Field: words.Draw(t, "field"), Op: rapid.SampledFrom([]Op{Is, IsNot, OneOf, Contains, StartsWith, EndsWith, Matches, Less, AtMost, More, AtLeast, Empty, Filled}).Draw(t, "op")}
	switch c.Op {
	case Empty, Filled:
	case OneOf:
		c.Value = several(words, 1).Draw(t, "values")
	case Matches:
		c.Value = []string{`^a\d: #`}
	case Less, AtMost, More, AtLeast:
		c.Value = []string{rapid.SampledFrom([]string{"12.5", "-3", "2026-11-22"}).Draw(t, "value")}
	default:
		c.Value = []string{rapid.SampledFrom([]string{"", "MAD", "null", "12"}).Draw(t, "value")}
	}
	return c
})

var drawnCause = rapid.Custom(func(t *rapid.T) CauseLimit {
	return CauseLimit{Absolute: rapid.SampledFrom([]float64{0, 0.05}).Draw(t, "absolute"), Percent: rapid.SampledFrom([]float64{4, 2.5}).Draw(t, "percent")}
})

func drawnPass(t *rapid.T, name string) Pass {
	p := Pass{Name: name, Kind: rapid.SampledFrom([]Kind{Exact, Tolerance, Group, Sum, Offset, Scored, Near}).Draw(t, "kind"), Finds: rapid.SampledFrom([]Finds{"", Match, Suggest}).Draw(t, "finds")}
	if rapid.Bool().Draw(t, "for two") {
		p.Sides = []string{"bank", "source3"}
	}
	if where := (Where{Left: someOf(t, drawnCondition), Right: someOf(t, drawnCondition)}); where.Left != nil || where.Right != nil {
		p.Where = &where
	}
	if p.Kind != Group && p.Kind != Scored {
		p.Ambiguity = rapid.SampledFrom([]Ambiguity{"", Unique, Best, Earliest}).Draw(t, "ambiguity")
	}
	members := rapid.SampledFrom([]int{0, 2, 30})
	side := rapid.SampledFrom([]string{"", Left, Right})
	switch p.Kind {
	case Exact:
		p.Fields = several(drawnKey, 1).Draw(t, "fields")
	case Tolerance:
		p.Fields, p.Amount, p.Date = someOf(t, drawnField), maybe(t, drawnAmount), maybe(t, drawnDate)
		if p.Fields == nil && p.Amount == nil && p.Date == nil {
			p.Amount = &AmountLimit{Absolute: &Range{}}
		}
	case Group:
		p.Fields, p.Amount, p.Date = several(drawnKey, 1).Draw(t, "fields"), maybe(t, drawnAmount), maybe(t, drawnDate)
		p.Shapes = rapid.SampledFrom([][]result.Kind{nil, {result.ManyToOne}, {result.OneToMany, result.OneToOne}}).Draw(t, "shapes")
	case Sum:
		p.Side, p.Fields, p.Amount, p.Date, p.Span, p.Most = side.Draw(t, "side"), someOf(t, drawnKey), maybe(t, drawnAmount), maybe(t, drawnDate), maybe(t, rapid.IntRange(0, 9)), members.Draw(t, "members")
	case Offset:
		p.Side, p.Fields, p.Date, p.Most = side.Draw(t, "side"), someOf(t, drawnKey), maybe(t, drawnDate), members.Draw(t, "members")
	case Near:
		date := drawnDate.Draw(t, "date")
		p.Fields, p.Date = several(drawnField, 1).Draw(t, "fields"), &date
		p.Causes = &Causes{Rounding: maybe(t, drawnCause), SwappedDigits: true, Fee: maybe(t, drawnCause), ExchangeRate: maybe(t, drawnCause), DateShift: maybe(t, rapid.IntRange(1, 90)), Other: maybe(t, drawnCause)}
	case Scored:
		p.Of = rapid.SampledFrom([]Of{"", Pairs, Offsets, Sums}).Draw(t, "of")
		p.Match, p.Suggest = maybe(t, rapid.SampledFrom([]float64{0.5, 0.9, 1})), maybe(t, rapid.SampledFrom([]float64{0, 0.25, 0.5}))
		p.Ambiguity = rapid.SampledFrom([]Ambiguity{"", Best}).Draw(t, "ambiguity")
		if p.Of == "" || p.Of == Pairs {
			p.Fields, p.Amount, p.Date = someOf(t, drawnField), maybe(t, drawnAmount), maybe(t, drawnDate)
		}
	}
	return p
}

func drawnEvidence(t *rapid.T) *Evidence {
	e := &Evidence{Prior: maybe(t, rapid.Float64Range(-50, 50))}
	weighted := rapid.IntRange(0, 2).Draw(t, "weights")
	for range rapid.IntRange(1, 3).Draw(t, "comparisons") {
		c := Comparison{Kind: rapid.SampledFrom([]ComparisonKind{AmountComparison, DateComparison, TextComparison}).Draw(t, "kind"), Name: rapid.SampledFrom([]string{"", "no"}).Draw(t, "name")}
		if c.Kind == TextComparison {
			c.Left, c.Right, c.Part = several(words, 1).Draw(t, "left"), several(words, 1).Draw(t, "right"), rapid.Bool().Draw(t, "part")
		}
		bits := rapid.Float64Range(-50, 50)
		switch weighted {
		case 1:
			agree, disagree := bits.Draw(t, "agree"), bits.Draw(t, "disagree")
			c.Agree, c.Disagree = &agree, &disagree
		case 2:
			c.Bits = several(bits, 1).Draw(t, "bits")
		}
		e.Compare = append(e.Compare, c)
	}
	return e
}

// drawnRuleset makes any ruleset that can be written.
func drawnRuleset(t *rapid.T) *Ruleset {
	set := &Ruleset{Version: Version, Name: rapid.SampledFrom([]string{"", "yes", "نقد"}).Draw(t, "name"), Description: rapid.SampledFrom([]string{"", "two\nlines"}).Draw(t, "description"), Currency: rapid.SampledFrom([]string{"", "MAD"}).Draw(t, "currency")}
	if rapid.Bool().Draw(t, "mapping") {
		set.Mapping = Mapping{"left": {words.Draw(t, "column"): {Role: record.Amount, Type: record.Number, Written: "1234,56"}, "other": {Ignore: true}}, "no": {}}
	}
	if rapid.IntRange(0, 4).Draw(t, "auto") == 0 {
		set.Auto = true
		return set
	}
	if rapid.IntRange(0, 4).Draw(t, "pairs") == 0 {
		for _, sides := range [][]string{{"left", "right"}, {"12", "بنك"}}[:rapid.IntRange(1, 2).Draw(t, "pair")] {
			pair := Pair{Sides: sides}
			pair.Sign, pair.Evidence, pair.Passes = drawnPasses(t)
			for i := range pair.Passes {
				pair.Passes[i].Sides = nil
			}
			set.Pairs = append(set.Pairs, pair)
		}
		return set
	}
	set.Sign, set.Evidence, set.Passes = drawnPasses(t)
	return set
}

// drawnPasses makes what is done with two sources.
func drawnPasses(t *rapid.T) (sign Sign, evidence *Evidence, passes []Pass) {
	sign = rapid.SampledFrom([]Sign{"", AutoSign, Same, Opposite}).Draw(t, "sign")
	if rapid.Bool().Draw(t, "evidence") {
		evidence = drawnEvidence(t)
	}
	for _, name := range []string{"first", "12", "ثالث"}[:rapid.IntRange(1, 3).Draw(t, "passes")] {
		passes = append(passes, drawnPass(t, name))
	}
	for i := range passes {
		passes[i].Joint = passes[i].Kind == Scored && joins(passes, i) && rapid.Bool().Draw(t, "joint")
	}
	return sign, evidence, passes
}

func TestWhatIsWrittenIsReadBackTheSame(t *testing.T) {
	schema := judge(t)
	rapid.Check(t, func(rt *rapid.T) {
		set := drawnRuleset(rt)
		text := set.YAML()
		read, problems := Parse(text)
		if len(problems) > 0 {
			rt.Fatalf("%s\n%v", text, &problems[0])
		}
		if again := read.YAML(); !bytes.Equal(again, text) {
			rt.Fatalf("wrote\n%s\nand then\n%s", text, again)
		}
		read.places = nil
		if !reflect.DeepEqual(read, set) {
			rt.Fatalf("%s\nwas read as %+v, not %+v", text, read, set)
		}
		var document yaml.Node
		if err := yaml.Unmarshal(text, &document); err != nil {
			rt.Fatal(err)
		}
		if err := schema.Validate(plainly(t, document.Content[0])); err != nil {
			rt.Fatalf("%s\n%v", text, err)
		}
	})
}

func TestWhatTheSchemaCannotSayIsCheckedToo(t *testing.T) {
	for text, want := range map[string]string{
		pass + "{name: a, kind: sum}\n  - {name: a, kind: sum}":                                                         "recon_rules.name_twice",
		pass + "{name: a, kind: tolerance, date: {days: [3, 1]}}":                                                       "recon_rules.range_order",
		pass + "{name: a, kind: tolerance, amount: {absolute: [3, 1]}}":                                                 "recon_rules.range_order",
		pass + "{name: a, kind: tolerance, amount: {field: {name: x, last: 3}, absolute: 1}}":                           "recon_rules.plain_field",
		pass + "{name: a, kind: exact, fields: [{name: x, extract: '('}]}":                                              "recon_rules.bad_pattern",
		pass + "{name: a, kind: tolerance, fields: [{name: x, similar: 1, contains: 1}]}":                               "recon_rules.similar_and_contains",
		pass + "{name: a, kind: sum, where: {left: [{field: x, op: matches, value: '['}]}}":                             "recon_rules.bad_pattern",
		pass + "{name: a, kind: sum, where: {left: [{field: x, op: less, value: much}]}}":                               "recon_rules.number_or_date",
		pass + "{name: a, kind: sum, where: {left: [{field: x, op: is, value: [a, b]}]}}":                               "recon_rules.one_value",
		pass + "{name: a, kind: scored, joint: true}":                                                                   "recon_rules.joint_alone",
		pass + "{name: a, kind: scored, match: 0.5, suggest: 0.6}":                                                      "recon_rules.suggest_above_match",
		pass + "{name: a, kind: scored, of: sums, amount: equal}":                                                       "recon_rules.pairs_only",
		pass + "{name: a, kind: near, fields: [{name: x, similar: 0.5}], causes: {swapped_digits: true}}":               "recon_rules.near_anything",
		"version: 1\nevidence: {compare: [{kind: amount}, {kind: date, bits: [1]}]}\npasses: [{name: a, kind: scored}]": "recon_rules.some_weights",
		pairs + "{sides: [a, b], passes: [{name: a, kind: sum, sides: [a, b]}]}":                                        "recon_rules.sides_of_pair",
		pairs + "{sides: [a, b], passes: [{name: a, kind: sum}]}\n  - {sides: [a, b], passes: [{name: a, kind: sum}]}":  "recon_rules.pair_twice",
		pairs + "{sides: [a, b], passes: [{name: a, kind: sum}, {name: a, kind: sum}]}":                                 "recon_rules.name_twice",
		pairs + "{sides: [a, b], passes: [{name: a, kind: sum}]}\npasses: []":                                           "recon_rules.unknown_key",
		"version: 1\nauto: true\nversion: 1":                                                                            "recon_rules.key_twice",
		"version: 1\nauto: true\n---\nversion: 1":                                                                       "recon_rules.several_documents",
		"a: &x 1\nb: *x":               "recon_rules.references",
		"version: !!int 1\nauto: true": "recon_rules.references",
		"version: 1\n  auto: true":     "recon_rules.not_yaml",
		"version: 1\nauto: true\n1: 2": "recon_rules.key_text",
		"version: 1\nauto: true\nname: " + string(bytes.Repeat([]byte("x"), 201)): "recon_rules.long_text",
		"# " + string(bytes.Repeat([]byte("x"), mostBytes)):                       "recon_rules.too_long",
	} {
		_, problems := Parse([]byte(text))
		if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Key == want && p.Line > 0 }) {
			t.Errorf("%.200s: %v, want %s", text, problems, want)
		}
	}
}

func TestARulesetForTwoSourcesHasThePassesThatAreForThem(t *testing.T) {
	set, problems := Parse([]byte("version: 1\nmapping: {bank: {A: {role: id}}}\npasses:\n  - {name: any, kind: sum}\n  - {name: b, kind: sum, sides: [bank, ledger]}\n  - {name: c, kind: sum, sides: [right, source3]}"))
	if len(problems) > 0 {
		t.Fatal(&problems[0])
	}
	for _, c := range []struct {
		left, right []string
		want        []string
	}{
		{[]string{"left", "bank"}, []string{"right", "ledger"}, []string{"any", "b"}},
		{[]string{"right", "ledger"}, []string{"source3", "processor"}, []string{"any", "c"}},
		{[]string{"right", "ledger"}, []string{"left", "bank"}, []string{"any"}},
	} {
		var got []string
		for _, p := range set.For(c.left, c.right).Passes {
			got = append(got, p.Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v and %v: %v", c.left, c.right, got)
		}
	}
	sources := [][]string{{"left", "bank"}, {"right", "ledger"}, {"source3"}}
	if problem := set.Unknown(sources...); problem != nil {
		t.Error(problem)
	}
	if problem := set.Unknown(sources[:2]...); problem == nil || problem.Path != "passes[2].sides[1]" || problem.Line != 6 {
		t.Error(problem)
	}
	if problem := set.Unknown([]string{"left"}); problem == nil || problem.Path != "mapping.bank" || problem.Line != 2 {
		t.Error(problem)
	}
	if set.Columns("left", "bank")["A"].Role != record.ID || set.Columns("right") != nil {
		t.Errorf("%v", set.Mapping)
	}
}

func TestAJointPassWhosePartnerIsForOthersStandsAlone(t *testing.T) {
	set, problems := Parse([]byte("version: 1\npasses:\n  - {name: sums, kind: scored, of: sums, sides: [left, right]}\n  - {name: pairs, kind: scored, joint: true}"))
	if len(problems) > 0 {
		t.Fatal(&problems[0])
	}
	if both := set.For([]string{"left"}, []string{"right"}); len(both.Passes) != 2 || !both.Passes[1].Joint {
		t.Errorf("%+v", both.Passes)
	}
	if alone := set.For([]string{"right"}, []string{"source3"}); len(alone.Passes) != 1 || alone.Passes[0].Joint {
		t.Errorf("%+v", alone.Passes)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range slices.Concat(valid, invalid) {
		f.Add([]byte(text))
	}
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("version: 1\nevidence: {compare: [{kind: amount, bits: [-0.0]}]}\npasses: [{name: a, kind: scored}]")) // another zero
	f.Add([]byte("{? [x] : y}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, problems := Parse(data)
		if (set == nil) != (len(problems) > 0) {
			t.Fatalf("%v and %v", set, problems)
		}
		for _, p := range problems {
			if p.Line < 1 || p.Column < 0 || p.In("fr") == "" {
				t.Fatalf("%+v", p)
			}
		}
		if set == nil {
			return
		}
		again, problems := Parse(set.YAML())
		if len(problems) > 0 || !bytes.Equal(again.YAML(), set.YAML()) {
			t.Fatalf("%s\n%v", set.YAML(), problems)
		}
	})
}

func TestAPairOfSourcesHasItsOwnRules(t *testing.T) {
	set, problems := Parse([]byte(pairs + "{sides: [left, right], sign: opposite, passes: [{name: a, kind: sum}]}\n  - {sides: [right, source3], passes: [{name: a, kind: offset}]}"))
	if len(problems) > 0 {
		t.Fatal(&problems[0])
	}
	first, second, none := set.For([]string{"left"}, []string{"right"}), set.For([]string{"right"}, []string{"source3", "book"}), set.For([]string{"left"}, []string{"source3"})
	if first.Sign != Opposite || len(first.Passes) != 1 || first.Passes[0].Kind != Sum || second.Sign != "" || second.Passes[0].Kind != Offset || none.Passes != nil || none.Auto {
		t.Errorf("%+v, %+v, %+v", first, second, none)
	}
	if p := second.Problem("passes[0].kind", "x", nil); p.Line != 4 || p.Path != "pairs[1].passes[0].kind" {
		t.Errorf("a problem of the second pair stands at %+v", p)
	}
	if p := set.Unknown([]string{"left"}, []string{"right"}); p == nil || p.Path != "pairs[1].sides[1]" {
		t.Errorf("the third source that is not there: %+v", p)
	}
}

const pairs = "version: 1\npairs:\n  - "
