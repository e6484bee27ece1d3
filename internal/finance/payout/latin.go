package payout

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// latinLetters are letters that do not fall apart into one of the Latin alphabet and a mark. Arabic ones are written as in Moroccan papers, after
// the French ear; vowels that Arabic does not write are not to be guessed.
var latinLetters = map[rune]string{
	'œ': "oe", 'Œ': "OE", 'æ': "ae", 'Æ': "AE", 'ß': "ss", 'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'ı': "i", 'ð': "d", 'þ': "th",
	'’': "'", '‘': "'", '`': "'", '´': "'", '–': "-", '—': "-", '_': "-", '&': "+",
	'ا': "a", 'أ': "a", 'إ': "i", 'آ': "a", 'ٱ': "a", 'ى': "a", 'ة': "a", 'ء': "", 'ؤ': "ou", 'ئ': "i", 'ب': "b", 'ت': "t", 'ث': "th", 'ج': "j", 'ح': "h", 'خ': "kh",
	'د': "d", 'ذ': "dh", 'ر': "r", 'ز': "z", 'س': "s", 'ش': "ch", 'ص': "s", 'ض': "d", 'ط': "t", 'ظ': "z", 'ع': "a", 'غ': "gh", 'ف': "f", 'ق': "q", 'ك': "k",
	'ل': "l", 'م': "m", 'ن': "n", 'ه': "h", 'گ': "g", 'ڭ': "g", 'پ': "p", 'چ': "ch", 'ڤ': "v", '،': ",", '؛': ",", '؟': "?",
	'\u064e': "a", '\u064f': "ou", '\u0650': "i", '\u064b': "an", '\u064c': "oun", '\u064d': "in", '\u0670': "a",
}

// bankSigns are what banks carry beside letters, digits and the space (EPC217-08, the basic Latin set).
const bankSigns = "/-?:().,'+ "

// Latin writes a text with the letters that every bank carries: marks are dropped, Arabic letters are written in Latin ones, and what is left
// over is a space. The text neither begins nor ends with a slash, nor has two in a row.
func Latin(text string, most int) string {
	var b strings.Builder
	runes := []rune(doubled.Replace(norm.NFC.String(text)))
	for i, r := range runes {
		switch written, known := latinLetters[r]; {
		case known:
			b.WriteString(written)
		case r == 'و' || r == 'ي':
			b.WriteString(glide(r, i == 0 || !unicode.IsLetter(runes[i-1])))
		case unicode.Is(unicode.Arabic, r) && unicode.IsDigit(r):
			b.WriteRune('0' + (r-'٠')%16%10)
		case r == '\u0651': // a doubled letter is written twice
			doubleLast(&b)
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || r == 'ـ':
		default:
			b.WriteString(plain(r))
		}
	}
	words := strings.Fields(strings.NewReplacer("//", "/").Replace(b.String()))
	for i, word := range words {
		if word[0] >= 'a' && word[0] <= 'z' {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	said := strings.Trim(strings.Join(words, " "), "/ ")
	for strings.Contains(said, "//") {
		said = strings.ReplaceAll(said, "//", "/")
	}
	if len(said) > most {
		said = strings.TrimRight(said[:most], "/ ")
	}
	return said
}

// doubled puts the mark of a doubled letter before that of its vowel, which Unicode orders the other way round.
var doubled = strings.NewReplacer("\u064e\u0651", "\u0651\u064e", "\u064f\u0651", "\u0651\u064f", "\u0650\u0651", "\u0651\u0650",
	"\u064b\u0651", "\u0651\u064b", "\u064c\u0651", "\u0651\u064c", "\u064d\u0651", "\u0651\u064d")

// glide writes the two Arabic letters that are consonants where a word begins and vowels mostly elsewhere.
func glide(r rune, first bool) string {
	switch {
	case r == 'و' && first:
		return "w"
	case r == 'و':
		return "ou"
	case first:
		return "y"
	}
	return "i"
}

func doubleLast(b *strings.Builder) {
	if so := b.String(); so != "" && so[len(so)-1] >= 'a' && so[len(so)-1] <= 'z' {
		b.WriteByte(so[len(so)-1])
	}
}

// plain is a letter without its marks, where banks carry that.
func plain(r rune) string {
	var b strings.Builder
	for _, part := range norm.NFKD.String(string(r)) {
		switch {
		case part < unicode.MaxASCII && (unicode.IsLetter(part) || unicode.IsDigit(part) || strings.ContainsRune(bankSigns, part)):
			b.WriteRune(part)
		case unicode.Is(unicode.Mn, part):
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
