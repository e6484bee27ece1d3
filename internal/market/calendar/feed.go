package calendar

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

const (
	tokenBytes   = 32
	feedBehind   = 30 * 24 * time.Hour
	feedAhead    = 180 * 24 * time.Hour
	feedPage     = 100
	maxFeedPages = 20
)

// inFeed are the states in which a booking stands in a feed, with what iCalendar calls them.
var inFeed = map[booking.Status]ical.EventStatus{
	booking.Requested:           ical.EventTentative,
	booking.Accepted:            ical.EventConfirmed,
	booking.InProgress:          ical.EventConfirmed,
	booking.Completed:           ical.EventConfirmed,
	booking.NoShow:              ical.EventConfirmed,
	booking.CancelledByCustomer: ical.EventCancelled,
	booking.CancelledByProvider: ical.EventCancelled,
}

// Feed says whether the actor's bookings have a secret address. It returns not_found where the actor is no provider.
func (s *Service) Feed(ctx context.Context, actor account.Actor) (Feed, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return Feed{}, err
	}
	f, found, err := feedWhere(ctx, s.config.DB, "provider_id = $1", own.ID)
	return Feed{Exists: found, CreatedAt: f.createdAt}, err
}

// OpenFeed gives the actor's bookings a new secret address and returns its secret, which nobody can ask for again: only a hash is kept.
// An older address stops working.
func (s *Service) OpenFeed(ctx context.Context, actor account.Actor) (string, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return "", err
	}
	secret := make([]byte, tokenBytes)
	_, _ = rand.Read(secret) // never fails
	token := base64.RawURLEncoding.EncodeToString(secret)
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := putFeed(ctx, tx, feed{own.ID, actor.ID, tx.Now}, hashOf(token)); err != nil {
			return err
		}
		return s.audit(ctx, tx, actor.ID, "calendar.feed_opened", own.ID)
	})
	return token, err
}

// CloseFeed makes the secret address stop working. Where there is none nothing happens.
func (s *Service) CloseFeed(ctx context.Context, actor account.Actor) error {
	own, err := s.own(ctx, actor)
	if err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		closed, err := deleteFeed(ctx, tx, own.ID)
		if err != nil || !closed {
			return err
		}
		return s.audit(ctx, tx, actor.ID, "calendar.feed_closed", own.ID)
	})
}

// hashOf is what is kept of a secret. It has 256 bits of chance, so that a plain hash is as good as a slow one; and looking it up by its
// hash takes no longer for one that nearly fits.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Published is a feed as it is sent.
type Published struct {
	Content   []byte
	ETag      string
	ChangedAt time.Time // of the booking that changed last
}

// Publish writes the bookings behind a secret address, those of the last 30 and the next 180 days. What is no secret of ours is not_found,
// the same for all.
func (s *Service) Publish(ctx context.Context, token string) (Published, error) {
	f, found, err := feedWhere(ctx, s.config.DB, "token_hash = $1", hashOf(token))
	if err != nil {
		return Published{}, err
	}
	if !found {
		return Published{}, errNotFound
	}
	owner, err := s.config.Accounts.Account(ctx, f.accountID)
	if err != nil {
		return Published{}, err
	}
	bookings, err := s.bookings(ctx, account.Actor{ID: owner.ID, Role: owner.Role})
	if err != nil {
		return Published{}, err
	}
	return s.publish(bookings, owner.Language)
}

// bookings are all that stand in the feed of their provider.
func (s *Service) bookings(ctx context.Context, provider account.Actor) ([]booking.Booking, error) {
	now := s.config.Clock.Now()
	filter := booking.Filter{Side: booking.ProviderSide, From: now.Add(-feedBehind), To: now.Add(feedAhead), Limit: feedPage}
	for _, status := range booking.Statuses {
		if inFeed[status] != "" {
			filter.Statuses = append(filter.Statuses, status)
		}
	}
	var all []booking.Booking
	for range maxFeedPages {
		page, err := s.config.Bookings.List(ctx, provider, filter)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if filter.Cursor = page.NextCursor; filter.Cursor == "" {
			break
		}
	}
	return all, nil
}

func (s *Service) publish(bookings []booking.Booking, language string) (Published, error) {
	calendar := ical.NewCalendar()
	calendar.Props.SetText(ical.PropVersion, "2.0")
	calendar.Props.SetText(ical.PropProductID, "-//Khadamat//Bookings//"+strings.ToUpper(language))
	calendar.Props.SetText(ical.PropCalendarScale, "GREGORIAN")
	calendar.Props.SetText(ical.PropMethod, "PUBLISH")
	calendar.Props.SetText("X-WR-CALNAME", "Khadamat")
	refresh := ical.NewProp(ical.PropRefreshInterval)
	refresh.SetDuration(time.Hour)
	calendar.Props.Set(refresh)
	var published Published
	for i := range bookings {
		b := &bookings[i]
		calendar.Children = append(calendar.Children, s.event(b, language).Component)
		if b.UpdatedAt.After(published.ChangedAt) {
			published.ChangedAt = b.UpdatedAt
		}
	}
	var content bytes.Buffer
	if len(bookings) == 0 {
		// The library refuses a calendar without events; RFC 5545 wants one component at least, and readers take none for an empty day.
		content.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Khadamat//Bookings//" + strings.ToUpper(language) + "\r\nX-WR-CALNAME:Khadamat\r\nEND:VCALENDAR\r\n")
	} else if err := ical.NewEncoder(&content).Encode(calendar); err != nil {
		return Published{}, errs.Wrap(err, errs.Internal, "error.internal")
	}
	published.Content = folded(content.Bytes())
	sum := sha256.Sum256(published.Content)
	published.ETag = fmt.Sprintf(`"%x"`, sum[:16])
	return published, nil
}

// event writes one booking. Everything in it comes from the booking, so that a feed that has not changed reads the same.
func (s *Service) event(b *booking.Booking, language string) *ical.Event {
	event := ical.NewEvent()
	p := event.Props
	p.SetText(ical.PropUID, b.ID+"@khadamat")
	p.SetDateTime(ical.PropDateTimeStamp, b.UpdatedAt.UTC())
	p.SetDateTime(ical.PropLastModified, b.UpdatedAt.UTC())
	p.SetDateTime(ical.PropDateTimeStart, b.Start.UTC())
	p.SetDateTime(ical.PropDateTimeEnd, b.End.UTC())
	p.SetText(ical.PropSummary, b.Details.Title.In(language)+" · "+b.Details.CustomerName)
	if b.Details.Address != "" {
		p.SetText(ical.PropLocation, strings.ReplaceAll(b.Details.Address, "\n", ", "))
	}
	if b.Details.Note != "" {
		p.SetText(ical.PropDescription, b.Details.Note)
	}
	link := ical.NewProp(ical.PropURL)
	link.Value = s.config.BaseURL + "/" + language + "/bookings/" + b.ID
	p.Set(link)
	event.SetStatus(inFeed[b.Status])
	return event
}

const foldBytes = 75

// folded breaks content lines after 75 bytes, as RFC 5545 (3.1) wants it, never within a character.
func folded(content []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.SplitSeq(bytes.TrimSuffix(content, []byte("\r\n")), []byte("\r\n")) {
		room := foldBytes
		for len(line) > room {
			at := room
			for at > 1 && line[at]&0xc0 == 0x80 { // within a character of UTF-8
				at--
			}
			out.Write(line[:at])
			out.WriteString("\r\n ")
			line, room = line[at:], foldBytes-1
		}
		out.Write(line)
		out.WriteString("\r\n")
	}
	return out.Bytes()
}
