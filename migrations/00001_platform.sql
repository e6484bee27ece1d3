-- +goose Up
-- The audit log: what happened, written with the change itself and never changed again …
CREATE TABLE audit_entries (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id TEXT,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX audit_entries_subject ON audit_entries (subject_id, at);

-- … and its chain: each seal's hash covers its entry and the seal before.
CREATE TABLE audit_seals (
    seq BIGINT PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE REFERENCES audit_entries (id),
    hash TEXT NOT NULL
);

CREATE TABLE idempotency_keys (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    result TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- +goose Down
DROP TABLE idempotency_keys;
DROP TABLE audit_seals;
DROP TABLE audit_entries;
