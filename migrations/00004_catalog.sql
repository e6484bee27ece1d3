-- +goose Up
-- Names and texts in several languages are JSON: {"fr": …, "ar": …, "en": …}.
CREATE TABLE cities (
    id TEXT PRIMARY KEY,                 -- a readable slug
    name TEXT NOT NULL,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    position BIGINT NOT NULL
);

CREATE TABLE categories (
    id TEXT PRIMARY KEY,                 -- a readable slug
    parent_id TEXT REFERENCES categories (id),
    name TEXT NOT NULL,
    position BIGINT NOT NULL
);

CREATE TABLE providers (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id),
    name TEXT NOT NULL,
    city_id TEXT REFERENCES cities (id),
    latitude DOUBLE PRECISION NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude DOUBLE PRECISION NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    bio TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'active', 'suspended', 'banned')),
    verified BOOLEAN NOT NULL,
    policy TEXT NOT NULL CHECK (policy IN ('flexible', 'moderate', 'strict')),
    availability TEXT NOT NULL,
    rating_sum BIGINT NOT NULL CHECK (rating_sum BETWEEN rating_count AND 5 * rating_count),
    rating_count BIGINT NOT NULL CHECK (rating_count >= 0),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,          -- of the provider or any of their services: other nodes look for newer ones
    CHECK (status <> 'active' OR city_id IS NOT NULL)
);
CREATE INDEX providers_updated ON providers (updated_at);

CREATE TABLE services (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL REFERENCES providers (id),
    category_id TEXT NOT NULL REFERENCES categories (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    pricing TEXT NOT NULL CHECK (pricing IN ('fixed', 'hourly', 'quote')),
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    currency TEXT NOT NULL,
    duration_minutes BIGINT NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
    place TEXT NOT NULL CHECK (place IN ('customer', 'provider', 'remote')),
    instant BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    addons TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    removed_at BIGINT                    -- bookings refer to services, so removing one keeps its row
);
CREATE INDEX services_provider ON services (provider_id);

-- +goose Down
DROP TABLE services;
DROP TABLE providers;
DROP TABLE categories;
DROP TABLE cities;
