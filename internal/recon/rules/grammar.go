package rules

import (
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// Bounds of what a ruleset may hold.
const (
	mostBytes      = 1 << 20
	mostPasses     = 100
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
	version := &shape{form: whole, title: "Version", about: "The version of this language.", constant: "1"}
	name := &shape{form: text, title: "Name", about: "What people call the ruleset.", most: limit(mostLetters)}
	about := &shape{form: text, title: "Description", about: "What it is for.", most: limit(mostWordy)}
	currency := &shape{form: text, title: "Currency", about: "The currency of amounts that name none, a code of three letters.", like: "MAD", least: limit(3), most: limit(3)}
	always := []key{{"version", version, true}, {"name", name, false}, {"description", about, false}, {"currency", currency, false}, {"mapping", mappingShape(), false}}
	auto := &shape{form: object, title: "Automatic", about: "All is found out from the data.", keys: append(always[:len(always):len(always)],
		key{"auto", &shape{form: truth, constant: "true", about: "All is found out from the data, as without a ruleset."}, true})}
	written := &shape{form: object, title: "Written rules", about: "Passes, each of which works on what earlier ones left open.", keys: append(always[:len(always):len(always)],
		key{"sign", word("How the amounts of both sides relate: the same sign, the opposite one, or found out from the data (the default).", string(Same), string(Opposite), string(AutoSign)), false},
		key{"evidence", evidenceShape(), false},
		key{"passes", listOf(passShape(), 1, mostPasses, "The passes in their order.", "[{name: by reference, kind: exact, fields: [reference]}]"), true})}
	return &shape{form: variants, title: "Ruleset", about: "How two sets of records are reconciled.", kinds: []variant{{"auto", auto}, {"", written}},
		like: "{version: 1, passes: [{name: by reference, kind: exact, fields: [reference]}]}"}
}

func mappingShape() *shape {
	roles := word("What the column is for.", string(record.ID), string(record.DateRole), string(record.Amount), string(record.Debit), string(record.Credit), string(record.Currency),
		string(record.Counterparty), string(record.Reference), string(record.Description), string(record.Attribute))
	types := word("What its values are.", string(record.Text), string(record.Number), string(record.Date))
	column := &shape{form: object, name: "mapped", keys: []key{
		{"role", roles, false}, {"type", types, false},
		{"written", word("How its values are written.", "yyyy-mm-dd", "dd/mm/yyyy", "mm/dd/yyyy", "1234", "1234.56", "1234,56"), false},
		{"ignore", &shape{form: truth, about: "The column takes no part."}, false},
	}, like: "{role: amount, written: '1234,56'}"}
	side := &shape{form: records, item: column, most: limit(mostNames), like: "{Montant: {role: amount}}"}
	return &shape{form: records, title: "Mapping", item: side, most: limit(8), like: "{left: {Montant: {role: amount, written: '1234,56'}}}",
		about: "By side (left, right, source3 and so on, or the name of a source) and column: what the column is. What is left out is found out from the data."}
}

// keyShape is a field that must be equal.
func keyShape() *shape {
	return &shape{form: choice, name: "key", title: "Field", options: []*shape{fieldName(), fieldObject(nil)}, like: "{left: Libellé, right: description}",
		about: "What must be equal, but for case, accents and spaces: one name for both sides, or the column of each."}
}

// fieldShape is a field that may also be similar.
func fieldShape() *shape {
	return &shape{form: choice, name: "field", title: "Field", like: "{left: Libellé, right: description, similar: 0.8}",
		about: "What is compared: one name for both sides, or the column of each. Without similar or contains it must be equal, but for case, accents and spaces.",
		options: []*shape{fieldName(), fieldObject([]key{
			{"similar", &shape{form: number, about: "How alike both must be at least, word by word, rare words counting more: above 0, up to 1.", least: limit(0), over: true, most: limit(1)}, false},
			{"contains", &shape{form: number, about: "How much of the shorter one the longer one must say at least: above 0, up to 1.", least: limit(0), over: true, most: limit(1)}, false},
		})}}
}

func fieldName() *shape {
	return column("A column by its name, or else a role: amount, date, reference, counterparty, description, currency, id.")
}

func fieldObject(more []key) *shape {
	return &shape{form: object, keys: append([]key{
		{"name", column("The column of both sides, or their role."), false},
		{"left", column("The column or role of the left side."), false},
		{"right", column("The column or role of the right side."), false},
		{"extract", &shape{form: text, about: "A regular expression (RE2): what it finds, or its first group, is compared in place of the whole value. What it does not find is missing.", like: `'KH\d+'`, least: limit(1), most: limit(mostWordy)}, false},
		{"last", &shape{form: whole, about: "Only so many letters and digits at the end are compared; a value with fewer is missing.", least: limit(1), most: limit(mostLetters)}, false},
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
		{form: form, least: limit(0), most: &farthest, about: "As much either way."},
		{form: list, item: ends, least: limit(2), most: limit(2), about: "From and to."},
	}}
}

const farthestAmount = 1e12

func amountShape() *shape {
	return &shape{form: choice, name: "amount", title: "Amount", about: "How far the amounts may lie apart, left less right.", like: "{absolute: 0.05}", options: []*shape{
		{form: text, words: []string{"equal"}},
		{form: object, keys: []key{
			{"field", fieldShape(), false},
			{"absolute", rangeShape("In units of the currency. With per cent, both limits hold.", number, farthestAmount), false},
			{"percent", rangeShape("Of the larger amount.", number, 100), false},
		}, some: []string{"absolute", "percent"}, like: "{absolute: 0.05}"},
	}}
}

func dateShape() *shape {
	return &shape{form: choice, name: "date", title: "Date", about: "How many days may lie between the dates, right less left.", like: "{days: [0, 5]}", options: []*shape{
		{form: text, words: []string{"equal"}},
		{form: object, keys: []key{
			{"field", fieldShape(), false},
			{"days", rangeShape("Calendar days.", whole, mostDays), false},
			{"business_days", rangeShape("Days from Monday to Friday.", whole, mostDays), false},
		}, either: [][]string{{"days"}, {"business_days"}}, like: "{days: [0, 5]}"},
	}}
}

func whereShape() *shape {
	value := &shape{form: choice, like: "MAD", options: []*shape{{form: text, most: limit(mostWordy)}, {form: number},
		{form: list, least: limit(1), most: limit(mostNames), item: &shape{form: choice, like: "MAD", options: []*shape{{form: text, most: limit(mostWordy)}, {form: number}}}}}}
	field := column("A column by its name, or else a role.")
	unary := func(op Op) variant {
		return variant{string(op), &shape{form: object, keys: []key{{"field", field, true}, {"op", word("", string(op)), true}}}}
	}
	binary := func(op Op) variant {
		return variant{string(op), &shape{form: object, keys: []key{{"field", field, true}, {"op", word("", string(op)), true}, {"value", value, true}}}}
	}
	condition := &shape{form: variants, name: "condition", title: "Condition", by: "op", about: "less, at_most, more and at_least compare amounts, numbers and dates (2026-11-22), the others texts.", like: "{field: currency, op: is, value: MAD}",
		kinds: []variant{binary(Is), binary(IsNot), binary(OneOf), binary(Contains), binary(StartsWith), binary(EndsWith), binary(Matches), binary(Less), binary(AtMost), binary(More), binary(AtLeast), unary(Empty), unary(Filled)}}
	conditions := listOf(condition, 1, mostConditions, "All of them must hold.", "[{field: currency, op: is, value: MAD}]")
	return &shape{form: object, name: "where", title: "Where", about: "Limits the pass to some records.", keys: []key{{Left, conditions, false}, {Right, conditions, false}}, like: "{left: [{field: currency, op: is, value: MAD}]}"}
}

func causesShape() *shape {
	cause := func(about string) *shape {
		return &shape{form: object, about: about, keys: []key{
			{"absolute", &shape{form: number, about: "In units of the currency. With per cent, both limits hold.", least: limit(0), over: true, most: limit(farthestAmount)}, false},
			{"percent", &shape{form: number, about: "Of the larger amount.", least: limit(0), over: true, most: limit(100)}, false},
		}, some: []string{"absolute", "percent"}, like: "{percent: 4}"}
	}
	return &shape{form: object, title: "Causes", about: "The differences that are taken for breaks. The first that fits names the cause, in the order in which they stand here.", keys: []key{
		{"rounding", cause("The amounts differ by a few cents."), false},
		{"swapped_digits", &shape{form: truth, about: "Two neighbouring digits changed places."}, false},
		{"fee", cause("Something was kept back."), false},
		{"exchange_rate", cause("The currencies are not the same, or not known."), false},
		{"date_shift", &shape{form: whole, about: "The amounts agree, and the dates lie up to so many days outside the limits of the pass.", least: limit(1), most: limit(mostDays)}, false},
		{"other", cause("Any other difference."), false},
	}, some: []string{"rounding", "swapped_digits", "fee", "exchange_rate", "date_shift", "other"}, like: "{swapped_digits: true, fee: {percent: 4}}"}
}

func passShape() *shape {
	always := []key{
		{"name", word("What reports call the pass; no two have one name."), true},
		{"finds", word("What becomes of what it finds: a match (the default), or a suggestion that a person decides on.", string(Match), string(Suggest)), false},
		{"sides", listOf(word("The name of a source, or left, right, source3 and so on."), 2, 2, "With three and more sources: the two that the pass is for. Without it, any two neighbours.", "[bank, ledger]"), false},
		{"where", whereShape(), false},
	}
	ambiguity := key{"ambiguity", word("Where a record could go with several: unique takes only what has one answer, seen from either side (the default); best takes what is best for all together; earliest is first in, first out.",
		string(Unique), string(Best), string(Earliest)), false}
	fields := func(required bool) key {
		return key{"fields", listOf(fieldShape(), 1, mostFields, "What must be equal, or similar.", "[reference, {left: Libellé, right: counterparty, similar: 0.8}]"), required}
	}
	keys := func(required bool) key {
		return key{"fields", listOf(keyShape(), 1, mostFields, "What must be equal.", "[reference, {left: Libellé, right: document, extract: 'KH\\d+'}]"), required}
	}
	amount, date := key{"amount", amountShape(), false}, key{"date", dateShape(), false}
	members := key{"members", &shape{form: whole, about: "How many records may add up.", least: limit(2), most: limit(mostMembers)}, false}
	kind := func(k Kind, about string, some []string, own ...key) variant {
		keys := append(always[:len(always):len(always)], key{"kind", word("What the pass does.", string(k)), true})
		return variant{string(k), &shape{form: object, name: "pass_" + string(k), title: string(k), about: about, keys: append(keys, own...), some: some}}
	}
	chance := func(about string) *shape { return &shape{form: number, about: about, least: limit(0), most: limit(1)} }
	shapes := listOf(word("", string(result.OneToOne), string(result.OneToMany), string(result.ManyToOne), string(result.ManyToMany)), 1, 4,
		"Which shapes it finds; the default is all but one_to_one.", "[many_to_one]")
	return &shape{form: variants, title: "Pass", by: "kind", like: "{name: by reference, kind: exact, fields: [reference]}", kinds: []variant{
		kind(Exact, "One to one, where all fields are equal.", nil, keys(true), ambiguity),
		kind(Tolerance, "One to one, where amounts and dates lie within limits and the fields are equal or similar.", []string{"amount", "date", "fields"}, fields(false), amount, date, ambiguity),
		kind(Group, "All records with the same key, where their sums agree.", nil, keys(true), amount, date, key{"shapes", shapes, false}),
		kind(Sum, "One record and several of the other side that add up to it.", nil,
			key{"side", word("The side of the one record; without it, either.", Left, Right), false}, keys(false), amount, date,
			key{"span", &shape{form: whole, about: "Days from the first to the last of those that add up.", least: limit(0), most: limit(mostDays)}, false}, members, ambiguity),
		kind(Offset, "Records of one side that cancel out.", nil,
			key{"side", word("The side; without it, both.", Left, Right), false}, keys(false), date, members, ambiguity),
		kind(Scored, "What the evidence speaks for: how often each finding is seen among records that belong together, against how often by chance.", nil,
			key{"of", word("Pairs of both sides (the default), offsets of one side, or sums.", string(Pairs), string(Offsets), string(Sums)), false},
			key{"joint", &shape{form: truth, about: "Decided together with the scored pass before, for the same records: sums and pairs."}, false},
			fields(false), amount, date,
			key{"match", chance("The chance from which a find is a match (0.5 without it)."), false},
			key{"suggest", chance("The chance from which it is a suggestion, below match."), false},
			key{"ambiguity", word("Always best.", string(Best)), false}),
		kind(Near, "One to one: surely the same, but with another amount or date. What it finds is a break with a cause.", nil, fields(true), date, key{"causes", causesShape(), true}, ambiguity),
	}}
}

func evidenceShape() *shape {
	columns := listOf(column("A column by its name."), 1, mostNames, "Columns that are read as one text.", "[counterparty, description]")
	bits := &shape{form: number, least: limit(-100), most: limit(100)}
	weights := []key{
		{"agree", &shape{form: number, about: "Bits that full agreement speaks for a pair.", least: limit(-100), most: limit(100)}, false},
		{"disagree", &shape{form: number, about: "Bits that no agreement speaks for it: below zero, against. What lies between counts in proportion.", least: limit(-100), most: limit(100)}, false},
		{"bits", listOf(bits, 1, mostNames, "Bits of each level, as they were learnt.", "[0, 9.5, 3.1, -4]"), false},
	}
	either := [][]string{{"agree", "disagree"}, {"bits"}}
	name := key{"name", word("What explanations call it."), false}
	kind := func(k ComparisonKind, about string, own ...key) variant {
		keys := append([]key{{"kind", word("What is compared.", string(k)), true}, name}, own...)
		return variant{string(k), &shape{form: object, about: about, keys: append(keys, weights...), either: either, maybe: true}}
	}
	comparison := &shape{form: variants, title: "Comparison", by: "kind", like: "{kind: amount, agree: 9, disagree: -4}", kinds: []variant{
		kind(AmountComparison, "The amounts: equal, digits swapped, or apart by a share."),
		kind(DateComparison, "The dates: each number of days from the left to the right one."),
		kind(TextComparison, "Texts, word by word, rare words counting more.", key{"left", columns, true}, key{"right", columns, true},
			key{"part", &shape{form: truth, about: "The right text is looked for in the left one, which may say more."}, false}),
	}}
	return &shape{form: object, title: "Evidence", about: "What scored passes compare, and how much each finding weighs. Without weights, they are learnt from the data.", keys: []key{
		{"prior", &shape{form: number, about: "Bits that speak for any pair before it is looked at, usually far below zero. Without it, it is learnt, or follows from how many records there are.", least: limit(-100), most: limit(100)}, false},
		{"compare", listOf(comparison, 1, mostNames, "What is compared. Without weights in any of them, all are learnt.", "[{kind: amount}, {kind: date}, {kind: text, left: [Libellé], right: [counterparty]}]"), true},
	}, like: "{compare: [{kind: amount}, {kind: date}]}"}
}
