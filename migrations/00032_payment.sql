-- +goose Up
-- The money of a booking. Customers' and providers' names, and what it is for, are the booking's.
CREATE TABLE payments (
    id TEXT PRIMARY KEY,
    booking_id TEXT NOT NULL REFERENCES bookings (id),
    replaced BOOLEAN NOT NULL DEFAULT FALSE,  -- another payment of the booking has taken its place
    customer_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method = 'card' OR method = 'deposit' OR method = 'cash'),
    status TEXT NOT NULL CHECK (status = 'awaiting' OR status = 'authorised' OR status = 'capturing' OR status = 'captured' OR status = 'releasing'
        OR status = 'released' OR status = 'cash_due' OR status = 'cash_paid'),
    currency TEXT NOT NULL,
    price_minor BIGINT NOT NULL CHECK (price_minor > 0),
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),      -- by card
    commission_minor BIGINT NOT NULL CHECK (commission_minor >= 0),
    processor TEXT NOT NULL,                  -- empty for cash
    ref TEXT,                                 -- the processor's name of the charge
    charge TEXT,                              -- how far the charge is there
    decline TEXT,                             -- why the last try was refused, and when
    decline_at BIGINT,
    url TEXT,                                 -- where the customer pays
    language TEXT,                            -- in which they pay
    begun_at BIGINT,                          -- when they first went to pay
    ended_at BIGINT,                          -- when the booking came to its end
    done BOOLEAN NOT NULL DEFAULT FALSE,      -- the job was done
    keep_minor BIGINT NOT NULL DEFAULT 0,     -- what of it is not the customer's any more, once the booking has ended
    wanted_minor BIGINT NOT NULL DEFAULT 0,   -- to be captured then
    captured_minor BIGINT NOT NULL DEFAULT 0,
    fee_minor BIGINT NOT NULL DEFAULT 0,
    fee_known BOOLEAN NOT NULL DEFAULT FALSE, -- with it the capture is in the ledger
    earned_minor BIGINT NOT NULL DEFAULT 0,   -- in the ledger
    refunded_minor BIGINT NOT NULL DEFAULT 0,
    charged_back_minor BIGINT NOT NULL DEFAULT 0,
    held_back_minor BIGINT NOT NULL DEFAULT 0,    -- of refunds and lost chargebacks: what nobody had earned
    earned_back_minor BIGINT NOT NULL DEFAULT 0,  -- and what had been earned
    pay_by BIGINT,
    ask_at BIGINT,                            -- when the processor is asked next; NULL: nothing is under way
    tries BIGINT NOT NULL DEFAULT 0,          -- how often it was asked
    captured_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX payments_booking ON payments (booking_id) WHERE NOT replaced;
CREATE UNIQUE INDEX payments_ref ON payments (ref, processor) WHERE ref IS NOT NULL;
CREATE INDEX payments_unpaid ON payments (pay_by) WHERE status = 'awaiting' AND pay_by IS NOT NULL;
CREATE INDEX payments_asking ON payments (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX payments_list ON payments (created_at, id);

CREATE TABLE payment_refunds (
    id TEXT NOT NULL,                         -- ours, which the processor gets as its key; the processor's where it was made there
    payment_id TEXT NOT NULL REFERENCES payments (id),
    ref TEXT,                                 -- the processor's
    minor BIGINT NOT NULL CHECK (minor > 0),
    status TEXT NOT NULL CHECK (status IN ('wanted', 'sent', 'failed')),
    posted BIGINT NOT NULL,                   -- what of it is in the ledger: 1 the decision, 2 the payment, 3 its failure
    decided_at BIGINT NOT NULL,
    sent_at BIGINT,
    PRIMARY KEY (payment_id, id)
);

CREATE TABLE payment_chargebacks (
    ref TEXT NOT NULL,                        -- the processor's
    payment_id TEXT NOT NULL REFERENCES payments (id),
    minor BIGINT NOT NULL CHECK (minor > 0),
    fee_minor BIGINT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('opened', 'won', 'lost')),
    posted BIGINT NOT NULL,                   -- what of it is in the ledger: 1 its opening, 2 its end
    at BIGINT NOT NULL,
    PRIMARY KEY (payment_id, ref)
);

-- What providers allow. Who is not in it allows cash.
CREATE TABLE payment_terms (
    provider_id TEXT PRIMARY KEY,
    cash BOOLEAN NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What processors sent, as it came. Nothing is forgotten and nothing taken twice.
CREATE TABLE payment_webhooks (
    id TEXT PRIMARY KEY,
    processor TEXT NOT NULL,
    event_id TEXT NOT NULL,                   -- the processor's
    type TEXT NOT NULL,                       -- the processor's word
    payment_id TEXT NOT NULL,                 -- as the processor has it; may be empty
    ref TEXT NOT NULL,                        -- of the charge; may be empty
    status TEXT NOT NULL CHECK (status IN ('received', 'processed', 'ignored', 'unknown', 'failed')),
    problem TEXT,                             -- why it failed
    tries BIGINT NOT NULL,
    event TEXT NOT NULL,                      -- JSON: what was read of it
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    processed_at BIGINT,
    UNIQUE (processor, event_id)
);
CREATE INDEX payment_webhooks_new ON payment_webhooks (id) WHERE status = 'received';
CREATE INDEX payment_webhooks_list ON payment_webhooks (received_at, id);
CREATE INDEX payment_webhooks_payment ON payment_webhooks (payment_id, received_at) WHERE payment_id <> '';

-- +goose Down
DROP TABLE payment_webhooks;
DROP TABLE payment_terms;
DROP TABLE payment_chargebacks;
DROP TABLE payment_refunds;
DROP TABLE payments;
