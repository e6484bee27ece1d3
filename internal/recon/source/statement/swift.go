package statement

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/source"
)

// swift reads MT940 and MT942 messages as banks write them (SWIFT User Handbook, category 9): with or without the envelope, with or
// without a line that ends each message, with text between messages that belongs to none.
type swift struct {
	fields    swiftFields
	interim   bool // MT942: no balances are expected
	numbers   numbering
	statement swiftStatement
	seen      bool // some field of a statement
	ended     []Balances
}

// swiftStatement is the message that is being read.
type swiftStatement struct {
	started             bool
	line                int
	reference           string
	account             string
	number              string
	currency            money.Currency
	opening             money.Amount // the first of its pages
	closing             money.Amount
	from, through       time.Time
	pages               int  // that were opened
	interim             bool // it has fields that only MT942 has
	opened              bool // has an opening balance
	closed              bool // and a closing one
	entries             int
	proof               proof
	debits, credits     *money.Amount // control totals of an interim report
	controlLine         int
	controlTag, control string
}

func newSwift(r io.Reader, format source.Format) *swift {
	return &swift{fields: swiftFields{lines: newLines(r)}, interim: format == source.MT942, numbers: numbering{}}
}

func (d *swift) next() (record, error) {
	for {
		f, err := d.fields.next()
		if errors.Is(err, io.EOF) {
			return record{}, d.finish()
		}
		if err != nil {
			return record{}, err
		}
		if f.tag == "61" {
			return d.entry(f)
		}
		if err := d.field(f); err != nil {
			return record{}, err
		}
	}
}

// finish ends the last statement at the end of the file.
func (d *swift) finish() error {
	if p := d.end(); p != nil {
		return p
	}
	if !d.seen {
		return missing(max(d.fields.lines.number, 1), ":20:")
	}
	return io.EOF
}

// field takes everything but entries and what belongs to them.
func (d *swift) field(f swiftField) error {
	if f.tag == endOfMessage {
		return asError(d.end())
	}
	if f.tag == "20" {
		if p := d.end(); p != nil {
			return p
		}
	}
	s := &d.statement
	if !s.started {
		s.started, s.line, d.seen = true, f.line, true
	}
	switch f.tag {
	case "20":
		s.reference = f.first()
	case "25", "25P":
		if s.account != "" && s.entries > 0 {
			return problem("recon_statement.repeated", f.line, f.name(), f.first())
		}
		s.account = f.first()
	case "28", "28C":
		s.number = f.first()
	case "60F", "60M":
		return asError(d.open(f))
	case "62F", "62M":
		return asError(d.close(f))
	case "34F":
		return asError(d.floor(f))
	case "13", "13D":
		s.interim = true
	case "90D", "90C":
		return asError(d.total(f))
	}
	return nil
}

// asError keeps a nil problem from becoming an error that is not nil.
func asError(p *source.Problem) error {
	if p == nil {
		return nil
	}
	return p
}

// end closes the statement that is being read and says what it lacks.
func (d *swift) end() *source.Problem {
	s := d.statement
	d.statement = swiftStatement{}
	if s.pages > 0 && s.closed {
		d.ended = remember(d.ended, Balances{Account: s.account, Number: s.label(), Opening: s.opening, Closing: s.closing, From: s.from, Through: s.through})
	}
	switch {
	case !s.started:
		return nil
	case s.opened && !s.closed:
		return missing(d.fields.lines.number, ":62F:")
	case !s.opened && !s.interim && !d.interim:
		return missing(s.line, ":60F:")
	}
	return s.totals()
}

// open takes an opening balance. After a closing one it begins the next page of the same statement.
func (d *swift) open(f swiftField) *source.Problem {
	s := &d.statement
	if s.opened && !s.closed {
		return problem("recon_statement.repeated", f.line, f.name(), f.first())
	}
	balance, day, err := parseBalance(f.first())
	if err != nil {
		return problem("recon_statement.malformed", f.line, f.name(), f.first())
	}
	if s.pages++; s.pages == 1 {
		s.opening, s.from = balance, day
	}
	s.opened, s.closed, s.currency = true, false, balance.Currency
	s.proof.open(balance, true)
	return nil
}

// close takes a closing balance and checks it.
func (d *swift) close(f swiftField) *source.Problem {
	s := &d.statement
	if s.closed {
		return problem("recon_statement.repeated", f.line, f.name(), f.first())
	}
	balance, day, err := parseBalance(f.first())
	if err != nil {
		return problem("recon_statement.malformed", f.line, f.name(), f.first())
	}
	s.closed, s.closing, s.through = true, balance, day
	if !s.opened {
		if s.interim || d.interim {
			return nil
		}
		return missing(s.line, ":60F:")
	}
	return s.proof.closes(balance, f.line, f.name(), f.first())
}

// floor takes the smallest amount that an interim report lists; what counts is its currency.
func (d *swift) floor(f swiftField) *source.Problem {
	s := &d.statement
	s.interim = true
	currency := money.Currency(f.first()[:min(3, len(f.first()))])
	if !currency.Valid() {
		return problem("recon_statement.malformed", f.line, f.name(), f.first())
	}
	if s.currency == "" {
		s.currency = currency
		s.proof.open(money.Of(0, currency), false)
	}
	return nil
}

var totalForm = regexp.MustCompile(`^\d{1,5}([A-Z]{3})([\d.,]+)$`)

// total takes the sum of the debits or the credits of an interim report.
func (d *swift) total(f swiftField) *source.Problem {
	s := &d.statement
	s.interim = true
	parts := totalForm.FindStringSubmatch(f.first())
	if parts == nil {
		return problem("recon_statement.malformed", f.line, f.name(), f.first())
	}
	amount, err := parseAmount(ungroup(parts[2]), money.Currency(parts[1]))
	if err != nil {
		return problem("recon_statement.malformed", f.line, f.name(), f.first())
	}
	if f.tag == "90D" {
		s.debits = &amount
	} else {
		s.credits = &amount
	}
	s.controlLine, s.controlTag, s.control = f.line, f.name(), f.first()
	return nil
}

// totals checks credits less debits of an interim report against its entries. Which side banks count a reversal on differs; the net
// does not.
func (s *swiftStatement) totals() *source.Problem {
	if s.debits == nil || s.credits == nil || s.opened || s.proof.unknown {
		return nil
	}
	net, err := s.credits.Sub(*s.debits)
	found := s.proof.sum
	if s.entries == 0 {
		found = money.Of(0, net.Currency)
	}
	if err != nil || net != found {
		return control(net, found, s.controlLine, s.controlTag, s.control)
	}
	return nil
}

// entry reads :61: and the details after it.
func (d *swift) entry(f swiftField) (record, error) {
	s := &d.statement
	if !s.started {
		s.started, s.line, d.seen = true, f.line, true
	}
	var details []string
	size := 0
	for {
		following, err := d.fields.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return record{}, err
		}
		if following.tag != "86" && following.tag != "NS" {
			d.fields.unread(following)
			break
		}
		for _, text := range following.text {
			size += len(text) + 1
		}
		if size > maxFieldBytes {
			return record{}, problem("recon_statement.too_large", following.line, following.name(), "")
		}
		if following.tag == "NS" {
			details = append(details, structuredNS+strings.Join(following.text, "\n"))
			continue
		}
		details = append(details, following.text...)
	}
	if s.currency == "" || s.opened && s.closed {
		if s.interim || d.interim {
			return record{}, missing(f.line, ":34F:")
		}
		return record{}, missing(f.line, ":60F:")
	}
	s.entries++
	line, err := parseEntry(f.first(), s.currency)
	if err != nil {
		s.proof.doubt()
		s.id(d.numbers) // it keeps its number
		return record{line: f.line, problem: entryProblem(err, f)}, nil
	}
	s.proof.add(line.amount)
	return record{line: f.line, amount: line.amount, values: s.values(line, f.text[1:], details, d.numbers)}, nil
}

func entryProblem(err error, f swiftField) *source.Problem {
	if errors.Is(err, errEntry) {
		return problem("recon_statement.entry", f.line, f.name(), f.first())
	}
	return unreadable(err, f.line, f.name(), f.first())
}

func (s *swiftStatement) label() string {
	if s.number != "" {
		return s.number
	}
	return s.reference
}

func (s *swiftStatement) id(numbers numbering) string { return numbers.id(s.label()) }

// values puts an entry's line, the supplementary lines under it and its details into columns.
func (s *swiftStatement) values(e entryLine, supplementary, details []string, numbers numbering) (v [width]string) {
	found := parseDetails(details)
	v[colAccount] = s.account
	v[colStatement] = s.label()
	v[colID] = s.id(numbers)
	v[colDate] = e.date.Format(isoDate)
	v[colValueDate] = e.valueDate.Format(isoDate)
	v[colKind] = e.kind
	v[colBankReference] = meaningful(e.bankReference)
	v[colCounterparty] = found.counterparty
	v[colCounterpartyAccount] = found.account
	v[colReference] = found.reference

	reference := meaningful(e.reference)
	if v[colCounterpartyAccount] == "" && (isIBAN(reference) || e.name != "") {
		v[colCounterpartyAccount], reference = reference, ""
	}
	if v[colCounterparty] == "" {
		v[colCounterparty] = e.name
	}
	rest := ""
	if v[colReference] == "" {
		v[colReference] = reference
	} else {
		rest = reference
	}
	v[colDescription] = join(found.description, rest, strings.Join(supplementary, " "))
	return v
}

var balanceForm = regexp.MustCompile(`^([CD])(\d{6})([A-Z]{3})([\d.,]+)$`)

// parseBalance reads C200101EUR444,29: the amount and its day, which is zero where it is none.
func parseBalance(s string) (money.Amount, time.Time, error) {
	parts := balanceForm.FindStringSubmatch(s)
	if parts == nil {
		return money.Amount{}, time.Time{}, errAmount
	}
	amount, err := parseAmount(ungroup(parts[4]), money.Currency(parts[3]))
	if parts[1] == "D" {
		amount.Minor = -amount.Minor
	}
	day, _ := parseCompact(parts[2], dayOf)
	return amount, day, err
}

// entryLine is the first line of :61:.
type entryLine struct {
	date, valueDate time.Time
	amount          money.Amount
	kind            string
	reference       string
	name            string // after a reference of sixteen letters, where a Dutch dialect puts it
	bankReference   string
}

var errEntry = errors.New("statement: not an entry")

// entryForm is value date, entry date, mark (R reverses, E expects), third letter of the currency, amount, and the rest.
var entryForm = regexp.MustCompile(`^(\d{6})(\d{4}| {4})?\s?([RE]?[CD])([A-Z])?\s?(\d[\d.,]*)(.*)$`)

// parseEntry reads 2001010101D65,00NTRFREFERENCE//BANKREFERENCE.
func parseEntry(s string, currency money.Currency) (e entryLine, err error) {
	parts := entryForm.FindStringSubmatch(s)
	if parts == nil {
		return e, errEntry
	}
	if e.valueDate, err = parseCompact(parts[1], interestDay); err != nil {
		return e, err
	}
	e.date = e.valueDate
	if entryDate := strings.TrimSpace(parts[2]); entryDate != "" {
		if e.date, err = nearestDay(entryDate, e.valueDate); err != nil {
			return e, err
		}
	}
	if e.amount, err = parseAmount(ungroup(parts[5]), currency); err != nil {
		return e, err
	}
	if mark := parts[3]; mark == "D" || mark == "RC" || mark == "ED" {
		e.amount.Minor = -e.amount.Minor
	}
	e.kind, e.reference = splitAt(parts[6], 4)
	e.reference, e.bankReference, _ = strings.Cut(e.reference, "//")
	if reference, name := splitAt(e.reference, 16); strings.TrimSpace(name) != "" && strings.HasSuffix(reference, " ") {
		e.reference, e.name = reference, strings.TrimSpace(name)
	}
	return e, nil
}

// nearestDay returns the day MMDD of the year in which it is closest to another.
func nearestDay(s string, to time.Time) (time.Time, error) {
	number, err := strconv.Atoi(s)
	if err != nil {
		return time.Time{}, errDate
	}
	var best time.Time
	for _, year := range []int{to.Year() - 1, to.Year(), to.Year() + 1} {
		day, err := interestDay(year, number/100, number%100)
		if err == nil && (best.IsZero() || day.Sub(to).Abs() < best.Sub(to).Abs()) {
			best = day
		}
	}
	if best.IsZero() {
		return best, errDate
	}
	return best, nil
}

// splitAt returns the first n letters of s and the rest.
func splitAt(s string, n int) (first, rest string) {
	for i := range s {
		if n == 0 {
			return s[:i], s[i:]
		}
		n--
	}
	return s, ""
}
