-- +goose Up
-- A decision stays as it is, but for the words of a person who had themselves erased.
-- +goose StatementBegin
CREATE TRIGGER recon_decisions_update BEFORE UPDATE ON recon_decisions
WHEN NEW.note <> '' OR (NEW.project_id, NEW.seq, NEW.id, NEW.action, NEW.account_id, NEW.decided_at, NEW.reason, NEW.assignee, NEW.items)
    IS NOT (OLD.project_id, OLD.seq, OLD.id, OLD.action, OLD.account_id, OLD.decided_at, OLD.reason, OLD.assignee, OLD.items)
BEGIN
    SELECT RAISE(ABORT, 'recon_decisions is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER recon_decisions_delete BEFORE DELETE ON recon_decisions BEGIN SELECT RAISE(ABORT, 'recon_decisions is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER recon_decision_items_update BEFORE UPDATE ON recon_decision_items BEGIN SELECT RAISE(ABORT, 'recon_decision_items is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER recon_decision_items_delete BEFORE DELETE ON recon_decision_items BEGIN SELECT RAISE(ABORT, 'recon_decision_items is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER recon_decision_items_delete;
DROP TRIGGER recon_decision_items_update;
DROP TRIGGER recon_decisions_delete;
DROP TRIGGER recon_decisions_update;
