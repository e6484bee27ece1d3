-- +goose Up
-- The city stands in the booking's details too; as a column it can be looked for.
ALTER TABLE bookings ADD COLUMN city_id TEXT NOT NULL DEFAULT '';
UPDATE bookings SET city_id = coalesce(details::json ->> 'city_id', '');

-- The operators' list, and the daily totals, which are counted in the index alone.
CREATE INDEX bookings_start ON bookings (start_at, id) INCLUDE (service_id, provider_id, status, price_minor, currency);
CREATE INDEX bookings_status ON bookings (status, start_at, id);
CREATE INDEX bookings_city ON bookings (city_id, start_at, id);
-- What people see of an id.
CREATE INDEX bookings_reference ON bookings (substr(id, 29));
-- What a provider was asked for and had to answer.
CREATE INDEX bookings_asked ON bookings (provider_id, created_at) WHERE NOT instant;

-- +goose Down
DROP INDEX bookings_asked;
DROP INDEX bookings_reference;
DROP INDEX bookings_city;
DROP INDEX bookings_status;
DROP INDEX bookings_start;
ALTER TABLE bookings DROP COLUMN city_id;
