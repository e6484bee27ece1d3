package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxEmailBytes    = 254 // RFC 5321, 4.5.3.1.3, without the angle brackets
	maxLocalBytes    = 64
	maxLabelBytes    = 63
	maxEmailTyped    = 4 * maxEmailBytes // what is longer is not even looked at
	atextPunctuation = "!#$%&'*+-/=?^_`{|}~"
	punycodePrefix   = "xn--"
	minDomainLabels  = 2
)

// ParseEmail returns the one form of an e-mail address that is stored and compared: no space around, lower case, an
// internationalised domain in its ASCII form (so that the address can be mailed through any server, and so that both ways of
// writing it are one account). It takes the addresses that people have and not all that RFC 5322 allows: no quoted local parts,
// no comments, no address literals, no domain without a dot; the local part is ASCII.
func ParseEmail(typed string) (string, bool) {
	if len(typed) > maxEmailTyped || !utf8.ValidString(typed) {
		return "", false
	}
	local, domain, found := strings.Cut(strings.Trim(typed, " "), "@")
	if !found || !validLocal(local) {
		return "", false
	}
	domain, ok := foldDomain(domain)
	if !ok {
		return "", false
	}
	email := strings.ToLower(local) + "@" + domain
	return email, len(email) <= maxEmailBytes
}

// validLocal says whether local is a dot-atom of ASCII.
func validLocal(local string) bool {
	if local == "" || len(local) > maxLocalBytes {
		return false
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			if c := atom[i]; !asciiLetterOrDigit(c) && !strings.ContainsRune(atextPunctuation, rune(c)) {
				return false
			}
		}
	}
	return true
}

func foldDomain(domain string) (string, bool) {
	labels := strings.Split(norm.NFC.String(strings.ToLower(domain)), ".")
	if len(labels) < minDomainLabels {
		return "", false
	}
	for i, label := range labels {
		ascii, ok := foldLabel(label)
		if !ok {
			return "", false
		}
		labels[i] = ascii
	}
	top := labels[len(labels)-1]
	if strings.Trim(top, "0123456789") == "" || len(top) < 2 {
		return "", false
	}
	return strings.Join(labels, "."), true
}

// foldLabel returns the ASCII form of one label of a domain.
func foldLabel(label string) (string, bool) {
	if label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
		return "", false
	}
	ascii := true
	for i, r := range label {
		switch {
		case r < utf8.RuneSelf && (asciiLetterOrDigit(byte(r)) || r == '-'):
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || i > 0 && unicode.IsMark(r)):
			ascii = false
		default:
			return "", false
		}
	}
	if !ascii {
		// "ab--" at the start of a label is kept for prefixes such as this one.
		if len(label) >= 4 && label[2:4] == "--" {
			return "", false
		}
		label = punycodePrefix + punycode(label)
	}
	return label, len(label) <= maxLabelBytes
}

func asciiLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
