package statement

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/source"
)

// bai2 reads cash management reports of the Bank Administration Institute, version 2 ("Cash Management Balance Reporting
// Specifications", 2005).
type bai2 struct {
	lines    *lines
	numbers  numbering
	file     string // its identification number
	ended    bool   // the file trailer was seen
	currency money.Currency
	date     time.Time
	account  *baiAccount
}

// baiAccount is the account that is being read, from 03 to 49.
type baiAccount struct {
	number   string
	currency money.Currency
	closing  *money.Amount
	line     int
	proof    proof
	control  int64 // sum of all amounts as they stand
	doubtful bool  // an amount could not be read, so that the control total proves nothing
}

func newBAI2(r io.Reader) *bai2 { return &bai2{lines: newLines(r), numbers: numbering{}} }

func (d *bai2) next() (record, error) {
	for {
		logical, err := d.logical()
		if errors.Is(err, io.EOF) {
			return record{}, d.finish()
		}
		if err != nil {
			return record{}, err
		}
		if logical.code == "16" {
			return d.detail(logical)
		}
		if p := d.structure(logical); p != nil {
			return record{}, p
		}
	}
}

func (d *bai2) finish() error {
	if d.ended {
		return io.EOF
	}
	if d.file == "" && d.account == nil {
		return missing(1, "01")
	}
	return missing(d.lines.number, "99")
}

// structure takes what stands around the entries.
func (d *bai2) structure(l *baiRecord) *source.Problem {
	switch l.code {
	case "01":
		fields := l.fields(8)
		d.file, d.ended = fields[4], false
		if d.file == "" {
			d.file = fields[2]
		}
	case "02":
		return d.group(l)
	case "03":
		if d.account != nil {
			return missing(l.line, "49")
		}
		return d.open(l)
	case "49":
		return d.close(l)
	case "98":
		if d.account != nil {
			return missing(l.line, "49")
		}
	case "99":
		d.ended = true
	default:
		return problem("recon_statement.malformed", l.line, l.code, strings.Join(l.pieces, " "))
	}
	return nil
}

func (d *bai2) group(l *baiRecord) *source.Problem {
	fields := l.fields(7)
	date, err := parseCompact(fields[3], dayOf)
	if err != nil {
		return problem("recon_statement.malformed", l.line, "02", fields[3])
	}
	d.date, d.currency = date, "USD" // unless the group or the account says otherwise
	if currency := money.Currency(fields[5]); currency.Valid() {
		d.currency = currency
	}
	return nil
}

// open takes an account with its balances: 010 is the opening one, 015 the closing one.
func (d *bai2) open(l *baiRecord) *source.Problem {
	a := &baiAccount{number: l.field(), currency: d.currency, line: l.line}
	if currency := money.Currency(l.field()); currency.Valid() {
		a.currency = currency
	}
	if d.date.IsZero() {
		return missing(l.line, "02")
	}
	a.proof.open(money.Of(0, a.currency), false)
	for !l.empty() {
		kind, piece := l.field(), len(l.pieces)
		value := l.field()
		if len(l.pieces) == piece { // the line goes on
			l.field() // item count
		}
		if len(l.pieces) == piece {
			if _, err := l.fundsType(); err != nil {
				return problem("recon_statement.malformed", l.line, "03", value)
			}
		}
		if value == "" {
			continue
		}
		amount, err := parseMinor(value, a.currency)
		if err != nil {
			return problem("recon_statement.malformed", l.line, "03", value)
		}
		a.count(amount)
		switch kind {
		case "010":
			a.proof.open(amount, true)
		case "015":
			a.closing = &amount
		}
	}
	d.account = a
	return nil
}

func (a *baiAccount) count(amount money.Amount) {
	sum, err := money.Of(a.control, a.currency).Add(amount)
	a.control = sum.Minor
	a.doubtful = a.doubtful || err != nil
}

// close takes the account's trailer. A report that lists totals and no entries has nothing to lead from balance to balance.
func (d *bai2) close(l *baiRecord) *source.Problem {
	a := d.account
	if a == nil {
		return missing(l.line, "03")
	}
	d.account = nil
	if a.closing != nil && a.proof.entries > 0 {
		if p := a.proof.closes(*a.closing, a.line, "03", "015"); p != nil {
			return p
		}
	}
	value := l.field()
	if value == "" || a.doubtful {
		return nil
	}
	total, err := parseMinor(value, a.currency)
	if err != nil {
		return problem("recon_statement.malformed", l.line, "49", value)
	}
	if total.Minor != a.control {
		return control(total, money.Of(a.control, a.currency), l.line, "49", value)
	}
	return nil
}

// detail reads a transaction.
func (d *bai2) detail(l *baiRecord) (record, error) {
	a := d.account
	if a == nil {
		return record{}, missing(l.line, "03")
	}
	whole := l.pieces[0]
	kind, value := l.field(), l.field()
	valueDate, err := l.fundsType()
	id := d.numbers.id(d.file)
	amount := money.Of(0, a.currency)
	if err == nil && value != "" {
		if amount, err = parseMinor(value, a.currency); err == nil {
			a.count(amount)
			amount.Minor, err = signOf(kind, amount.Minor)
		} else {
			a.doubtful = true
		}
	}
	if err != nil {
		a.proof.doubt()
		a.proof.entries++
		broken := value
		switch {
		case errors.Is(err, errDirection):
			broken = kind
		case errors.Is(err, errDate), errors.Is(err, errFunds):
			broken = whole
		}
		return record{line: l.line, problem: unreadable(err, l.line, "16", broken)}, nil
	}
	a.proof.add(amount)
	var v [width]string
	v[colAccount], v[colStatement], v[colID] = a.number, d.file, id
	v[colDate] = d.date.Format(isoDate)
	if !valueDate.IsZero() {
		v[colValueDate] = valueDate.Format(isoDate)
	}
	v[colKind] = kind
	v[colBankReference] = meaningful(l.field())
	v[colReference] = meaningful(l.field())
	v[colDescription] = l.rest()
	return record{line: l.line, amount: amount, values: v}, nil
}

// signOf gives an amount the sign of its type code: 100 to 399, 720 to 759 and 920 to 959 are credits, 400 to 699, 760 to 779 and
// 960 to 999 debits; 890 moves no money.
func signOf(kind string, minor int64) (int64, error) {
	code, err := strconv.Atoi(kind)
	switch {
	case err != nil:
		return 0, errDirection
	case code >= 100 && code <= 399, code >= 720 && code <= 759, code >= 920 && code <= 959, code == 890 && minor == 0:
		return minor, nil
	case code >= 400 && code <= 699, code >= 760 && code <= 779, code >= 960 && code <= 999:
		return -minor, nil
	}
	return 0, errDirection
}

// parseMinor reads an amount in minor units; one with a decimal point is in major ones.
func parseMinor(s string, currency money.Currency) (money.Amount, error) {
	if strings.Contains(s, ".") {
		return parseAmount(s, currency)
	}
	minor, err := parseDecimal(s, 0)
	return money.Of(minor, currency), err
}

// baiRecord is a record with its continuations: pieces that are read field by field.
type baiRecord struct {
	code   string
	line   int
	pieces []string
}

// logical reads a record and the 88 records that continue it.
func (d *bai2) logical() (*baiRecord, error) {
	var l *baiRecord
	size := 0
	for {
		line, err := d.lines.next()
		if errors.Is(err, io.EOF) && l != nil {
			return l, nil
		}
		if err != nil {
			return nil, err
		}
		line = strings.TrimRight(strings.Trim(line, "\x1a\x00"), " \t")
		if strings.TrimSpace(line) == "" {
			continue
		}
		code, body, _ := strings.Cut(strings.TrimLeft(line, " \t"), ",")
		code = strings.TrimSuffix(code, "/")
		switch {
		case code == "88" && l == nil:
			return nil, problem("recon_statement.malformed", d.lines.number, "88", line)
		case code == "88":
			if size += len(line) + 1; size > maxFieldBytes {
				return nil, problem("recon_statement.too_large", l.line, l.code, "")
			}
			l.pieces = append(l.pieces, body)
		case l != nil:
			d.lines.unread()
			return l, nil
		default:
			l = &baiRecord{code: code, line: d.lines.number, pieces: []string{body}}
		}
	}
}

// field returns the next field, empty after the last.
func (l *baiRecord) field() string {
	if len(l.pieces) == 0 {
		return ""
	}
	piece := l.pieces[0]
	if value, rest, more := strings.Cut(piece, ","); more {
		l.pieces[0] = rest
		return strings.TrimSpace(value)
	}
	l.pieces = l.pieces[1:]
	return strings.TrimSpace(strings.TrimSuffix(piece, "/"))
}

// fields returns the next n fields.
func (l *baiRecord) fields(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = l.field()
	}
	return all
}

func (l *baiRecord) empty() bool { return len(l.pieces) == 0 }

// rest returns the text that ends the record.
func (l *baiRecord) rest() string {
	for i, piece := range l.pieces {
		l.pieces[i] = strings.TrimSuffix(piece, "/")
	}
	return strings.Join(l.pieces, " ")
}

var errFunds = errors.New("statement: not a distribution of funds")

// fundsType passes over when the money can be used; where that is a value date, it returns it.
func (l *baiRecord) fundsType() (time.Time, error) {
	switch l.field() {
	case "V":
		date := l.field()
		l.field() // time
		if date == "" {
			return time.Time{}, nil
		}
		return parseCompact(date, dayOf)
	case "S":
		l.fields(3)
	case "D":
		count, err := strconv.Atoi(l.field())
		if err != nil || count < 0 || count > 1000 {
			return time.Time{}, errFunds
		}
		l.fields(2 * count)
	}
	return time.Time{}, nil
}
