-- +goose Up
-- What an operator has paused, or paused and let go on again. A feature without a row is on.
CREATE TABLE feature_switches (
    name TEXT PRIMARY KEY,
    enabled BOOLEAN NOT NULL,
    changed_by TEXT NOT NULL REFERENCES accounts (id),
    changed_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE feature_switches;
