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
) WITHOUT ROWID;
CREATE INDEX ledger_transactions_at ON ledger_transactions (at, id);
CREATE INDEX ledger_transactions_type ON ledger_transactions (type, at, id);
CREATE INDEX ledger_transactions_subject ON ledger_transactions (subject, at, id) WHERE subject <> '';
CREATE INDEX ledger_transactions_reference ON ledger_transactions (reference, at, id) WHERE reference <> '';

-- A debit is positive, a credit negative. at is the transaction's.
CREATE TABLE ledger_postings (
    transaction_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    of_lines INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('bank', 'processor_clearing', 'suspense', 'payout_clearing', 'chargebacks', 'funds_held', 'refunds',
        'provider_payable', 'vat', 'commission', 'processor_fees', 'write_offs')),
    owner TEXT NOT NULL CHECK ((kind = 'provider_payable') = (owner <> '')),
    currency TEXT NOT NULL CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    minor BIGINT NOT NULL CHECK (typeof(minor) = 'integer' AND minor <> 0 AND minor BETWEEN -10000000000000 AND 10000000000000),
    at BIGINT NOT NULL,
    PRIMARY KEY (transaction_id, line),
    CHECK (typeof(line) = 'integer' AND line BETWEEN 1 AND of_lines),
    CONSTRAINT ledger_postings_whole FOREIGN KEY (transaction_id, of_lines) REFERENCES ledger_transactions (id, lines) DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID;
CREATE INDEX ledger_postings_kind ON ledger_postings (kind, at, transaction_id, line, currency, owner, minor);
CREATE INDEX ledger_postings_owner ON ledger_postings (owner, at, transaction_id, line, kind, currency, minor) WHERE owner <> '';

-- The chain: each hash covers the one before.
CREATE TABLE ledger_seals (
    seq INTEGER PRIMARY KEY,
    transaction_id TEXT NOT NULL UNIQUE CONSTRAINT ledger_seals_transaction REFERENCES ledger_transactions (id) DEFERRABLE INITIALLY DEFERRED,
    hash TEXT NOT NULL
);

-- What waits for its seal, and what the sealed transactions make of each account: both can be computed anew.
CREATE TABLE ledger_unsealed (transaction_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE ledger_balances (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    currency TEXT NOT NULL,
    minor BIGINT NOT NULL,
    PRIMARY KEY (kind, owner, currency)
) WITHOUT ROWID;

-- The postings of what waits, found from the few that wait: a plus sign keeps a column's index out of it.
CREATE VIEW ledger_waiting AS SELECT p.transaction_id, +p.kind AS kind, +p.owner AS owner, p.currency, p.minor
    FROM ledger_unsealed u CROSS JOIN ledger_postings p ON p.transaction_id = u.transaction_id;

-- +goose StatementBegin
CREATE TRIGGER ledger_transactions_insert BEFORE INSERT ON ledger_transactions BEGIN
    SELECT RAISE(ABORT, 'a ledger transaction has its postings, as many as it says, before it and at its time, and they add up to zero in each currency')
        FROM (SELECT count(*) FILTER (WHERE of_lines = NEW.lines AND at = NEW.at) AS fitting, min(currency) AS one, max(currency) AS another, sum(minor) AS sum
            FROM ledger_postings WHERE transaction_id = NEW.id)
        WHERE fitting <> NEW.lines OR CASE WHEN one = another THEN sum <> 0
            ELSE EXISTS (SELECT 1 FROM ledger_postings WHERE transaction_id = NEW.id GROUP BY currency HAVING sum(minor) <> 0) END;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_transactions_reverse BEFORE INSERT ON ledger_transactions WHEN NEW.reverses IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'a ledger transaction is reversed once, and no reversal is')
        WHERE NOT EXISTS (SELECT 1 FROM ledger_transactions WHERE id = NEW.reverses AND reverses IS NULL)
        OR EXISTS (SELECT 1 FROM ledger_transactions WHERE reverses = NEW.reverses);
    SELECT RAISE(ABORT, 'a reversal has the postings of what it reverses, with their signs turned')
        WHERE (SELECT count(*) FROM ledger_postings WHERE transaction_id = NEW.reverses) <> (SELECT count(*) FROM ledger_postings WHERE transaction_id = NEW.id)
        OR EXISTS (SELECT 1 FROM ledger_postings p WHERE p.transaction_id = NEW.reverses AND NOT EXISTS (SELECT 1 FROM ledger_postings r
            WHERE r.transaction_id = NEW.id AND r.line = p.line AND (r.kind, r.owner, r.currency, r.minor) = (p.kind, p.owner, p.currency, -p.minor)));
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_transactions_wait AFTER INSERT ON ledger_transactions
WHEN NOT EXISTS (SELECT 1 FROM ledger_seals WHERE transaction_id = NEW.id)
BEGIN
    INSERT INTO ledger_unsealed (transaction_id) VALUES (NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_transactions_update BEFORE UPDATE ON ledger_transactions BEGIN SELECT RAISE(ABORT, 'ledger_transactions is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_transactions_delete BEFORE DELETE ON ledger_transactions BEGIN SELECT RAISE(ABORT, 'ledger_transactions is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_postings_update BEFORE UPDATE ON ledger_postings BEGIN SELECT RAISE(ABORT, 'ledger_postings is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_postings_delete BEFORE DELETE ON ledger_postings BEGIN SELECT RAISE(ABORT, 'ledger_postings is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_seals_update BEFORE UPDATE ON ledger_seals BEGIN SELECT RAISE(ABORT, 'ledger_seals is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_seals_delete BEFORE DELETE ON ledger_seals BEGIN SELECT RAISE(ABORT, 'ledger_seals is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP VIEW ledger_waiting;
DROP TABLE ledger_balances;
DROP TABLE ledger_unsealed;
DROP TABLE ledger_seals;
DROP TABLE ledger_postings;
DROP TABLE ledger_transactions;
