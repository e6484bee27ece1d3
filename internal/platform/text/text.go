// Package text decides which text written by people is acceptable, in one place for forms, the API and imports. It does not
// judge what a text says, only that everybody will see the same thing when they look at it.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"khadamat/internal/platform/errs"
)

// Rules say what is expected of one text. Lengths count Unicode code points after cleaning.
type Rules struct {
	MinRunes  int // 0: may be empty
	MaxRunes  int // 0: DefaultMaxRunes
	Multiline bool
}

// DefaultMaxRunes bounds a text whose rules name no bound.
const DefaultMaxRunes = 200

// The message keys that Clean returns. TooShort takes {{.Min}}, TooLong {{.Max}}.
const (
	KeyRequired   = "text.required"
	KeyTooShort   = "text.too_short"
	KeyTooLong    = "text.too_long"
	KeyEncoding   = "text.encoding"
	KeyControl    = "text.control"
	KeyDirection  = "text.direction"
	KeyInvisible  = "text.invisible"
	KeyUnknown    = "text.unknown_character"
	KeyMarks      = "text.too_many_marks"
	KeySingleLine = "text.single_line"
)

const (
	// maxMarks bounds the combining marks on one letter. Vocalised Arabic and Vietnamese need three.
	maxMarks = 8
	// maxBytesPerRune bounds the work on a text before its code points are counted. Composing (NFC) makes one code point
	// out of at most four or so; no honest text shrinks more than this.
	maxBytesPerRune = 16

	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

func (r Rules) maxRunes() int {
	if r.MaxRunes > 0 {
		return r.MaxRunes
	}
	return DefaultMaxRunes
}

// Args are the arguments of the messages that Clean can return for these rules.
func (r Rules) Args() errs.Args { return errs.Args{"Min": r.MinRunes, "Max": r.maxRunes()} }

// Check cleans a text and records what is wrong with it under the input's name.
func Check(fields *errs.Fields, name, value string, rules Rules) string {
	cleaned, key := Clean(value, rules)
	if key != "" {
		fields.Add(name, key, rules.Args())
	}
	return cleaned
}

// Clean returns s in the form in which it is stored: NFC, trimmed, with line ends as "\n", without the direction marks and byte
// order marks that copying leaves behind. Where s is not acceptable it returns "" and the key of the message that says why.
//
// Refused are: what is not UTF-8; control characters (line ends and tabs are fine where Multiline); characters that embed,
// override or isolate direction, since they make a text read as another one; characters that nobody sees, but for joiners between
// letters or symbols; code points that are unassigned or private; and letters buried under marks.
func Clean(s string, rules Rules) (cleaned, key string) {
	if len(s) > rules.maxRunes()*maxBytesPerRune+64 {
		return "", KeyTooLong
	}
	if !utf8.ValidString(s) {
		return "", KeyEncoding
	}
	s = strings.TrimFunc(norm.NFC.String(dropResidue(s)), unicode.IsSpace)
	if key := inspect(s, rules.Multiline); key != "" {
		return "", key
	}
	switch length := utf8.RuneCountInString(s); {
	case length == 0 && rules.MinRunes > 0:
		return "", KeyRequired
	case length < rules.MinRunes:
		return "", KeyTooShort
	case length > rules.maxRunes():
		return "", KeyTooLong
	}
	return s, ""
}

// dropResidue removes what word processors and Arabic keyboards leave in a text without its writer's knowing and whose absence
// changes no letter, and makes all line ends alike.
func dropResidue(s string) string {
	if !strings.ContainsAny(s, "\r\u200e\u200f\u061c\ufeff\u2028\u2029") {
		return s
	}
	return residue.Replace(s)
}

var residue = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n",
	"\u200e", "", "\u200f", "", "\u061c", "", "\ufeff", "")

// inspect returns the key of the first thing that is wrong with a text in NFC, or "".
func inspect(s string, multiline bool) string {
	marks := 0
	previous := rune(0)
	for i, r := range s {
		if unicode.Is(unicode.M, r) {
			if marks++; marks > maxMarks {
				return KeyMarks
			}
		} else {
			marks = 0
		}
		if r == zeroWidthJoiner || r == zeroWidthNonJoiner {
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if !joins(previous) || !joins(next) {
				return KeyInvisible
			}
		} else if key := judge(r, multiline); key != "" {
			return key
		}
		previous = r
	}
	return ""
}

// joins says whether a joiner makes sense beside r: beside letters (Persian, Indic) and within emoji.
func joins(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.So, unicode.Sk) && r != utf8.RuneError
}

func judge(r rune, multiline bool) string {
	switch {
	case r == '\n' || r == '\t':
		if !multiline {
			return KeySingleLine
		}
		return ""
	case unicode.Is(unicode.Cc, r):
		return KeyControl
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return KeyDirection
	case unicode.Is(visibleFormat, r):
		return ""
	case unicode.Is(unicode.Cf, r), unicode.Is(blank, r):
		return KeyInvisible
	case r == utf8.RuneError, !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs):
		return KeyUnknown
	}
	return ""
}

// visibleFormat are the format characters that have a shape: the Arabic number signs and end of ayah.
var visibleFormat = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x0600, Hi: 0x0605, Stride: 1}, {Lo: 0x06dd, Hi: 0x06dd, Stride: 1}, {Lo: 0x08e2, Hi: 0x08e2, Stride: 1}}, LatinOffset: 0}

// blank are letters, marks and symbols that show nothing: the grapheme joiner, the Hangul fillers, Khmer inherent vowels,
// Mongolian separators, the empty Braille cell.
var blank = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x034f, Hi: 0x034f, Stride: 1}, {Lo: 0x115f, Hi: 0x1160, Stride: 1}, {Lo: 0x17b4, Hi: 0x17b5, Stride: 1},
	{Lo: 0x180b, Hi: 0x180f, Stride: 1}, {Lo: 0x2800, Hi: 0x2800, Stride: 1}, {Lo: 0x3164, Hi: 0x3164, Stride: 1}, {Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
}}
