package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	netmail "net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"

	"khadamat/internal/platform/clock"
)

// TLS says how a connection to the mail server is protected.
type TLS string

// The closed set of protections.
const (
	StartTLS     TLS = "starttls" // refuse to send without
	Implicit     TLS = "tls"      // from the first byte, port 465
	NoProtection TLS = "none"     // for a server on the same machine
)

// Config says which mail server takes our messages.
type Config struct {
	Host     string
	Port     int
	Username string // empty: no sign-in
	Password string
	From     string // "Name <address>"
	TLS      TLS
	Timeout  time.Duration // 15 s where zero
	Roots    *tls.Config   // nil: the machine's certificate authorities
}

// SMTP sends by a mail server, one connection a message: a job sends each, and few are sent in a second.
type SMTP struct {
	config  Config
	options []gomail.Option
	clock   clock.Clock
}

// NewSMTP checks the configuration; it does not connect.
func NewSMTP(c Config, clock clock.Clock) (*SMTP, error) {
	if _, err := netmail.ParseAddress(c.From); err != nil {
		return nil, fmt.Errorf("mail: sender %q: %w", c.From, err)
	}
	if c.Timeout <= 0 {
		c.Timeout = 15 * time.Second
	}
	options := []gomail.Option{gomail.WithPort(c.Port), gomail.WithTimeout(c.Timeout), gomail.WithoutNoop()}
	switch c.TLS {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		options = append(options, gomail.WithSSL())
	case NoProtection:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("mail: unknown protection %q", c.TLS)
	}
	if c.Username != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(c.Username), gomail.WithPassword(c.Password))
	}
	if c.Roots != nil {
		options = append(options, gomail.WithTLSConfig(c.Roots))
	}
	if _, err := gomail.NewClient(c.Host, options...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &SMTP{config: c, options: options, clock: clock}, nil
}

// Send hands a message to the mail server.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	composed, err := compose(m, s.config.From, s.clock.Now())
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.config.Host, s.options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, composed); err != nil {
		return fmt.Errorf("mail: send: %w", err)
	}
	return nil
}
