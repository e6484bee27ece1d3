// Package notify tells people what happened: under the bell of their pages, by mail, through jobs that are enqueued with the change
// itself, and on their open pages through the live hub, once the change is committed. What there is to tell is decided by whoever
// calls; what of it a person wants to hear, and where, by that person.
package notify

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/cache"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
)

// Notice is one thing that happened, with everybody who is to hear of it.
type Notice struct {
	Watchers []string // accounts whose open pages are told
	Type     string   // what their pages are told, e.g. "booking.changed"
	Data     any
	Letters  []Letter
}

// Letter is one mail to one person, not yet written: the template is filled in the reader's language when it is sent.
type Letter struct {
	AccountID string           `json:"account_id"`
	Address   string           `json:"address,omitempty"` // where it goes instead of the account's own address
	Template  Template         `json:"template"`
	Args      map[string]Value `json:"args"`
}

// Value is an argument of a letter, kept so that it can be said in any language.
type Value struct {
	Text   string            `json:"text,omitempty"`
	Texts  map[string]string `json:"texts,omitempty"`
	Time   time.Time         `json:"time,omitzero"`
	Zone   string            `json:"zone,omitempty"`
	Amount *money.Amount     `json:"amount,omitempty"`
}

// Words is a value that reads the same in every language.
func Words(text string) Value { return Value{Text: text} }

// Moment is a time in a time zone.
func Moment(at time.Time, zone string) Value { return Value{Time: at, Zone: zone} }

// Money is an amount.
func Money(amount money.Amount) Value { return Value{Amount: &amount} }

// Translated is a text that in gives by language.
func Translated(in func(language string) string) Value {
	texts := make(map[string]string, len(languages))
	for _, language := range languages {
		texts[string(language)] = in(string(language))
	}
	return Value{Texts: texts}
}

// letterJob carries letters from the change to their sending.
type letterJob struct {
	Letters []Letter `json:"letters"`
}

// Kind names the job.
func (letterJob) Kind() string { return "notify.letters" }

// Config is what a Service stands on.
type Config struct {
	DB     *db.DB
	Clock  clock.Clock
	Queue  *job.Queue
	Hub    *live.Hub
	Texts  *i18n.Catalog
	Cache  cache.Cache  // remembers for some seconds what people want to hear and how much they have not read; nil: nothing
	Logger *slog.Logger // nil: the default one
}

// Service tells people. It is safe for concurrent use.
type Service struct {
	config Config
}

// New returns a service over a migrated database.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	return &Service{config}
}

// AccountTopic is the live topic of one person's open pages.
func AccountTopic(accountID string) string { return "account:" + accountID }

// Tell writes the notice's letters to people, as part of tx: under their bell and by mail, as each of them wants it. After the commit it
// tells the watchers' pages, and those of whoever got something under the bell.
func (s *Service) Tell(ctx context.Context, tx *db.Tx, notice Notice) error {
	tx.AfterCommit(func() {
		for _, id := range notice.Watchers {
			s.publish(ctx, id, notice.Type, notice.Data)
		}
	})
	var shown, mailed []Letter // what is stored as it is, in as few statements as can be
	for _, letter := range notice.Letters {
		kind, ok := templates[letter.Template]
		if !ok {
			return fmt.Errorf("no letter is called %q", letter.Template)
		}
		wants, err := s.wants(ctx, tx, letter.AccountID, kind.topic)
		if err != nil {
			return err
		}
		if kind.topic != Security && wants.Bell(kind.topic) {
			shown = append(shown, letter)
		}
		posted := wants.Email(kind.topic)
		if posted && kind.gathers {
			if posted, err = gather(ctx, tx, letter); err != nil {
				return err
			}
		}
		if !posted {
			continue
		}
		if at := wants.mailAt(tx.Now, letter, kind.topic); !at.IsZero() {
			err = s.config.Queue.EnqueueAt(ctx, tx, letterJob{[]Letter{letter}}, at)
		} else {
			mailed = append(mailed, letter)
		}
		if err != nil {
			return err
		}
	}
	if err := s.put(ctx, tx, shown); err != nil {
		return err
	}
	return s.post(ctx, tx, mailed)
}

// post enqueues letters that may be mailed at once. Each has a job of its own: one that cannot be delivered is tried again, and must
// not take others along.
func (s *Service) post(ctx context.Context, tx *db.Tx, letters []Letter) error {
	jobs := make([]letterJob, len(letters))
	for i, letter := range letters {
		jobs[i] = letterJob{[]Letter{letter}}
	}
	return job.EnqueueMany(ctx, s.config.Queue, tx, jobs)
}

// publish tells somebody's open pages. A page that is not told shows the change when it is next looked at.
func (s *Service) publish(ctx context.Context, accountID, kind string, data any) {
	if err := s.config.Hub.Publish(AccountTopic(accountID), live.Event{Type: kind, Data: data}); err != nil {
		s.config.Logger.WarnContext(ctx, "cannot tell open pages", "type", kind, "error", err)
	}
}

// Mail tells one person something whose arguments are plain words.
func (s *Service) Mail(ctx context.Context, tx *db.Tx, accountID, template string, args map[string]string) error {
	letter := Letter{AccountID: accountID, Template: Template(template), Args: make(map[string]Value, len(args))}
	for name, text := range args {
		letter.Args[name] = Words(text)
	}
	return s.Tell(ctx, tx, Notice{Letters: []Letter{letter}})
}
