package notify

import (
	"context"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/i18n"
)

// exported is what a person gets of what they were told and what they chose.
type exported struct {
	Preferences   Preferences            `json:"preferences"`
	Notifications []exportedNotification `json:"notifications"`
}

type exportedNotification struct {
	At     time.Time                `json:"at"`
	ReadAt time.Time                `json:"read_at,omitzero"`
	Topic  Topic                    `json:"topic"`
	Text   map[i18n.Language]string `json:"text"`
}

// exportPage bounds what is read at a time. How many there are altogether is bounded by Prune.
const exportPage = 500

// Export returns what the account was told under the bell, and what it wants to hear of. It is part of account.Holder.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	const name = "notifications"
	preferences, _, err := readPreferences(ctx, s.config.DB, accountID, "")
	if err != nil {
		return name, nil, err
	}
	all := exported{Preferences: preferences}
	for before := (db.Cursor{}); ; {
		some, err := list(ctx, s.config.DB, accountID, before, exportPage)
		if err != nil {
			return name, nil, err
		}
		for _, n := range some {
			text := make(map[i18n.Language]string, len(i18n.Languages))
			for _, language := range i18n.Languages {
				text[language] = n.Subject(s.config.Texts, language)
			}
			all.Notifications = append(all.Notifications, exportedNotification{n.At, n.ReadAt, n.Topic(), text})
		}
		if len(some) < exportPage {
			return name, all, nil
		}
		before = db.Cursor{At: some[len(some)-1].At, ID: some[len(some)-1].ID}
	}
}

// Erase deletes what the account was told and what it chose, as part of tx. It is part of account.Holder.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	tx.AfterCommit(func() {
		s.forget(context.WithoutCancel(ctx), unreadKey(accountID))
		s.forget(context.WithoutCancel(ctx), preferencesKey(accountID))
	})
	return erase(ctx, tx, accountID)
}
