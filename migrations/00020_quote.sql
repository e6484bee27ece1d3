-- +goose Up
-- What customers want done and have no price for.
CREATE TABLE quote_jobs (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES accounts (id),
    customer_name TEXT NOT NULL,                 -- as it was called then; empty once the person is erased
    category_id TEXT NOT NULL REFERENCES categories (id),
    city_id TEXT NOT NULL REFERENCES cities (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    address TEXT,                                -- only for the provider whose offer is accepted
    place TEXT NOT NULL CHECK (place IN ('customer', 'provider', 'remote')),
    urgency TEXT NOT NULL CHECK (urgency IN ('today', 'week', 'month', 'flexible')),
    budget_min BIGINT CHECK (budget_min >= 0),   -- minor units; NULL where nothing was said
    budget_max BIGINT CHECK (budget_max >= 0),
    currency TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'taken', 'withdrawn', 'expired')),
    offers BIGINT NOT NULL CHECK (offers >= 0),  -- how many providers have answered
    booking_id TEXT REFERENCES bookings (id),    -- what it became
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK ((status = 'taken') = (booking_id IS NOT NULL))
);
CREATE INDEX quote_jobs_customer ON quote_jobs (customer_id, created_at, id);
CREATE INDEX quote_jobs_open ON quote_jobs (city_id, created_at, id) WHERE status = 'open';
CREATE INDEX quote_jobs_expiry ON quote_jobs (expires_at) WHERE status = 'open';

-- What providers answer: one offer each.
CREATE TABLE quote_offers (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES quote_jobs (id),
    provider_id TEXT NOT NULL REFERENCES providers (id),
    provider_account_id TEXT NOT NULL REFERENCES accounts (id),
    provider_name TEXT NOT NULL,
    service_id TEXT NOT NULL REFERENCES services (id),
    status TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'declined', 'closed')),
    declined_by TEXT CHECK (declined_by IN ('customer', 'provider')),
    proposed_by TEXT NOT NULL CHECK (proposed_by IN ('customer', 'provider')),  -- who spoke last
    duration_minutes BIGINT NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
    proposals TEXT NOT NULL,                     -- JSON: every price and time that was proposed, the oldest first
    valid_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (job_id, provider_id)
);
CREATE INDEX quote_offers_provider ON quote_offers (provider_id, created_at, id);
CREATE INDEX quote_offers_account ON quote_offers (provider_account_id);
-- The last line of defence of the rule that a job is done once.
CREATE UNIQUE INDEX quote_offers_accepted ON quote_offers (job_id) WHERE status = 'accepted';

-- Pictures of what is to be done. They are sent before the job is posted, so that a form that is refused does not lose them.
CREATE TABLE quote_photos (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    job_id TEXT REFERENCES quote_jobs (id),      -- NULL until the job is posted
    small_sha256 TEXT NOT NULL,
    large_sha256 TEXT NOT NULL,
    width BIGINT NOT NULL CHECK (width > 0),
    height BIGINT NOT NULL CHECK (height > 0),
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX quote_photos_job ON quote_photos (job_id, position, id);
CREATE INDEX quote_photos_account ON quote_photos (account_id, job_id);
CREATE INDEX quote_photos_loose ON quote_photos (created_at) WHERE job_id IS NULL;

-- +goose Down
DROP TABLE quote_photos;
DROP TABLE quote_offers;
DROP TABLE quote_jobs;
