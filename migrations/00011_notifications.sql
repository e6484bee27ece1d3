-- +goose Up
-- What people are told in the page, under the bell. Several of one kind about one thing (messages about a booking) are one row while
-- it is unread.
CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    template TEXT NOT NULL,
    about TEXT NOT NULL,                 -- the id of what it is about, or empty
    args TEXT NOT NULL,                  -- JSON: what the template is filled with, in the reader's language of that moment
    count BIGINT NOT NULL CHECK (count > 0),
    at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notifications_account ON notifications (account_id, at, id);
CREATE INDEX notifications_unread ON notifications (account_id, template, about) WHERE read_at IS NULL;
CREATE INDEX notifications_age ON notifications (at);

-- When a letter that comes in bursts was last mailed.
CREATE TABLE letters_gathered (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    template TEXT NOT NULL,
    about TEXT NOT NULL,
    mailed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, template, about)
);
CREATE INDEX letters_gathered_age ON letters_gathered (mailed_at);

CREATE TABLE notification_preferences (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    settings TEXT NOT NULL,              -- JSON: what is switched off, and quiet hours
    secret TEXT NOT NULL UNIQUE,         -- stands in the links that stop a topic's letters; all it opens is that switch
    updated_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE notification_preferences;
DROP TABLE letters_gathered;
DROP TABLE notifications;
