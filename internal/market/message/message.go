// Package message is what the two sides of a booking write to each other. Who they are and when it ends is the booking's to say; what
// operators decide about it is package dispute's.
package message

import (
	"time"
	"unicode/utf8"

	"khadamat/internal/market/booking"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/text"
)

// Message is something that one side of a booking wrote to the other.
type Message struct {
	ID        string
	BookingID string
	SenderID  string
	ReaderID  string       // the other side
	Side      booking.Side // the sender's
	Text      string       // empty once its writer's account was erased
	SentAt    time.Time
	ReadAt    time.Time // zero until the other side has seen it
}

// Read says whether the other side has seen it.
func (m Message) Read() bool { return !m.ReadAt.IsZero() }

const (
	openFor = 30 * 24 * time.Hour

	// perHour bounds what one person writes about one booking.
	perHour = 30

	// letterPause is how long unread messages of one thread gather behind the letter that told of the first of them.
	letterPause = time.Hour

	excerptRunes = 140
)

var textRules = text.Rules{MinRunes: 1, MaxRunes: 2000, Multiline: true}

// ClosesAt is when nobody can write about a booking any more.
func ClosesAt(b *booking.Booking) time.Time { return b.End.Add(openFor) }

// open returns gone once the thread of a booking is closed.
func open(b *booking.Booking, now time.Time) error {
	if !now.Before(ClosesAt(b)) {
		return errs.New(errs.Gone, "message.closed")
	}
	return nil
}

// excerpt is the beginning of a text, whole words of it where that is possible.
func excerpt(s string) string {
	if utf8.RuneCountInString(s) <= excerptRunes {
		return s
	}
	cut := string([]rune(s)[:excerptRunes])
	for i := len(cut) - 1; i > len(cut)/2; i-- {
		if cut[i] == ' ' || cut[i] == '\n' {
			cut = cut[:i]
			break
		}
	}
	return cut + "…"
}
