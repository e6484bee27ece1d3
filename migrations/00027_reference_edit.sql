-- +goose Up
-- Operators edit the cities and categories that came with the migrations. What is hidden is no longer offered to choose from; what is
-- in it already stays.
ALTER TABLE cities ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE categories ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;
-- In hundredths of a per cent; NULL: that of the category above, and at the top that of the house.
ALTER TABLE categories ADD COLUMN commission_basis_points BIGINT CHECK (commission_basis_points BETWEEN 0 AND 5000);

-- One row. Every edit counts it up: other nodes look for a higher one.
CREATE TABLE reference_versions (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO reference_versions (id, version) VALUES (1, 1);

-- What stands in a city or in a category is counted.
CREATE INDEX providers_city ON providers (city_id);
CREATE INDEX services_category ON services (category_id) WHERE removed_at IS NULL;

-- +goose Down
DROP INDEX services_category;
DROP INDEX providers_city;
DROP TABLE reference_versions;
ALTER TABLE categories DROP COLUMN commission_basis_points;
ALTER TABLE categories DROP COLUMN hidden;
ALTER TABLE cities DROP COLUMN hidden;
