// Package rules is the language in which people say how two sets of records are reconciled: a ruleset, written in YAML, read with every
// mistake named by line and column, and written back in one form. What a ruleset does to records is package match's.
package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// Version is the version of the language that this package reads and writes.
const Version = 1

// Ruleset is an ordered list of passes, each of which works on what earlier ones left open, or such a list for each two of several sources,
// or the word that all is to be found out from the data.
type Ruleset struct {
	Version     int             `yaml:"version"`
	Name        string          `yaml:"name,omitempty"`
	Description string          `yaml:"description,omitempty"`
	Auto        bool            `yaml:"auto,omitempty"` // excludes Sign, Evidence, Passes and Pairs
	Sign        Sign            `yaml:"sign,omitempty"`
	Currency    string          `yaml:"currency,omitempty"` // of amounts that name none, a code of three letters
	Mapping     Mapping         `yaml:"mapping,omitempty"`
	Evidence    *Evidence       `yaml:"evidence,omitempty"` // of passes of the kind scored; nil: learnt from all columns
	Passes      []Pass          `yaml:"passes,omitempty"`
	Pairs       []Pair          `yaml:"pairs,omitempty"` // in place of Sign, Evidence and Passes
	places      map[string]spot // of each part in the text it was read from, by path
	within      string          // the path of the part of the text that this ruleset was, with a dot
}

// Pair is what is done with two of several sources.
type Pair struct {
	Sides    []string  `yaml:"sides,flow"` // two
	Sign     Sign      `yaml:"sign,omitempty"`
	Evidence *Evidence `yaml:"evidence,omitempty"`
	Passes   []Pass    `yaml:"passes"`
}

// Sign says how the amounts of the two sides relate.
type Sign string

// The closed set of signs. The zero value is AutoSign.
const (
	AutoSign Sign = "auto"     // the relation by which more amounts agree
	Same     Sign = "same"     // what is +10 on the left is +10 on the right
	Opposite Sign = "opposite" // what is +10 on the left is -10 on the right
)

// Mapping is what is said about the columns of each side, by left, right, source3 and so on, or by the name of a source.
type Mapping map[string]record.Mapping

// Kind is what a pass does.
type Kind string

// The closed set of kinds.
const (
	Exact     Kind = "exact"
	Tolerance Kind = "tolerance"
	Group     Kind = "group"
	Sum       Kind = "sum"
	Offset    Kind = "offset"
	Scored    Kind = "scored"
	Near      Kind = "near"
)

// Finds says what becomes of what a pass finds.
type Finds string

// The closed set. The zero value is Match.
const (
	Match   Finds = "match"
	Suggest Finds = "suggest"
)

// Ambiguity says what is done where a record could go with several.
type Ambiguity string

// The closed set. The zero value is Unique, and Best for passes of the kind scored.
const (
	Unique   Ambiguity = "unique"   // only what has one answer, seen from either side
	Best     Ambiguity = "best"     // the choice that is best for all together
	Earliest Ambiguity = "earliest" // first in, first out
)

// Pass is one step. Which of its fields have a meaning depends on Kind; Parse refuses the others.
type Pass struct {
	Name      string    `yaml:"name"`
	Kind      Kind      `yaml:"kind"`
	Finds     Finds     `yaml:"finds,omitempty"`
	Ambiguity Ambiguity `yaml:"ambiguity,omitempty"`
	Sides     []string  `yaml:"sides,flow,omitempty"` // the two sources it is for; none: any two
	Where     *Where    `yaml:"where,omitempty"`

	Side   string        `yaml:"side,omitempty"` // offset: left, right; empty: both. sum: the side of the one record; empty: either
	Fields []Field       `yaml:"fields,omitempty"`
	Amount *AmountLimit  `yaml:"amount,omitempty"`
	Date   *DateLimit    `yaml:"date,omitempty"`
	Span   *int          `yaml:"span,omitempty"`    // sum: days between members
	Most   int           `yaml:"members,omitempty"` // sum and offset: records that add up
	Shapes []result.Kind `yaml:"shapes,flow,omitempty"`
	Causes *Causes       `yaml:"causes,omitempty"`

	Of      Of       `yaml:"of,omitempty"`      // scored
	Joint   bool     `yaml:"joint,omitempty"`   // scored: decided together with the pass before
	Match   *float64 `yaml:"match,omitempty"`   // scored: chance from which a find is a match; nil: DefaultMatch
	Suggest *float64 `yaml:"suggest,omitempty"` // scored: chance from which it is a suggestion; nil: any
}

// Of is what a scored pass looks for.
type Of string

// The closed set. The zero value is Pairs.
const (
	Pairs   Of = "pairs"
	Offsets Of = "offsets" // records of one side that cancel out
	Sums    Of = "sums"    // a record and several of the other side that add up to it
)

// DefaultMatch is the chance from which what a scored pass finds is a match.
const DefaultMatch = 0.5

// DefaultMembers bounds how many records may add up to one, where a pass does not say.
const DefaultMembers = 12

// Side words of passes and of mappings.
const (
	Left  = "left"
	Right = "right"
)

// Field is what is compared: a column of each side. A name is a column's, or else a role (amount, date, reference, counterparty,
// description, currency, id).
type Field struct {
	Left, Right string
	Extract     string  // a regular expression (RE2): its first group, or all of it, is compared in place of the value
	Last        int     // only so many letters and digits at the end are compared; 0: all
	Similar     float64 // from 0 to 1: how alike both are, word by word; 0: equal
	Contains    float64 // from 0 to 1: how much of the shorter one the longer one says; 0: equal
}

// Key says whether the field must be equal.
func (f Field) Key() bool { return f.Similar == 0 && f.Contains == 0 }

// AmountLimit says how far amounts may lie apart, left less right, with the sign of the ruleset applied. Where both limits are given, both hold.
type AmountLimit struct {
	Field    *Field // nil: the role amount
	Absolute *Range // in units of the currency, not in minor ones
	Percent  *Range // of the larger amount
}

// DateLimit says how many days may lie between dates, right less left. One of both is given.
type DateLimit struct {
	Field        *Field // nil: the role date
	Days         *Range
	BusinessDays *Range // Monday to Friday
}

// Range is an interval with its ends. A single number n stands for -n to n.
type Range struct{ From, To float64 }

// Where limits a pass to some records of each side.
type Where struct {
	Left  []Condition `yaml:"left,omitempty"`
	Right []Condition `yaml:"right,omitempty"`
}

// Condition is a test of a record's value.
type Condition struct {
	Field string   `yaml:"field"`
	Op    Op       `yaml:"op"`
	Value []string `yaml:"-"` // one, for OneOf more, for Empty and Filled none
}

// Op compares a value with a given one.
type Op string

// The closed set. Less to AtMost compare numbers and dates, the others texts, without regard to case and accents.
const (
	Is         Op = "is"
	IsNot      Op = "is_not"
	OneOf      Op = "one_of"
	Contains   Op = "contains"
	StartsWith Op = "starts_with"
	EndsWith   Op = "ends_with"
	Matches    Op = "matches" // a regular expression (RE2), on the value as it is written
	Less       Op = "less"
	AtMost     Op = "at_most"
	More       Op = "more"
	AtLeast    Op = "at_least"
	Empty      Op = "empty"
	Filled     Op = "filled"
)

// Causes are the differences that a near pass takes for breaks, each with its limits. What is nil is not one.
type Causes struct {
	Rounding      *CauseLimit `yaml:"rounding,omitempty"`
	SwappedDigits bool        `yaml:"swapped_digits,omitempty"`
	Fee           *CauseLimit `yaml:"fee,omitempty"`
	ExchangeRate  *CauseLimit `yaml:"exchange_rate,omitempty"` // between different currencies, or where none is known
	DateShift     *int        `yaml:"date_shift,omitempty"`    // days, beyond the limits of the pass
	Other         *CauseLimit `yaml:"other,omitempty"`
}

// CauseLimit bounds the difference of two amounts, whatever its sign. Where both are given, both hold.
type CauseLimit struct {
	Absolute float64 `yaml:"absolute,omitempty"` // in units of the currency
	Percent  float64 `yaml:"percent,omitempty"`  // of the larger amount
}

// Evidence is what scored passes compare and how much each finding weighs (Fellegi and Sunter, A Theory for Record Linkage, 1969).
type Evidence struct {
	Prior   *float64     `yaml:"prior,omitempty"` // bits that speak for any pair before it is looked at; nil: learnt, or what the sizes of the sides tell
	Compare []Comparison `yaml:"compare"`
}

// Comparison is one respect in which records are compared.
type Comparison struct {
	Kind     ComparisonKind `yaml:"kind"`
	Name     string         `yaml:"name,omitempty"`
	Left     []string       `yaml:"left,flow,omitempty"`  // columns, of texts
	Right    []string       `yaml:"right,flow,omitempty"` // columns, of texts
	Part     bool           `yaml:"part,omitempty"`       // the right text is looked for in the left one, which may say more
	Agree    *float64       `yaml:"agree,omitempty"`      // bits of full agreement, set by hand
	Disagree *float64       `yaml:"disagree,omitempty"`   // bits of none; what lies between is in proportion
	Bits     []float64      `yaml:"bits,flow,omitempty"`  // of each level, as they were learnt
}

// ComparisonKind is what a comparison compares.
type ComparisonKind string

// The closed set.
const (
	AmountComparison ComparisonKind = "amount"
	DateComparison   ComparisonKind = "date"
	TextComparison   ComparisonKind = "text"
)

// Automatic is the ruleset of who gives none.
func Automatic() *Ruleset { return &Ruleset{Version: Version, Auto: true} }

// For returns the ruleset with those passes only that are for two sources, by their names or by the words left, right, source3 and so on.
// The passes that name no sides are for any two; those of a pair name its sides.
func (r *Ruleset) For(left, right []string) *Ruleset {
	own := *r
	own.Passes, own.Pairs = nil, nil
	for i, pair := range r.Pairs {
		if !slices.Contains(left, pair.Sides[0]) || !slices.Contains(right, pair.Sides[1]) {
			continue
		}
		own.Sign, own.Evidence, own.Passes, own.within = pair.Sign, pair.Evidence, slices.Clone(pair.Passes), "pairs["+strconv.Itoa(i)+"]."
		for k := range own.Passes {
			own.Passes[k].Sides = pair.Sides
		}
		return &own
	}
	before := -1 // the pass kept last
	for i, p := range r.Passes {
		if len(p.Sides) > 0 && !(slices.Contains(left, p.Sides[0]) && slices.Contains(right, p.Sides[1])) {
			continue
		}
		p.Joint = p.Joint && before == i-1 // which there is nothing to be joined to otherwise
		own.Passes = append(own.Passes, p)
		before = i
	}
	return &own
}

// Unknown returns the problem of a pass or a mapping that speaks of a side which none of the sources, each with all its names, goes by; nil
// where there is none.
func (r *Ruleset) Unknown(sources ...[]string) *Problem {
	known := slices.Concat(sources...)
	problem := func(path, name string) *Problem {
		args := map[string]any{"Name": clip(name), "Allowed": strings.Join(known, ", ")}
		return r.Problem(path, "recon_rules.no_side", args)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Mapping)) {
		if !slices.Contains(known, name) {
			return problem("mapping."+name, name)
		}
	}
	unknown := func(path string, sides []string) *Problem {
		for k, name := range sides {
			if !slices.Contains(known, name) {
				return problem(path+".sides["+strconv.Itoa(k)+"]", name)
			}
		}
		return nil
	}
	for i, p := range r.Passes {
		if found := unknown("passes["+strconv.Itoa(i)+"]", p.Sides); found != nil {
			return found
		}
	}
	for i, p := range r.Pairs {
		if found := unknown("pairs["+strconv.Itoa(i)+"]", p.Sides); found != nil {
			return found
		}
	}
	return nil
}

// Columns returns what the ruleset says about the columns of a side that goes by any of the names, the first that it knows, nil where it says nothing.
func (r *Ruleset) Columns(names ...string) record.Mapping {
	for _, name := range names {
		if columns, ok := r.Mapping[name]; ok {
			return columns
		}
	}
	return nil
}
