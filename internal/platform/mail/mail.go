// Package mail sends messages to one person each: by SMTP, or into a folder that stands for the post in a demo. What a message
// says is decided by those who send it.
package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"net/textproto"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
)

// Message is one e-mail to one person. HTML may be empty; Text may not, since not everybody's reader shows HTML.
type Message struct {
	To       string // a bare address
	Subject  string
	Text     string
	HTML     string
	Language i18n.Language
	Headers  map[string]string // further headers; those that the sender sets itself are refused
}

// Sender sends a message or returns why it could not. ErrMessage means that trying again is of no use.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrMessage says that a message cannot be sent by anybody: no address, no text, or a header that would forge another.
var ErrMessage = errors.New("mail: unusable message")

const (
	maxSubjectBytes = 500
	maxBodyBytes    = 1 << 20
)

// ownHeaders are set by compose.
var ownHeaders = []string{"From", "To", "Cc", "Bcc", "Sender", "Subject", "Date", "Message-Id", "Mime-Version", "Content-Type",
	"Content-Transfer-Encoding", "Content-Language", "Auto-Submitted", "User-Agent", "X-Mailer", "Return-Path", "Received"}

// check refuses what cannot be sent, above all line ends where a header would take them for the next header.
func (m Message) check() error {
	address, err := netmail.ParseAddress(m.To)
	switch {
	case err != nil || address.Address != m.To || strings.ContainsAny(m.To, "\r\n\x00"):
		return fmt.Errorf("%w: recipient %q", ErrMessage, m.To)
	case m.Subject == "" || len(m.Subject) > maxSubjectBytes || !singleLine(m.Subject):
		return fmt.Errorf("%w: subject %q", ErrMessage, m.Subject)
	case strings.TrimSpace(m.Text) == "":
		return fmt.Errorf("%w: no text", ErrMessage)
	case len(m.Text) > maxBodyBytes || len(m.HTML) > maxBodyBytes:
		return fmt.Errorf("%w: too long", ErrMessage)
	}
	for name, value := range m.Headers {
		if !headerName(name) || slices.Contains(ownHeaders, textproto.CanonicalMIMEHeaderKey(name)) || !singleLine(value) {
			return fmt.Errorf("%w: header %q", ErrMessage, name)
		}
	}
	return nil
}

func singleLine(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func headerName(s string) bool {
	valid := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-'
	}
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool { return !valid(r) })
}

// compose turns a message into its form on the wire.
func compose(m Message, from string, at time.Time) (*gomail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	composed := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := composed.From(from); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	if err := composed.To(m.To); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMessage, err)
	}
	composed.Subject(m.Subject)
	composed.SetDateWithValue(at)
	composed.SetMessageIDWithValue(ids.New() + "@" + domainOf(from))
	composed.SetGenHeader("Content-Language", string(m.Language))
	composed.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: holiday notices do not answer it
	for name, value := range m.Headers {
		composed.SetGenHeader(gomail.Header(name), value)
	}
	composed.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		composed.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return composed, nil
}

func domainOf(from string) string {
	if address, err := netmail.ParseAddress(from); err == nil {
		return address.Address[strings.LastIndexByte(address.Address, '@')+1:]
	}
	return "localhost"
}

// writeTo is for tests and the outbox: the whole message as it would travel.
func writeTo(w io.Writer, m Message, from string, at time.Time) error {
	composed, err := compose(m, from, at)
	if err != nil {
		return err
	}
	_, err = composed.WriteTo(w)
	return err
}
