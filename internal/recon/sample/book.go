package sample

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strconv"
	"time"

	"khadamat/internal/recon/result"
)

// horizon is how many days ahead of the day being written rows can lie.
const horizon = 16

// line is a row that waits for its day.
type line struct {
	amount   int64 // minor units, positive: received
	match    *match
	from, to int // its text in that of the day
}

// book is one of the two files: a calendar queue of the days to come, and what was written.
type book struct {
	side  result.Side
	start time.Time // day 0, a Monday
	out   *bufio.Writer
	truth *truth
	days  [horizon]struct {
		lines []line
		text  []byte
	}
	put         func(dst []byte, row int, d dates, l line, text []byte, c *chance) []byte // appends a row
	buffer      []byte
	rows, open  int
	first, last int // day of the first and of the last row
}

// post puts a row on a day, at most horizon-1 days ahead of the one being written.
func (b *book) post(day int, amount int64, m *match, text []byte) {
	d := &b.days[day%horizon]
	from := len(d.text)
	d.text = append(d.text, text...)
	d.lines = append(d.lines, line{amount, m, from, len(d.text)})
	if m != nil {
		m.awaited++
	}
}

// write writes the rows of a day, shuffled, since rows that belong together would lie together otherwise.
func (b *book) write(day int, c *chance) error {
	d := &b.days[day%horizon]
	if len(d.lines) == 0 {
		return nil
	}
	for i := len(d.lines) - 1; i > 0; i-- {
		j := c.below(i + 1)
		d.lines[i], d.lines[j] = d.lines[j], d.lines[i]
	}
	if b.rows == 0 {
		b.first = day
	}
	b.last = day
	on := datesOf(b.start, day)
	for _, l := range d.lines {
		b.rows++
		b.buffer = b.put(b.buffer[:0], b.rows, on, l, d.text[l.from:l.to], c)
		if _, err := b.out.Write(b.buffer); err != nil {
			return err
		}
		if l.match == nil {
			b.open++
		} else if err := b.truth.add(l.match, member{b.side, b.rows, on.stamp}); err != nil {
			return err
		}
	}
	d.lines, d.text = d.lines[:0], d.text[:0]
	return nil
}

func newBank(w io.Writer, start time.Time, t *truth) *book {
	b := &book{side: result.Left, start: start, out: buffered(w), truth: t, put: putBank}
	// An error stays with the writer and comes back with the first row.
	b.out.WriteString("\ufeffRELEVÉ DE COMPTE;;;;;\r\n" +
		"Titulaire : SOCIÉTÉ EXEMPLE DE SERVICES SARL;;;;;\r\n" +
		"Compte : 000 780 0000000000012345 00   Devise : MAD;;;;;\r\n" +
		"Date opération;Date valeur;Libellé;Référence;Débit;Crédit\r\n")
	return b
}

func putBank(dst []byte, row int, d dates, l line, text []byte, c *chance) []byte {
	dst = append(append(dst, d.french...), ';')
	if l.amount > 0 && c.percent(30) { // banks credit some payments with a later value
		dst = append(dst, d.nextFrench...)
	} else {
		dst = append(dst, d.french...)
	}
	dst = append(append(dst, ';'), text...)
	dst = appendID(append(dst, ';'), member{result.Left, row, d.stamp})
	dst = append(dst, ';')
	if l.amount < 0 {
		dst = append(appendFrench(dst, -l.amount), ';')
	} else {
		dst = appendFrench(append(dst, ';'), l.amount)
	}
	return append(dst, '\r', '\n')
}

func newLedger(w io.Writer, start time.Time, t *truth) *book {
	b := &book{side: result.Right, start: start, out: buffered(w), truth: t, put: putLedger}
	b.out.WriteString("entry,date,amount,currency,counterparty,description,document\n")
	return b
}

func putLedger(dst []byte, row int, d dates, l line, text []byte, _ *chance) []byte {
	dst = appendID(dst, member{result.Right, row, d.stamp})
	dst = append(append(dst, ','), d.iso...)
	dst = appendDecimal(append(dst, ','), l.amount)
	dst = append(append(dst, ",MAD,"...), text...)
	return append(dst, '\n')
}

// match is a truth whose rows are not all written yet.
type match struct {
	kind    Kind
	awaited int // rows posted and not written
	members []member
}

type member struct {
	side  result.Side
	row   int
	stamp int // year and day of the year, 25001 for the first of January 2025
}

// appendID appends the row's own reference. Entries are numbered in the order of the ledger; the bank's references carry the day and a
// number that tells nothing, different for any 36⁵ rows in a row.
func appendID(dst []byte, m member) []byte {
	if m.side == result.Right {
		return appendPadded(append(dst, 'E'), m.row, 8)
	}
	const numbers = 36 * 36 * 36 * 36 * 36
	dst = appendPadded(append(dst, "OP"...), m.stamp, 5)
	for n, i := int64(m.row)%numbers*25_214_903%numbers, 0; i < 5; i++ { // the factor shares no divisor with 36⁵
		dst = append(dst, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n%36])
		n /= 36
	}
	return dst
}

// truth is the third file. Matches are numbered in the order in which they are complete.
type truth struct {
	out     *bufio.Writer
	buffer  []byte
	rows    int
	number  int
	matches map[Kind]int
	spare   []*match // done, to be used again
}

func newTruth(w io.Writer) *truth {
	t := &truth{out: buffered(w), matches: map[Kind]int{}}
	t.out.WriteString("match_id,kind,side,row,record_id\n")
	return t
}

// expect begins a match. All its rows are posted before the first of them is written.
func (t *truth) expect(kind Kind) *match {
	if len(t.spare) == 0 {
		return &match{kind: kind}
	}
	m := t.spare[len(t.spare)-1]
	t.spare = t.spare[:len(t.spare)-1]
	m.kind, m.members = kind, m.members[:0]
	return m
}

func (t *truth) add(m *match, who member) error {
	m.members = append(m.members, who)
	if m.awaited--; m.awaited > 0 {
		return nil
	}
	t.number++
	t.matches[m.kind]++
	t.buffer = t.buffer[:0]
	slices.SortFunc(m.members, func(a, b member) int { return cmp.Or(cmp.Compare(a.side, b.side), cmp.Compare(a.row, b.row)) })
	for _, one := range m.members {
		t.rows++
		t.buffer = strconv.AppendInt(t.buffer, int64(t.number), 10)
		t.buffer = append(append(t.buffer, ','), m.kind...)
		t.buffer = append(append(t.buffer, ','), one.side.String()...)
		t.buffer = strconv.AppendInt(append(t.buffer, ','), int64(one.row), 10)
		t.buffer = append(appendID(append(t.buffer, ','), one), '\n')
	}
	t.spare = append(t.spare, m)
	_, err := t.out.Write(t.buffer)
	return err
}
