-- +goose Up
-- The pictures that providers show of their work. The pixels are blobs; these are their names.
CREATE TABLE gallery_photos (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL REFERENCES providers (id),
    small_sha256 TEXT NOT NULL,
    large_sha256 TEXT NOT NULL,
    width BIGINT NOT NULL CHECK (width > 0),     -- of the large one, in pixels
    height BIGINT NOT NULL CHECK (height > 0),
    caption TEXT NOT NULL,
    position BIGINT NOT NULL,                    -- ascending; photos may share one for a moment, their ids decide then
    created_at BIGINT NOT NULL
);
CREATE INDEX gallery_photos_provider ON gallery_photos (provider_id, position, id);

-- +goose Down
DROP TABLE gallery_photos;
