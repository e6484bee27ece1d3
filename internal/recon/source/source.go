// Package source reads files of records: it finds out from the content how a file is written and streams its rows, whatever its size.
package source

import (
	"fmt"
	"strings"
)

// Format names how a file is written.
type Format string

// The formats that are read.
const (
	CSV     Format = "csv" // any delimiter, tabs too
	XLSX    Format = "xlsx"
	JSON    Format = "json" // an array of objects, alone or in an object
	NDJSON  Format = "ndjson"
	Parquet Format = "parquet"
	Camt052 Format = "camt.052"
	Camt053 Format = "camt.053"
	Camt054 Format = "camt.054"
	MT940   Format = "mt940"
	MT942   Format = "mt942"
	BAI2    Format = "bai2"
	OFX     Format = "ofx"
	QIF     Format = "qif"
)

// Options force what is otherwise found out. The zero value forces nothing.
type Options struct {
	Format   Format
	Encoding string // of text: utf-8, utf-16le, utf-16be, windows-1252, windows-1256, iso-8859-1, -6 or -15, cp437, cp720, cp850, cp858, macintosh
	Sheet    string // of a workbook; empty: the first one with records
}

// Description says how a file is written.
type Description struct {
	Format    Format
	Encoding  string
	Delimiter rune // of CSV
	Header    []string
	HeaderRow int // the line, or the row of the sheet, that names the columns; 0: none does, and the names are made up
	Sheet     string
	Sheets    []string
	Notes     []Problem // what a reader should know: lines skipped before and after the records, columns without a name
}

// Row is one record as the file has it.
type Row struct {
	Number int      // from 1 among the data rows
	Line   int      // where it begins, from 1; 0 where the format has no lines
	Values [][]byte // UTF-8, one for each column of the header; valid until the next call of Next
}

// Source streams the rows of a file.
type Source interface {
	Description() Description
	// Next returns io.EOF after the last row. A *Problem with a Row says that this row cannot be read: it counts as a row, and reading
	// goes on after it. Any other error ends the reading.
	Next() (Row, error)
	Close() error
}

// Problem is what is wrong at one place of a file, and what to do about it.
type Problem struct {
	Key    string         // of the message that says what is wrong and what to do
	Args   map[string]any // of the message
	Line   int            // from 1; 0: not known
	Row    int            // data row from 1; 0: no row's
	Column string         // of the header, or the format's own name of the field (":61:", "Ntry/Amt")
	Value  string         // as it stands in the file, at most 100 letters of it
}

// Error is for the log and for programs; people get the text under Key.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Key)
	for _, part := range []struct {
		name  string
		value any
	}{{"line", p.Line}, {"row", p.Row}, {"column", p.Column}, {"value", p.Value}} {
		if part.value != 0 && part.value != "" {
			fmt.Fprintf(&b, " %s %v", part.name, part.value)
		}
	}
	return b.String()
}
