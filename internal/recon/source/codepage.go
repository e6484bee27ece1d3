package source

import (
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// codePage is an encoding of one byte a letter, as old programs export: the first 128 are ASCII.
type codePage struct {
	name  string
	upper [128]rune // of the bytes from 0x80 on; utf8.RuneError where there is none
	usual bool      // what Windows writes: it is taken unless another one reads clearly better
	asked bool      // it is only taken where it is asked for
}

// codePages in the order in which they are taken where several read alike. Those that are only for who asks for them read as others
// do: whatever ISO-8859-1 has, Windows-1252 has at the same place, and so has 850 the letters of code page 437.
var codePages = []codePage{
	{name: latinName, upper: upperHalf(charmap.Windows1252), usual: true},
	{name: arabicName, upper: upperHalf(charmap.Windows1256), usual: true},
	{name: "iso-8859-1", upper: upperHalf(charmap.ISO8859_1), asked: true},
	{name: "iso-8859-15", upper: upperHalf(charmap.ISO8859_15)},
	{name: "iso-8859-6", upper: upperHalf(charmap.ISO8859_6)},
	{name: "cp850", upper: upperHalf(charmap.CodePage850)},
	{name: "cp437", upper: upperHalf(charmap.CodePage437), asked: true},
	{name: "cp858", upper: upperHalf(charmap.CodePage858)},
	{name: "cp720", upper: cp720},
	{name: "macintosh", upper: upperHalf(charmap.Macintosh)},
}

func upperHalf(c *charmap.Charmap) (upper [128]rune) {
	for i := range upper {
		upper[i] = c.DecodeByte(byte(0x80 + i))
	}
	return upper
}

// clearly is by how many points a text has to read better in another code page than in those of Windows.
const clearly = 4

// findCodePage returns the code page in which text reads best.
func findCodePage(text []byte) string {
	usual := usualCodePage(text)
	name := usual
	most := codePageNamed(usual).plausible(text) + clearly
	for i := range codePages {
		page := &codePages[i]
		if page.usual || page.asked {
			continue
		}
		if points := page.plausible(text); points > most {
			name, most = page.name, points
		}
	}
	return name
}

// codePageNamed returns the code page of a name, nil where there is none.
func codePageNamed(name string) *codePage {
	i := slices.IndexFunc(codePages, func(page codePage) bool { return page.name == name })
	if i < 0 {
		return nil
	}
	return &codePages[i]
}

// letter returns what stands at i in text, a space beyond its ends.
func (c *codePage) letter(text []byte, i int) rune {
	switch {
	case i < 0 || i >= len(text):
		return ' '
	case text[i] < utf8.RuneSelf:
		return rune(text[i])
	}
	return c.upper[text[i]-0x80]
}

// plausible adds up how well the letters beyond ASCII stand where they stand, if text is in this code page.
func (c *codePage) plausible(text []byte) (points int) {
	for i, b := range text {
		if b >= utf8.RuneSelf {
			points += plausible(c.letter(text, i-1), c.letter(text, i), c.letter(text, i+1))
		}
	}
	return points
}

// frequent are the letters beyond ASCII of French, from the most frequent to the least, then those in the names of its neighbours.
var frequent = map[rune]int{
	'é': 10, 'è': 8, 'à': 8, 'ê': 7, 'ç': 7, 'ô': 6, 'î': 6, 'â': 5, 'û': 5, 'ù': 5, 'œ': 5, 'ï': 4, 'ë': 4,
	'É': 8, 'È': 6, 'À': 6, 'Ê': 5, 'Ç': 6, 'Ô': 5, 'Î': 4, 'Â': 4, 'Û': 3, 'Ù': 2, 'Œ': 4, 'Ï': 3, 'Ë': 3,
	'ü': 2, 'ö': 2, 'ä': 2, 'ñ': 2, 'á': 1, 'í': 1, 'ó': 1, 'ú': 1, 'ã': 1, 'Ü': 1, 'Ö': 1, 'Ä': 1, 'Ñ': 1,
}

func arabic(r rune) bool { return r >= 0x0621 && r <= 0x0652 }

// plausible says, in points that may be below zero, how well r stands between two others in French, Arabic, or both.
func plausible(before, r, after rune) int {
	switch {
	case r == utf8.RuneError || unicode.IsControl(r):
		return -10
	case arabic(r):
		return plausibleArabic(before, r, after)
	case unicode.Is(unicode.Latin, r) && unicode.IsLower(r):
		return plausibleSmall(before, r, after)
	case unicode.Is(unicode.Latin, r) && unicode.IsUpper(r):
		return plausibleCapital(before, r, after)
	}
	between := unicode.IsLetter(before) && unicode.IsLetter(after)
	switch {
	case strings.ContainsRune("’‘", r) && between:
		return 5
	case between:
		return -6
	case r == '\u00A0':
		return 3
	case r == '°':
		return 4
	case strings.ContainsRune("€£", r):
		return 4
	case strings.ContainsRune("«»“”–—…•’‘،؛؟", r):
		return 2
	case strings.ContainsRune("²³µ§®©½±·×", r):
		return -1
	}
	return -8
}

// plausibleArabic: letters stand side by side, marks on letters, and two letters at the ends of words only.
func plausibleArabic(before, r, after rune) int {
	joined := arabic(before) || arabic(after)
	switch {
	case latin(before) || latin(after):
		return -6
	case r >= 0x064B && !arabic(before), (r == 'ة' || r == 'ى') && arabic(after) && after < 0x064B:
		return -8
	case r >= 0x064B, r == 'ـ':
		return 1
	case !joined && r == 'و':
		return 1
	case !joined:
		return -2
	case strings.ContainsRune("اليمنورتبه", r):
		return 7
	}
	return 5
}

// plausibleSmall: small letters stand in words, not among capitals or figures; one of them is a word.
func plausibleSmall(before, r, after rune) int {
	points := points(r)
	switch {
	case arabic(before), arabic(after), unicode.IsUpper(before) && unicode.IsUpper(after), unicode.IsDigit(before) && unicode.IsDigit(after):
		return -10
	case beyondASCII(before) || beyondASCII(after):
		if r == 'é' && (before == 'é' || after == 'é') {
			return points
		}
		return points - 8
	case unicode.IsLower(before), unicode.IsLower(after), r == 'à':
		return points
	case unicode.IsUpper(after), unicode.IsUpper(before):
		return points - 6
	}
	return -6
}

// plausibleCapital: capitals begin words, or stand among capitals.
func plausibleCapital(before, r, after rune) int {
	points := points(r)
	switch {
	case arabic(before), arabic(after), unicode.IsLower(before), unicode.IsDigit(before) && unicode.IsDigit(after):
		return -10
	case beyondASCII(before) || beyondASCII(after):
		if r == 'É' && (before == 'É' || after == 'É') {
			return points
		}
		return points - 8
	case unicode.IsLetter(before), unicode.IsLetter(after), r == 'À':
		return points
	}
	return -6
}

func points(r rune) int {
	if n, known := frequent[r]; known {
		return n
	}
	return -3
}

func latin(r rune) bool { return r < 0x0250 && unicode.IsLetter(r) }

func beyondASCII(r rune) bool { return r >= utf8.RuneSelf && unicode.IsLetter(r) }

// cp720 is the upper half of the code page of DOS for Arabic, which golang.org/x/text does not have.
var cp720 = [128]rune([]rune("" +
	"\uFFFD\uFFFDéâ\uFFFDà\uFFFDçêëèïî\uFFFD\uFFFD\uFFFD" +
	"\uFFFD\u0651\u0652ô¤ـûùءآأؤ£إئا" +
	"بةتثجحخدذرزسشص«»" +
	"░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
	"└┴┬├─┼╞╟╚╔╩╦╠═╬╧" +
	"╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
	"ضطظعغفµقكلمنهوىي" +
	"≡\u064B\u064C\u064D\u064E\u064F\u0650≈°∙·√ⁿ²■\u00A0"))

// reader reads r, which is in this code page, as UTF-8.
func (c *codePage) reader(r io.Reader) io.Reader {
	return transform.NewReader(r, pageDecoder{page: c})
}

type pageDecoder struct {
	transform.NopResetter
	page *codePage
}

func (d pageDecoder) Transform(dst, src []byte, _ bool) (written, read int, err error) {
	for i, b := range src {
		if b < utf8.RuneSelf {
			if written == len(dst) {
				return written, i, transform.ErrShortDst
			}
			dst[written] = b
			written++
			continue
		}
		r := d.page.upper[b-utf8.RuneSelf]
		if written+utf8.RuneLen(r) > len(dst) {
			return written, i, transform.ErrShortDst
		}
		written += utf8.EncodeRune(dst[written:], r)
	}
	return written, len(src), nil
}
