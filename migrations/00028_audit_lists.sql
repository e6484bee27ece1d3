-- +goose Up
-- For reading the log, the latest first: all of it, what somebody did, and what of one kind was done.
CREATE INDEX audit_entries_at ON audit_entries (at, id);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, at, id);
CREATE INDEX audit_entries_action ON audit_entries (action, at, id);

-- +goose Down
DROP INDEX audit_entries_action;
DROP INDEX audit_entries_actor;
DROP INDEX audit_entries_at;
