-- +goose Up
-- The journal. A transaction is its postings first and then itself: when its row comes, its postings have to be there and to add up to zero in
-- each currency; after it, no more come. Nothing is ever changed or removed. What keeps more postings away is
-- of_lines: a transaction has all lines from 1 to its number of lines, each posting says how many they are, and the reference holds both to it.
CREATE TABLE ledger_transactions (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    type TEXT NOT NULL CHECK (type <> ''),
    at BIGINT NOT NULL,
    subject TEXT NOT NULL,
    reference TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    reverses TEXT UNIQUE REFERENCES ledger_transactions (id),
    content TEXT NOT NULL, -- hash of all that was asked for
    lines INTEGER NOT NULL CHECK (lines BETWEEN 2 AND 1000),
    UNIQUE (id, lines)
);
CREATE INDEX ledger_transactions_at ON ledger_transactions (at, id);
CREATE INDEX ledger_transactions_type ON ledger_transactions (type, at, id);
CREATE INDEX ledger_transactions_subject ON ledger_transactions (subject, at, id) WHERE subject <> '';
CREATE INDEX ledger_transactions_reference ON ledger_transactions (reference, at, id) WHERE reference <> '';

-- A debit is positive, a credit negative. at is the transaction's.
CREATE TABLE ledger_postings (
    transaction_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    of_lines INTEGER NOT NULL,
    CHECK (line BETWEEN 1 AND of_lines),
    kind TEXT NOT NULL CHECK (kind IN ('bank', 'processor_clearing', 'suspense', 'payout_clearing', 'chargebacks', 'funds_held', 'refunds',
        'provider_payable', 'vat', 'commission', 'processor_fees', 'write_offs')),
    owner TEXT NOT NULL CHECK ((kind = 'provider_payable') = (owner <> '')),
    currency TEXT NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    minor BIGINT NOT NULL CHECK (minor <> 0 AND minor BETWEEN -10000000000000 AND 10000000000000),
    at BIGINT NOT NULL,
    PRIMARY KEY (transaction_id, line),
    CONSTRAINT ledger_postings_whole FOREIGN KEY (transaction_id, of_lines) REFERENCES ledger_transactions (id, lines) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ledger_postings_kind ON ledger_postings (kind, at, transaction_id, line) INCLUDE (currency, owner, minor);
CREATE INDEX ledger_postings_owner ON ledger_postings (owner, at, transaction_id, line) INCLUDE (kind, currency, minor) WHERE owner <> '';

-- The chain: each hash covers the one before.
CREATE TABLE ledger_seals (
    seq BIGINT PRIMARY KEY,
    transaction_id TEXT NOT NULL UNIQUE CONSTRAINT ledger_seals_transaction REFERENCES ledger_transactions (id) DEFERRABLE INITIALLY DEFERRED,
    hash TEXT NOT NULL
);

-- What waits for its seal, and what the sealed transactions make of each account: both can be computed anew.
CREATE TABLE ledger_unsealed (transaction_id TEXT PRIMARY KEY);
CREATE TABLE ledger_balances (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    currency TEXT NOT NULL,
    minor BIGINT NOT NULL,
    PRIMARY KEY (kind, owner, currency)
);

-- The postings of what waits, found from the few that wait: an array is looked up one by one, where a join would be planned for as many as the
-- table has had, and an expression keeps a column's index out of it.
CREATE VIEW ledger_waiting AS SELECT transaction_id, kind || '' AS kind, owner || '' AS owner, currency, minor FROM ledger_postings
    WHERE transaction_id = ANY (ARRAY(SELECT transaction_id FROM ledger_unsealed));

-- +goose StatementBegin
CREATE FUNCTION ledger_check_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fitting BIGINT;
    one TEXT;
    another TEXT;
    total NUMERIC;
BEGIN
    SELECT count(*) FILTER (WHERE of_lines = NEW.lines AND at = NEW.at), min(currency), max(currency), sum(minor) INTO fitting, one, another, total
        FROM ledger_postings WHERE transaction_id = NEW.id;
    IF fitting <> NEW.lines OR (CASE WHEN one = another THEN total <> 0
        ELSE EXISTS (SELECT 1 FROM ledger_postings WHERE transaction_id = NEW.id GROUP BY currency HAVING sum(minor) <> 0) END)
    THEN
        RAISE EXCEPTION 'a ledger transaction has its postings, as many as it says, before it and at its time, and they add up to zero in each currency'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses IS NOT NULL THEN
        PERFORM 1 FROM ledger_transactions WHERE id = NEW.reverses AND reverses IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a ledger transaction is reversed once, and no reversal is' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM ledger_postings p WHERE p.transaction_id = NEW.reverses AND NOT EXISTS (SELECT 1 FROM ledger_postings r
            WHERE r.transaction_id = NEW.id AND r.line = p.line AND (r.kind, r.owner, r.currency, r.minor) = (p.kind, p.owner, p.currency, -p.minor));
        IF FOUND OR NEW.lines <> (SELECT count(*) FROM ledger_postings WHERE transaction_id = NEW.reverses) THEN
            RAISE EXCEPTION 'a reversal has the postings of what it reverses, with their signs turned' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION ledger_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_unsealed (transaction_id) SELECT NEW.id WHERE NOT EXISTS (SELECT 1 FROM ledger_seals WHERE transaction_id = NEW.id);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER ledger_transactions_insert BEFORE INSERT ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION ledger_check_transaction();
CREATE TRIGGER ledger_transactions_wait AFTER INSERT ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION ledger_wait();
CREATE TRIGGER ledger_transactions_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_postings_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_postings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_seals_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP VIEW ledger_waiting;
DROP TABLE ledger_balances;
DROP TABLE ledger_unsealed;
DROP TABLE ledger_seals;
DROP TABLE ledger_postings;
DROP TABLE ledger_transactions;
DROP FUNCTION ledger_wait();
DROP FUNCTION ledger_check_transaction();
