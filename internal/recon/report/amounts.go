package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"khadamat/internal/money"
)

// amounts are sums by currency, in the order of the currencies.
type amounts []money.Amount

// add adds what is an amount at all. A sum that does not fit stays at the end of what does: a report is no place to fail over it.
func (a *amounts) add(amount money.Amount) {
	if absent(amount) {
		return
	}
	at, found := slices.BinarySearchFunc(*a, amount, func(x, y money.Amount) int { return cmp.Compare(x.Currency, y.Currency) })
	if !found {
		*a = slices.Insert(*a, at, amount)
		return
	}
	sum, err := (*a)[at].Add(amount)
	if err != nil {
		sum = money.Of(math.MaxInt64, amount.Currency)
		if amount.Minor < 0 {
			sum.Minor = math.MinInt64
		}
	}
	(*a)[at] = sum
}

// absent says that a record has no amount, which is not the same as an amount of nothing in some currency.
func absent(a money.Amount) bool { return a.Minor == 0 && a.Currency == "" }

// appendDecimal appends an amount as a plain decimal: -1508.90.
func appendDecimal(b []byte, a money.Amount) []byte {
	digits := a.Currency.Digits()
	magnitude := uint64(a.Minor)
	if a.Minor < 0 {
		b = append(b, '-')
		magnitude = -magnitude
	}
	start := len(b)
	b = strconv.AppendUint(b, magnitude, 10)
	if digits == 0 {
		return b
	}
	for len(b)-start <= digits {
		b = slices.Insert(b, start, '0')
	}
	return slices.Insert(b, len(b)-digits, '.')
}

func decimal(a money.Amount) string { return string(appendDecimal(nil, a)) }

// finite says that f is a number that can be written.
func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
