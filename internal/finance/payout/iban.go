package payout

import (
	"strings"
)

// ibanLengths are how many characters an IBAN has, by country (ISO 13616, the registry's countries around the market).
var ibanLengths = map[string]int{
	"MA": 28, "TN": 24, "MR": 27, "LY": 25, "EG": 29, "SD": 18, "SA": 24, "AE": 23, "QA": 29, "KW": 30, "BH": 22, "OM": 23, "JO": 30, "LB": 28, "IQ": 23, "PS": 29, "YE": 30,
	"FR": 27, "ES": 24, "PT": 25, "BE": 16, "NL": 18, "LU": 20, "DE": 22, "AT": 20, "CH": 21, "IT": 27, "GB": 22, "IE": 22, "MC": 27, "TR": 26,
	"DK": 18, "FI": 18, "NO": 15, "SE": 24, "PL": 28, "CZ": 24, "GR": 27, "MT": 31, "CY": 28,
}

// maxIBANTyped bounds what is read as an IBAN: the longest there is, in groups.
const maxIBANTyped = 64

// ParseIBAN returns an IBAN as banks write it to each other, without spaces and in capitals, and whether it is one: of a country that we know,
// as long as that country's are, and with the check digits of ISO 7064 (MOD 97-10).
func ParseIBAN(typed string) (string, bool) {
	if len(typed) > maxIBANTyped {
		return "", false
	}
	iban := strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' || r == '\t':
			return -1
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(typed)))
	if len(iban) < 4 || len(iban) != ibanLengths[iban[:2]] || !digits(iban[2:4]) {
		return "", false
	}
	rest := 0
	for _, c := range iban[4:] + iban[:4] {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return "", false
		}
	}
	return iban, rest == 1
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// MaskIBAN shows of an IBAN its country and its last four characters: enough to know one's own by.
func MaskIBAN(iban string) string {
	const shown = 4
	if len(iban) < 2*shown {
		return ""
	}
	return iban[:2] + "••\u00a0••••\u00a0" + iban[len(iban)-shown:] // in one piece
}

// GroupIBAN writes an IBAN in groups of four, as people read it.
func GroupIBAN(iban string) string {
	var b strings.Builder
	for i := range len(iban) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(iban[i])
	}
	return b.String()
}
