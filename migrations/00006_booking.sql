-- +goose Up
-- What the two sides agreed on is copied into the booking: a later change of price, title or policy changes no booking.
CREATE TABLE bookings (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES accounts (id),
    provider_id TEXT NOT NULL REFERENCES providers (id),
    provider_account_id TEXT NOT NULL REFERENCES accounts (id),
    service_id TEXT NOT NULL REFERENCES services (id),
    -- Not IN (...): for each row SQLite would make a table of the list's values.
    status TEXT NOT NULL CHECK (status = 'requested' OR status = 'accepted' OR status = 'declined' OR status = 'expired' OR status = 'withdrawn'
        OR status = 'in_progress' OR status = 'completed' OR status = 'cancelled_by_customer' OR status = 'cancelled_by_provider' OR status = 'no_show'),
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    block_start BIGINT NOT NULL,         -- the booking with its buffers: what no other booking of the provider may touch
    block_end BIGINT NOT NULL,
    instant BOOLEAN NOT NULL,
    policy TEXT NOT NULL,
    price_minor BIGINT NOT NULL,
    refund_minor BIGINT,                 -- set when it is cancelled
    currency TEXT NOT NULL,
    details TEXT NOT NULL,               -- JSON: names, title, add-ons, address, note, as they were agreed
    proposal TEXT,                       -- JSON: an open proposal of another time
    expires_at BIGINT,                   -- only while it is requested
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK (start_at < end_at),
    CHECK (block_end - block_start <= 172800000000),  -- two days: what bounds the search for overlaps
    CHECK (block_start <= start_at AND end_at <= block_end)
);
CREATE INDEX bookings_customer ON bookings (customer_id, start_at, id);
CREATE INDEX bookings_provider ON bookings (provider_id, start_at, id);
-- What holds a provider's time, apart from all that was asked for and came to nothing; the overlap rule looks here too.
CREATE INDEX bookings_holding ON bookings (provider_id, start_at, block_start, block_end) WHERE status IN ('accepted', 'in_progress', 'completed');
CREATE INDEX bookings_expiry ON bookings (expires_at) WHERE status = 'requested';

CREATE TABLE booking_events (
    id TEXT PRIMARY KEY,
    booking_id TEXT NOT NULL REFERENCES bookings (id),
    at BIGINT NOT NULL,
    actor_id TEXT,                       -- NULL: the system
    actor_side TEXT NOT NULL CHECK (actor_side = 'customer' OR actor_side = 'provider' OR actor_side = 'system'),
    kind TEXT NOT NULL,
    status TEXT NOT NULL,                -- the booking's status after it
    reason TEXT,
    data TEXT NOT NULL
);
CREATE INDEX booking_events_booking ON booking_events (booking_id, at, id);

-- +goose Down
DROP TABLE booking_events;
DROP TABLE bookings;
