package statement

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// qifSample is how much of a file tells the order of day and month and the decimal mark.
const qifSample = 1 << 20

// qif reads the Quicken Interchange Format. It has no currency and does not say how its dates are written, so that is learnt from
// the dates themselves.
type qif struct {
	lines     *lines
	notes     *notes
	numbers   numbering
	learnt    bool
	monthLast bool // day before month
	comma     bool // decimals come after a comma
	sample    *bufio.Reader
	section   string // in small letters: bank, cash, ccard, …
	account   string
}

func newQIF(r io.Reader, n *notes) *qif {
	sample := bufio.NewReaderSize(r, qifSample)
	return &qif{lines: newLines(sample), notes: n, numbers: numbering{}, sample: sample, section: "bank"}
}

func (d *qif) next() (record, error) {
	if !d.learnt {
		if err := d.learn(); err != nil {
			return record{}, err
		}
	}
	for {
		fields, err := d.block()
		if errors.Is(err, io.EOF) && len(fields) == 0 {
			if d.lines.number == 0 {
				return record{}, problem("recon_statement.empty", 1, "", "")
			}
			return record{}, io.EOF
		}
		if errors.Is(err, io.EOF) {
			return record{}, missing(d.lines.number, "^")
		}
		if err != nil {
			return record{}, err
		}
		switch d.section {
		case "bank", "cash", "ccard", "oth a", "oth l":
			return d.entry(fields), nil
		case "account":
			d.account = first(fields, 'N')
		case "invst":
			line := fields[0].line
			d.numbers.id(d.account)
			return record{line: line, problem: problem("recon_statement.investment", line, "!Type:Invst", fields[0].value)}, nil
		}
	}
}

// qifField is a line: the letter that says what it holds, and that.
type qifField struct {
	code  byte
	value string
	line  int
}

func first(fields []qifField, code byte) string {
	for _, f := range fields {
		if f.code == code {
			return f.value
		}
	}
	return ""
}

// block reads the lines of one record up to ^ and takes the lines that begin a section on the way. With io.EOF it returns what had no
// end.
func (d *qif) block() ([]qifField, error) {
	var fields []qifField
	size := 0
	for {
		line, err := d.lines.next()
		if err != nil {
			return fields, err
		}
		line = strings.TrimSpace(strings.Trim(line, "\x1a\x00"))
		switch {
		case line == "":
		case line[0] == '!':
			d.begin(line)
		case line[0] == '^':
			if len(fields) > 0 {
				return fields, nil
			}
		default:
			if size += len(line); size > maxFieldBytes {
				return fields, problem("recon_statement.too_large", d.lines.number, "^", "")
			}
			fields = append(fields, qifField{code: line[0], value: strings.TrimSpace(line[1:]), line: d.lines.number})
		}
	}
}

// begin takes the line that begins a section. Lists of categories, classes and memorized payments hold no entries.
func (d *qif) begin(line string) {
	lower := strings.ToLower(line)
	kind, isType := strings.CutPrefix(lower, "!type:")
	switch {
	case isType:
		d.section = strings.TrimSpace(kind)
		switch d.section {
		case "bank", "cash", "ccard", "oth a", "oth l", "invst":
		default:
			d.notes.add(problem("recon_statement.section", d.lines.number, line, line))
		}
	case strings.HasPrefix(lower, "!account"):
		d.section = "account"
	}
}

// entry puts a record into columns.
func (d *qif) entry(fields []qifField) record {
	r := record{line: fields[0].line}
	id := d.numbers.id(d.account)
	var memo []string
	amount := qifField{line: r.line}
	date := qifField{line: r.line}
	for _, f := range fields {
		switch f.code {
		case 'D':
			date = f
		case 'T':
			amount = f
		case 'U':
			if amount.code == 0 {
				amount = f
			}
		case 'P':
			r.values[colCounterparty] = f.value
		case 'M', 'E':
			memo = append(memo, f.value)
		case 'N':
			if isNumber(f.value) {
				r.values[colReference] = f.value
			} else {
				r.values[colKind] = f.value
			}
		case 'L':
			if target, ok := strings.CutPrefix(f.value, "["); ok {
				r.values[colCounterpartyAccount], _, _ = strings.Cut(target, "]")
			} else {
				memo = append(memo, f.value)
			}
		}
	}
	day, err := d.date(date.value)
	if err != nil {
		return record{line: r.line, problem: unreadable(err, date.line, "D", date.value)}
	}
	minor, err := parseDecimal(d.plainAmount(amount.value), 2)
	if err != nil {
		return record{line: r.line, problem: unreadable(err, amount.line, "T", amount.value)}
	}
	r.amount.Minor = minor
	r.values[colAccount], r.values[colID] = d.account, id
	r.values[colDate] = day.Format(isoDate)
	r.values[colDescription] = strings.Join(nonEmpty(memo), " ")
	return r
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// plainAmount takes the thousands' marks out of an amount. A mark that comes with the other one, or twice, or before three digits in
// a file whose decimals come after the other one, is none of decimals.
func (d *qif) plainAmount(s string) string {
	s = blanks.Replace(s)
	point, comma := strings.Count(s, "."), strings.Count(s, ",")
	switch {
	case point > 0 && comma > 0:
		return ungroup(s)
	case point > 1 || comma > 1:
		return marks.Replace(s)
	case point == 1 && d.comma && threeDigits(s, "."), comma == 1 && !d.comma && threeDigits(s, ","):
		return marks.Replace(s)
	}
	return s
}

var blanks = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "")

func threeDigits(s, mark string) bool { return len(s)-strings.Index(s, mark) == 4 }

var (
	// qifDate is 1/31/2024, 31.01.24, 1/ 5'06, 2024-01-31.
	qifDate   = regexp.MustCompile(`^\s*(\d{1,4})\s*[/.\-]\s*(\d{1,2})\s*([/.'\-])\s*(\d{1,4})\s*$`)
	qifAmount = regexp.MustCompile(`([.,])\d{1,2}$`)
)

// date reads a date in the order of the file.
func (d *qif) date(s string) (time.Time, error) {
	parts := qifDate.FindStringSubmatch(s)
	if parts == nil {
		return time.Time{}, errDate
	}
	a, b, c := number(parts[1]), number(parts[2]), number(parts[4])
	if len(parts[1]) == 4 {
		return dayOf(a, b, c)
	}
	switch {
	case len(parts[4]) == 4:
	case len(parts[4]) > 2:
		return time.Time{}, errDate
	case parts[3] == "'":
		c += 2000
	default:
		c = fullYear(c)
	}
	if d.monthLast {
		return dayOf(c, b, a)
	}
	return dayOf(c, a, b)
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits) // at most four digits, as the pattern says
	return n
}

// learn reads ahead and finds out how dates and amounts are written. A number above 12 tells day from month; else the dates of a
// statement lie in order and close together, and the reading in which they do is taken; where both read alike it is the day first,
// and a note says so.
func (d *qif) learn() error {
	d.learnt = true
	head, err := d.sample.Peek(qifSample)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var dates [][]string
	commas, points := 0, 0
	for line := range strings.SplitSeq(strings.ReplaceAll(string(head), "\r", "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "D"):
			if parts := qifDate.FindStringSubmatch(line[1:]); parts != nil && len(parts[1]) < 4 {
				dates = append(dates, parts)
			}
		case strings.HasPrefix(line, "T"):
			if mark := qifAmount.FindStringSubmatch(strings.TrimSpace(line)); mark != nil && mark[1] == "," {
				commas++
			} else if mark != nil {
				points++
			}
		}
	}
	d.comma = commas > points
	d.monthLast = d.dayFirst(dates)
	return nil
}

func (d *qif) dayFirst(dates [][]string) bool {
	for _, parts := range dates {
		switch {
		case number(parts[1]) > 12:
			return true
		case number(parts[2]) > 12, parts[3] == "'":
			return false
		}
	}
	disorder := func(monthLast bool) (steps int, days time.Duration) {
		reading := qif{monthLast: monthLast}
		var last, least, most time.Time
		up, down := 0, 0
		for _, parts := range dates {
			day, err := reading.date(parts[0])
			if err != nil {
				continue
			}
			switch {
			case last.IsZero():
				least, most = day, day
			case day.After(last):
				up++
			case day.Before(last):
				down++
			}
			last = day
			if day.Before(least) {
				least = day
			}
			if day.After(most) {
				most = day
			}
		}
		return min(up, down), most.Sub(least)
	}
	daySteps, daySpan := disorder(true)
	monthSteps, monthSpan := disorder(false)
	if daySteps != monthSteps {
		return daySteps < monthSteps
	}
	if daySpan == monthSpan && len(dates) > 0 {
		d.notes.add(problem("recon_statement.date_order", 0, "D", dates[0][0]))
	}
	return daySpan <= monthSpan
}
