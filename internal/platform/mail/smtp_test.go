package mail

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/clock"
)

// mailServer speaks enough SMTP to take messages; it refuses the recipient "refused@example.test".
func mailServer(t *testing.T, protection *tls.Config) (port int, received <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port = listener.Addr().(*net.TCPAddr).Port
	if protection != nil {
		listener = tls.NewListener(listener, protection)
	}
	messages := make(chan string, 10)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			converse(conn, messages)
		}
	}()
	t.Cleanup(func() { listener.Close(); <-ended })
	return port, messages
}

func converse(conn net.Conn, messages chan<- string) {
	defer conn.Close()
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 test")
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		command := strings.ToUpper(lines.Text())
		switch {
		case strings.HasPrefix(command, "EHLO"), strings.HasPrefix(command, "HELO"):
			say("250-test")
			say("250-AUTH PLAIN")
			say("250 8BITMIME")
		case strings.HasPrefix(command, "AUTH PLAIN"):
			_, given, _ := strings.Cut(lines.Text(), "PLAIN ")
			if decoded, _ := base64.StdEncoding.DecodeString(given); string(decoded) == "\x00post\x00secret" {
				say("235 welcome")
			} else {
				say("535 who are you")
			}
		case strings.HasPrefix(command, "RCPT") && strings.Contains(command, "REFUSED"):
			say("550 no such person")
		case command == "DATA":
			say("354 go on")
			var b strings.Builder
			for lines.Scan() && lines.Text() != "." {
				b.WriteString(lines.Text() + "\n")
			}
			messages <- b.String()
			say("250 taken")
		case command == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func sender(t *testing.T, c Config) *SMTP {
	t.Helper()
	c.Host, c.From = "127.0.0.1", from
	s, err := NewSMTP(c, clock.NewManual(at))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSMTPDeliversTheMessage(t *testing.T) {
	port, received := mailServer(t, nil)
	s := sender(t, Config{Port: port, TLS: NoProtection})
	if err := s.Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	item, err := parse(strings.NewReader(<-received))
	if err != nil || item.Message.To != "zineb@example.test" || item.Message.Subject != message().Subject {
		t.Errorf("received %+v, %v", item, err)
	}
}

func TestSMTPSaysWhatFailed(t *testing.T) {
	port, received := mailServer(t, nil)
	refused := message()
	refused.To = "refused@example.test"
	forged := message()
	forged.Subject = "x\r\nBcc: b@example.test"
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, try := range map[string]func() error{
		"a refused recipient":  func() error { return sender(t, Config{Port: port, TLS: NoProtection}).Send(t.Context(), refused) },
		"no protection to get": func() error { return sender(t, Config{Port: port, TLS: StartTLS}).Send(t.Context(), message()) },
		"an ended context":     func() error { return sender(t, Config{Port: port, TLS: NoProtection}).Send(ended, message()) },
	} {
		if err := try(); err == nil || errors.Is(err, ErrMessage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := sender(t, Config{Port: port, TLS: NoProtection}).Send(t.Context(), forged); !errors.Is(err, ErrMessage) {
		t.Errorf("a forged header: %v", err)
	}
	if len(received) != 0 {
		t.Error("something was delivered")
	}
}

func TestSMTPSignsInOverTLSFromTheFirstByte(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	port, received := mailServer(t, &tls.Config{Certificates: web.TLS.Certificates})
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	c := Config{Port: port, TLS: Implicit, Username: "post", Password: "secret", Trust: &tls.Config{ServerName: "127.0.0.1", RootCAs: roots}}
	if err := sender(t, c).Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(<-received, "zineb@example.test") {
		t.Error("another message was delivered")
	}
	wrong := c
	wrong.Password = "guess"
	distrusting := c
	distrusting.Trust = nil
	for name, c := range map[string]Config{"a wrong password": wrong, "an unknown certificate": distrusting} {
		if err := sender(t, c).Send(t.Context(), message()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSendingEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if conn, err := listener.Accept(); err == nil {
			cancel() // connected, and then silence
			_, _ = conn.Read(make([]byte, 1))
			conn.Close()
		}
	}()
	s := sender(t, Config{Port: listener.Addr().(*net.TCPAddr).Port, TLS: NoProtection, Timeout: time.Hour})
	if err := s.Send(ctx, message()); err == nil {
		t.Error("no error")
	}
}

func TestASilentMailServerIsGivenUp(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s := sender(t, Config{Port: listener.Addr().(*net.TCPAddr).Port, TLS: NoProtection, Timeout: 100 * time.Millisecond})
	if err := s.Send(t.Context(), message()); err == nil {
		t.Error("no error")
	}
}

func TestConfigurationsThatCannotWorkAreRefused(t *testing.T) {
	for name, c := range map[string]Config{
		"no sender":          {Host: "h", Port: 25, TLS: StartTLS},
		"unknown protection": {Host: "h", Port: 25, TLS: "maybe", From: from},
		"no host":            {Port: 25, TLS: StartTLS, From: from},
		"no port":            {Host: "h", Port: 70000, TLS: StartTLS, From: from},
	} {
		if _, err := NewSMTP(c, clock.System{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
