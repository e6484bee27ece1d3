package sample

import (
	"math/bits"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// chance draws whole numbers only: floating point differs from machine to machine, and so would the bytes.
type chance struct{ rand.PCG }

// below draws from 0 to n-1 by Lemire's multiplication (https://doi.org/10.1145/3230636) without its correction: n is far below 2⁶⁴.
func (c *chance) below(n int) int {
	high, _ := bits.Mul64(c.Uint64(), uint64(n))
	return int(high)
}

func (c *chance) between(from, to int) int { return from + c.below(to-from+1) }

func (c *chance) percent(p int) bool { return c.below(100) < p }

func (c *chance) pick(words []string) string { return words[c.below(len(words))] }

// weighted draws an index in proportion to the weights.
func (c *chance) weighted(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := c.below(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	panic("unreachable: the weights add up")
}

// Days are numbered from a Monday.

// workday is n working days after a day; 0 is the day itself, or the Monday after a weekend.
func workday(day, n int) int {
	if weekday := day % 7; weekday > 4 {
		day += 7 - weekday
		n--
	}
	for ; n > 0; n-- {
		if day%7 == 4 {
			day += 2
		}
		day++
	}
	return day
}

// dates is a day as the files write it.
type dates struct {
	iso, french, nextFrench string // the last is the next working day
	stamp                   int
}

func datesOf(start time.Time, day int) dates {
	t := start.AddDate(0, 0, day)
	return dates{
		iso: t.Format(time.DateOnly), french: t.Format("02/01/2006"),
		nextFrench: start.AddDate(0, 0, workday(day, 1)).Format("02/01/2006"),
		stamp:      t.Year()%100*1000 + t.YearDay(),
	}
}

// appendPadded appends n with zeros before it, up to the width.
func appendPadded(dst []byte, n, width int) []byte {
	digits := 1
	for rest := n / 10; rest > 0; rest /= 10 {
		digits++
	}
	for ; digits < width; digits++ {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

func appendDecimal(dst []byte, minor int64) []byte {
	if minor < 0 {
		dst, minor = append(dst, '-'), -minor
	}
	dst = strconv.AppendInt(dst, minor/100, 10)
	return append(dst, '.', byte('0'+minor/10%10), byte('0'+minor%10))
}

// appendFrench appends 1 234 567,89 with narrow no-break spaces; the amount is not negative.
func appendFrench(dst []byte, minor int64) []byte {
	from := len(dst)
	dst = strconv.AppendInt(dst, minor/100, 10)
	digits := len(dst) - from
	var whole [20]byte
	copy(whole[:], dst[from:])
	dst = dst[:from]
	for i, digit := range whole[:digits] {
		if i > 0 && (digits-i)%3 == 0 {
			dst = append(dst, "\u202f"...)
		}
		dst = append(dst, digit)
	}
	return append(dst, ',', byte('0'+minor/10%10), byte('0'+minor%10))
}

// appendField appends a field of a file with commas, quoted where it must be.
func appendField(dst, field []byte) []byte {
	plain := true
	for _, b := range field {
		plain = plain && b != ',' && b != '"' && b != '\n'
	}
	if plain {
		return append(dst, field...)
	}
	dst = append(dst, '"')
	for _, b := range field {
		if b == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, b)
	}
	return append(dst, '"')
}

var withoutAccents = strings.NewReplacer("à", "A", "â", "A", "ç", "C", "é", "E", "è", "E", "ê", "E", "ë", "E", "î", "I", "ï", "I",
	"ô", "O", "ù", "U", "û", "U", "É", "E", "È", "E", "'", " ", "\"", "", "&", "ET", ",", " ", ".", "")

// banker writes a text as banks do: capitals of ASCII.
func banker(text string) string { return strings.ToUpper(withoutAccents.Replace(text)) }
