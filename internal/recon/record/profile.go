package record

import (
	"bytes"
	"hash/maphash"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Type is what the values of a column are.
type Type string

// The types.
const (
	Empty  Type = "empty"
	Text   Type = "text"
	Number Type = "number"
	Date   Type = "date"
)

// Role is what a column is for.
type Role string

// The roles. What has no other is an attribute.
const (
	ID           Role = "id"
	DateRole     Role = "date"
	Amount       Role = "amount"
	Debit        Role = "debit"
	Credit       Role = "credit"
	Currency     Role = "currency"
	Counterparty Role = "counterparty"
	Reference    Role = "reference"
	Description  Role = "description"
	Attribute    Role = "attribute"
	Ignored      Role = "ignored" // a person said that the column takes no part in matching
)

// Profile is what was learnt about a column from its name and all of its values.
type Profile struct {
	Type       Type
	Role       Role
	Confidence float64 // in Role and Type, from 0 to 1
	Filled     int     // values that are not empty
	Unlike     int     // different values, among the first maxUnlike rows
	Unique     bool    // no value twice among these
	Decimal    Decimal // of numbers
	Exponent   int     // decimals that the numbers have at most
	Order      Order   // of dates
	Sample     []string
}

// Written says how the values are written: "dd/mm/yyyy", "1234,56"; empty for texts.
func (p *Profile) Written() string {
	switch p.Type {
	case Date:
		return map[Order]string{YearFirst: "yyyy-mm-dd", DayFirst: "dd/mm/yyyy", MonthDay: "mm/dd/yyyy"}[p.Order]
	case Number:
		if p.Exponent == 0 {
			return "1234"
		}
		return "1234" + string(p.Decimal) + "56"
	}
	return ""
}

const (
	maxUnlike  = 200_000
	mostSample = 3
	typeShare  = 0.95 // of the filled values must read as a type
)

// learn looks at every value of a column.
func learn(name string, values *Texts) Profile {
	p := Profile{Type: Empty, Role: Attribute}
	var style numberStyle
	var numbers, dates, longest int
	var orders orderCounts
	exponents := [3]int{} // most decimals: if dot is decimal, if comma is
	seed := maphash.MakeSeed()
	seen := map[uint64]struct{}{}
	var room [maxDigits]byte
	all := values.Len()
	for i := range all {
		value := bytes.TrimSpace(values.At(i))
		if len(value) == 0 {
			continue
		}
		// A type that not enough values can have any more, even if all that follow do, is not looked for any longer.
		rest := float64(all - i)
		enough := typeShare * (float64(p.Filled) + rest)
		mayBeDate, mayBeNumber := float64(dates)+rest >= enough, float64(numbers)+rest >= enough
		p.Filled++
		longest = max(longest, len(value))
		if len(p.Sample) < mostSample {
			p.Sample = append(p.Sample, string(value))
		}
		if i < maxUnlike {
			seen[maphash.Bytes(seed, value)] = struct{}{}
		}
		if mayBeDate {
			if d, ok := scanDate(value); ok && orders.add(d) {
				dates++
			}
		}
		if !mayBeNumber {
			continue
		}
		if n, ok := scanNumeral(value, room[:]); ok {
			numbers++
			style.add(n)
			if n.dots == 1 {
				exponents[0] = max(exponents[0], n.dot)
			}
			if n.commas == 1 {
				exponents[1] = max(exponents[1], n.comma)
			}
		}
	}
	p.Unlike = len(seen)
	p.Unique = p.Filled > 1 && p.Unlike == min(p.Filled, maxUnlike)
	share := func(n int) float64 { return float64(n) / float64(max(1, p.Filled)) }
	hint := roleOfName(name)
	switch {
	case p.Filled == 0:
	case share(dates) >= typeShare && (hint == DateRole || share(numbers) < typeShare || longest >= 8 && hint != Amount && hint != ID && hint != Reference):
		p.Type, p.Confidence = Date, share(dates)
		p.Order = DayFirst // of what can be read both ways, the way of most countries
		for _, order := range [...]Order{MonthDay, DayFirst, YearFirst} {
			if orders[order] >= orders[p.Order] && orders[order] > 0 && (order != DayFirst && orders[order] > orders[p.Order] || order == DayFirst || orders[p.Order] == 0) {
				p.Order = order
			}
		}
	case share(numbers) >= typeShare:
		p.Type, p.Confidence, p.Decimal = Number, share(numbers), style.decimal()
		p.Exponent = exponents[0]
		if p.Decimal == Comma {
			p.Exponent = exponents[1]
		}
	default:
		p.Type, p.Confidence = Text, 1
	}
	p.Role = roleOf(hint, p)
	return p
}

// roleOf weighs what the name says against what the values are.
func roleOf(hint Role, p Profile) Role {
	switch p.Type {
	case Date:
		return DateRole
	case Number:
		switch {
		case hint == Amount || hint == Debit || hint == Credit:
			return hint
		case (hint == ID || hint == Reference) && p.Exponent == 0:
			return hint
		}
		return Attribute
	case Text:
		if hint == DateRole || hint == Amount || hint == Debit || hint == Credit {
			return Attribute
		}
		if hint == Currency && p.Unlike > 200 {
			return Attribute
		}
		return hint
	}
	return Attribute
}

// names are the words of column names that tell a role, folded, in the order in which they are tried. A word of three letters or less
// must be one of the name's words; a longer one may begin any of them.
var names = []struct {
	role  Role
	words []string
}{
	{Currency, []string{"currency", "devise", "ccy", "monnaie", "عملة", "العملة"}},
	{Debit, []string{"debit", "withdrawal", "retrait", "sortie", "decaissement", "paid out", "مدين"}},
	{Credit, []string{"credit", "deposit", "depot", "entree", "encaissement", "paid in", "دائن"}},
	{DateRole, []string{"date", "jour", "day", "datum", "posted", "valeur", "تاريخ", "التاريخ"}},
	{Amount, []string{"amount", "montant", "amt", "betrag", "importe", "net", "gross", "total", "مبلغ", "المبلغ"}},
	{ID, []string{"id", "identifier", "identifiant", "uuid", "key", "معرف"}},
	{Reference, []string{"ref", "reference", "document", "invoice", "piece", "voucher", "cheque", "order", "مرجع", "المرجع"}},
	{Counterparty, []string{"counterparty", "name", "nom", "tiers", "client", "customer", "beneficia", "payee", "payer", "merchant", "vendor", "supplier", "fournisseur", "donneur", "الاسم", "المستفيد"}},
	{Description, []string{"description", "libelle", "label", "memo", "detail", "narrative", "text", "title", "motif", "particulars", "communication", "objet", "بيان", "البيان", "وصف", "الوصف"}},
}

// roleOfName says what the name of a column tells, Attribute where it tells nothing.
func roleOfName(name string) Role {
	words := strings.FieldsFunc(Fold(splitCamel(name)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	whole := strings.Join(words, " ")
	for _, known := range names {
		for _, wanted := range known.words {
			if strings.Contains(wanted, " ") && strings.Contains(whole, wanted) {
				return known.role
			}
			for _, word := range words {
				if word == wanted || utf8.RuneCountInString(wanted) > 3 && strings.HasPrefix(word, wanted) {
					return known.role
				}
			}
		}
	}
	return Attribute
}

func splitCamel(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(r)
	}
	return b.String()
}

// Fold takes case, accents and the variants of Arabic letters away, so that what people read as equal is equal.
func Fold(text string) string { return string(AppendFold(nil, []byte(text))) }

// AppendFold appends the folded text to a buffer.
func AppendFold(buffer, text []byte) []byte {
	start := len(buffer)
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return appendFoldedLetters(buffer[:start], text)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buffer = append(buffer, c)
	}
	return buffer
}

func appendFoldedLetters(buffer, text []byte) []byte {
	for rest := norm.NFKD.Bytes(text); len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		switch {
		case r < utf8.RuneSelf:
		case unicode.Is(unicode.Mn, r), r == 'ـ': // accents, vowel signs, the stretching line
			continue
		case r == 'أ', r == 'إ', r == 'آ', r == 'ٱ':
			r = 'ا'
		case r == 'ى':
			r = 'ي'
		case r == 'ة':
			r = 'ه'
		case r == 'œ', r == 'Œ':
			buffer = append(buffer, "oe"...)
			continue
		case r == 'ß':
			buffer = append(buffer, "ss"...)
			continue
		case '٠' <= r && r <= '٩':
			r = '0' + r - '٠'
		}
		buffer = utf8.AppendRune(buffer, unicode.ToLower(r))
	}
	return buffer
}
