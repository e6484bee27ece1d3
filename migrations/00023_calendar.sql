-- +goose Up
-- The secret address of a provider's bookings for other calendars: only a hash of the secret is kept.
CREATE TABLE calendar_feeds (
    provider_id TEXT PRIMARY KEY REFERENCES providers (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Addresses of other calendars of a provider, whose events make them busy here.
CREATE TABLE calendar_sources (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL REFERENCES providers (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    failure TEXT,                        -- the key of what went wrong the last time; NULL: nothing
    warning TEXT,                        -- the key of what is not quite as it should be
    busy_count BIGINT NOT NULL,
    tried_at BIGINT,
    succeeded_at BIGINT,
    next_at BIGINT NOT NULL,             -- when it is fetched again
    created_at BIGINT NOT NULL,
    UNIQUE (provider_id, url)
);
CREATE INDEX calendar_sources_next ON calendar_sources (next_at);

CREATE TABLE calendar_busy (
    source_id TEXT NOT NULL REFERENCES calendar_sources (id),
    provider_id TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    CHECK (start_at < end_at)
);
CREATE INDEX calendar_busy_provider ON calendar_busy (provider_id, end_at, start_at);
CREATE INDEX calendar_busy_source ON calendar_busy (source_id);

-- +goose Down
DROP TABLE calendar_busy;
DROP TABLE calendar_sources;
DROP TABLE calendar_feeds;
