-- +goose Up
-- Two bookings that hold a provider's time never overlap, buffers included; ranges are half-open, so adjacent ones may stand.
ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap
    EXCLUDE USING gist (provider_id WITH =, int8range(block_start, block_end) WITH &&)
    WHERE (status IN ('accepted', 'in_progress', 'completed'));

-- +goose Down
ALTER TABLE bookings DROP CONSTRAINT bookings_no_overlap;
