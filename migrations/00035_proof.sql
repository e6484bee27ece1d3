-- +goose Up
-- 378 keeps projects for the house itself: a project's key, and how far a version has read the house's own records.
ALTER TABLE recon_projects ADD COLUMN built_in TEXT;
CREATE UNIQUE INDEX recon_projects_built_in ON recon_projects (built_in) WHERE built_in IS NOT NULL;
ALTER TABLE recon_versions ADD COLUMN mark TEXT NOT NULL DEFAULT '';

-- What came from outside: settlement files of processors and statements of the bank. The files themselves are blobs.
CREATE TABLE proof_files (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('settlement', 'statement')),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    reference TEXT NOT NULL,             -- the batch, or the statement's number
    account TEXT NOT NULL,               -- IBAN of a statement
    from_day TEXT NOT NULL,              -- "2026-11-20"
    to_day TEXT NOT NULL,
    line_count BIGINT NOT NULL,
    currency TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    opening_minor BIGINT NOT NULL,       -- of a statement
    closing_minor BIGINT NOT NULL,
    taken_at BIGINT NOT NULL,
    taken_by TEXT,                       -- account; NULL: the house
    UNIQUE (kind, sha256)
);
CREATE UNIQUE INDEX proof_files_batch ON proof_files (reference) WHERE kind = 'settlement';
CREATE INDEX proof_files_list ON proof_files (kind, taken_at, id);
CREATE INDEX proof_files_account ON proof_files (account, to_day) WHERE kind = 'statement';

-- seq is the order in which lines were taken in: the reconciliation reads on from where it was.
CREATE TABLE proof_settlement_lines (
    seq BIGINT PRIMARY KEY,
    file_id TEXT NOT NULL REFERENCES proof_files (id),
    id TEXT NOT NULL UNIQUE,             -- as the reconciliation knows it: batch and place
    line_id TEXT NOT NULL,               -- the processor's
    processor TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('capture', 'refund', 'chargeback', 'adjustment', 'payout')),
    ref TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    batch TEXT NOT NULL,
    currency TEXT NOT NULL,
    gross_minor BIGINT NOT NULL,
    fee_minor BIGINT NOT NULL,
    net_minor BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX proof_settlement_lines_payment ON proof_settlement_lines (payment_id, type);

CREATE TABLE proof_bank_lines (
    seq BIGINT PRIMARY KEY,
    file_id TEXT NOT NULL REFERENCES proof_files (id),
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    booked_on TEXT NOT NULL,             -- "2026-11-20"
    currency TEXT NOT NULL,
    minor BIGINT NOT NULL,
    reference TEXT NOT NULL,
    text TEXT NOT NULL,
    return_code TEXT NOT NULL
);

-- What the last run of the proof found, as the dashboard shows it.
CREATE TABLE proof_findings (
    project_id TEXT PRIMARY KEY REFERENCES recon_projects (id),
    run_id TEXT NOT NULL,
    seq BIGINT NOT NULL,                 -- the last decision counted in
    day TEXT NOT NULL,                   -- on which it was counted: waiting depends on it
    found_at BIGINT NOT NULL,
    findings TEXT NOT NULL               -- JSON
);

-- +goose Down
DROP TABLE proof_findings;
DROP TABLE proof_bank_lines;
DROP TABLE proof_settlement_lines;
DROP TABLE proof_files;
ALTER TABLE recon_versions DROP COLUMN mark;
DROP INDEX recon_projects_built_in;
ALTER TABLE recon_projects DROP COLUMN built_in;
