package statement

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"khadamat/internal/recon/source"
)

// headBytes is how much of a file decides how it is written.
const headBytes = 8 << 10

// declaration finds the encoding that an XML declaration or the header of an OFX file names.
var declaration = regexp.MustCompile(`(?i)^\s*(?:<\?xml[^>]*\bencoding\s*=\s*["']([^"'>]*)|OFXHEADER:[^<]*?\bCHARSET:\s*([\w.-]*))`)

// charmaps are the encodings of one byte a letter that a file may declare.
var charmaps = map[string]*charmap.Charmap{
	"iso-8859-1": charmap.Windows1252, "latin1": charmap.Windows1252, "windows-1252": charmap.Windows1252, "cp1252": charmap.Windows1252, "1252": charmap.Windows1252,
	"iso-8859-15": charmap.ISO8859_15, "iso-8859-2": charmap.ISO8859_2, "iso-8859-6": charmap.ISO8859_6,
	"windows-1250": charmap.Windows1250, "1250": charmap.Windows1250, "windows-1251": charmap.Windows1251, "1251": charmap.Windows1251,
	"windows-1256": charmap.Windows1256, "cp1256": charmap.Windows1256, "1256": charmap.Windows1256,
}

// undeclared are declarations that leave the answer to the content.
var undeclared = map[string]bool{"": true, "none": true, "utf-8": true, "utf8": true, "us-ascii": true, "ascii": true, "usascii": true, "utf-16": true, "unicode": true}

// decode returns the text of a file as UTF-8 and the name of its encoding: what the byte order mark says, else UTF-8 where the head
// is that, else what the file declares, else Windows-1252.
func decode(r *bufio.Reader) (io.Reader, string, error) {
	head, err := r.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	cut := err == nil
	switch {
	case len(bytes.TrimSpace(head)) == 0 && !cut:
		return nil, "", problem("recon_statement.empty", 1, "", "")
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), "utf-16le", nil
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()), "utf-16be", nil
	case bytes.HasPrefix(head, []byte("\uFEFF")):
		_, _ = r.Discard(3) // they were peeked
		return transform.NewReader(r, lenient{}), "utf-8", nil
	}
	label := declared(head)
	chosen, known := charmaps[label]
	if !known && !undeclared[label] {
		p := problem("recon_statement.encoding", 1, "encoding", label)
		return nil, "", p
	}
	ascii := isASCII(head)
	switch {
	case isUTF8(head, cut) && (!ascii || !known):
		return transform.NewReader(r, lenient{}), "utf-8", nil
	case !known:
		chosen = charmap.Windows1252
	}
	return transform.NewReader(r, chosen.NewDecoder()), nameOf(chosen), nil
}

// nameOf returns how an encoding is written: windows-1252.
func nameOf(c *charmap.Charmap) string {
	return strings.ToLower(strings.ReplaceAll(c.String(), " ", "-"))
}

// declared returns the encoding that a file says it has, in small letters; empty where it says nothing.
func declared(head []byte) string {
	found := declaration.FindSubmatch(head)
	if found == nil {
		return ""
	}
	return strings.ToLower(string(append(found[1], found[2]...)))
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isUTF8 says whether b is UTF-8; where b was cut from a longer text its last letter may be unfinished.
func isUTF8(b []byte, cut bool) bool {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			return cut && !utf8.FullRune(b)
		}
		b = b[size:]
	}
	return true
}

// lenient passes UTF-8 through and takes each byte that is none for Windows-1252: a file may turn out not to be UTF-8 long after its
// head.
type lenient struct{ transform.NopResetter }

func (lenient) Transform(dst, src []byte, atEOF bool) (written, read int, err error) {
	for read < len(src) {
		if c := src[read]; c < utf8.RuneSelf {
			if written == len(dst) {
				return written, read, transform.ErrShortDst
			}
			dst[written] = c
			written++
			read++
			continue
		}
		r, size := utf8.DecodeRune(src[read:])
		if r == utf8.RuneError && size == 1 {
			if !atEOF && !utf8.FullRune(src[read:]) {
				return written, read, transform.ErrShortSrc
			}
			r = charmap.Windows1252.DecodeByte(src[read])
		}
		if written+utf8.RuneLen(r) > len(dst) {
			return written, read, transform.ErrShortDst
		}
		written += utf8.EncodeRune(dst[written:], r)
		read += size
	}
	return written, read, nil
}

// plain returns the head of a file without its byte order mark and as bytes that can be searched for ASCII.
func plain(head []byte) []byte {
	head = head[:min(len(head), headBytes)]
	if bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF}) {
		text, _, _ := transform.Bytes(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), head)
		return text
	}
	return bytes.TrimPrefix(head, []byte("\uFEFF"))
}

// Detect says from the first 8 KiB of a file whether it is a bank statement and of which format.
func Detect(head []byte) (source.Format, bool) {
	head = plain(head)
	trimmed := bytes.TrimSpace(head)
	switch {
	case camtRoot.Match(trimmed) && bytes.HasPrefix(trimmed, []byte("<")):
		found := camtRoot.FindSubmatch(trimmed)
		return camtFormats[string(append(found[1], found[2]...))], true
	case ofxStart.Match(trimmed):
		return source.OFX, true
	case baiStart.Match(trimmed):
		return source.BAI2, true
	case qifStart.Match(trimmed):
		return source.QIF, true
	case swiftBlock.Match(trimmed), swiftTag.Match(head):
		if interim.Match(head) && !openingTag.Match(head) {
			return source.MT942, true
		}
		return source.MT940, true
	}
	return "", false
}

// What the formats are known by.
var (
	camtRoot = regexp.MustCompile(`urn:iso:std:iso:20022:tech:xsd:camt\.(05[234])\.|<(?:\w+:)?(BkToCstmrStmt|BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn)\b`)
	ofxStart = regexp.MustCompile(`(?i)^(?:OFXHEADER\s*:|(?:<\?[^>]*\?>\s*)*<OFX>)`)
	baiStart = regexp.MustCompile(`^01,[^\r\n]*[\r\n]+(?:88,[^\r\n]*[\r\n]+)*02,`)
	qifStart = regexp.MustCompile(`(?i)^(?:!(?:type|account|option|clear)\b|D[^\r\n]*\d['/.\- ]+\d[^\r\n]*\r?\n(?:[A-Z$][^\r\n]*\r?\n){1,50}\^)`)

	swiftBlock = regexp.MustCompile(`^\{1:[^}]*\}[^:]*\{2:[IO]94[02]`)
	swiftTag   = regexp.MustCompile(`(?m)^(?:\{[^\r\n]*\{4:)?:(?:20|25P?|28C?|34F|13D?|60[FM]|61|62[FM]|64|86|90[CD]):`)
	openingTag = regexp.MustCompile(`(?m)^:60[FM]:`)
	interim    = regexp.MustCompile(`(?m)^:(?:34F|13D?|90[CD]):|\{2:[IO]942`)

	camtFormats = map[string]source.Format{
		"052": source.Camt052, "BkToCstmrAcctRpt": source.Camt052,
		"053": source.Camt053, "BkToCstmrStmt": source.Camt053,
		"054": source.Camt054, "BkToCstmrDbtCdtNtfctn": source.Camt054,
	}
)
