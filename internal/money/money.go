// Package money holds amounts as integer minor units with their currency. Arithmetic is checked: what would overflow or mix
// currencies is an error, never a wrong number.
package money

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// Currency is an ISO 4217 code in capitals.
type Currency string

// MAD is the Moroccan dirham, the currency of the marketplace.
const MAD Currency = "MAD"

// digits says how many decimals a currency's minor unit has where that is not two (ISO 4217).
var digits = map[Currency]int{
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"JPY": 0, "KRW": 0, "XAF": 0, "XOF": 0, "MRU": 2,
}

// Digits returns how many decimals the currency's minor unit has.
func (c Currency) Digits() int {
	if d, ok := digits[c]; ok {
		return d
	}
	return 2
}

// Valid says whether c has the form of an ISO 4217 code.
func (c Currency) Valid() bool {
	if len(c) != 3 {
		return false
	}
	for _, r := range c {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}

var (
	// ErrOverflow says that a result does not fit 64 bits.
	ErrOverflow = errors.New("money: amount out of range")
	// ErrCurrency says that two amounts have different currencies.
	ErrCurrency = errors.New("money: currencies differ")
	// ErrRatio says that a share or a ratio makes no sense: a zero divisor, negative weights, or none.
	ErrRatio = errors.New("money: unusable ratio")
)

// Amount is a sum of money in minor units (centimes).
type Amount struct {
	Minor    int64    `json:"amount_minor"`
	Currency Currency `json:"currency"`
}

// Of returns minor units of a currency as an Amount.
func Of(minor int64, currency Currency) Amount { return Amount{Minor: minor, Currency: currency} }

// IsZero says whether nothing is owed.
func (a Amount) IsZero() bool { return a.Minor == 0 }

// Add returns a + b, ErrCurrency where they differ in currency, ErrOverflow where the sum does not fit.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, ErrCurrency
	}
	sum := a.Minor + b.Minor
	if (b.Minor > 0 && sum < a.Minor) || (b.Minor < 0 && sum > a.Minor) {
		return Amount{}, ErrOverflow
	}
	return Amount{sum, a.Currency}, nil
}

// Sub returns a - b with the errors of Add.
func (a Amount) Sub(b Amount) (Amount, error) {
	if b.Minor == math.MinInt64 {
		return Amount{}, ErrOverflow
	}
	return a.Add(Amount{-b.Minor, b.Currency})
}

// Scale returns a × numerator ÷ denominator, rounded half to even. The product is taken in 128 bits, so only the result has to
// fit. A denominator that is not positive, or a negative numerator, is ErrRatio.
func (a Amount) Scale(numerator, denominator int64) (Amount, error) {
	if denominator <= 0 || numerator < 0 {
		return Amount{}, ErrRatio
	}
	negative := a.Minor < 0
	high, low := bits.Mul64(magnitude(a.Minor), uint64(numerator))
	if high >= uint64(denominator) {
		return Amount{}, ErrOverflow
	}
	quotient, remainder := bits.Div64(high, low, uint64(denominator))
	rest := uint64(denominator) - remainder
	if remainder > rest || (remainder == rest && quotient%2 == 1) {
		quotient++
	}
	if quotient > math.MaxInt64 {
		return Amount{}, ErrOverflow
	}
	minor := int64(quotient)
	if negative {
		minor = -minor
	}
	return Amount{minor, a.Currency}, nil
}

// Percent returns per cent of a, rounded half to even.
func (a Amount) Percent(percent int64) (Amount, error) { return a.Scale(percent, 100) }

// Split shares a among weights so that the parts add up to a exactly: each part is cut towards zero, then what is left goes one
// minor unit at a time to the parts with the largest remainders, the earlier first (Hamilton's method). Weights that are negative, or that sum to zero, are ErrRatio.
func (a Amount) Split(weights ...int64) ([]Amount, error) {
	var total int64
	for _, w := range weights {
		if w < 0 || total > math.MaxInt64-w {
			return nil, ErrRatio
		}
		total += w
	}
	if total == 0 {
		return nil, ErrRatio
	}
	size, left := magnitude(a.Minor), magnitude(a.Minor)
	parts, remainders := make([]uint64, len(weights)), make([]uint64, len(weights))
	for i, w := range weights {
		high, low := bits.Mul64(size, uint64(w))
		parts[i], remainders[i] = bits.Div64(high, low, uint64(total))
		left -= parts[i]
	}
	for ; left > 0; left-- {
		largest := 0
		for i := range remainders {
			if remainders[i] > remainders[largest] {
				largest = i
			}
		}
		parts[largest]++
		remainders[largest] = 0
	}
	amounts := make([]Amount, len(parts))
	for i, p := range parts {
		minor := int64(p)
		if a.Minor < 0 {
			minor = -minor
		}
		amounts[i] = Amount{minor, a.Currency}
	}
	return amounts, nil
}

// String is for logs: "12.50 MAD". People are shown amounts in their own language's form.
func (a Amount) String() string {
	d := a.Currency.Digits()
	if d == 0 {
		return fmt.Sprintf("%d %s", a.Minor, a.Currency)
	}
	unit := uint64(math.Pow10(d))
	sign := ""
	if a.Minor < 0 {
		sign = "-"
	}
	size := magnitude(a.Minor)
	return fmt.Sprintf("%s%d.%0*d %s", sign, size/unit, d, size%unit, a.Currency)
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}
