-- +goose Up
-- A reminder that was sent: one row for each booking, start and kind, so that no second one goes out, whichever node is quicker.
CREATE TABLE reminders (
    booking_id TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (booking_id, start_at, kind)
);
CREATE INDEX reminders_age ON reminders (start_at);

-- +goose Down
DROP TABLE reminders;
