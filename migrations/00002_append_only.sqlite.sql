-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER audit_entries_update BEFORE UPDATE ON audit_entries
WHEN OLD.seq IS NOT NULL OR (NEW.id, NEW.at, NEW.actor_id, NEW.action, NEW.subject_kind, NEW.subject_id, NEW.data)
    IS NOT (OLD.id, OLD.at, OLD.actor_id, OLD.action, OLD.subject_kind, OLD.subject_id, OLD.data)
BEGIN
    SELECT RAISE(ABORT, 'audit_entries is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER audit_entries_delete;
DROP TRIGGER audit_entries_update;
