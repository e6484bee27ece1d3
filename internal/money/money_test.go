package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"khadamat/internal/money"

	"pgregory.net/rapid"
)

func TestAmountsOfDifferentCurrenciesDoNotAdd(t *testing.T) {
	if _, err := money.Of(1, money.MAD).Add(money.Of(1, "EUR")); !errors.Is(err, money.ErrCurrency) {
		t.Fatalf("MAD + EUR: got %v, want ErrCurrency", err)
	}
}

func TestOverflowIsAnErrorAndNeverAWrongNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, err := money.Of(a, money.MAD).Add(money.Of(b, money.MAD))
		if want.IsInt64() != (err == nil) {
			t.Fatalf("%d + %d: error %v", a, b, err)
		}
		if err == nil && got.Minor != want.Int64() {
			t.Fatalf("%d + %d = %d", a, b, got.Minor)
		}
		difference := new(big.Int).Sub(big.NewInt(a), big.NewInt(b))
		got, err = money.Of(a, money.MAD).Sub(money.Of(b, money.MAD))
		if err == nil && got.Minor != difference.Int64() {
			t.Fatalf("%d - %d = %d", a, b, got.Minor)
		}
		if !difference.IsInt64() && err == nil {
			t.Fatalf("%d - %d does not fit but gave %d", a, b, got.Minor)
		}
	})
}

func TestScaleRoundsHalfToEven(t *testing.T) {
	for _, c := range []struct{ minor, numerator, denominator, want int64 }{
		{5, 1, 2, 2}, {15, 1, 10, 2}, {25, 1, 10, 2}, {35, 1, 10, 4}, {-5, 1, 2, -2}, {-15, 1, 10, -2},
		{10000, 12, 100, 1200}, {math.MaxInt64, 7, 7, math.MaxInt64}, {math.MaxInt64, 50, 100, 1 << 62},
	} {
		got, err := money.Of(c.minor, money.MAD).Scale(c.numerator, c.denominator)
		if err != nil || got.Minor != c.want {
			t.Errorf("%d × %d/%d = %d, %v; want %d", c.minor, c.numerator, c.denominator, got.Minor, err, c.want)
		}
	}
	if _, err := money.Of(math.MaxInt64, money.MAD).Scale(2, 1); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("doubling the largest amount: got %v, want ErrOverflow", err)
	}
	if _, err := money.Of(1, money.MAD).Scale(1, 0); !errors.Is(err, money.ErrRatio) {
		t.Errorf("dividing by nothing: got %v, want ErrRatio", err)
	}
}

func TestSplitLosesAndInventsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64().Draw(t, "minor")
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 12).Draw(t, "weights")
		var total int64
		for _, w := range weights {
			total += w
		}
		parts, err := money.Of(minor, money.MAD).Split(weights...)
		if total == 0 {
			if !errors.Is(err, money.ErrRatio) {
				t.Fatalf("no weight at all: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for i, p := range parts {
			sum += p.Minor
			exact := new(big.Rat).Mul(new(big.Rat).SetInt64(minor), big.NewRat(weights[i], total))
			off := new(big.Rat).Sub(new(big.Rat).SetInt64(p.Minor), exact)
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("part %d is %d, a whole unit away from its fair share %s", i, p.Minor, exact.FloatString(3))
			}
			if weights[i] == 0 && p.Minor != 0 {
				t.Fatalf("a weight of nothing was given %d", p.Minor)
			}
		}
		if sum != minor {
			t.Fatalf("parts add up to %d, not %d", sum, minor)
		}
	})
}

func TestStringShowsTheCurrencysOwnDecimals(t *testing.T) {
	for want, a := range map[string]money.Amount{
		"12.50 MAD": money.Of(1250, money.MAD), "-0.05 MAD": money.Of(-5, money.MAD), "1.234 TND": money.Of(1234, "TND"), "7 JPY": money.Of(7, "JPY"),
	} {
		if a.String() != want {
			t.Errorf("got %q, want %q", a.String(), want)
		}
	}
}
