-- +goose Up
-- The sandbox: a card processor of our own that behaves as if it stood elsewhere. Nothing else refers to its tables, and they to nothing else.
CREATE TABLE sandbox_charges (
    ref TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE,     -- the client's name of it
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    summary TEXT NOT NULL,
    language TEXT NOT NULL,
    return_url TEXT NOT NULL,
    immediate BOOLEAN NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('created', 'challenged', 'authorised', 'captured', 'voided', 'declined')),
    decline TEXT NOT NULL,
    last_four TEXT NOT NULL,             -- of the card that was tried last: all that is kept of it
    code_tries BIGINT NOT NULL,
    captured_minor BIGINT NOT NULL CHECK (captured_minor BETWEEN 0 AND amount_minor),
    fee_minor BIGINT NOT NULL,
    captured_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK ((status = 'captured') = (captured_at IS NOT NULL))
);
CREATE INDEX sandbox_charges_latest ON sandbox_charges (updated_at, ref);

CREATE TABLE sandbox_refunds (
    ref TEXT PRIMARY KEY,
    charge_ref TEXT NOT NULL REFERENCES sandbox_charges (ref),
    key TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    at BIGINT NOT NULL
);
CREATE INDEX sandbox_refunds_charge ON sandbox_refunds (charge_ref, at, ref);

CREATE TABLE sandbox_chargebacks (
    ref TEXT PRIMARY KEY,
    charge_ref TEXT NOT NULL REFERENCES sandbox_charges (ref),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    fee_minor BIGINT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('opened', 'won', 'lost')),
    at BIGINT NOT NULL
);
CREATE INDEX sandbox_chargebacks_charge ON sandbox_chargebacks (charge_ref, at, ref);

-- What clients asked for, by their keys: the same one again is done already, another one under the key is refused.
CREATE TABLE sandbox_commands (
    key TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- What moves money, as the settlement files say it.
CREATE TABLE sandbox_lines (
    id TEXT PRIMARY KEY,
    batch TEXT NOT NULL,                 -- SBX-2026-11-20: the day that it is settled with
    type TEXT NOT NULL CHECK (type IN ('capture', 'refund', 'chargeback', 'adjustment')),
    charge_ref TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    gross_minor BIGINT NOT NULL,
    fee_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX sandbox_lines_batch ON sandbox_lines (batch, at, id);

CREATE TABLE sandbox_events (
    id TEXT PRIMARY KEY,
    charge_ref TEXT NOT NULL REFERENCES sandbox_charges (ref),
    type TEXT NOT NULL,
    body TEXT NOT NULL,                  -- JSON, as it is sent
    deliveries BIGINT NOT NULL,          -- that the receiver took
    at BIGINT NOT NULL
);
CREATE INDEX sandbox_events_charge ON sandbox_events (charge_ref, at, id);

-- +goose Down
DROP TABLE sandbox_events;
DROP TABLE sandbox_lines;
DROP TABLE sandbox_commands;
DROP TABLE sandbox_chargebacks;
DROP TABLE sandbox_refunds;
DROP TABLE sandbox_charges;
