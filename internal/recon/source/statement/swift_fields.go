package statement

import (
	"errors"
	"io"
	"regexp"
	"strings"
)

// endOfMessage is the tag of the line that ends a message.
const endOfMessage = "-"

// swiftField is a field with its lines; the first one without the tag.
type swiftField struct {
	tag  string
	line int
	text []string
}

// name is the field as a reader finds it in the file.
func (f swiftField) name() string { return ":" + f.tag + ":" }

func (f swiftField) first() string { return strings.TrimSpace(f.text[0]) }

// swiftFields splits a file into fields. Lines outside of any field (the envelope, a bank's own head) are passed over.
type swiftFields struct {
	lines *lines
	back  *swiftField
}

// blockForm is a line of the envelope; RJE files put a dollar between messages.
var blockForm = regexp.MustCompile(`^(?:-\}.*\{4:|(?:-\}.*)?\$$|\$?\{[1-5]:)`)

func (s *swiftFields) unread(f swiftField) { s.back = &f }

// next returns the next field, io.EOF after the last.
func (s *swiftFields) next() (swiftField, error) {
	if s.back != nil {
		f := *s.back
		s.back = nil
		return f, nil
	}
	var f swiftField
	size := 0
	for {
		line, err := s.line()
		if errors.Is(err, io.EOF) && f.tag != "" {
			return f, nil
		}
		if err != nil {
			return f, err
		}
		tag := tagOf(line)
		switch {
		case tag == "" && f.tag == "":
		case tag == "":
			if size += len(line) + 1; size > maxFieldBytes {
				return f, problem("recon_statement.too_large", f.line, f.name(), "")
			}
			f.text = append(f.text, line)
		case f.tag != "":
			s.lines.unread()
			return f, nil
		case tag == endOfMessage:
			return swiftField{tag: tag, line: s.lines.number, text: []string{line}}, nil
		default:
			f = swiftField{tag: tag, line: s.lines.number, text: []string{line[len(tag)+2:]}}
		}
	}
}

// line returns the next line without the envelope's blocks and control characters around it.
func (s *swiftFields) line() (string, error) {
	line, err := s.lines.next()
	if err != nil {
		return "", err
	}
	trimmed := strings.Trim(line, "\x01\x03\x00\x1a\ufeff")
	if trimmed != "" && strings.IndexByte("{-$", trimmed[0]) >= 0 && blockForm.MatchString(trimmed) {
		return s.envelope(trimmed), nil
	}
	return trimmed, nil
}

// envelope returns what a line of the envelope holds of the message: a field behind {4:, or the end of the message before.
func (s *swiftFields) envelope(line string) string {
	_, body, found := strings.Cut(line, "{4:")
	if body = strings.TrimSpace(body); found && tagOf(body) != "" {
		return body
	}
	return endOfMessage
}

// tagOf returns the tag that a line begins with, endOfMessage for the line that ends a message, or nothing for a line of text.
func tagOf(line string) string {
	if strings.HasPrefix(line, ":NS:") {
		return "NS"
	}
	if len(line) > 3 && line[0] == ':' && isDigit(line[1]) && isDigit(line[2]) {
		switch {
		case line[3] == ':':
			return line[1:3]
		case len(line) > 4 && line[3] >= 'A' && line[3] <= 'Z' && line[4] == ':':
			return line[1:4]
		}
		return ""
	}
	switch trimmed := strings.TrimSpace(line); {
	case trimmed == "-", trimmed == "-XXX", strings.HasPrefix(trimmed, "-}"):
		return endOfMessage
	}
	return ""
}
