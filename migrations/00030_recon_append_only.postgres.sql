-- +goose Up
-- A decision stays as it is, but for the words of a person who had themselves erased.
CREATE TRIGGER recon_decisions_update BEFORE UPDATE ON recon_decisions FOR EACH ROW
    WHEN (NEW.note <> '' OR (NEW.project_id, NEW.seq, NEW.id, NEW.action, NEW.account_id, NEW.decided_at, NEW.reason, NEW.assignee, NEW.items)
        IS DISTINCT FROM (OLD.project_id, OLD.seq, OLD.id, OLD.action, OLD.account_id, OLD.decided_at, OLD.reason, OLD.assignee, OLD.items))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recon_decisions_delete BEFORE DELETE OR TRUNCATE ON recon_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recon_decision_items_change BEFORE UPDATE OR DELETE OR TRUNCATE ON recon_decision_items FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TRIGGER recon_decision_items_change ON recon_decision_items;
DROP TRIGGER recon_decisions_delete ON recon_decisions;
DROP TRIGGER recon_decisions_update ON recon_decisions;
