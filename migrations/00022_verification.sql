-- +goose Up
-- What providers show to be verified. A provider has one submission, which goes round: none, submitted, approved or rejected, submitted…
CREATE TABLE verifications (
    provider_id TEXT PRIMARY KEY REFERENCES providers (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    provider_name TEXT NOT NULL,         -- as it was when the documents were sent
    status TEXT NOT NULL CHECK (status IN ('none', 'submitted', 'approved', 'rejected')),
    reason TEXT,                         -- why it was rejected
    submitted_at BIGINT,
    decided_at BIGINT,
    decided_by TEXT REFERENCES accounts (id),
    updated_at BIGINT NOT NULL
);
CREATE INDEX verifications_waiting ON verifications (submitted_at, provider_id) WHERE status = 'submitted';

CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL REFERENCES verifications (provider_id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,                  -- what the file was called
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,                -- of the blob
    uploaded_at BIGINT NOT NULL,
    UNIQUE (provider_id, kind)
);

-- +goose Down
DROP TABLE documents;
DROP TABLE verifications;
