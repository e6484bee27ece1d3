-- +goose Up
-- Two bookings that hold a provider's time never overlap, buffers included; ranges are half-open, so adjacent ones may stand.
-- No block is longer than two days, so only bookings that start within two days of the new block can touch it: the bounds on
-- start_at say nothing new, they let the index bookings_holding find those.
-- +goose StatementBegin
CREATE TRIGGER bookings_no_overlap_insert BEFORE INSERT ON bookings
WHEN NEW.status = 'accepted' OR NEW.status = 'in_progress' OR NEW.status = 'completed'
BEGIN
    SELECT RAISE(ABORT, 'bookings overlap') WHERE EXISTS (
        SELECT 1 FROM bookings
        WHERE provider_id = NEW.provider_id AND status IN ('accepted', 'in_progress', 'completed')
          AND block_end > NEW.block_start AND block_start < NEW.block_end
          AND start_at > NEW.block_start - 172800000000 AND start_at < NEW.block_end + 172800000000);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER bookings_no_overlap_update BEFORE UPDATE OF provider_id, status, block_start, block_end ON bookings
WHEN NEW.status = 'accepted' OR NEW.status = 'in_progress' OR NEW.status = 'completed'
BEGIN
    SELECT RAISE(ABORT, 'bookings overlap') WHERE EXISTS (
        SELECT 1 FROM bookings
        WHERE provider_id = NEW.provider_id AND id <> NEW.id AND status IN ('accepted', 'in_progress', 'completed')
          AND block_end > NEW.block_start AND block_start < NEW.block_end
          AND start_at > NEW.block_start - 172800000000 AND start_at < NEW.block_end + 172800000000);
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER bookings_no_overlap_update;
DROP TRIGGER bookings_no_overlap_insert;
