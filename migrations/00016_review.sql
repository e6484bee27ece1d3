-- +goose Up
-- One review a side of a booking. It is blind until public_at: seven days after the completion, or as soon as both are in.
CREATE TABLE reviews (
    id TEXT PRIMARY KEY,
    booking_id TEXT NOT NULL REFERENCES bookings (id),
    side TEXT NOT NULL CHECK (side IN ('customer', 'provider')),  -- who wrote it; about the other one
    author_id TEXT NOT NULL REFERENCES accounts (id),
    subject_id TEXT NOT NULL REFERENCES accounts (id),
    provider_id TEXT NOT NULL REFERENCES providers (id),
    customer_name TEXT NOT NULL,         -- names as they were; empty once the person is erased
    provider_name TEXT NOT NULL,
    service TEXT NOT NULL,               -- JSON: the title in its languages
    stars BIGINT NOT NULL CHECK (stars BETWEEN 1 AND 5),
    words TEXT NOT NULL,
    public_at BIGINT NOT NULL,
    counted BOOLEAN NOT NULL,            -- its publication has been told and stands in review_counts and in the provider's rating
    reply TEXT,
    replied_at BIGINT,
    reported_at BIGINT,                  -- the oldest report that waits for an operator
    removed_at BIGINT,
    removed_reason TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (booking_id, side),
    CHECK ((reply IS NULL) = (replied_at IS NULL))
);
CREATE INDEX reviews_provider ON reviews (provider_id, public_at, id) WHERE side = 'customer' AND removed_at IS NULL;
CREATE INDEX reviews_provider_stars ON reviews (provider_id, stars, public_at, id) WHERE side = 'customer' AND removed_at IS NULL;
CREATE INDEX reviews_unanswered ON reviews (provider_id, public_at, id) WHERE side = 'customer' AND removed_at IS NULL AND replied_at IS NULL;
CREATE INDEX reviews_uncounted ON reviews (provider_id, public_at) WHERE NOT counted;
CREATE INDEX reviews_due ON reviews (public_at) WHERE NOT counted;
CREATE INDEX reviews_author ON reviews (author_id, created_at, id);
CREATE INDEX reviews_subject ON reviews (subject_id, side, public_at, id);
CREATE INDEX reviews_reported ON reviews (reported_at, id) WHERE reported_at IS NOT NULL;

-- How many published reviews of customers a provider has, by stars, so that no page has to count them.
CREATE TABLE review_counts (
    provider_id TEXT PRIMARY KEY REFERENCES providers (id),
    one BIGINT NOT NULL,
    two BIGINT NOT NULL,
    three BIGINT NOT NULL,
    four BIGINT NOT NULL,
    five BIGINT NOT NULL
);

CREATE TABLE review_reports (
    id TEXT PRIMARY KEY,
    review_id TEXT NOT NULL REFERENCES reviews (id),
    reporter_id TEXT NOT NULL REFERENCES accounts (id),
    reason TEXT NOT NULL CHECK (reason IN ('spam', 'insult', 'false', 'private', 'other')),
    words TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,                    -- when an operator kept or removed the review
    UNIQUE (review_id, reporter_id)
);
CREATE INDEX review_reports_reporter ON review_reports (reporter_id);

-- +goose Down
DROP TABLE review_reports;
DROP TABLE review_counts;
DROP TABLE reviews;
