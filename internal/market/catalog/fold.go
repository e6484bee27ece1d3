package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold brings words that people take for the same into one spelling: lower case, no accents, Arabic letters without hamza,
// diacritics and tatweel, ة as ه and ى as ي, Western digits, and a space for whatever parts words. Words stay as they are otherwise.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFKD.String(s) {
		if r == tatweel || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		r = unicode.ToLower(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		if spelled, ok := foldedLetters[r]; ok {
			b.WriteString(spelled)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

const tatweel = 'ـ'

// foldedLetters are letters that decomposition leaves as they are. Decomposition itself turns أ إ آ into ا and a mark.
var foldedLetters = func() map[rune]string {
	letters := map[rune]string{
		'ة': "ه", 'ى': "ي", 'ٱ': "ا", 'ی': "ي", 'ک': "ك", 'گ': "ك", 'ڭ': "ك", 'ڤ': "ف", 'پ': "ب",
		'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d",
	}
	for digit := range 10 {
		western := string(rune('0' + digit))
		letters['٠'+rune(digit)] = western
		letters['۰'+rune(digit)] = western
	}
	return letters
}()

// isArabic says whether a folded word is written in Arabic letters.
func isArabic(word string) bool {
	for _, r := range word {
		return unicode.Is(unicode.Arabic, r)
	}
	return false
}
