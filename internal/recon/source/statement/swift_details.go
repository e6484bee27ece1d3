package statement

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// details are what :86: says about an entry.
type details struct {
	counterparty, account, reference, description string
}

const (
	structuredNS = "\x00NS" // before the lines of a :NS: field among those of :86:
	wrapped      = 64       // letters from which on a line was broken by its length, not by its writer
	fullSubfield = 27       // letters from which on a subfield goes on in the next one
)

// parseDetails reads the lines of :86: in any of its dialects: subfields (?20…), codes between slashes (/REMI/…), or plain text.
func parseDetails(lines []string) details {
	var text strings.Builder
	var found details
	for i, line := range lines {
		if inner, ok := strings.CutPrefix(line, structuredNS); ok {
			found.ns(strings.Split(inner, "\n"))
			continue
		}
		if i > 0 && utf8.RuneCountInString(lines[i-1]) < wrapped && !subfieldsForm.MatchString(lines[0]) {
			text.WriteByte(' ')
		}
		text.WriteString(line)
	}
	whole := text.String()
	switch {
	case subfieldsForm.MatchString(whole):
		found.subfields(whole)
	case codesForm.MatchString(whole):
		found.codes(whole)
	case whole != "":
		found.plain(lines[0])
		found.description = join(whole, found.description)
	}
	return found
}

// subfieldsForm is a transaction code of three digits, a separator and the number of the first subfield.
var subfieldsForm = regexp.MustCompile(`^\s*(?:\d{3})?([?>~^<@])\d{2}`)

// subfields reads the dialect of German, Austrian and Polish banks (DFÜ-Abkommen, annex 3, chapter 8): 00 what was booked, 20 to 29
// and 60 to 63 the remittance, 30 and 31 bank and account, 32 and 33 the name.
func (d *details) subfields(text string) {
	separator := subfieldsForm.FindStringSubmatch(text)[1][0]
	var remittance, booking, name strings.Builder
	last := 0
	add := func(number string, value string) {
		switch {
		case number >= "20" && number <= "29" || number >= "60" && number <= "63":
			if last < fullSubfield && remittance.Len() > 0 {
				remittance.WriteByte('\n')
			}
			remittance.WriteString(value)
			last = utf8.RuneCountInString(value)
		case number == "00":
			booking.WriteString(value)
		case number == "31", number == "38" && (d.account == "" || isIBAN(strings.TrimSpace(value))):
			d.account = strings.TrimSpace(value)
		case number == "32", number == "33":
			name.WriteString(value)
		}
	}
	start := -1
	for i := 0; i+2 < len(text); i++ {
		if text[i] != separator || !isDigit(text[i+1]) || !isDigit(text[i+2]) {
			continue
		}
		if start >= 0 {
			add(text[start+1:start+3], text[start+3:i])
		}
		start = i
	}
	add(text[start+1:start+3], text[start+3:])
	d.counterparty = strings.TrimSpace(name.String())
	d.sepa(remittance.String())
	d.description = join(booking.String(), d.description)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// sepaCodes are the codes that stand before a plus in a remittance.
var sepaCodes = map[string]bool{"EREF": true, "KREF": true, "MREF": true, "CRED": true, "DEBT": true, "COAM": true, "OAMT": true, "SVWZ": true, "ABWA": true,
	"ABWE": true, "IBAN": true, "BIC": true}

// sepaCode is where a code begins and where what it names does.
type sepaCode struct {
	name       string
	start, end int
}

// findSepaCodes returns the codes of a text in their order: words of capitals that a plus follows.
func findSepaCodes(text string) (found []sepaCode) {
	for i := 0; i < len(text); i++ {
		if text[i] != '+' {
			continue
		}
		start := i
		for start > 0 && isWord(text[start-1]) {
			start--
		}
		if name := text[start:i]; sepaCodes[name] {
			found = append(found, sepaCode{name, start, i + 1})
		}
	}
	return found
}

func isWord(c byte) bool {
	return isDigit(c) || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}

// sepa splits a remittance at the codes that SEPA put into it: the end-to-end reference, the mandate, and what was written. A
// reference ends with its line.
func (d *details) sepa(remittance string) {
	found := findSepaCodes(remittance)
	if found == nil {
		d.description = remittance
		return
	}
	parts := []string{remittance[:found[0].start]}
	for i, code := range found {
		end := len(remittance)
		if i+1 < len(found) {
			end = found[i+1].start
		}
		value := remittance[code.end:end]
		line, rest, _ := strings.Cut(value, "\n")
		switch code.name {
		case "EREF":
			d.reference = meaningful(line)
		case "KREF":
			if d.reference == "" {
				d.reference = meaningful(line)
			}
		case "IBAN":
			if d.account == "" {
				d.account = strings.TrimSpace(line)
			}
		case "SVWZ", "ABWA", "ABWE", "MREF":
			rest = value
		}
		parts = append(parts, rest)
	}
	d.description = strings.Join(nonEmpty(parts), " ")
}

// codesForm is a code between slashes at the beginning.
var codesForm = regexp.MustCompile(`^\s*/[A-Z][A-Z0-9]{1,7}/`)

// slashCodes are the codes of :86: in the Dutch and the SWIFT structured dialects.
var slashCodes = map[string]bool{"TRTP": true, "IBAN": true, "BIC": true, "NAME": true, "REMI": true, "EREF": true, "KREF": true, "MARF": true, "CSID": true,
	"PREF": true, "ORDP": true, "BENM": true, "CNTP": true, "USTD": true, "STRD": true, "ISDT": true, "RTRN": true, "ULTC": true, "ULTD": true, "ULTB": true,
	"PURP": true, "SVCL": true, "ADDR": true, "CITY": true, "ID": true, "ACCW": true, "INFO": true, "EXCH": true, "OCMT": true, "CHGS": true, "PT": true,
	"PY": true, "TRCD": true}

// codes reads /CODE/value/CODE/value; a value may have slashes of its own.
func (d *details) codes(text string) {
	values := map[string]string{}
	code, start, at := "", 0, 0
	for part := range strings.SplitSeq(text, "/") {
		next := at + len(part) + 1
		name := strings.TrimSpace(part)
		if _, again := values[name]; slashCodes[name] && !again {
			values[code] = text[start:at]
			values[name] = ""
			code, start = name, min(next, len(text))
		}
		at = next
	}
	values[code] = text[start:]
	for name, value := range values {
		values[name] = strings.Trim(strings.TrimSpace(value), "/")
	}
	d.reference = meaningful(values["EREF"])
	d.counterparty, d.account = values["NAME"], values["IBAN"]
	if party := strings.Split(values["CNTP"], "/"); len(party) > 2 {
		d.account, d.counterparty = party[0], party[2]
	}
	if structured := values["STRD"]; d.reference == "" && structured != "" {
		d.reference = meaningful(structured[strings.LastIndex(structured, "/")+1:])
	}
	if d.description = join(values["REMI"], values["USTD"], values["STRD"], values["INFO"]); d.description == "" {
		d.description = text
	}
}

// plain finds an account and a name at the beginning of a text.
func (d *details) plain(first string) {
	account, name, _ := strings.Cut(strings.TrimSpace(first), " ")
	if isIBAN(account) {
		d.account, d.counterparty = account, strings.TrimSpace(name)
	}
}

// ns reads the lines of :NS:, which begin with what they hold: 15 and 16 the name, 33 and 34 bank and account.
func (d *details) ns(lines []string) {
	var name, account, rest []string
	for _, line := range lines {
		code, value := splitAt(strings.TrimSpace(line), 2)
		switch value = strings.TrimSpace(value); code {
		case "15", "16":
			name = append(name, value)
		case "33", "34":
			account = append(account, value)
		default:
			rest = append(rest, value)
		}
	}
	d.counterparty = strings.Join(name, " ")
	d.account = strings.Join(account, "")
	d.description = strings.Join(rest, " ")
}
