// Package archive keeps what a run found in one file that never changes: an SQLite database that any program can read, from which pages are
// answered without the files of records.
package archive

import (
	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// format is raised when files are written that programs before cannot read.
const format = 1

// schema has the tables of an archive. Records are numbered from 1, by side and row; the members of matches, and the candidates of open
// records, are such numbers. Lists are JSON: columns and files of a source, the members and parts of a match, the values of a record in the
// order of its source's columns, and its candidates, each [number, confidence, what keeps them apart].
const schema = `
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (side INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, format TEXT NOT NULL, encoding TEXT NOT NULL,
	currency TEXT NOT NULL, rows INTEGER NOT NULL, records INTEGER NOT NULL, repeated INTEGER NOT NULL, columns TEXT NOT NULL, files TEXT NOT NULL);
CREATE TABLE matches (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, pass TEXT NOT NULL, settled TEXT, confidence REAL NOT NULL,
	amount INTEGER NOT NULL, difference INTEGER NOT NULL, currency TEXT, days INTEGER NOT NULL, cause TEXT, members TEXT NOT NULL, parts TEXT);
CREATE TABLE records (number INTEGER PRIMARY KEY, side INTEGER NOT NULL, row INTEGER NOT NULL, file INTEGER NOT NULL, key TEXT NOT NULL, match INTEGER,
	day INTEGER, amount INTEGER, currency TEXT, id TEXT, text TEXT, reason TEXT);
CREATE TABLE originals (number INTEGER PRIMARY KEY, data TEXT NOT NULL, nearest TEXT);
CREATE TABLE rejects (number INTEGER PRIMARY KEY, side INTEGER NOT NULL, row INTEGER NOT NULL, line INTEGER NOT NULL, field TEXT NOT NULL,
	value TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE sums (number INTEGER PRIMARY KEY, side INTEGER NOT NULL, currency TEXT NOT NULL, in_count INTEGER NOT NULL, in_amount INTEGER NOT NULL,
	matched_count INTEGER NOT NULL, matched_amount INTEGER NOT NULL, suggested_count INTEGER NOT NULL, suggested_amount INTEGER NOT NULL,
	offset_count INTEGER NOT NULL, offset_amount INTEGER NOT NULL, open_count INTEGER NOT NULL, open_amount INTEGER NOT NULL,
	break_count INTEGER NOT NULL, break_amount INTEGER NOT NULL);
CREATE TABLE passes (number INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, matches INTEGER NOT NULL, records INTEGER NOT NULL);
`

// Record is a record in light form.
type Record struct {
	Number   int // from 1, by side and row
	Side     result.Side
	Row      int
	File     int // of its source, from 0 (result.File.Pieces)
	Key      string
	Match    int        // 0: it is open
	Day      record.Day // record.NoDay: it has none
	Amount   money.Amount
	ID, Text string
	Reason   string // why it is open
}

// Full is a record with all that is known of it.
type Full struct {
	Record
	Values  []string  // as they stand in the file, in the order of its source's columns
	Nearest []Nearest // of an open record, the better ones first, at most five
}

// Nearest is a candidate that an open record did not get.
type Nearest struct {
	Number     int     // of the record
	Confidence float64 // 0 where it was found by its amount and day only
	Apart      string  // what keeps them apart
}

// Match is a match in light form.
type Match struct {
	ID         int // from 1
	Kind       result.Kind
	Status     result.Status
	Pass       string
	Settled    string // how those who settled it before the run know it
	Confidence float64
	Amount     money.Amount
	Difference money.Amount
	Days       int
	Cause      string
	Members    []int // numbers of records, in their order
}

// About is what an archive says of the run as a whole.
type About struct {
	Sources []result.File // without Record, Original and Key
	Sums    []result.Sums
	Passes  []result.Pass
	Rules   []byte
	Notes   []string
	Dropped []string // settled matches that were dropped because a record of theirs is gone
}

// Query chooses records.
type Query struct {
	Side     result.Side
	Text     string // words that all stand in the text, the id or the values, whatever their case and accents; empty: any
	Min, Max *int64 // of the amount in minor units
	OpenOnly bool
	Limit    int // 100 where it is 0
}
