-- +goose Up
-- How often pages were looked at, by day of the market's zone. A row without a provider counts all visits of a page; those with one
-- are part of it.
CREATE TABLE daily_visits (
    provider_id TEXT NOT NULL,           -- '' for all
    day BIGINT NOT NULL,                 -- since 1970-01-01
    page TEXT NOT NULL,
    visits BIGINT NOT NULL,
    PRIMARY KEY (provider_id, day, page)
);

-- +goose Down
DROP TABLE daily_visits;
