package mail

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/i18n"
)

const from = "Khadamat <bonjour@khadamat.test>"

var at = time.Date(2026, time.May, 4, 10, 0, 0, 0, time.UTC)

func message() Message {
	return Message{
		To: "zineb@example.test", Subject: "تأكيد الحجز – réservation confirmée", Language: i18n.Arabic,
		Text: "مرحبا زينب،\n\nÀ demain = 9 h.\n" + strings.Repeat("long ", 60) + "\n.\n", HTML: "<p>مرحبا <a href=\"https://khadamat.test/?a=b&amp;c=d\">هنا</a></p>",
		Headers: map[string]string{"X-Reference": "réf-7"},
	}
}

func TestMessagesThatWouldForgeAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Message){
		"no recipient":           func(m *Message) { m.To = "" },
		"no address":             func(m *Message) { m.To = "zineb" },
		"two recipients":         func(m *Message) { m.To = "a@example.test, b@example.test" },
		"a name":                 func(m *Message) { m.To = "Zineb <a@example.test>" },
		"a header by recipient":  func(m *Message) { m.To = "a@example.test\r\nBcc: b@example.test" },
		"a header by subject":    func(m *Message) { m.Subject = "x\r\nBcc: b@example.test" },
		"a bare line feed":       func(m *Message) { m.Subject = "x\nBcc: b@example.test" },
		"no subject":             func(m *Message) { m.Subject = "" },
		"endless subject":        func(m *Message) { m.Subject = strings.Repeat("a", 501) },
		"no text":                func(m *Message) { m.Text = " \n" },
		"endless text":           func(m *Message) { m.Text = strings.Repeat("a", maxBodyBytes+1) },
		"an own header":          func(m *Message) { m.Headers = map[string]string{"bcc": "b@example.test"} },
		"a header by its value":  func(m *Message) { m.Headers = map[string]string{"X-A": "x\r\nBcc: b@example.test"} },
		"a header by its name":   func(m *Message) { m.Headers = map[string]string{"X-A: x\r\nBcc": "b@example.test"} },
		"a header without name":  func(m *Message) { m.Headers = map[string]string{"": "x"} },
		"a null byte in subject": func(m *Message) { m.Subject = "x\x00" },
	} {
		m := message()
		change(&m)
		var out bytes.Buffer
		if err := writeTo(&out, m, from, at); !errors.Is(err, ErrMessage) || out.Len() != 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, out.Len())
		}
	}
	if err := message().check(); err != nil {
		t.Errorf("a good message: %v", err)
	}
}

func TestAMessageIsReadBackAsItWasWritten(t *testing.T) {
	for name, m := range map[string]Message{"with HTML": message(), "text only": {To: "a@example.test", Subject: "x", Text: "y", Language: i18n.French}} {
		var out bytes.Buffer
		if err := writeTo(&out, m, from, at); err != nil {
			t.Fatal(err)
		}
		wire := out.String()
		item, err := parse(&out)
		if err != nil {
			t.Fatalf("%s: %v in\n%s", name, err, wire)
		}
		got := item.Message
		if got.To != m.To || got.Subject != m.Subject || strings.TrimRight(got.Text, "\n") != strings.TrimRight(m.Text, "\n") ||
			strings.TrimSpace(got.HTML) != m.HTML || got.Language != m.Language || !item.At.Equal(at) {
			t.Errorf("%s: got %+v at %s from\n%s", name, got, item.At, wire)
		}
		if got.Headers["X-Reference"] != m.Headers["X-Reference"] {
			t.Errorf("%s: headers %v", name, got.Headers)
		}
		if !strings.Contains(wire, "Auto-Submitted: auto-generated") || !strings.Contains(wire, "@khadamat.test>") {
			t.Errorf("%s: headers missing in\n%s", name, wire)
		}
	}
}

func outbox(t *testing.T, folder string) *Outbox {
	t.Helper()
	o, err := NewOutbox(folder, from, clock.NewManual(at))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestTheOutboxListsTheNewestFirstAndSurvivesARestart(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "outbox")
	o := outbox(t, folder)
	for i := range 3 {
		m := message()
		m.Subject = fmt.Sprint("message ", i)
		if err := o.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"notes.txt", "x.eml", "0197.eml.part"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	items, err := outbox(t, folder).List(t.Context(), 0)
	if err != nil || len(items) != 3 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	for i, item := range items {
		if want := fmt.Sprint("message ", 2-i); item.Message.Subject != want {
			t.Errorf("item %d is %q, want %q", i, item.Message.Subject, want)
		}
	}
	if two, err := o.List(t.Context(), 2); err != nil || len(two) != 2 {
		t.Errorf("limited: %d, %v", len(two), err)
	}
	got, err := o.Get(t.Context(), items[1].ID)
	if err != nil || got.Message.Subject != "message 1" {
		t.Errorf("Get: %+v, %v", got, err)
	}
}

func TestTheOutboxHoldsABoundedNumber(t *testing.T) {
	folder := t.TempDir()
	o := outbox(t, folder)
	for range maxKept + 3 {
		if err := o.Send(t.Context(), Message{To: "a@example.test", Subject: "x", Text: "y"}); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != maxKept {
		t.Errorf("%d files, %v; want %d", len(entries), err, maxKept)
	}
	if items, err := o.List(t.Context(), 1000); err != nil || len(items) != maxListed {
		t.Errorf("%d listed, %v; want %d", len(items), err, maxListed)
	}
}

func TestTheOutboxOpensNothingButItsMessages(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "secret.eml"), []byte("Subject: x\r\n\r\nx"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := outbox(t, filepath.Join(folder, "outbox"))
	for _, id := range []string{"", "../secret", "secret", "019a0000-0000-7000-8000-000000000000", "/etc/passwd"} {
		if _, err := o.Get(t.Context(), id); !errors.Is(err, ErrNotFound) {
			t.Errorf("Get(%q): %v", id, err)
		}
	}
	refused := message()
	refused.To = "nobody"
	if err := o.Send(t.Context(), refused); !errors.Is(err, ErrMessage) {
		t.Errorf("Send: %v", err)
	}
	if entries, err := os.ReadDir(filepath.Join(folder, "outbox")); err != nil || len(entries) != 0 {
		t.Errorf("a refused message left %v, %v", entries, err)
	}
	if _, err := NewOutbox(folder, "nobody", clock.System{}); err == nil {
		t.Error("a sender without address was taken")
	}
}

func FuzzParse(f *testing.F) {
	var out bytes.Buffer
	if err := writeTo(&out, message(), from, at); err != nil {
		f.Fatal(err)
	}
	f.Add(out.String())
	f.Add("Date: Mon, 04 May 2026 10:00:00 +0000\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n--x--")
	f.Fuzz(func(t *testing.T, content string) {
		item, err := parse(strings.NewReader(content))
		if err == nil && item.At.IsZero() && !strings.Contains(content, "0001") {
			t.Errorf("no date from %q", content)
		}
	})
}
