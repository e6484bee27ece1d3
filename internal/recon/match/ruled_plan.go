package match

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/rules"
)

// Plan is a ruleset for two given sets, with its columns found: what is done, as data.
type Plan struct {
	Opposite bool // amounts of the right count with the other sign
	Steps    []Step
}

// Step is a pass of the plan.
type Step struct {
	Pass   rules.Pass
	Path   string       // of the pass in the ruleset
	Where  [2][]Test    // of each side; all must hold
	Keys   []Compared   // equal in each pair
	Alike  []Compared   // similar in each pair, or one holding the other
	Amount *Within      // left less right in minor units, or per cent of the larger; nil: not compared
	Date   *Within      // right less left in days; nil: not compared
	Causes rules.Causes // of a near pass
}

// Values says what of the two sides is compared as.
type Values uint8

// The closed set.
const (
	TextValues Values = iota
	AmountValues
	DayValues
)

// Compared is a field with the columns that it stands for on each side.
type Compared struct {
	Name    string
	As      Values
	Columns [2][]int // more than one are read as one text, or as credit less debit
	Field   rules.Field
	Money   bool // amounts to which the ruleset's sign applies
	// Constant is the text of a side that has no such column.
	Constant [2]string
}

// Within is a limit of a difference.
type Within struct {
	Compared
	From, To           int64 // in minor units or days
	Percent            bool  // FromShare and ToShare, of the larger amount, limit too
	FromShare, ToShare float64
	Business           bool // days count from Monday to Friday
}

// Test is a condition with its column.
type Test struct {
	rules.Condition
	As      Values
	Columns []int
	Amount  float64    // of AmountValues
	Day     record.Day // of DayValues
	Folded  []string   // of texts
	Pattern *regexp.Regexp
}

// compiler turns a ruleset into a plan.
type compiler struct {
	set   *rules.Ruleset
	sides [2]*record.Set
}

// Compile finds the columns that a ruleset means. The error is a *rules.Problem that names what a side has in place of what it has not.
func Compile(set *rules.Ruleset, left, right *record.Set) (*Plan, error) {
	c := &compiler{set: set, sides: [2]*record.Set{left, right}}
	plan := &Plan{Opposite: set.Sign == rules.Opposite || set.Sign != rules.Same && opposed(left, right)}
	for i := range set.Passes {
		step, err := c.step(&set.Passes[i], "passes["+strconv.Itoa(i)+"]")
		if err != nil {
			return nil, err
		}
		plan.Steps = append(plan.Steps, *step)
	}
	return plan, nil
}

// What is looked at to tell whether the sides have opposite signs.
const (
	clearly     = 2       // times as many amounts must agree with the other sign
	signSamples = 200_000 // amounts of a side, about: the same ones of both
)

// opposed says whether the amounts of the sides agree clearly more often with opposite signs than with the same one.
func opposed(left, right *record.Set) bool {
	a, knownA := record.Amounts(left)
	b, knownB := record.Amounts(right)
	if a == nil || b == nil {
		return false
	}
	every := uint64(max(len(a), len(b))/signSamples + 1) //nolint:gosec // positive
	sampled := func(n int64) bool {
		return n != 0 && clue(amountClue, uint64(abs(n)))%every == 0 //nolint:gosec // a hash
	}
	counts := map[int64]int32{}
	for i, n := range a {
		if knownA[i] && sampled(n) {
			counts[n]++
		}
	}
	agree := func(sign int64) int {
		met, n := map[int64]int32{}, 0
		for i, value := range b {
			if knownB[i] && sampled(value) {
				if met[value]++; met[value] <= counts[sign*value] {
					n++
				}
			}
		}
		return n
	}
	return agree(-1) > clearly*agree(1)
}

func (c *compiler) step(p *rules.Pass, path string) (*Step, error) {
	s := &Step{Pass: *p, Path: path}
	if p.Causes != nil {
		s.Causes = *p.Causes
	}
	sides := []int{0, 1}
	if p.Kind == rules.Offset && p.Side != "" {
		sides = []int{sideOf(p.Side)}
	}
	for i, f := range p.Fields {
		compared, err := c.compared(f, path+".fields["+strconv.Itoa(i)+"]", sides)
		if err != nil {
			return nil, err
		}
		if f.Key() {
			s.Keys = append(s.Keys, compared)
		} else {
			compared.As = TextValues
			s.Alike = append(s.Alike, compared)
		}
	}
	if err := c.limits(s, p, path, sides); err != nil {
		return nil, err
	}
	c.currency(s, sides)
	return s, c.where(s, p.Where, path)
}

func sideOf(word string) int {
	if word == rules.Right {
		return 1
	}
	return 0
}

// limits adds what a pass says of amounts and dates, and the amounts that passes about sums need.
func (c *compiler) limits(s *Step, p *rules.Pass, path string, sides []int) error {
	amount := p.Amount
	if amount == nil && (p.Kind == rules.Group || p.Kind == rules.Sum || p.Kind == rules.Offset || p.Kind == rules.Near) {
		amount = &rules.AmountLimit{Absolute: &rules.Range{}}
	}
	if p.Kind == rules.Scored && (p.Of == rules.Offsets || p.Of == rules.Sums) {
		for role, as := range map[string]Values{"amount": AmountValues, "date": DayValues} {
			if _, err := c.of(nil, role, as, path, sides); err != nil {
				return err
			}
		}
	}
	if amount != nil {
		compared, err := c.of(amount.Field, "amount", AmountValues, path+".amount", sides)
		if err != nil {
			return err
		}
		s.Amount = &Within{Compared: compared, From: math.MinInt64, To: math.MaxInt64}
		if r := amount.Absolute; r != nil {
			s.Amount.From, s.Amount.To = minorOf(r.From), minorOf(r.To)
		}
		if r := amount.Percent; r != nil {
			s.Amount.Percent, s.Amount.FromShare, s.Amount.ToShare = true, r.From/100, r.To/100
		}
	}
	if p.Date != nil {
		compared, err := c.of(p.Date.Field, "date", DayValues, path+".date", sides)
		if err != nil {
			return err
		}
		days, business := p.Date.Days, false
		if days == nil {
			days, business = p.Date.BusinessDays, true
		}
		s.Date = &Within{Compared: compared, From: int64(days.From), To: int64(days.To), Business: business}
	}
	return nil
}

// minorPerUnit is how record.Amounts counts.
const minorPerUnit = 100

func minorOf(units float64) int64 { return int64(math.Round(units * minorPerUnit)) }

// of resolves the field of a limit, by its role where the pass names none.
func (c *compiler) of(f *rules.Field, role string, as Values, path string, sides []int) (Compared, error) {
	field := rules.Field{Left: role, Right: role}
	if f != nil {
		field = *f
	}
	compared, err := c.compared(field, path, sides)
	if err != nil {
		return compared, err
	}
	compared.As = as
	for _, k := range sides {
		for _, column := range compared.Columns[k] {
			kind := c.sides[k].Columns[column].Profile.Type
			if as == AmountValues && kind != record.Number || as == DayValues && kind != record.Date {
				args := map[string]any{"Name": nameOf(field, k), "Source": c.sides[k].Name}
				if as == DayValues {
					return compared, c.set.Problem(path, "recon_rules.not_dates", args)
				}
				return compared, c.set.Problem(path, "recon_rules.not_amounts", args)
			}
		}
	}
	compared.Money = as == AmountValues
	return compared, nil
}

func nameOf(f rules.Field, side int) string {
	if side == 0 {
		return f.Left
	}
	return f.Right
}

// compared finds the columns of a field. Both hold amounts, or dates, or else they are compared as texts.
func (c *compiler) compared(f rules.Field, path string, sides []int) (Compared, error) {
	out := Compared{Name: f.String(), Field: f}
	amounts, dates, fractions := 0, 0, false
	for _, k := range sides {
		columns, err := c.columns(k, nameOf(f, k), path)
		if err != nil {
			return out, err
		}
		out.Columns[k] = columns
		first := &c.sides[k].Columns[columns[0]].Profile
		switch first.Type {
		case record.Number:
			amounts++
			fractions = fractions || first.Exponent > 0 || isMoney(first.Role)
		case record.Date:
			dates++
		}
		out.Money = isMoney(first.Role) && (k == sides[0] || out.Money)
	}
	plain := f.Extract == "" && f.Last == 0
	switch {
	case amounts == len(sides) && fractions && plain: // numbers without fractions are references as often as not: 00123
		out.As = AmountValues
	case dates == len(sides) && plain:
		out.As = DayValues
	default:
		out.Money = false
	}
	return out, nil
}

func isMoney(role record.Role) bool {
	return role == record.Amount || role == record.Debit || role == record.Credit
}

// columns finds what a name means on a side: a column of that name, written in whatever case, or else the columns of that role.
func (c *compiler) columns(side int, name, path string) ([]int, error) {
	set := c.sides[side]
	for i := range set.Columns {
		if set.Columns[i].Name == name {
			return []int{i}, nil
		}
	}
	folded := record.Fold(strings.TrimSpace(name))
	for i := range set.Columns {
		if record.Fold(strings.TrimSpace(set.Columns[i].Name)) == folded {
			return []int{i}, nil
		}
	}
	var found []int
	for i := range set.Columns {
		p := &set.Columns[i].Profile
		if string(p.Role) == name || name == string(record.Amount) && isMoney(p.Role) {
			found = append(found, i)
		}
	}
	switch {
	case len(found) == 0:
		return nil, c.missing(side, name, path)
	case name == string(record.DateRole): // the first one, as everywhere
		return found[:1], nil
	case name == string(record.Amount):
		if at := slices.IndexFunc(found, func(i int) bool { return set.Columns[i].Profile.Role == record.Amount }); at >= 0 {
			return found[at : at+1], nil
		}
	}
	return found, nil
}

// missing says that a side has no such column, and which it has.
func (c *compiler) missing(side int, name, path string) error {
	set := c.sides[side]
	names := make([]string, len(set.Columns))
	for i := range set.Columns {
		names[i] = set.Columns[i].Name
	}
	args := map[string]any{"Name": name, "Source": set.Name, "Allowed": strings.Join(names, ", ")}
	if meant := rules.Meant(name, names); meant != "" {
		args["Meant"] = meant
		return c.set.Problem(path, "recon_rules.no_field_meant", args)
	}
	return c.set.Problem(path, "recon_rules.no_field", args)
}

// currency makes amounts agree in their currency wherever it is known, but where a pass is told to look for exchange rates.
func (c *compiler) currency(s *Step, sides []int) {
	money := s.Amount != nil || slices.ContainsFunc(s.Keys, func(k Compared) bool { return k.Money })
	if !money || s.Causes.ExchangeRate != nil || s.Pass.Kind == rules.Scored {
		return
	}
	out := Compared{Name: string(record.Currency), Field: rules.Field{Left: string(record.Currency), Right: string(record.Currency)}}
	for _, k := range sides {
		for i := range c.sides[k].Columns {
			if c.sides[k].Columns[i].Profile.Role == record.Currency {
				out.Columns[k] = []int{i}
				break
			}
		}
		if out.Columns[k] == nil {
			if c.set.Currency == "" {
				return
			}
			out.Constant[k] = c.set.Currency
		}
	}
	if out.Columns[0] != nil || out.Columns[1] != nil {
		s.Keys = append(s.Keys, out)
	}
}
