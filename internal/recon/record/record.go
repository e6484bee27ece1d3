// Package record turns the rows of a source into typed records: it learns from whole columns what they hold and how they write it.
package record

// Set is one side: its records in columns.
type Set struct {
	Name    string
	Rows    []int32 // the data row of each record, from 1
	Columns []Column
}

// Len is how many records there are.
func (s *Set) Len() int { return len(s.Rows) }

// Column is a column of a set with what it was taken for.
type Column struct {
	Name    string
	Values  Texts
	Profile Profile
}

// Amounts returns the signed amount of each record in minor units of the most decimals that the set's amounts have (2 at least), and
// which records have one: one column, or credit less debit. Without such columns both are nil.
func Amounts(s *Set) (minor []int64, known []bool) {
	var parts []*Column
	var signs []int64
	for i := range s.Columns {
		c := &s.Columns[i]
		switch c.Profile.Role {
		case Amount:
			parts, signs = []*Column{c}, []int64{1}
		case Debit, Credit:
			if len(parts) == 1 && parts[0].Profile.Role == Amount {
				continue
			}
			sign := int64(1)
			if c.Profile.Role == Debit {
				sign = -1
			}
			parts, signs = append(parts, c), append(signs, sign)
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	minor, known = make([]int64, s.Len()), make([]bool, s.Len())
	var room [maxDigits]byte
	for k, c := range parts {
		for i := range minor {
			n, ok := scanNumeral(c.Values.At(i), room[:])
			if !ok {
				continue
			}
			value, ok := n.minor(c.Profile.Decimal, 2)
			if !ok || value == 0 && known[i] {
				continue
			}
			if c.Profile.Role == Debit && value < 0 {
				value = -value // some banks write debits with their sign
			}
			minor[i] += signs[k] * value
			known[i] = true
		}
	}
	return minor, known
}

// Days returns the day of each record by the first column that is taken for the date, or else holds dates; nil where there is none.
func Days(s *Set) []Day {
	var c *Column
	for i := range s.Columns {
		if of := &s.Columns[i]; of.Profile.Type == Date && (c == nil || c.Profile.Role != DateRole && of.Profile.Role == DateRole) {
			c = of
		}
	}
	if c == nil {
		return nil
	}
	days := make([]Day, s.Len())
	for k := range days {
		days[k] = NoDay
		if p, ok := scanDate(c.Values.At(k)); ok {
			if day, ok := p.day(c.Profile.Order); ok {
				days[k] = day
			}
		}
	}
	return days
}

// Learn fills in what the columns are taken for.
func (s *Set) Learn() {
	for i := range s.Columns {
		s.Columns[i].Profile = learn(s.Columns[i].Name, &s.Columns[i].Values)
	}
}

// IDs returns the column that names the records, nil where none does: one for it, or one whose every value is another.
func IDs(s *Set) *Texts {
	var unique *Texts
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Profile.Role == ID {
			return &c.Values
		}
		if unique == nil && c.Profile.Unique && c.Profile.Role == Reference && c.Profile.Filled == s.Len() {
			unique = &c.Values
		}
	}
	return unique
}

// Currencies returns the column of currencies, nil where there is none.
func Currencies(s *Set) *Texts {
	for i := range s.Columns {
		if c := &s.Columns[i]; c.Profile.Role == Currency {
			return &c.Values
		}
	}
	return nil
}
