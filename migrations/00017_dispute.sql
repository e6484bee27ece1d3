-- +goose Up
CREATE TABLE disputes (
    id TEXT PRIMARY KEY,
    booking_id TEXT NOT NULL REFERENCES bookings (id),
    customer_id TEXT NOT NULL REFERENCES accounts (id),
    provider_id TEXT NOT NULL REFERENCES providers (id),
    provider_account_id TEXT NOT NULL REFERENCES accounts (id),
    customer_name TEXT NOT NULL,         -- names as they were; empty once the person is erased
    provider_name TEXT NOT NULL,
    service TEXT NOT NULL,               -- JSON: the title in its languages
    start_at BIGINT NOT NULL,            -- of the booking, with its zone: what the two sides talk about
    zone TEXT NOT NULL,
    price_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    opened_by TEXT NOT NULL CHECK (opened_by IN ('customer', 'provider')),
    reason TEXT NOT NULL CHECK (reason IN ('not_done', 'poor_quality', 'late', 'price', 'behaviour', 'no_show_wrong', 'other')),
    status TEXT NOT NULL CHECK (status IN ('open', 'answered', 'decided', 'withdrawn')),
    refund_minor BIGINT CHECK (refund_minor BETWEEN 0 AND price_minor),
    decision TEXT,                       -- the operator's words
    decided_by TEXT REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    ended_at BIGINT,
    CHECK ((status = 'decided') = (refund_minor IS NOT NULL)),
    CHECK ((status IN ('decided', 'withdrawn')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX disputes_one_open ON disputes (booking_id) WHERE status IN ('open', 'answered');
CREATE INDEX disputes_booking ON disputes (booking_id, created_at);
CREATE INDEX disputes_waiting ON disputes (created_at, id) WHERE status IN ('open', 'answered');
CREATE INDEX disputes_all ON disputes (created_at, id);
CREATE INDEX disputes_customer ON disputes (customer_id, created_at, id);
CREATE INDEX disputes_provider ON disputes (provider_account_id, created_at, id);

CREATE TABLE dispute_messages (
    id TEXT PRIMARY KEY,
    dispute_id TEXT NOT NULL REFERENCES disputes (id),
    author_id TEXT NOT NULL REFERENCES accounts (id),
    party TEXT NOT NULL CHECK (party IN ('customer', 'provider', 'operator')),
    words TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX dispute_messages_thread ON dispute_messages (dispute_id, created_at, id);
CREATE INDEX dispute_messages_author ON dispute_messages (author_id);

-- +goose Down
DROP TABLE dispute_messages;
DROP TABLE disputes;
