package record

import (
	"math"
	"unicode/utf8"
)

// numeral is a number as it is written, before it is known which of its marks is the decimal one.
type numeral struct {
	digits   []byte // ASCII
	negative bool
	dot      int // digits after the last dot; -1: none
	comma    int // digits after the last comma; -1: none
	dots     int
	commas   int
	dotLast  bool // of dot and comma, the dot comes last
}

// maxDigits is what fits an int64 with room for a sum of a few.
const maxDigits = 18

// scanNumeral reads a number with its sign (before, after or as brackets), groups, and a currency before or after it. Arabic digits
// and marks are read as the Western ones.
func scanNumeral(value []byte, room []byte) (n numeral, ok bool) {
	n = numeral{digits: room[:0], dot: -1, comma: -1}
	brackets, closed, after, letter := false, false, false, false // after: letters after the digits; letter: the last sign was one
	var word [4]byte
	letters := 0
	for i := 0; i < len(value); {
		r, size := rune(value[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(value[i:])
		}
		i += size
		wasLetter := letter
		letter = false
		switch {
		case '0' <= r && r <= '9', '٠' <= r && r <= '٩', '۰' <= r && r <= '۹':
			if closed || after || len(n.digits) == maxDigits {
				return n, false
			}
			n.digits = append(n.digits, '0'+byte(r&15))
			if r >= '۰' {
				n.digits[len(n.digits)-1] = '0' + byte(r-'۰')
			} else if r >= '٠' {
				n.digits[len(n.digits)-1] = '0' + byte(r-'٠')
			}
			if n.dot >= 0 {
				n.dot++
			}
			if n.comma >= 0 {
				n.comma++
			}
		case r == '.' && wasLetter: // of an abbreviation
			letter = true
		case r == '.', r == '٫':
			n.dot, n.dots, n.dotLast = 0, n.dots+1, true
		case r == ',', r == '٬', r == '،':
			n.comma, n.commas, n.dotLast = 0, n.commas+1, false
		case r == '-', r == '−', r == '–':
			if n.negative || (len(n.digits) > 0 && i < len(value) && !blank(value[i:])) {
				return n, false
			}
			n.negative = true
		case r == '+':
			if len(n.digits) > 0 {
				return n, false
			}
		case r == '(':
			brackets = true
		case r == ')':
			if !brackets {
				return n, false
			}
			n.negative, closed = true, true
		case r == ' ', r == '\t', r == '\u00a0', r == '\u202f', r == '\u2009', r == '\'', r == '’', r == '\u200f', r == '\u200e':
		case r == '€', r == '$', r == '£', r == '¥':
			after = len(n.digits) > 0
		case 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z':
			if letters == len(word) {
				return n, false
			}
			word[letters] = byte(r)
			letters++
			after, letter = len(n.digits) > 0, true
		case 'ء' <= r && r <= 'ي': // د.م.
			after, letter = len(n.digits) > 0, true
		default:
			return n, false
		}
	}
	if letters > 0 && !currencySign(word[:letters]) {
		return n, false
	}
	return n, len(n.digits) > 0 && brackets == closed
}

// currencySign says whether letters beside a number name a currency: a code of three capitals, or what people write for the dirham.
func currencySign(word []byte) bool {
	switch string(word) {
	case "DH", "Dh", "dh", "DHS", "Dhs", "dhs", "mad", "eur", "usd", "FCFA":
		return true
	}
	for _, c := range word {
		if c > 'Z' {
			return false
		}
	}
	return len(word) == 3
}

func blank(rest []byte) bool {
	for _, b := range rest {
		if b != ' ' && b != ')' && (b < 'A' || b > 'z') {
			return false
		}
	}
	return true
}

// Decimal is how a column writes its numbers: which mark, dot or comma, the decimals stand after.
type Decimal byte

// The ways to write a number.
const (
	Dot   Decimal = '.'
	Comma Decimal = ','
)

// numberStyle counts what a column's numbers say about their decimal mark.
type numberStyle struct{ dot, comma int }

func (s *numberStyle) add(n numeral) {
	switch {
	case n.dots > 0 && n.commas > 0 && n.dotLast, n.commas > 1 && n.dots == 0, n.dots == 1 && n.commas == 0 && n.dot != 3 && n.dot > 0:
		s.dot++
	case n.dots > 0 && n.commas > 0, n.dots > 1 && n.commas == 0, n.commas == 1 && n.dots == 0 && n.comma != 3 && n.comma > 0:
		s.comma++
	}
}

func (s *numberStyle) decimal() Decimal {
	if s.comma > s.dot {
		return Comma
	}
	return Dot
}

// minor returns the number in units of 10^-exponent, and false where it does not fit or has more decimals than that.
func (n numeral) minor(style Decimal, exponent int) (int64, bool) {
	decimals := 0
	if style == Dot && n.dots == 1 && (n.commas == 0 || n.dotLast) {
		decimals = n.dot
	} else if style == Comma && n.commas == 1 && (n.dots == 0 || !n.dotLast) {
		decimals = n.comma
	}
	value := int64(0)
	end := len(n.digits)
	for end > 0 && decimals > exponent && n.digits[end-1] == '0' {
		end--
		decimals--
	}
	if decimals > exponent {
		return 0, false
	}
	for _, d := range n.digits[:end] {
		value = value*10 + int64(d-'0')
	}
	for ; decimals < exponent; decimals++ {
		if value > math.MaxInt64/100 {
			return 0, false
		}
		value *= 10
	}
	if n.negative {
		value = -value
	}
	return value, true
}
