package rules

import (
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// Bounds of what a ruleset may hold.
const (
	mostBytes      = 1 << 20
	mostPasses     = 100
	mostPairs      = 56 // of eight sources, in either order
	mostFields     = 20
	mostConditions = 50
	mostNames      = 1000 // columns, compared levels
	mostLetters    = 200
	mostWordy      = 2000 // letters of descriptions and patterns
	mostDays       = 4000
	mostMembers    = 50
)

// grammar is the whole language.
var grammar = rulesetShape()

func word(about string, words ...string) *shape {
	return &shape{form: text, about: about, words: words, least: limit(1), most: limit(mostLetters)}
}

func listOf(item *shape, least, most float64, about, like string) *shape {
	return &shape{form: list, item: item, least: limit(least), most: limit(most), about: about, like: like}
}

func rulesetShape() *shape {
	version := &shape{form: whole, title: "Version", about: "recon_reference.version", constant: "1"}
	name := &shape{form: text, title: "Name", about: "recon_reference.name", most: limit(mostLetters)}
	about := &shape{form: text, title: "Description", about: "recon_reference.description", most: limit(mostWordy)}
	currency := &shape{form: text, title: "Currency", about: "recon_reference.currency", like: "MAD", least: limit(3), most: limit(3)}
	always := []key{{"version", version, true}, {"name", name, false}, {"description", about, false}, {"currency", currency, false}, {"mapping", mappingShape(), false}}
	auto := &shape{form: object, title: "Automatic", about: "recon_reference.automatic", keys: append(always[:len(always):len(always)],
		key{"auto", &shape{form: truth, constant: "true", about: "recon_reference.auto"}, true})}
	what := []key{
		{"sign", word("recon_reference.sign", string(Same), string(Opposite), string(AutoSign)), false},
		{"evidence", evidenceShape(), false},
		{"passes", listOf(passShape(), 1, mostPasses, "recon_reference.passes", "[{name: by reference, kind: exact, fields: [reference]}]"), true},
	}
	written := &shape{form: object, title: "Written rules", about: "recon_reference.written", keys: append(always[:len(always):len(always)], what...)}
	sides := listOf(word("recon_reference.side_name"), 2, 2, "recon_reference.two_sources", "[left, right]")
	pair := &shape{form: object, name: "pair", about: "recon_reference.pair", keys: append([]key{{"sides", sides, true}}, what...),
		like: "{sides: [left, right], passes: [{name: by reference, kind: exact, fields: [reference]}]}"}
	paired := &shape{form: object, title: "Rules by pair", about: "recon_reference.paired", keys: append(always[:len(always):len(always)],
		key{"pairs", listOf(pair, 1, mostPairs, "recon_reference.pairs",
			"[{sides: [left, right], passes: [{name: by reference, kind: exact, fields: [reference]}]}]"), true})}
	return &shape{form: variants, title: "Ruleset", about: "recon_reference.ruleset", kinds: []variant{{"auto", auto}, {"pairs", paired}, {"", written}},
		like: "{version: 1, passes: [{name: by reference, kind: exact, fields: [reference]}]}"}
}

func mappingShape() *shape {
	roles := word("recon_reference.role", string(record.ID), string(record.DateRole), string(record.Amount), string(record.Debit), string(record.Credit), string(record.Currency),
		string(record.Counterparty), string(record.Reference), string(record.Description), string(record.Attribute))
	types := word("recon_reference.type", string(record.Text), string(record.Number), string(record.Date))
	column := &shape{form: object, name: "mapped", keys: []key{
		{"role", roles, false}, {"type", types, false},
		{"written", word("recon_reference.form", "yyyy-mm-dd", "dd/mm/yyyy", "mm/dd/yyyy", "1234", "1234.56", "1234,56"), false},
		{"ignore", &shape{form: truth, about: "recon_reference.ignore"}, false},
	}, like: "{role: amount, written: '1234,56'}"}
	side := &shape{form: records, item: column, most: limit(mostNames), like: "{Montant: {role: amount}}"}
	return &shape{form: records, title: "Mapping", item: side, most: limit(8), like: "{left: {Montant: {role: amount, written: '1234,56'}}}",
		about: "recon_reference.mapping"}
}

// keyShape is a field that must be equal.
func keyShape() *shape {
	return &shape{form: choice, name: "key", title: "Field", options: []*shape{fieldName(), fieldObject(nil)}, like: "{left: Libellé, right: description}",
		about: "recon_reference.key"}
}

// fieldShape is a field that may also be similar.
func fieldShape() *shape {
	return &shape{form: choice, name: "field", title: "Field", like: "{left: Libellé, right: description, similar: 0.8}",
		about: "recon_reference.field",
		options: []*shape{fieldName(), fieldObject([]key{
			{"similar", &shape{form: number, about: "recon_reference.similar", least: limit(0), over: true, most: limit(1)}, false},
			{"contains", &shape{form: number, about: "recon_reference.contains", least: limit(0), over: true, most: limit(1)}, false},
		})}}
}

func fieldName() *shape {
	return column("recon_reference.field_name")
}

func fieldObject(more []key) *shape {
	return &shape{form: object, keys: append([]key{
		{"name", column("recon_reference.field_both"), false},
		{"left", column("recon_reference.field_left"), false},
		{"right", column("recon_reference.field_right"), false},
		{"extract", &shape{form: text, about: "recon_reference.extract", like: `'KH\d+'`, least: limit(1), most: limit(mostWordy)}, false},
		{"last", &shape{form: whole, about: "recon_reference.last", least: limit(1), most: limit(mostLetters)}, false},
	}, more...), either: [][]string{{"name"}, {"left", "right"}}, like: "{left: Libellé, right: description}"}
}

// column is the name of one.
func column(about string) *shape {
	return &shape{form: text, about: about, least: limit(1), most: limit(mostWordy)}
}

func rangeShape(about string, form form, farthest float64) *shape {
	least := -farthest
	ends := &shape{form: form, least: &least, most: &farthest}
	return &shape{form: choice, about: about, like: "[0, 5]", options: []*shape{
		{form: form, least: limit(0), most: &farthest, about: "recon_reference.range_number"},
		{form: list, item: ends, least: limit(2), most: limit(2), about: "recon_reference.range_ends"},
	}}
}

const farthestAmount = 1e12

func amountShape() *shape {
	return &shape{form: choice, name: "amount", title: "Amount", about: "recon_reference.amount", like: "{absolute: 0.05}", options: []*shape{
		{form: text, words: []string{"equal"}},
		{form: object, keys: []key{
			{"field", fieldShape(), false},
			{"absolute", rangeShape("recon_reference.amount_units", number, farthestAmount), false},
			{"percent", rangeShape("recon_reference.amount_percent", number, 100), false},
		}, some: []string{"absolute", "percent"}, like: "{absolute: 0.05}"},
	}}
}

func dateShape() *shape {
	return &shape{form: choice, name: "date", title: "Date", about: "recon_reference.date", like: "{days: [0, 5]}", options: []*shape{
		{form: text, words: []string{"equal"}},
		{form: object, keys: []key{
			{"field", fieldShape(), false},
			{"days", rangeShape("recon_reference.days", whole, mostDays), false},
			{"business_days", rangeShape("recon_reference.business_days", whole, mostDays), false},
		}, either: [][]string{{"days"}, {"business_days"}}, like: "{days: [0, 5]}"},
	}}
}

func whereShape() *shape {
	value := &shape{form: choice, like: "MAD", options: []*shape{{form: text, most: limit(mostWordy)}, {form: number},
		{form: list, least: limit(1), most: limit(mostNames), item: &shape{form: choice, like: "MAD", options: []*shape{{form: text, most: limit(mostWordy)}, {form: number}}}}}}
	field := column("recon_reference.condition_field")
	unary := func(op Op) variant {
		return variant{string(op), &shape{form: object, keys: []key{{"field", field, true}, {"op", word("", string(op)), true}}}}
	}
	binary := func(op Op) variant {
		return variant{string(op), &shape{form: object, keys: []key{{"field", field, true}, {"op", word("", string(op)), true}, {"value", value, true}}}}
	}
	condition := &shape{form: variants, name: "condition", title: "Condition", by: "op", about: "recon_reference.condition", like: "{field: currency, op: is, value: MAD}",
		kinds: []variant{binary(Is), binary(IsNot), binary(OneOf), binary(Contains), binary(StartsWith), binary(EndsWith), binary(Matches), binary(Less), binary(AtMost), binary(More), binary(AtLeast), unary(Empty), unary(Filled)}}
	conditions := listOf(condition, 1, mostConditions, "recon_reference.conditions", "[{field: currency, op: is, value: MAD}]")
	return &shape{form: object, name: "where", title: "Where", about: "recon_reference.where", keys: []key{{Left, conditions, false}, {Right, conditions, false}}, like: "{left: [{field: currency, op: is, value: MAD}]}"}
}

func causesShape() *shape {
	cause := func(about string) *shape {
		return &shape{form: object, about: about, keys: []key{
			{"absolute", &shape{form: number, about: "recon_reference.amount_units", least: limit(0), over: true, most: limit(farthestAmount)}, false},
			{"percent", &shape{form: number, about: "recon_reference.amount_percent", least: limit(0), over: true, most: limit(100)}, false},
		}, some: []string{"absolute", "percent"}, like: "{percent: 4}"}
	}
	return &shape{form: object, title: "Causes", about: "recon_reference.causes", keys: []key{
		{"rounding", cause("recon_reference.rounding"), false},
		{"swapped_digits", &shape{form: truth, about: "recon_reference.swapped_digits"}, false},
		{"fee", cause("recon_reference.fee"), false},
		{"exchange_rate", cause("recon_reference.exchange_rate"), false},
		{"date_shift", &shape{form: whole, about: "recon_reference.date_shift", least: limit(1), most: limit(mostDays)}, false},
		{"other", cause("recon_reference.other_cause"), false},
	}, some: []string{"rounding", "swapped_digits", "fee", "exchange_rate", "date_shift", "other"}, like: "{swapped_digits: true, fee: {percent: 4}}"}
}

func passShape() *shape {
	always := []key{
		{"name", word("recon_reference.pass_name"), true},
		{"finds", word("recon_reference.finds", string(Match), string(Suggest)), false},
		{"sides", listOf(word("recon_reference.side_name"), 2, 2, "recon_reference.sides", "[bank, ledger]"), false},
		{"where", whereShape(), false},
	}
	ambiguity := key{"ambiguity", word("recon_reference.ambiguity",
		string(Unique), string(Best), string(Earliest)), false}
	fields := func(required bool) key {
		return key{"fields", listOf(fieldShape(), 1, mostFields, "recon_reference.fields", "[reference, {left: Libellé, right: counterparty, similar: 0.8}]"), required}
	}
	keys := func(required bool) key {
		return key{"fields", listOf(keyShape(), 1, mostFields, "recon_reference.keys", "[reference, {left: Libellé, right: document, extract: 'KH\\d+'}]"), required}
	}
	amount, date := key{"amount", amountShape(), false}, key{"date", dateShape(), false}
	members := key{"members", &shape{form: whole, about: "recon_reference.members", least: limit(2), most: limit(mostMembers)}, false}
	kind := func(k Kind, about string, some []string, own ...key) variant {
		keys := append(always[:len(always):len(always)], key{"kind", word("recon_reference.kind", string(k)), true})
		return variant{string(k), &shape{form: object, name: "pass_" + string(k), title: string(k), about: about, keys: append(keys, own...), some: some}}
	}
	chance := func(about string) *shape { return &shape{form: number, about: about, least: limit(0), most: limit(1)} }
	shapes := listOf(word("", string(result.OneToOne), string(result.OneToMany), string(result.ManyToOne), string(result.ManyToMany)), 1, 4,
		"recon_reference.shapes", "[many_to_one]")
	return &shape{form: variants, title: "Pass", by: "kind", like: "{name: by reference, kind: exact, fields: [reference]}", kinds: []variant{
		kind(Exact, "recon_reference.exact", nil, keys(true), ambiguity),
		kind(Tolerance, "recon_reference.tolerance", []string{"amount", "date", "fields"}, fields(false), amount, date, ambiguity),
		kind(Group, "recon_reference.group", nil, keys(true), amount, date, key{"shapes", shapes, false}),
		kind(Sum, "recon_reference.sum", nil,
			key{"side", word("recon_reference.sum_side", Left, Right), false}, keys(false), amount, date,
			key{"span", &shape{form: whole, about: "recon_reference.span", least: limit(0), most: limit(mostDays)}, false}, members, ambiguity),
		kind(Offset, "recon_reference.offset", nil,
			key{"side", word("recon_reference.offset_side", Left, Right), false}, keys(false), date, members, ambiguity),
		kind(Scored, "recon_reference.scored", nil,
			key{"of", word("recon_reference.of", string(Pairs), string(Offsets), string(Sums)), false},
			key{"joint", &shape{form: truth, about: "recon_reference.joint"}, false},
			fields(false), amount, date,
			key{"match", chance("recon_reference.match"), false},
			key{"suggest", chance("recon_reference.suggest"), false},
			key{"ambiguity", word("recon_reference.always_best", string(Best)), false}),
		kind(Near, "recon_reference.near", nil, fields(true), date, key{"causes", causesShape(), true}, ambiguity),
	}}
}

func evidenceShape() *shape {
	columns := listOf(column("recon_reference.column"), 1, mostNames, "recon_reference.columns", "[counterparty, description]")
	bits := &shape{form: number, least: limit(-100), most: limit(100)}
	weights := []key{
		{"agree", &shape{form: number, about: "recon_reference.agree", least: limit(-100), most: limit(100)}, false},
		{"disagree", &shape{form: number, about: "recon_reference.disagree", least: limit(-100), most: limit(100)}, false},
		{"bits", listOf(bits, 1, mostNames, "recon_reference.bits", "[0, 9.5, 3.1, -4]"), false},
	}
	either := [][]string{{"agree", "disagree"}, {"bits"}}
	name := key{"name", word("recon_reference.evidence_name"), false}
	kind := func(k ComparisonKind, about string, own ...key) variant {
		keys := append([]key{{"kind", word("recon_reference.compared", string(k)), true}, name}, own...)
		return variant{string(k), &shape{form: object, about: about, keys: append(keys, weights...), either: either, maybe: true}}
	}
	comparison := &shape{form: variants, title: "Comparison", by: "kind", like: "{kind: amount, agree: 9, disagree: -4}", kinds: []variant{
		kind(AmountComparison, "recon_reference.compare_amount"),
		kind(DateComparison, "recon_reference.compare_date"),
		kind(TextComparison, "recon_reference.compare_text", key{"left", columns, true}, key{"right", columns, true},
			key{"part", &shape{form: truth, about: "recon_reference.part"}, false}),
	}}
	return &shape{form: object, name: "evidence", title: "Evidence", about: "recon_reference.evidence", keys: []key{
		{"prior", &shape{form: number, about: "recon_reference.prior", least: limit(-100), most: limit(100)}, false},
		{"compare", listOf(comparison, 1, mostNames, "recon_reference.compare", "[{kind: amount}, {kind: date}, {kind: text, left: [Libellé], right: [counterparty]}]"), true},
	}, like: "{compare: [{kind: amount}, {kind: date}]}"}
}
