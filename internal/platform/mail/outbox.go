package mail

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
)

const (
	maxKept   = 500 // messages that the folder holds; the oldest make room
	maxListed = 200
	suffix    = ".eml"
)

// ErrNotFound says that the outbox has no such message.
var ErrNotFound = errors.New("mail: not found")

// Item is a message in the outbox.
type Item struct {
	ID      string
	At      time.Time
	Message Message
}

// Outbox sends nothing: it keeps messages as .eml files, so that whoever tries the product without a mail server can read them.
type Outbox struct {
	folder string
	from   string
	clock  clock.Clock
	mu     sync.Mutex // one writer, so that making room counts right
}

// NewOutbox opens the outbox in folder and makes the folder where there is none.
func NewOutbox(folder, from string, clock clock.Clock) (*Outbox, error) {
	if _, err := netmail.ParseAddress(from); err != nil {
		return nil, fmt.Errorf("mail: sender %q: %w", from, err)
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return nil, fmt.Errorf("mail: outbox: %w", err)
	}
	return &Outbox{folder: folder, from: from, clock: clock}, nil
}

// Send keeps a message. Its file name is an id whose order is that of time.
func (o *Outbox) Send(_ context.Context, m Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.makeRoom(); err != nil {
		return fmt.Errorf("mail: outbox: %w", err)
	}
	path := filepath.Join(o.folder, ids.New()+suffix)
	// Written aside and then renamed: who lists never sees half a message.
	file, err := os.Create(path + ".part")
	if err != nil {
		return fmt.Errorf("mail: outbox: %w", err)
	}
	err = errors.Join(writeTo(file, m, o.from, o.clock.Now()), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

func (o *Outbox) makeRoom() error {
	kept, err := o.newestFirst()
	if err != nil {
		return err
	}
	for _, id := range kept[min(len(kept), maxKept-1):] {
		if err := os.Remove(filepath.Join(o.folder, id+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (o *Outbox) newestFirst() ([]string, error) {
	entries, err := os.ReadDir(o.folder)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		if id, ok := strings.CutSuffix(entry.Name(), suffix); ok && ids.Valid(id) {
			found = append(found, id)
		}
	}
	slices.Sort(found)
	slices.Reverse(found)
	return found, nil
}

// List returns the newest messages first, at most 200, and at most limit where that is positive.
func (o *Outbox) List(ctx context.Context, limit int) ([]Item, error) {
	found, err := o.newestFirst()
	if err != nil {
		return nil, fmt.Errorf("mail: outbox: %w", err)
	}
	most := maxListed
	if limit > 0 {
		most = min(limit, maxListed)
	}
	items := make([]Item, 0, min(len(found), most))
	for _, id := range found[:min(len(found), most)] {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		item, err := o.Get(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue // it made room meanwhile
		}
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// Get returns one message, or ErrNotFound.
func (o *Outbox) Get(_ context.Context, id string) (Item, error) {
	if !ids.Valid(id) {
		return Item{}, ErrNotFound
	}
	file, err := os.Open(filepath.Join(o.folder, id+suffix))
	if errors.Is(err, fs.ErrNotExist) {
		return Item{}, ErrNotFound
	}
	if err != nil {
		return Item{}, fmt.Errorf("mail: outbox: %w", err)
	}
	defer file.Close()
	item, err := parse(file)
	if err != nil {
		return Item{}, fmt.Errorf("mail: outbox: %s: %w", id, err)
	}
	item.ID = id
	return item, nil
}

// parse reads back what compose wrote, and other simple messages.
func parse(source io.Reader) (Item, error) {
	read, err := netmail.ReadMessage(io.LimitReader(source, 8*maxBodyBytes))
	if err != nil {
		return Item{}, err
	}
	var item Item
	if to, err := read.Header.AddressList("To"); err == nil && len(to) > 0 {
		item.Message.To = to[0].Address
	}
	if item.At, err = read.Header.Date(); err != nil {
		return Item{}, err
	}
	item.At = item.At.UTC()
	if item.Message.Subject, err = new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject")); err != nil {
		return Item{}, err
	}
	item.Message.Language = i18n.Language(read.Header.Get("Content-Language"))
	item.Message.Headers = furtherHeaders(read.Header)
	return item, readBody(&item.Message, read.Header.Get("Content-Type"), read.Header.Get("Content-Transfer-Encoding"), read.Body)
}

func furtherHeaders(header netmail.Header) map[string]string {
	further := make(map[string]string)
	for name, values := range header {
		if !slices.Contains(ownHeaders, name) && len(values) > 0 {
			if value, err := new(mime.WordDecoder).DecodeHeader(values[0]); err == nil {
				further[name] = value
			}
		}
	}
	return further
}

// readBody reads a text, or the texts of a multipart body that is not nested.
func readBody(m *Message, contentType, encoding string, body io.Reader) error {
	mediaType, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(mediaType, "multipart/") {
		return readText(m, mediaType, encoding, body)
	}
	const maxParts = 10
	parts := multipart.NewReader(body, parameters["boundary"])
	for range maxParts {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		partType, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			return err
		}
		if err := readText(m, partType, part.Header.Get("Content-Transfer-Encoding"), part); err != nil {
			return err
		}
	}
	return nil
}

func readText(m *Message, mediaType, encoding string, body io.Reader) error {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	switch mediaType {
	case "text/plain":
		m.Text = text
	case "text/html":
		m.HTML = text
	}
	return nil
}
