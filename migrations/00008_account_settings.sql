-- +goose Up
ALTER TABLE accounts ADD COLUMN phone TEXT;                    -- E.164
ALTER TABLE accounts ADD COLUMN terms_accepted_at BIGINT;
ALTER TABLE accounts ADD COLUMN standing TEXT NOT NULL DEFAULT 'good' CHECK (standing IN ('good', 'suspended', 'banned'));
ALTER TABLE accounts ADD COLUMN standing_until BIGINT;         -- only while it is suspended
ALTER TABLE accounts ADD COLUMN standing_reason TEXT;
ALTER TABLE accounts ADD COLUMN erased_at BIGINT;              -- the person is gone; the row stays for what refers to it
ALTER TABLE accounts ADD COLUMN search TEXT NOT NULL DEFAULT '';  -- name and address, folded, for operators who look for somebody
UPDATE accounts SET search = lower(name || ' ' || email);
CREATE INDEX accounts_role ON accounts (role, id);
CREATE INDEX accounts_standing ON accounts (standing, id);
-- All that a search by words looks at, so that it need not read the accounts themselves.
CREATE INDEX accounts_search ON accounts (id, search, role, standing) WHERE erased_at IS NULL;
CREATE INDEX accounts_due ON accounts (standing_until) WHERE standing_until IS NOT NULL;

CREATE TABLE sanctions (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL CHECK (kind IN ('warning', 'suspension', 'ban')),
    reason TEXT NOT NULL,
    by_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    until_at BIGINT,                     -- of a suspension
    lifted_at BIGINT,
    lifted_by TEXT REFERENCES accounts (id)  -- NULL: it ended by itself
);
CREATE INDEX sanctions_account ON sanctions (account_id, id);

CREATE TABLE addresses (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    label TEXT NOT NULL,
    address TEXT NOT NULL,
    city_id TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX addresses_account ON addresses (account_id, created_at);

-- Links that make another address an account's, mailed to that address.
CREATE TABLE email_changes (
    hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX email_changes_account ON email_changes (account_id, created_at);
CREATE INDEX email_changes_expiry ON email_changes (expires_at);

CREATE TABLE second_factors (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    secret TEXT NOT NULL,                -- in clear: codes cannot be checked without it
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,                 -- NULL: still being set up
    last_step BIGINT NOT NULL            -- the 30 seconds whose code was used last: no code works twice
);

CREATE TABLE recovery_codes (
    hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    used_at BIGINT
);
CREATE INDEX recovery_codes_account ON recovery_codes (account_id);

CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    credential_id TEXT NOT NULL UNIQUE,  -- as the authenticator calls it, in base64
    credential TEXT NOT NULL,            -- JSON: the public key and what it was registered with
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX passkeys_account ON passkeys (account_id, created_at);

-- What somebody has begun and must finish within minutes: signing in with a second factor, or anything with a passkey.
CREATE TABLE challenges (
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('second_factor', 'passkey_add', 'passkey_sign_in')),
    account_id TEXT REFERENCES accounts (id),
    data TEXT NOT NULL,
    tries BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX challenges_expiry ON challenges (expires_at);
CREATE INDEX challenges_account ON challenges (account_id);

-- +goose Down
DROP TABLE challenges;
DROP TABLE passkeys;
DROP TABLE recovery_codes;
DROP TABLE second_factors;
DROP TABLE email_changes;
DROP TABLE addresses;
DROP TABLE sanctions;
DROP INDEX accounts_due;
DROP INDEX accounts_search;
DROP INDEX accounts_standing;
DROP INDEX accounts_role;
ALTER TABLE accounts DROP COLUMN search;
ALTER TABLE accounts DROP COLUMN erased_at;
ALTER TABLE accounts DROP COLUMN standing_reason;
ALTER TABLE accounts DROP COLUMN standing_until;
ALTER TABLE accounts DROP COLUMN standing;
ALTER TABLE accounts DROP COLUMN terms_accepted_at;
ALTER TABLE accounts DROP COLUMN phone;
