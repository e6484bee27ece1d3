package notify

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
)

// Notification is what somebody is told under the bell.
type Notification struct {
	ID       string
	Template Template
	Args     map[string]Value
	Count    int // how many of the kind it stands for; Args are those of the last one
	At       time.Time
	ReadAt   time.Time // zero: not read
}

// Topic is what it is about.
func (n Notification) Topic() Topic { return templates[n.Template].topic }

// Subject says it in one line.
func (n Notification) Subject(texts *i18n.Catalog, language i18n.Language) string {
	return texts.T(language, n.Template.key("subject"), isolated(said(n.Args, language), language))
}

// Text says it in a sentence or two: the first lines of the letter.
func (n Notification) Text(texts *i18n.Catalog, language i18n.Language) string {
	first, second, _ := strings.Cut(texts.T(language, n.Template.key("body"), isolated(said(n.Args, language), language)), "\n")
	if strings.HasSuffix(first, ":") { // it announces the next one
		second, _, _ = strings.Cut(second, "\n")
		first += " " + second
	}
	return first
}

// Path is the page it leads to, below /<language>.
func (n Notification) Path() string { return templates[n.Template].page(said(n.Args, i18n.French)) }

// said are the arguments in a language.
func said(args map[string]Value, language i18n.Language) map[string]any {
	words := make(map[string]any, len(args))
	for name, value := range args {
		words[name] = value.in(language)
	}
	return words
}

// isolated are arguments of which none disturbs the sentence that it stands in: a name in letters of the other direction would take the
// signs and numbers after it along (Unicode Bidirectional Algorithm, 6.3: FSI and PDI).
func isolated(args map[string]any, language i18n.Language) map[string]any {
	other := unicode.Arabic
	if language.Direction() == "rtl" {
		other = unicode.Latin
	}
	whole := make(map[string]any, len(args))
	for name, value := range args {
		words, _ := value.(string)
		if strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(other, r) }) {
			value = "\u2068" + words + "\u2069"
		}
		whole[name] = value
	}
	return whole
}

// Page is one page of a person's notifications, the newest first. NextCursor is empty on the last one.
type Page struct {
	Items      []Notification
	NextCursor string
}

// Mine returns the actor's notifications, the newest first. It returns invalid with the fields limit (1 to 100; 20 for 0) and cursor.
func (s *Service) Mine(ctx context.Context, actor account.Actor, cursor string, limit int) (Page, error) {
	if err := actor.Require(); err != nil {
		return Page{}, err
	}
	limit, before, err := db.ParsePage(limit, cursor)
	if err != nil {
		return Page{}, err
	}
	items, err := list(ctx, s.config.DB, actor.ID, before, limit+1)
	if err != nil || len(items) <= limit {
		return Page{Items: items}, err
	}
	last := items[limit-1]
	return Page{Items: items[:limit], NextCursor: db.Cursor{At: last.At, ID: last.ID}.String()}, nil
}

// most is how many unread ones are counted; a badge says no more than "9+".
const most = 100

// Unread returns how many notifications the actor has not read, 100 at most; 0 for nobody. Where another node has changed them it may
// be some seconds old.
func (s *Service) Unread(ctx context.Context, actor account.Actor) (int, error) {
	if !actor.SignedIn() {
		return 0, nil
	}
	if text, ok := s.remembered(ctx, unreadKey(actor.ID)); ok {
		if count, err := strconv.Atoi(string(text)); err == nil {
			return count, nil
		}
	}
	count, err := countUnread(ctx, s.config.DB, actor.ID, most)
	if err == nil {
		s.remember(ctx, unreadKey(actor.ID), []byte(strconv.Itoa(count)))
	}
	return count, err
}

// MarkRead says that the actor has read a notification, and returns it. Reading it again changes nothing. Others' are not_found.
func (s *Service) MarkRead(ctx context.Context, actor account.Actor, id string) (Notification, error) {
	if err := actor.Require(); err != nil {
		return Notification{}, err
	}
	var read Notification
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if read, err = find(ctx, tx, actor.ID, id); err != nil || !read.ReadAt.IsZero() {
			return err
		}
		read.ReadAt = tx.Now
		s.afterReading(ctx, tx, actor.ID)
		return markRead(ctx, tx, actor.ID, id, read)
	})
	return read, err
}

// MarkAllRead says that the actor has read everything.
func (s *Service) MarkAllRead(ctx context.Context, actor account.Actor) error {
	if err := actor.Require(); err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		s.afterReading(ctx, tx, actor.ID)
		return markAllRead(ctx, tx, actor.ID)
	})
}

// read is what open pages are told when their reader has read something on another one.
type readEvent struct {
	Count int `json:"count"` // of those that are still unread
}

func (s *Service) afterReading(ctx context.Context, tx *db.Tx, accountID string) {
	tx.AfterCommit(func() { s.publish(ctx, accountID, "notification.read", readEvent{s.recount(ctx, accountID)}) })
}

// newEvent is what open pages are told of a new notification, in every language: pages of one person need not be in the same one.
type newEvent struct {
	ID    string                   `json:"id"`
	Path  string                   `json:"path"`  // below /<language>
	Count int                      `json:"count"` // of all that are unread
	Text  map[i18n.Language]string `json:"text"`
}

// put writes letters under their readers' bells.
func (s *Service) put(ctx context.Context, tx *db.Tx, letters []Letter) error {
	var fresh []addressed
	for _, letter := range letters {
		n := Notification{ID: ids.New(), Template: letter.Template, Args: letter.Args, Count: 1, At: tx.Now}
		gathered := false
		var err error
		if templates[letter.Template].gathers {
			if gathered, err = gatherUnread(ctx, tx, letter.AccountID, &n); err != nil {
				return err
			}
		}
		if !gathered {
			fresh = append(fresh, addressed{letter.AccountID, n})
		}
		tx.AfterCommit(func() { s.ring(context.WithoutCancel(ctx), letter.AccountID, n) })
	}
	return insert(ctx, tx, fresh)
}

// ring tells somebody's open pages of a notification. Nothing is counted and said where there are none.
func (s *Service) ring(ctx context.Context, accountID string, n Notification) {
	if !s.config.Hub.Watched(AccountTopic(accountID)) {
		s.forget(ctx, unreadKey(accountID))
		return
	}
	event := newEvent{ID: n.ID, Path: n.Path(), Count: s.recount(ctx, accountID), Text: map[i18n.Language]string{}}
	for _, language := range i18n.Languages {
		event.Text[language] = n.Subject(s.config.Texts, language)
	}
	s.publish(ctx, accountID, "notification.new", event)
}

// recount counts anew what somebody has not read, once that has changed.
func (s *Service) recount(ctx context.Context, accountID string) int {
	ctx = context.WithoutCancel(ctx)
	s.forget(ctx, unreadKey(accountID))
	count, err := s.Unread(ctx, account.Actor{ID: accountID})
	if err != nil {
		s.config.Logger.WarnContext(ctx, "cannot count notifications", "error", err)
	}
	return count
}

// kept is how long another node may still see what was before a change.
const kept = 15 * time.Second

func unreadKey(accountID string) string { return "notify.unread:" + accountID }

// remembered and the two below never fail: a cache that does not answer is one that remembers nothing.
func (s *Service) remembered(ctx context.Context, key string) ([]byte, bool) {
	if s.config.Cache == nil {
		return nil, false
	}
	text, ok, err := s.config.Cache.Get(ctx, key)
	return text, ok && err == nil
}

func (s *Service) remember(ctx context.Context, key string, text []byte) {
	if s.config.Cache == nil {
		return
	}
	if err := s.config.Cache.Set(ctx, key, text, kept); err != nil {
		s.config.Logger.WarnContext(ctx, "cannot remember", "key", key, "error", err)
	}
}

func (s *Service) forget(ctx context.Context, key string) {
	if s.config.Cache == nil {
		return
	}
	if err := s.config.Cache.Delete(ctx, key); err != nil {
		s.config.Logger.WarnContext(ctx, "cannot forget", "key", key, "error", err)
	}
}

const (
	keptRead     = 60 * 24 * time.Hour
	keptUnread   = 180 * 24 * time.Hour
	keptReminder = 48 * time.Hour
)

// Prune deletes what nobody looks for any more: notifications that were read two months ago or are half a year old, and the notes on
// which reminders and bursts were mailed. Call it once in a while, from one node or several.
func (s *Service) Prune(ctx context.Context) error {
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error { return prune(ctx, tx) })
}
