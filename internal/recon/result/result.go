// Package result says what a reconciliation found: matches with their reasons, what stays open, what could not be read, and the sums
// that prove that nothing was lost.
package result

import (
	"strconv"
	"time"

	"khadamat/internal/money"
)

// Side is one of the sets of records, from 0.
type Side uint8

// The two sides that there always are.
const (
	Left Side = iota
	Right
)

// MostSides is how many sides a reconciliation may have.
const MostSides = 8

// String returns left, right, and for further sides source3, source4, and so on.
func (s Side) String() string {
	switch s {
	case Left:
		return "left"
	case Right:
		return "right"
	}
	return "source" + strconv.Itoa(int(s)+1)
}

// Member is a record of one side: the 1-based number of its data row in that side's file; where a side has several files, their rows are
// counted on.
type Member struct {
	Side Side
	Row  int
}

// Status says whether a match stands by itself or waits for a person.
type Status string

// The closed set of statuses.
const (
	Matched   Status = "matched"
	Suggested Status = "suggested"
)

// SettledPass is the name of the pass of matches that were settled before the run and that it left as they were.
const SettledPass = "settled"

// Kind is the shape of a match. Of more than two sides, the first one that has members counts as the left, and the fullest of the others
// as the right.
type Kind string

// The closed set of kinds. A Break pairs records that surely belong together and do not agree.
const (
	OneToOne   Kind = "one_to_one"
	OneToMany  Kind = "one_to_many" // one record of the left, several of the right
	ManyToOne  Kind = "many_to_one"
	ManyToMany Kind = "many_to_many"
	Offset     Kind = "offset" // records of one side that cancel out
	Break      Kind = "break"
)

// Shape is the kind of a match that agrees, by how many records it has of one side and of the others.
func Shape(one, others int) Kind {
	switch {
	case one == 0 || others == 0:
		return Offset
	case one == 1 && others == 1:
		return OneToOne
	case one == 1:
		return OneToMany
	case others == 1:
		return ManyToOne
	}
	return ManyToMany
}

// Part is what one field adds to the belief in a match: bits of evidence (base 2 logarithm of the likelihood ratio), for or against.
type Part struct {
	Field   string // a column, or two joined by " ↔ "
	Finding string // what was compared and found: "equal", "2 days later", "…80 of KH4480680"
	Weight  float64
}

// Match is a set of records that belong together.
type Match struct {
	ID         int // from 1, in the order of the matches
	Kind       Kind
	Status     Status
	Pass       string  // of the ruleset
	Confidence float64 // from 0 to 1
	Members    []Member
	Settled    string       // of the pass SettledPass: how those who settled it know it
	Amount     money.Amount // the sum of the left members, or of the positive ones of an offset; zero without amounts
	Difference money.Amount // left less right; of more than two sides, the first less the one that differs most
	Days       int          // from the earliest member to the latest
	Cause      string       // of a break: fee, swapped_digits, rounding, exchange_rate, date_shift, other
	Parts      []Part       // the evidence, the prior first; nil: Result.Explain knows it. Read it through Result.Parts
}

// Nearest is the best candidate that an open record did not get.
type Nearest struct {
	Member
	Confidence float64
	Apart      string // what keeps them apart, as a reader understands it: "amount differs by 12.50", "matched elsewhere"
}

// Open is a record without a match.
type Open struct {
	Member
	Reason  string // no_candidate, ambiguous, taken, too_different
	Nearest *Nearest
	More    []Nearest // further candidates, the better ones first
}

// Reject is a row, or a value of one, that could not be read.
type Reject struct {
	Side   Side
	Row    int // the 1-based data row
	Line   int // in the file; 0 where the format has no lines
	Column string
	Value  string
	Reason string // a sentence that says what is wrong
}

// Record is how a report shows a record.
type Record struct {
	ID     string // the row's own reference; empty where it has none
	Date   time.Time
	Amount money.Amount
	Text   string // who and what, for a reader
}

// Column is what a column of a file was taken for.
type Column struct {
	Name       string
	Role       string
	Format     string
	Confidence float64
}

// Piece is one of the files of a side.
type Piece struct {
	Name   string
	SHA256 string
	Rows   int // data rows
}

// File is one side's source.
type File struct {
	Name     string
	SHA256   string  // of the file; where there are several, of their hashes
	Pieces   []Piece // the files, in their order
	Format   string  // csv, xlsx, camt.053, …
	Encoding string
	Columns  []Column
	Rows     int // all data rows: Records + Repeated + rows rejected
	Records  int
	Repeated int    // rows that stand in an earlier file of the same side, and count there
	Currency string // of its amounts where there is only one
	// Record returns a record by its row; it is quick, and safe for many goroutines.
	Record func(row int) Record `json:"-"`
	// Brief is Record without its text, and several times as quick; nil: there is only Record.
	Brief func(row int) Record `json:"-"`
	// Original returns the values of a record as they stand in the file, by its row, in the order of Columns. It is safe for many goroutines.
	Original func(row int) []string `json:"-"`
	// Key returns the key of a record by its row (see Key); empty where the row is no record. It is safe for many goroutines.
	Key func(row int) string `json:"-"`
}

// Rejected is how many rows could not be read.
func (f *File) Rejected() int { return f.Rows - f.Records - f.Repeated }

// Sums counts one side's records and adds up their amounts, per currency. In = Matched + Suggested + Offset + Open, in count and in
// amount; Break is the part of Matched that does not agree.
type Sums struct {
	Side                                        Side
	Currency                                    string // empty for sides without amounts
	In, Matched, Suggested, Offset, Open, Break Sum
}

// Sum is how many records, and what they add up to in minor units.
type Sum struct {
	Count int
	Minor int64
}

// Pass counts what a pass of the ruleset found.
type Pass struct {
	Name    string
	Kind    string
	Matches int
	Records int
	Took    time.Duration
}

// Result is a whole run.
type Result struct {
	Sources []File  // two at least
	Matches []Match // in the order of their IDs
	Open    []Open  // by side and row
	Rejects []Reject
	Sums    []Sums
	Passes  []Pass
	Rules   []byte   // the ruleset used, YAML
	Notes   []string // what a reader should know about files and run, in sentences
	Dropped []string // settled matches that were dropped because a record of theirs is gone
	Took    time.Duration
	// Explain returns the evidence of a match by its ID where the match itself does not hold it. It is safe for many goroutines.
	Explain func(id int) []Part
}

// Parts returns the evidence of a match, the prior first.
func (r *Result) Parts(m *Match) []Part {
	if m.Parts == nil && r.Explain != nil {
		return r.Explain(m.ID)
	}
	return m.Parts
}
