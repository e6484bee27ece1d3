-- +goose Up
-- Providers and people are known by their ids alone: what was paid to whom outlives both.
CREATE TABLE payout_accounts (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL,
    account_id TEXT NOT NULL,            -- who gave it: the provider's own account
    holder TEXT NOT NULL,                -- empty once the person is erased, as is the IBAN
    iban TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    replaced_at BIGINT                   -- NULL: the one that is paid to
);
CREATE UNIQUE INDEX payout_accounts_present ON payout_accounts (provider_id) WHERE replaced_at IS NULL;
CREATE INDEX payout_accounts_owner ON payout_accounts (account_id, created_at);

CREATE TABLE payout_batches (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    through BIGINT NOT NULL,             -- what was posted before then is paid
    payout_count BIGINT NOT NULL CHECK (payout_count >= 0),
    total_minor BIGINT NOT NULL CHECK (total_minor >= 0),
    currency TEXT NOT NULL,
    prepared_at BIGINT NOT NULL,
    prepared_by TEXT,                    -- NULL: the house, each week
    sent_at BIGINT,
    sent_by TEXT CHECK (sent_by <> prepared_by),
    file_sha256 TEXT,
    CHECK ((sent_at IS NULL) = (sent_by IS NULL))
);
CREATE INDEX payout_batches_time ON payout_batches (prepared_at, id);

CREATE TABLE payouts (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL REFERENCES payout_batches (id),
    provider_id TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    bank_account_id TEXT NOT NULL REFERENCES payout_accounts (id),
    holder TEXT NOT NULL,                -- as it was when the payout was prepared
    iban TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    end_to_end_id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('prepared', 'sent', 'paid', 'returned', 'dropped')),
    prepared_at BIGINT NOT NULL,
    sent_at BIGINT,
    settled_at BIGINT,
    UNIQUE (batch_id, provider_id),
    CHECK ((status IN ('prepared', 'dropped')) = (sent_at IS NULL)),
    CHECK ((status IN ('paid', 'returned', 'dropped')) = (settled_at IS NOT NULL))
);
CREATE INDEX payouts_provider ON payouts (provider_id, prepared_at, id);
CREATE INDEX payouts_time ON payouts (prepared_at, id);
CREATE INDEX payouts_under_way ON payouts (status, provider_id) WHERE status IN ('prepared', 'sent');

-- The weeks that the house has looked at by itself, so that each is looked at once.
CREATE TABLE payout_weeks (
    through BIGINT PRIMARY KEY,
    prepared_at BIGINT NOT NULL
);

-- Invoices for the commission of a month. Numbers have no gaps within a year.
CREATE TABLE payout_invoices (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    month_start BIGINT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    net_minor BIGINT NOT NULL,
    vat_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    lines TEXT NOT NULL,                 -- JSON
    issued_at BIGINT NOT NULL,
    UNIQUE (provider_id, month_start),
    UNIQUE (year, number)
);
CREATE TABLE payout_invoice_years (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- +goose Down
DROP TABLE payout_invoice_years;
DROP TABLE payout_invoices;
DROP TABLE payout_weeks;
DROP TABLE payouts;
DROP TABLE payout_batches;
DROP TABLE payout_accounts;
