package i18n

import (
	"math"
	"strconv"
	"strings"
)

const (
	noBreakSpace       = "\u00a0"
	narrowNoBreakSpace = "\u202f"
	// leftToRightMark keeps a minus sign in front of its number within right-to-left text.
	leftToRightMark = "\u200e"
	// rightToLeftMark begins an amount with such a sign: where the first letter decides how a line runs, the sign's mark would.
	rightToLeftMark = "\u200f"
)

// separators are what a language puts between thousands and before decimals. Morocco writes Arabic with the digits 0-9.
func separators(in Language) (group, decimal string) {
	switch in {
	case Arabic:
		return ".", ","
	case English:
		return ",", "."
	}
	return narrowNoBreakSpace, ","
}

// FormatNumber writes a whole number: 1 234 567 in French, 1.234.567 in Arabic, 1,234,567 in English.
func FormatNumber(in Language, n int64) string { return formatScaled(in, n, 0) }

// FormatDecimal writes a number with exactly that many decimals (0 to 9), rounded half away from zero. What has no decimal form
// (NaN, infinities, beyond 64 bits) is a dash.
func FormatDecimal(in Language, value float64, decimals int) string {
	decimals = min(max(decimals, 0), 9)
	scaled := math.Round(value * math.Pow10(decimals))
	if math.IsNaN(scaled) || math.Abs(scaled) >= math.MaxInt64 {
		return "–"
	}
	return formatScaled(in, int64(scaled), decimals)
}

// FormatMoney writes an amount of minor units of which 10^digits make one unit of the currency (an ISO 4217 code): "1 234,50 MAD"
// in French, "1.234,50 د.م." in Arabic, "1,234.50 MAD" in English. The spaces do not break.
func FormatMoney(in Language, minor int64, currency string, digits int) string {
	symbol, before := currency, ""
	if in == Arabic && currency == "MAD" {
		symbol = "د.م."
	}
	if in == Arabic && minor < 0 {
		before = rightToLeftMark
	}
	return before + formatScaled(in, minor, min(max(digits, 0), 9)) + noBreakSpace + symbol
}

// formatScaled writes value × 10^-decimals.
func formatScaled(in Language, value int64, decimals int) string {
	group, decimal := separators(in)
	magnitude := uint64(value)
	if value < 0 {
		magnitude = -magnitude
	}
	digits := strconv.FormatUint(magnitude, 10)
	if len(digits) <= decimals {
		digits = strings.Repeat("0", decimals-len(digits)+1) + digits
	}
	whole, fraction := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
	var b strings.Builder
	b.Grow(len(digits) + 16)
	if value < 0 {
		if in == Arabic {
			b.WriteString(leftToRightMark)
		}
		b.WriteByte('-')
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteByte(whole[i])
	}
	if decimals > 0 {
		b.WriteString(decimal)
		b.WriteString(fraction)
	}
	return b.String()
}
