-- +goose Up
-- The providers that people want to find again.
CREATE TABLE favourites (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    provider_id TEXT NOT NULL REFERENCES providers (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, provider_id)
);
CREATE INDEX favourites_newest ON favourites (account_id, created_at, provider_id);

-- +goose Down
DROP TABLE favourites;
