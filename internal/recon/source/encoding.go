package source

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// sniffSize is how much of a file is looked at to find out how it is written.
const sniffSize = 256 << 10

// The encodings that are told apart, beside those of codePages. A file of ASCII letters only counts as UTF-8.
const (
	utf8Name    = "utf-8"
	utf16LEName = "utf-16le"
	utf16BEName = "utf-16be"
	latinName   = "windows-1252"
	arabicName  = "windows-1256"
)

// encodings are those of more than a byte a letter.
var encodings = map[string]encoding.Encoding{
	utf16LEName: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	utf16BEName: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
}

// text is a file as UTF-8 without a byte order mark.
type text struct {
	io.Reader
	encoding string
}

// openText finds out the encoding of r, unless one is forced, and decodes it. It returns a *Problem for an empty file, for one that
// is no text, and for an encoding that is not known.
func openText(r io.Reader, forced string) (*text, error) {
	head := make([]byte, sniffSize)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	head = head[:n]
	if n == 0 {
		return nil, &Problem{Key: "recon_source.empty"}
	}
	if forced != "" && !slices.Contains(encodingNames(), forced) {
		return nil, &Problem{Key: "recon_source.encoding_unknown", Args: map[string]any{"Encodings": strings.Join(encodingNames(), ", ")}, Value: excerpt([]byte(forced))}
	}
	name, mark := markedEncoding(head)
	if name == "" {
		name = wideEncoding(head)
	}
	if forced != "" {
		if name != forced {
			mark = 0
		}
		name = forced
	}
	if name != utf16LEName && name != utf16BEName {
		if err := refuseBinary(head[mark:]); err != nil {
			return nil, err
		}
	}
	whole := io.MultiReader(bytes.NewReader(head[mark:]), r)
	result := &text{encoding: name}
	switch {
	case name != "":
	case firstBeyondASCII(head) < 0:
		// The first letter beyond ASCII may come a million rows later. Until then every encoding reads the same.
		result.encoding = utf8Name
		result.Reader = &undecided{r: whole, settle: func(name string) { result.encoding = name }}
		return result, nil
	default:
		result.encoding = narrowEncoding(head)
	}
	result.Reader = decode(whole, result.encoding)
	return result, nil
}

// encodingNames are the encodings that can be forced.
func encodingNames() []string {
	names := []string{utf8Name, utf16LEName, utf16BEName}
	for _, page := range codePages {
		names = append(names, page.name)
	}
	return names
}

func decode(r io.Reader, name string) io.Reader {
	if wide, ok := encodings[name]; ok {
		return wide.NewDecoder().Reader(r)
	}
	if page := codePageNamed(name); page != nil {
		return page.reader(r)
	}
	return r
}

// markedEncoding reads the byte order mark and returns its length.
func markedEncoding(head []byte) (name string, length int) {
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return utf8Name, 3
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return utf16LEName, 2
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return utf16BEName, 2
	}
	return "", 0
}

// wideEncoding recognises UTF-16 without a mark: digits, separators and line ends have a zero byte on one side, whatever the language.
func wideEncoding(head []byte) string {
	head = head[:min(len(head), 4096)&^1]
	if len(head) < 4 {
		return ""
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	units := len(head) / 2
	switch {
	case zeros[1]*5 >= units && zeros[0]*50 <= units:
		return utf16LEName
	case zeros[0]*5 >= units && zeros[1]*50 <= units:
		return utf16BEName
	}
	return ""
}

// narrowEncoding tells UTF-8 from the code pages. Damaged UTF-8 stays UTF-8: the rows that are damaged are told.
func narrowEncoding(sample []byte) string {
	valid, invalid := 0, 0
	for rest := sample; len(rest) > 0; {
		if rest[0] < utf8.RuneSelf {
			rest = rest[1:]
			continue
		}
		r, size := utf8.DecodeRune(rest)
		switch {
		case r != utf8.RuneError || size > 1:
			valid++
		case len(rest) >= utf8.UTFMax || utf8.FullRune(rest): // what the sample's end cuts off is no damage
			invalid++
		}
		rest = rest[size:]
	}
	if valid >= invalid {
		return utf8Name
	}
	return findCodePage(sample)
}

// usualCodePage tells Windows-1256 from Windows-1252. Both write French accents with the same bytes; Arabic letters stand side by side in
// words, while accents stand alone among ASCII letters.
func usualCodePage(sample []byte) string {
	high, arabic := 0, 0
	for i, b := range sample {
		if b < 0x80 || b == 0xA0 {
			continue
		}
		high++
		if arabicLetter(b) && (i > 0 && arabicLetter(sample[i-1]) || i+1 < len(sample) && arabicLetter(sample[i+1])) {
			arabic++
		}
	}
	if arabic*2 > high {
		return arabicName
	}
	return latinName
}

// arabicLetter says whether b is a letter or a sign of the Arabic script in Windows-1256.
func arabicLetter(b byte) bool {
	switch {
	case b >= 0xC0 && b <= 0xDF:
		return b != 0xD7
	case b == 0xE1, b >= 0xE3 && b <= 0xE6, b == 0xEC, b == 0xED, b >= 0xF0 && b <= 0xF3, b == 0xF5, b == 0xF6, b == 0xF8, b == 0xFA:
		return true
	}
	return false
}

// refuseBinary returns a *Problem for what is no text.
func refuseBinary(head []byte) error {
	head = head[:min(len(head), 64<<10)]
	control := 0
	for _, b := range head {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1A {
			control++
		}
	}
	if control > 0 && control*100 >= len(head) {
		return &Problem{Key: "recon_source.binary"}
	}
	return nil
}

// firstBeyondASCII returns where the first byte of 0x80 or above stands, -1 where there is none.
func firstBeyondASCII(p []byte) int {
	const step = 16 // blocks without a branch inside are several times as fast as bytes
	i := 0
	for ; i+step <= len(p); i += step {
		q := p[i : i+step : i+step]
		var all byte
		for _, b := range q {
			all |= b
		}
		if all >= utf8.RuneSelf {
			break
		}
	}
	for ; i < len(p); i++ {
		if p[i] >= utf8.RuneSelf {
			return i
		}
	}
	return -1
}

// undecided passes ASCII on and settles the encoding where the first other letter comes.
type undecided struct {
	r       io.Reader
	settle  func(name string)
	decided io.Reader
}

func (u *undecided) Read(p []byte) (int, error) {
	if u.decided != nil {
		return u.decided.Read(p)
	}
	n, err := u.r.Read(p)
	at := firstBeyondASCII(p[:n])
	if at < 0 {
		return n, err
	}
	evidence := make([]byte, max(64<<10, n-at))
	copied := copy(evidence, p[at:n])
	if err == nil {
		var more int
		more, err = io.ReadFull(u.r, evidence[copied:])
		copied += more
	}
	evidence = evidence[:copied]
	name := narrowEncoding(evidence)
	rest := io.Reader(bytes.NewReader(evidence))
	switch {
	case err == nil:
		rest = io.MultiReader(rest, u.r)
	case err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF):
		rest = io.MultiReader(rest, failing{err})
	}
	u.settle(name)
	u.decided = decode(rest, name)
	if at == 0 {
		return u.decided.Read(p)
	}
	return at, nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// excerpt is at most 100 letters of p, for a Problem.
func excerpt(p []byte) string {
	p = p[:min(len(p), 100*utf8.UTFMax)]
	s := bytes.ToValidUTF8(bytes.TrimRight(p, "\r\n"), []byte("\uFFFD"))
	letters := 0
	for i := range string(s) {
		if letters++; letters > 100 {
			return string(s[:i])
		}
	}
	return string(s)
}
