// Package statement reads bank statements as streams of records with one set of columns, whatever the format: camt.052/053/054,
// MT940 and MT942, BAI2, OFX and QIF. Where a statement carries balances they are checked: a file whose entries do not lead from the
// opening balance to the closing one is refused, since entries are missing or wrong. Tables (CSV, XLSX, JSON) live next door.
package statement

import (
	"bufio"
	"io"
	"slices"
	"strconv"

	"khadamat/internal/money"
	"khadamat/internal/recon/source"
)

// The columns of every format. What a format does not have stays empty.
const (
	colAccount             = iota // the account of the statement, as the bank writes it
	colStatement                  // the statement's number
	colID                         // the entry's own unique reference, or statement and entry number
	colDate                       // booked on, 2006-01-02
	colValueDate                  // bears interest from, 2006-01-02
	colAmount                     // -12.50; positive is a credit; as many decimals as the currency has
	colCurrency                   // ISO 4217
	colCounterparty               // the other party's name
	colCounterpartyAccount        // its account
	colReference                  // of the customer or the other party
	colBankReference              // of the bank
	colKind                       // the format's transaction code
	colDescription
	width
)

var header = []string{"account", "statement", "id", "date", "value_date", "amount", "currency", "counterparty", "counterparty_account",
	"reference", "bank_reference", "kind", "description"}

// Header returns the names of the columns, in their order.
func Header() []string { return slices.Clone(header) }

// record is an entry on its way out: its values but the amount, or what is wrong with it.
type record struct {
	line    int
	values  [width]string
	amount  money.Amount
	problem *source.Problem
}

// decoder reads the entries of one format. It returns io.EOF after the last; an entry that cannot be read is a record with a problem;
// any other error ends the reading.
type decoder interface {
	next() (record, error)
}

// Open returns the entries of a statement file. The format is one of those that Detect names; any other is a *source.Problem, as is
// an empty file or an encoding that is not read. Dates are 2006-01-02; amounts are signed, credits positive, with as many decimals as
// the currency has. The last call of Next returns a *source.Problem without a Row where the file is cut short or its balances do not
// add up. Close does not close r.
func Open(r io.Reader, format source.Format) (source.Source, error) {
	buffered := bufio.NewReaderSize(r, headBytes)
	text, encoding, err := decode(buffered)
	if err != nil {
		return nil, err
	}
	s := &stream{description: source.Description{Format: format, Encoding: encoding, Header: Header()}}
	switch format {
	case source.Camt052, source.Camt053, source.Camt054:
		s.decoder = newCamt(text, &s.notes)
	case source.MT940, source.MT942:
		s.decoder = newSwift(text, format)
	case source.BAI2:
		s.decoder = newBAI2(text)
	case source.OFX:
		s.decoder = newOFX(text)
	case source.QIF:
		s.decoder = newQIF(text, &s.notes)
	default:
		return nil, &source.Problem{Key: "recon_statement.format", Args: map[string]any{"Format": string(format)}}
	}
	return s, nil
}

// stream numbers what a decoder reads and puts it in the form of a source.
type stream struct {
	decoder     decoder
	description source.Description
	notes       notes
	rows        int
	buffer      []byte
	values      [width][]byte
	ended       error
}

func (s *stream) Description() source.Description {
	d := s.description
	d.Notes = slices.Clone(s.notes.all)
	return d
}

func (s *stream) Next() (source.Row, error) {
	if s.ended != nil {
		return source.Row{}, s.ended
	}
	entry, err := s.decoder.next()
	if err != nil {
		s.ended = err
		return source.Row{}, err
	}
	s.rows++
	if entry.problem != nil {
		entry.problem.Row = s.rows
		return source.Row{}, entry.problem
	}
	return source.Row{Number: s.rows, Line: entry.line, Values: s.lay(&entry)}, nil
}

func (s *stream) Close() error { return nil }

// lay puts the values behind each other into one buffer, which the next row uses again.
func (s *stream) lay(entry *record) [][]byte {
	entry.values[colAmount] = decimalText(entry.amount)
	entry.values[colCurrency] = string(entry.amount.Currency)
	s.buffer = s.buffer[:0]
	var ends [width]int
	for i, value := range entry.values {
		s.buffer = appendClean(s.buffer, value)
		ends[i] = len(s.buffer)
	}
	start := 0
	for i, end := range ends {
		s.values[i] = s.buffer[start:end:end]
		start = end
	}
	return s.values[:]
}

// maxNotes bounds what a reader is told about a file that is odd everywhere.
const maxNotes = 20

// notes are what a reader should know about the file beside its rows.
type notes struct{ all []source.Problem }

func (n *notes) add(p *source.Problem) {
	if len(n.all) < maxNotes {
		n.all = append(n.all, *p)
	}
}

// maxStatements bounds how many statement numbers are remembered. Beyond it the count of a number that comes again begins anew.
const maxStatements = 1 << 16

// numbering gives entries without a reference of their own an id. Some banks give all their statements the same number, so the count
// goes on where that number was left.
type numbering map[string]int

func (n numbering) id(statement string) string {
	if len(n) >= maxStatements {
		clear(n)
	}
	n[statement]++
	if statement == "" {
		return strconv.Itoa(n[statement])
	}
	return statement + "-" + strconv.Itoa(n[statement])
}
