package sandbox

import (
	"strconv"
	"strings"
	"time"
)

// manner is how a test card behaves.
type manner int

const (
	pays manner = iota
	challenges
	refused
	expired
	chargesBack // the day after it was captured
	hangs       // the processor does what it is asked, and does not answer the first time
	late        // its webhooks come much later
)

// testCard is a card that the sandbox knows. It knows no other, so that nobody's own card ends here.
type testCard struct {
	number string
	manner manner
}

var testCards = []testCard{
	{"4000000000000077", pays},
	{"4000002760003184", challenges},
	{"4000000000009995", refused},
	{"4000000000000069", expired},
	{"4000000000000259", chargesBack},
	{"4000000000000119", hangs},
	{"4000000000000341", late},
}

// ChallengeCode is what the bank of a test card wants to hear.
const ChallengeCode = "378378"

func (c testCard) lastFour() string { return c.number[len(c.number)-4:] }

// groups is the number as it stands on a card.
func (c testCard) groups() string {
	return c.number[:4] + " " + c.number[4:8] + " " + c.number[8:12] + " " + c.number[12:]
}

// cardOf finds the test card by its last four digits, which tell them apart; the zero one for what is none.
func cardOf(lastFour string) testCard {
	for _, c := range testCards {
		if c.lastFour() == lastFour {
			return c
		}
	}
	return testCard{}
}

// behaves is how the card behaves that paid a charge.
func (c *charge) behaves(m manner) bool { return c.lastFour != "" && cardOf(c.lastFour).manner == m }

var digitsOnly = strings.NewReplacer("٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	"۰", "0", "۱", "1", "۲", "2", "۳", "3", "۴", "4", "۵", "5", "۶", "6", "۷", "7", "۸", "8", "۹", "9",
	" ", "", "-", "", "\u00a0", "", "\u202f", "", "\u200e", "", "\u200f", "")

// The lengths of card numbers (ISO/IEC 7812).
const (
	minNumber = 12
	maxNumber = 19
)

// numberOf reads a card number as people type it. It returns the key of the message that says what is wrong, or "".
func numberOf(typed string) (testCard, string) {
	number := digitsOnly.Replace(typed)
	switch {
	case number == "":
		return testCard{}, "sandbox.number_missing"
	case len(number) < minNumber || len(number) > maxNumber || !luhn(number):
		return testCard{}, "sandbox.number_wrong"
	}
	for _, c := range testCards {
		if c.number == number {
			return c, ""
		}
	}
	return testCard{}, "sandbox.number_unknown"
}

// luhn checks the last digit of a number (ISO/IEC 7812-1, annex B). What holds anything but digits is wrong.
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		digit := int(number[len(number)-1-i]) - '0'
		if digit < 0 || digit > 9 {
			return false
		}
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}

// maxYears is how far in the future a card may expire.
const maxYears = 20

// expiryOf checks the month and year to whose end a card is good: "12/29", "12 2029", "1229".
func expiryOf(typed string, now time.Time) string {
	digits := digitsOnly.Replace(strings.ReplaceAll(typed, "/", ""))
	if len(digits) == 3 || len(digits) == 5 {
		digits = "0" + digits
	}
	if len(digits) != 4 && len(digits) != 6 {
		return "sandbox.expiry_wrong"
	}
	month, wrongMonth := strconv.ParseUint(digits[:2], 10, 8)
	year, wrongYear := strconv.ParseUint(digits[2:], 10, 16)
	if wrongMonth != nil || wrongYear != nil || month < 1 || month > 12 {
		return "sandbox.expiry_wrong"
	}
	if year < 100 {
		year += 2000
	}
	end := time.Date(int(year), time.Month(month)+1, 1, 0, 0, 0, 0, zone())
	switch {
	case !now.Before(end):
		return "sandbox.expiry_past"
	case end.After(now.AddDate(maxYears, 1, 0)):
		return "sandbox.expiry_wrong"
	}
	return ""
}

// cvcOf checks the three or four digits on the back.
func cvcOf(typed string) string {
	digits := digitsOnly.Replace(typed)
	if _, err := strconv.ParseUint(digits, 10, 16); err != nil || len(digits) < 3 || len(digits) > 4 {
		return "sandbox.cvc_wrong"
	}
	return ""
}
