-- +goose Up
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,          -- folded: lower case, no space around, the domain in ASCII
    password_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('customer', 'provider', 'moderator', 'finance', 'reviewer', 'admin')),
    language TEXT NOT NULL,
    email_verified_at BIGINT,
    created_at BIGINT NOT NULL
);

-- A session is one family of refresh tokens: signing in starts it, a reused token or signing out ends it.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    revoked_reason TEXT
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Used ones are kept as long as their session: that is how a reused one is known.
CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    issued_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    private_key TEXT NOT NULL,           -- the Ed25519 seed in base64
    created_at BIGINT NOT NULL
);

-- Tokens that are sent by mail and work once.
CREATE TABLE mailed_tokens (
    hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX mailed_tokens_account ON mailed_tokens (account_id, purpose, created_at);
CREATE INDEX mailed_tokens_expiry ON mailed_tokens (expires_at);

CREATE TABLE access_tokens (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX access_tokens_account ON access_tokens (account_id);

-- Failed sign-ins by e-mail address, whether or not anybody has it.
CREATE TABLE sign_in_failures (
    email TEXT PRIMARY KEY,
    failed_at TEXT NOT NULL,             -- the latest few, as a JSON array of microseconds
    last_failed_at BIGINT NOT NULL,
    lockouts BIGINT NOT NULL,
    locked_until BIGINT
);
CREATE INDEX sign_in_failures_age ON sign_in_failures (last_failed_at);

-- +goose Down
DROP TABLE sign_in_failures;
DROP TABLE access_tokens;
DROP TABLE mailed_tokens;
DROP TABLE signing_keys;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE accounts;
