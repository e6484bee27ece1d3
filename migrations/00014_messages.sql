-- +goose Up
-- What the two sides of a booking write to each other.
CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    booking_id TEXT NOT NULL REFERENCES bookings (id),
    sender_id TEXT NOT NULL REFERENCES accounts (id),
    reader_id TEXT NOT NULL REFERENCES accounts (id),  -- the other side
    side TEXT NOT NULL CHECK (side IN ('customer', 'provider')),  -- the sender's
    body TEXT NOT NULL,                  -- empty once its writer was erased
    sent_at BIGINT NOT NULL,
    read_at BIGINT                       -- NULL until the other side has seen it
);
CREATE INDEX messages_booking ON messages (booking_id, sent_at, id);
CREATE INDEX messages_sender ON messages (sender_id);
CREATE INDEX messages_unread ON messages (reader_id, booking_id, sent_at) WHERE read_at IS NULL;

-- +goose Down
DROP TABLE messages;
