// Package record turns the rows of a source into typed records: it learns from whole columns what they hold and how they write it.
package record

import "slices"

// Set is one side: its records in columns.
type Set struct {
	Name    string
	Rows    []int32 // the data row of each record, from 1
	Columns []Column
	values  *values // nil: not derived
	mapped  []byte  // the file that the columns lie in; empty: none
}

// Len is how many records there are.
func (s *Set) Len() int { return len(s.Rows) }

// Column is a column of a set with what it was taken for.
type Column struct {
	Name    string
	Values  Texts
	Profile Profile
}

// values are amounts and days, read once.
type values struct {
	minor []int64
	known []bool
	day   []Day
}

// Derive reads amounts and days, so that whoever asks for them from now on gets these. It is for when columns are what they will be.
func (s *Set) Derive() {
	s.values = nil
	v := &values{day: Days(s)}
	v.minor, v.known = Amounts(s)
	s.values = v
}

// amountColumns are the columns that amounts are read from, and how each of them counts.
func (s *Set) amountColumns() (columns []int, signs []int64) {
	for i := range s.Columns {
		switch s.Columns[i].Profile.Role {
		case Amount:
			columns, signs = []int{i}, []int64{1}
		case Debit, Credit:
			if len(columns) == 1 && s.Columns[columns[0]].Profile.Role == Amount {
				continue
			}
			sign := int64(1)
			if s.Columns[i].Profile.Role == Debit {
				sign = -1
			}
			columns, signs = append(columns, i), append(signs, sign)
		}
	}
	return columns, signs
}

// AmountsOf is Amounts of some columns as they stand, or of the set where these are the ones that its amounts are read from.
func AmountsOf(s *Set, columns []int) (minor []int64, known []bool) {
	if own, _ := s.amountColumns(); slices.Equal(own, columns) {
		return Amounts(s)
	}
	return Amounts(s.some(columns))
}

// DaysOf is Days of some columns.
func DaysOf(s *Set, columns []int) []Day {
	if dated := s.dateColumn(); len(columns) == 1 && columns[0] == dated {
		return Days(s)
	}
	return Days(s.some(columns))
}

func (s *Set) some(columns []int) *Set {
	some := &Set{Rows: s.Rows}
	for _, i := range columns {
		some.Columns = append(some.Columns, s.Columns[i])
	}
	return some
}

// Amounts returns the signed amount of each record in minor units of the most decimals that the set's amounts have (2 at least), and
// which records have one: one column, or credit less debit. Without such columns both are nil. They must not be changed.
func Amounts(s *Set) (minor []int64, known []bool) {
	if s.values != nil {
		return s.values.minor, s.values.known
	}
	columns, signs := s.amountColumns()
	if len(columns) == 0 {
		return nil, nil
	}
	minor, known = make([]int64, s.Len()), make([]bool, s.Len())
	var room [maxDigits]byte
	for k, column := range columns {
		c := &s.Columns[column]
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

// Days returns the day of each record by the first column that is taken for the date, or else holds dates; nil where there is none. They
// must not be changed.
func Days(s *Set) []Day {
	if s.values != nil {
		return s.values.day
	}
	column := s.dateColumn()
	if column < 0 {
		return nil
	}
	c := &s.Columns[column]
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

// dateColumn is the column that days are read from, -1 without.
func (s *Set) dateColumn() int {
	column := -1
	for i := range s.Columns {
		if of := &s.Columns[i].Profile; of.Type == Date && (column < 0 || s.Columns[column].Profile.Role != DateRole && of.Role == DateRole) {
			column = i
		}
	}
	return column
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
