package record

import "time"

// Day is a calendar day, counted from 1970-01-01. NoDay stands for none.
type Day int32

// NoDay is the day of a record that has none.
const NoDay Day = -1 << 31

// Time returns the day's midnight, UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// DayOf returns the day of t in UTC.
func DayOf(t time.Time) Day { return Day(t.Unix() / 86400) }

// Order is the order in which a column writes the parts of its dates.
type Order byte

// The orders.
const (
	YearFirst Order = 'y'
	DayFirst  Order = 'd'
	MonthDay  Order = 'm'
)

// parts are the three numbers of a date as they are written, and how many digits each has. A time of day after them is left out.
type parts struct {
	number [3]int
	digits [3]int
}

// scanDate reads a date of numbers: 2026-11-22, 22/11/26, 22.11.2026 10:30, 20261122. Names of months are read as their numbers.
func scanDate(value []byte) (p parts, ok bool) {
	at, i := 0, 0
	for i < len(value) && (value[i] == ' ' || value[i] == '\t') {
		i++
	}
	if len(value)-i >= 8 && allDigits(value[i:i+8]) {
		if rest := value[i+8:]; len(rest) == 0 || rest[0] == ' ' || rest[0] == 'T' || len(rest) == 6 && allDigits(rest) {
			p.number = [3]int{number(value[i : i+4]), number(value[i+4 : i+6]), number(value[i+6 : i+8])}
			p.digits = [3]int{4, 2, 2}
			if !p.valid(YearFirst) { // 22112026
				p.number = [3]int{number(value[i : i+2]), number(value[i+2 : i+4]), number(value[i+4 : i+8])}
				p.digits = [3]int{2, 2, 4}
			}
			return p, true
		}
		return p, false
	}
	for at < 3 {
		start := i
		for i < len(value) && '0' <= value[i] && value[i] <= '9' {
			i++
		}
		if i == start {
			month, length := monthName(value[i:])
			if month == 0 {
				return p, false
			}
			p.number[at], p.digits[at] = month, 2
			i += length
		} else {
			if i-start > 4 {
				return p, false
			}
			p.number[at], p.digits[at] = number(value[start:i]), i-start
		}
		at++
		if at == 3 {
			break
		}
		if i == len(value) || (value[i] != '-' && value[i] != '/' && value[i] != '.' && value[i] != ' ') {
			return p, false
		}
		i++
	}
	return p, i == len(value) || value[i] == ' ' || value[i] == 'T'
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func number(b []byte) int {
	n := 0
	for _, c := range b {
		n = n*10 + int(c-'0')
	}
	return n
}

var months = map[string]int{
	"jan": 1, "feb": 2, "fév": 2, "fev": 2, "mar": 3, "apr": 4, "avr": 4, "may": 5, "mai": 5, "jun": 6, "jui": 6, "jul": 7, "aug": 8, "aoû": 8, "aou": 8,
	"sep": 9, "oct": 10, "nov": 11, "dec": 12, "déc": 12,
}

// monthName reads an English or French month by its first letters: "nov", "novembre", "juillet".
func monthName(value []byte) (month, length int) {
	for length < len(value) && (value[length] >= 0x80 || 'a' <= value[length]|0x20 && value[length]|0x20 <= 'z') {
		length++
	}
	if length < 3 {
		return 0, 0
	}
	var room [5]byte // the longest that is looked at: four letters, one of which may have an accent
	text := room[:copy(room[:], value[:length])]
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			text[i] = c | 0x20
		}
	}
	if len(text) >= 4 && string(text[:3]) == "jui" {
		if text[3] == 'l' {
			return 7, length
		}
		return 6, length
	}
	for _, n := range [...]int{4, 3} {
		if len(text) >= n {
			if m, ok := months[string(text[:n])]; ok {
				return m, length
			}
		}
	}
	return 0, 0
}

func (p parts) in(order Order) (year, month, day int) {
	switch order {
	case YearFirst:
		year, month, day = p.number[0], p.number[1], p.number[2]
	case DayFirst:
		day, month, year = p.number[0], p.number[1], p.number[2]
	default:
		month, day, year = p.number[0], p.number[1], p.number[2]
	}
	digits := p.digits[2]
	if order == YearFirst {
		digits = p.digits[0]
	}
	if digits <= 2 { // as banks write them: until 69 of this century
		if year += 2000; year >= 2070 {
			year -= 100
		}
	}
	return year, month, day
}

// valid says whether the parts are a day that exists, read in an order.
func (p parts) valid(order Order) bool {
	year, month, day := p.in(order)
	return 1600 <= year && year <= 2400 && 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month)
}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
}

// orderCounts are how many dates of a column can be read in each order.
type orderCounts [1 << 7]int

// add counts a date, and says whether it can be read at all.
func (c *orderCounts) add(d parts) (valid bool) {
	for _, order := range [...]Order{YearFirst, DayFirst, MonthDay} {
		if d.valid(order) && (d.digits[0] > 2) == (order == YearFirst) {
			c[order]++
			valid = true
		}
	}
	return valid
}

// day returns the day that the parts are, read in an order.
func (p parts) day(order Order) (Day, bool) {
	if !p.valid(order) {
		return NoDay, false
	}
	year, month, day := p.in(order)
	return DayOf(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)), true
}
