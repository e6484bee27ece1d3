package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	netmail "net/mail"
	"slices"
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
	Trust    *tls.Config   // nil: the host's name and the machine's certificate authorities
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
		// Discovery takes a connection that we dialled ourselves for an open one and then refuses to use a password on it.
		mechanism := gomail.SMTPAuthAutoDiscover
		if c.TLS == Implicit {
			mechanism = gomail.SMTPAuthPlain
		}
		options = append(options, gomail.WithSMTPAuth(mechanism), gomail.WithUsername(c.Username), gomail.WithPassword(c.Password))
	}
	if c.Trust == nil {
		c.Trust = &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12}
	}
	options = append(options, gomail.WithTLSConfig(c.Trust))
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
	connection := &connection{ctx: ctx, config: s.config}
	defer connection.close()
	client, err := gomail.NewClient(s.config.Host, append(slices.Clip(s.options), gomail.WithDialContextFunc(connection.dial))...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, composed); err != nil {
		return fmt.Errorf("mail: send: %w", err)
	}
	return nil
}

// connection is dialled by us because go-mail leaves it open where the server does not offer the protection asked for or refuses
// the sign-in, and does not look at the context once it is connected.
type connection struct {
	ctx    context.Context // of the whole sending; the one given to dial ends with the dialling
	config Config
	opened net.Conn
	unhook func() bool
}

func (c *connection) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{}
	var err error
	if c.config.TLS == Implicit {
		c.opened, err = (&tls.Dialer{NetDialer: dialer, Config: c.config.Trust}).DialContext(ctx, network, address)
	} else {
		c.opened, err = dialer.DialContext(ctx, network, address)
	}
	if err != nil {
		c.opened = nil
		return nil, err
	}
	opened := c.opened
	c.unhook = context.AfterFunc(c.ctx, func() { _ = opened.Close() })
	return opened, nil
}

// close is harmless after go-mail has closed the connection itself.
func (c *connection) close() {
	if c.opened != nil {
		c.unhook()
		_ = c.opened.Close()
	}
}
