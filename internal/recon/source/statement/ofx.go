package statement

import (
	"bufio"
	"errors"
	"html"
	"io"
	"strings"

	"khadamat/internal/money"
)

// ofx reads Open Financial Exchange (versions 1.0.2 to 2.3) and what Microsoft Money and Quicken call QFX: SGML, in which the end
// tags of values are left out, and XML are read by the same scanner.
type ofx struct {
	scan     *tagScanner
	numbers  numbering
	account  string
	currency money.Currency
	within   string // of BANKACCTFROM and the like
	seen     bool   // a statement
	back     *ofxTag
}

func newOFX(r io.Reader) *ofx {
	return &ofx{scan: &tagScanner{r: bufio.NewReaderSize(r, maxLineBytes), line: 1}, numbers: numbering{}}
}

func (d *ofx) tag() (ofxTag, error) {
	if d.back != nil {
		t := *d.back
		d.back = nil
		return t, nil
	}
	return d.scan.next()
}

func (d *ofx) next() (record, error) {
	for {
		t, err := d.tag()
		if errors.Is(err, io.EOF) {
			return record{}, d.finish()
		}
		if err != nil {
			return record{}, err
		}
		switch t.name {
		case "STMTRS", "CCSTMTRS", "INVSTMTRS":
			d.account, d.currency, d.seen = "", "", true
		case "CURDEF":
			d.currency = money.Currency(strings.ToUpper(t.value))
		case "BANKACCTFROM", "CCACCTFROM", "INVACCTFROM":
			d.within = t.name
		case "/BANKACCTFROM", "/CCACCTFROM", "/INVACCTFROM":
			d.within = ""
		case "ACCTID":
			if d.within != "" {
				d.account = t.value
			}
		case "STMTTRN":
			return d.transaction(t)
		case "INVTRAN":
			return record{line: t.line, problem: problem("recon_statement.investment", t.line, "INVTRAN", "")}, nil
		}
	}
}

// finish says whether the file was whole.
func (d *ofx) finish() error {
	switch {
	case !d.scan.closed:
		return missing(d.scan.line, "/OFX")
	case !d.seen:
		return problem("recon_statement.empty", d.scan.line, "", "")
	}
	return io.EOF
}

// transaction reads a STMTTRN.
func (d *ofx) transaction(start ofxTag) (record, error) {
	fields := map[string]ofxTag{}
	within := ""
	for {
		t, err := d.tag()
		if errors.Is(err, io.EOF) {
			return record{}, missing(d.scan.line, "/STMTTRN")
		}
		if err != nil {
			return record{}, err
		}
		switch t.name {
		case "/STMTTRN":
			return d.entry(start, fields), nil
		case "STMTTRN", "/BANKTRANLIST", "/OFX": // the end tag was left out
			d.back = &t
			return d.entry(start, fields), nil
		case "PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY":
			within = t.name + "/"
		case "/PAYEE", "/BANKACCTTO", "/CCACCTTO", "/CURRENCY", "/ORIGCURRENCY":
			within = ""
		default:
			if name := within + t.name; !strings.HasPrefix(t.name, "/") && len(fields) < 100 {
				fields[name] = t
			}
		}
	}
}

// entry puts the fields of a transaction into columns.
func (d *ofx) entry(start ofxTag, fields map[string]ofxTag) record {
	r := record{line: start.line}
	get := func(names ...string) string {
		for _, name := range names {
			if value := fields[name].value; value != "" {
				return value
			}
		}
		return ""
	}
	broken := func(err error, name string) record {
		line := fields[name].line
		if line == 0 {
			line = start.line
		}
		return record{line: start.line, problem: unreadable(err, line, "STMTTRN/"+name, get(name))}
	}
	currency := d.currency
	if own := get("CURRENCY/CURSYM"); own != "" {
		currency = money.Currency(strings.ToUpper(own))
	}
	number := d.numbers.id("")
	var err error
	if !currency.Valid() {
		return record{line: start.line, problem: unreadable(errCurrency, start.line, "CURDEF", string(currency))}
	}
	if r.amount, err = parseAmount(ungroup(get("TRNAMT")), currency); err != nil {
		return broken(err, "TRNAMT")
	}
	for _, given := range []struct {
		name string
		col  int
	}{{"DTPOSTED", colDate}, {"DTAVAIL", colValueDate}} {
		value := get(given.name)
		if value == "" && given.col == colValueDate {
			continue
		}
		day, err := parseCompact(value[:min(8, len(value))], dayOf)
		if err != nil {
			return broken(err, given.name)
		}
		r.values[given.col] = day.Format(isoDate)
	}
	r.values[colAccount] = d.account
	if r.values[colID] = get("FITID"); r.values[colID] == "" {
		r.values[colID] = number
	}
	r.values[colCounterparty] = get("PAYEE/NAME", "NAME")
	if extended := get("EXTDNAME"); len(extended) > len(r.values[colCounterparty]) {
		r.values[colCounterparty] = extended
	}
	r.values[colCounterpartyAccount] = get("BANKACCTTO/ACCTID", "CCACCTTO/ACCTID")
	r.values[colReference] = meaningful(get("CHECKNUM", "REFNUM"))
	r.values[colBankReference] = meaningful(get("SRVRTID"))
	r.values[colKind] = get("TRNTYPE")
	r.values[colDescription] = get("MEMO")
	if other := get("REFNUM"); other != r.values[colReference] {
		r.values[colDescription] = join(r.values[colDescription], other)
	}
	return r
}

// ofxTag is a tag with the text behind it; the name of an end tag begins with a slash.
type ofxTag struct {
	name  string
	value string
	line  int
}

// tagScanner splits OFX into tags.
type tagScanner struct {
	r      *bufio.Reader
	line   int
	closed bool // the end of the document was seen
	begun  bool // a tag is
	after  byte // the letter that was read last
}

// next returns the next tag, io.EOF after the last one.
func (s *tagScanner) next() (ofxTag, error) {
	for {
		if !s.begun {
			if err := s.head(); err != nil {
				return ofxTag{}, err
			}
		}
		t := ofxTag{line: s.line}
		name, err := s.until('>', maxValue*10)
		if err != nil {
			return t, s.unfinished(err, "<")
		}
		switch {
		case strings.HasPrefix(name, "!--"), strings.HasPrefix(name, "?"):
			s.begun = false
			continue
		case strings.HasPrefix(name, "!"):
			return t, problem("recon_statement.doctype", t.line, "", name)
		}
		t.name, _, _ = strings.Cut(strings.ToUpper(strings.TrimSpace(name)), " ")
		t.name = strings.TrimSuffix(t.name, "/")
		value, err := s.value()
		if err != nil && !errors.Is(err, io.EOF) {
			return t, err
		}
		if t.name == "/OFX" {
			s.closed = true
		}
		t.value = string(appendClean(nil, value))
		return t, nil
	}
}

// letter returns the next byte and counts lines, however they end.
func (s *tagScanner) letter() (byte, error) {
	c, err := s.r.ReadByte()
	if c == '\r' || c == '\n' && s.after != '\r' {
		s.line++
	}
	s.after = c
	return c, err
}

// head passes over everything up to the next tag.
func (s *tagScanner) head() error {
	for {
		c, err := s.letter()
		if err != nil {
			return err
		}
		if c == '<' {
			s.begun = true
			return nil
		}
	}
}

// value returns the text up to the next tag, or of a CDATA section.
func (s *tagScanner) value() (string, error) {
	text, err := s.until('<', maxLineBytes)
	if err != nil {
		if errors.Is(err, io.EOF) {
			s.begun = false
		}
		return html.UnescapeString(text), err
	}
	const cdata = "![CDATA["
	if head, _ := s.r.Peek(len(cdata)); string(head) != cdata {
		return html.UnescapeString(text), nil
	}
	_, _ = s.r.Discard(len(cdata)) // they were peeked
	var raw strings.Builder
	for !strings.HasSuffix(raw.String(), "]]") {
		part, err := s.until('>', maxLineBytes)
		if err != nil {
			return "", s.unfinished(err, "CDATA")
		}
		if raw.Len()+len(part) > maxLineBytes {
			return "", problem("recon_statement.too_large", s.line, "CDATA", "")
		}
		if raw.Len() > 0 {
			raw.WriteByte('>')
		}
		raw.WriteString(part)
	}
	s.begun = false
	return strings.TrimSuffix(raw.String(), "]]"), nil
}

// until reads up to a letter, which it takes away.
func (s *tagScanner) until(end byte, most int) (string, error) {
	var text []byte
	for {
		c, err := s.letter()
		if err != nil {
			return string(text), err
		}
		if c == end {
			return string(text), nil
		}
		if len(text) == most {
			return "", problem("recon_statement.too_large", s.line, "", string(text[:min(len(text), maxValue)]))
		}
		text = append(text, c)
	}
}

// unfinished says that the file ended inside of something.
func (s *tagScanner) unfinished(err error, field string) error {
	if errors.Is(err, io.EOF) {
		return missing(s.line, field)
	}
	return err
}
