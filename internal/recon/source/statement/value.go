package statement

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"khadamat/internal/money"
)

var (
	errAmount    = errors.New("statement: not an amount")
	errDecimals  = errors.New("statement: more decimals than the currency has")
	errDate      = errors.New("statement: not a date")
	errDirection = errors.New("statement: neither credit nor debit")
	errCurrency  = errors.New("statement: not a currency")
)

// parseDecimal reads an optional sign, digits, and decimals after a point or a comma, as minor units of a currency that has so many
// decimals; zeros beyond those are no loss. "380115," is 380,115 whole.
func parseDecimal(s string, decimals int) (int64, error) {
	s = strings.TrimSpace(s)
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	whole, fraction, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') || whole == "" && fraction == "" {
		return 0, errAmount
	}
	if kept := strings.TrimRight(fraction, "0"); len(kept) > decimals {
		if strings.Trim(kept, "0123456789") == "" {
			return 0, errDecimals
		}
		return 0, errAmount
	}
	if len(fraction) > decimals {
		fraction = fraction[:decimals]
	}
	var minor int64
	for _, digits := range []string{whole, fraction, "000"[:min(3, decimals-len(fraction))]} {
		for _, c := range []byte(digits) {
			if c < '0' || c > '9' || minor > (math.MaxInt64-9)/10 {
				return 0, errAmount
			}
			minor = minor*10 + int64(c-'0')
		}
	}
	if negative {
		minor = -minor
	}
	return minor, nil
}

// parseAmount is parseDecimal in a currency.
func parseAmount(s string, currency money.Currency) (money.Amount, error) {
	minor, err := parseDecimal(s, currency.Digits())
	return money.Of(minor, currency), err
}

var marks = strings.NewReplacer(".", "", ",", "", " ", "")

// ungroup takes the thousands' marks out of 1,234.56 and 1.234,56. No standard has them; some banks do.
func ungroup(s string) string {
	last := strings.LastIndexAny(s, ".,")
	if last < 0 || strings.IndexAny(s, "., ") == last {
		return s
	}
	return marks.Replace(s[:last]) + s[last:]
}

// decimalText writes an amount with a point and the currency's decimals: -12.50.
func decimalText(a money.Amount) string {
	decimals := a.Currency.Digits()
	digits := strconv.FormatInt(a.Minor, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if decimals == 0 {
		return sign + digits
	}
	if short := decimals + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	return sign + digits[:len(digits)-decimals] + "." + digits[len(digits)-decimals:]
}

const isoDate = "2006-01-02"

// dayOf returns a calendar day.
func dayOf(year, month, day int) (time.Time, error) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || int(t.Month()) != month || t.Day() != day {
		return time.Time{}, errDate
	}
	return t, nil
}

// interestDay is dayOf for banks that count thirty days to every month: their 29 or 30 February is its last day.
func interestDay(year, month, day int) (time.Time, error) {
	if month == 2 && (day == 29 || day == 30) {
		day = time.Date(year, 3, 0, 0, 0, 0, 0, time.UTC).Day()
	}
	return dayOf(year, month, day)
}

// parseCompact reads YYMMDD or YYYYMMDD with one of the two above.
func parseCompact(s string, day func(year, month, day int) (time.Time, error)) (time.Time, error) {
	if len(s) != 6 && len(s) != 8 {
		return time.Time{}, errDate
	}
	number, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return time.Time{}, errDate
	}
	year := int(number / 10000)
	if len(s) == 6 {
		year = fullYear(year)
	}
	return day(year, int(number/100%100), int(number%100))
}

// fullYear takes a year of two digits for one between 1980 and 2079, as SWIFT does.
func fullYear(year int) int {
	if year >= 80 {
		return 1900 + year
	}
	return 2000 + year
}

// parseISO reads the day of an ISO date or time. The time and its zone are left: the day is the one that the bank wrote.
func parseISO(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if len(s) < len(isoDate) {
		return time.Time{}, errDate
	}
	t, err := time.Parse(isoDate, s[:len(isoDate)])
	if err != nil {
		return time.Time{}, errDate
	}
	return t, nil
}

// appendClean appends s without control characters and with single blanks, none at its ends.
func appendClean(to []byte, s string) []byte {
	start := len(to)
	blank := false
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			blank = true
			continue
		}
		if blank && len(to) > start {
			to = append(to, ' ')
		}
		blank = false
		to = utf8.AppendRune(to, r)
	}
	return to
}

// join puts the parts that say something behind each other, leaving out one that stands in those before. It is for a few parts.
func join(parts ...string) string {
	var kept []string
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" || strings.Contains(strings.Join(kept, " "), part) {
			continue
		}
		kept = append(kept, part)
	}
	return strings.Join(kept, " ")
}

// nonEmpty returns the parts that are not empty, in their own place.
func nonEmpty(parts []string) []string {
	kept := parts[:0]
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return kept
}

// meaningful returns a reference, or nothing where it only says that there is none.
func meaningful(reference string) string {
	reference = strings.TrimSpace(reference)
	switch strings.ToUpper(reference) {
	case "NONREF", "NOTPROVIDED", "NOT PROVIDED", "NOTAVAILABLE", "KREF+", "EREF+", "KREF", "EREF", "NOREF", "NONE", "//", "/":
		return ""
	}
	return reference
}

// isIBAN says whether s is an IBAN whose check digits are right (ISO 13616, modulo 97).
func isIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z' || s[:2] == "RF" {
		return false
	}
	remainder := 0
	for _, c := range []byte(s[4:] + s[:4]) {
		switch {
		case c >= '0' && c <= '9':
			remainder = (remainder*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return remainder == 1
}
