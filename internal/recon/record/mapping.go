package record

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"khadamat/internal/recon/source"
)

// Mapping is what a person says about columns, by their names.
type Mapping map[string]Mapped

// Mapped is what a column is taken for. What is empty is learnt.
type Mapped struct {
	Role    Role   `json:"role,omitempty"`
	Type    Type   `json:"type,omitempty"`
	Written string `json:"written,omitempty"` // as Profile.Written says it: "dd/mm/yyyy", "1234,56"
	Ignore  bool   `json:"ignore,omitempty"`  // the column takes no part in matching
}

// Roles are what a column may be taken for.
var Roles = []Role{ID, DateRole, Amount, Debit, Credit, Currency, Counterparty, Reference, Description, Attribute}

// form is a way to write values that a person may name.
type form struct {
	written string
	kind    Type
	decimal Decimal
	order   Order
}

// forms are the ways to write dates and numbers, as Profile.Written says them.
var forms = []form{
	{"yyyy-mm-dd", Date, 0, YearFirst}, {"dd/mm/yyyy", Date, 0, DayFirst}, {"mm/dd/yyyy", Date, 0, MonthDay},
	{"1234", Number, Dot, 0}, {"1234.56", Number, Dot, 0}, {"1234,56", Number, Comma, 0},
}

// Forms are the ways to write values that Mapped.Written may name.
func Forms() []string {
	names := make([]string, len(forms))
	for i, f := range forms {
		names[i] = f.written
	}
	return names
}

// leastFit is the share of a column's values that must be readable in the way that a person names.
const leastFit = 0.5

// Apply puts what a person said over what was learnt (Learn has to have been called). It returns a *source.Problem that names the column
// where there is none of that name, or its values are not written as was said.
func (s *Set) Apply(m Mapping) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		at := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Name == name })
		if at < 0 {
			return &source.Problem{Key: "recon_engine.mapping_no_column", Column: name, Args: map[string]any{"Columns": s.columnNames()}}
		}
		if err := s.Columns[at].apply(m[name]); err != nil {
			return err
		}
	}
	s.giveWay(m)
	return nil
}

// columnNames lists the columns for a reader, the first ones where there are many.
func (s *Set) columnNames() string {
	const most = 30
	var names []string
	for i := range s.Columns {
		if i == most {
			names = append(names, "…")
			break
		}
		names = append(names, s.Columns[i].Name)
	}
	return strings.Join(names, ", ")
}

func (c *Column) apply(said Mapped) error {
	p := &c.Profile
	if said.Ignore {
		*p = Profile{Type: Empty, Role: Ignored, Confidence: 1, Filled: p.Filled, Unlike: p.Unlike, Sample: p.Sample}
		return nil
	}
	if said == (Mapped{}) {
		return nil
	}
	if said.Role != "" && !slices.Contains(Roles, said.Role) {
		return &source.Problem{Key: "recon_engine.mapping_no_role", Column: c.Name, Value: string(said.Role), Args: map[string]any{"Roles": join(Roles)}}
	}
	kind := said.Type
	switch said.Role {
	case DateRole:
		kind = Date
	case Amount, Debit, Credit:
		kind = Number
	}
	candidates := forms
	if said.Written != "" {
		candidates = nil
		for _, f := range forms {
			if f.written == said.Written {
				candidates, kind = []form{f}, f.kind
			}
		}
		if candidates == nil {
			return &source.Problem{Key: "recon_engine.mapping_no_form", Column: c.Name, Value: said.Written, Args: map[string]any{"Forms": strings.Join(Forms(), ", ")}}
		}
	}
	switch kind {
	case "":
	case Text:
		p.Type, p.Decimal, p.Exponent, p.Order = Text, 0, 0, 0
	case Date, Number:
		if said.Written == "" && p.Type == kind {
			break // as it was learnt
		}
		if err := c.readAs(kind, candidates); err != nil {
			return err
		}
	default:
		return &source.Problem{Key: "recon_engine.mapping_no_type", Column: c.Name, Value: string(kind), Args: map[string]any{"Types": join([]Type{Text, Number, Date})}}
	}
	if said.Role != "" {
		p.Role = said.Role
	}
	p.Confidence = 1
	return nil
}

func join[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return strings.Join(texts, ", ")
}

// readAs takes the column for dates or numbers, written in the way of the candidates that fits most values.
func (c *Column) readAs(kind Type, candidates []form) error {
	best, fit, odd := form{}, -1, ""
	for _, f := range candidates {
		if f.kind != kind {
			continue
		}
		n, wrong := 0, ""
		for i := range c.Values.Len() {
			value := bytes.TrimSpace(c.Values.At(i))
			switch {
			case len(value) == 0:
			case f.reads(value):
				n++
			case wrong == "":
				wrong = string(value[:min(len(value), 100)])
			}
		}
		if n > fit {
			best, fit, odd = f, n, wrong
		}
	}
	if float64(fit) < leastFit*float64(c.Profile.Filled) {
		return &source.Problem{Key: "recon_engine.mapping_no_fit", Column: c.Name, Value: strings.ToValidUTF8(odd, ""), Args: map[string]any{"Form": best.written}}
	}
	c.Profile.Type, c.Profile.Decimal, c.Profile.Order, c.Profile.Exponent = kind, best.decimal, best.order, 0
	if kind == Number && best.written != "1234" {
		c.Profile.Exponent = 2
	}
	return nil
}

// reads says whether a value can be read as one that is written in this way.
func (f form) reads(value []byte) bool {
	if f.kind == Date {
		p, ok := scanDate(value)
		return ok && p.valid(f.order)
	}
	var room [maxDigits]byte
	n, ok := scanNumeral(value, room[:])
	if !ok {
		return false
	}
	if _, ok = n.minor(f.decimal, 2); !ok {
		return false
	}
	if f.decimal == Dot { // a mark that only ever stands before decimals
		return n.commas == 0 || n.comma == 3
	}
	return n.dots == 0 || n.dot == 3
}

// giveWay takes from columns that a person said nothing about the roles that only one column has and that the person gave to another.
func (s *Set) giveWay(m Mapping) {
	given := map[Role]bool{}
	for i := range s.Columns {
		if said := m[s.Columns[i].Name]; !said.Ignore {
			given[said.Role] = true
		}
	}
	amounts := given[Amount] || given[Debit] || given[Credit]
	for i := range s.Columns {
		c := &s.Columns[i]
		if _, said := m[c.Name]; said {
			continue
		}
		switch c.Profile.Role {
		case Amount, Debit, Credit:
			if amounts {
				c.Profile.Role = Attribute
			}
		case ID, Currency, DateRole:
			if given[c.Profile.Role] {
				c.Profile.Role = Attribute
			}
		}
	}
}
