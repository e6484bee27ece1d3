-- +goose Up
-- 378: what teams decide about what runs found. What runs found lies in files.
CREATE TABLE recon_projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    settings TEXT NOT NULL,              -- JSON
    locked_through BIGINT,               -- the last day of the last period that is signed off, from 1970-01-01
    runs BIGINT NOT NULL,                -- number of the last run
    decisions BIGINT NOT NULL,           -- seq of the last decision
    current_run_id TEXT,                 -- the last finished one
    fresh_at BIGINT,                     -- when something was loaded that no run has read; NULL: nothing
    next_run_at BIGINT,                  -- by the daily schedule
    created_by TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    archived_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX recon_projects_due ON recon_projects (next_run_at) WHERE next_run_at IS NOT NULL;
CREATE INDEX recon_projects_fresh ON recon_projects (fresh_at) WHERE fresh_at IS NOT NULL;

CREATE TABLE recon_members (
    project_id TEXT NOT NULL REFERENCES recon_projects (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('viewer', 'analyst', 'reviewer', 'owner')),
    since BIGINT NOT NULL,
    PRIMARY KEY (project_id, account_id)
);
CREATE INDEX recon_members_account ON recon_members (account_id);

CREATE TABLE recon_sources (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES recon_projects (id),
    side BIGINT NOT NULL CHECK (side BETWEEN 0 AND 7),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('files', 'query', 'feed')),
    query TEXT NOT NULL,
    database_name TEXT NOT NULL,
    mapping TEXT NOT NULL,               -- JSON
    versions BIGINT NOT NULL,            -- number of the last one
    UNIQUE (project_id, side)
);

CREATE TABLE recon_versions (
    id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES recon_sources (id),
    number BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,                -- of its bytes, which are kept as a blob
    bytes BIGINT NOT NULL,
    format TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    loaded_by TEXT REFERENCES accounts (id), -- NULL: the house
    loaded_at BIGINT NOT NULL,
    used BOOLEAN NOT NULL,               -- a run has read it
    inspection TEXT NOT NULL,            -- JSON: what a preview shows
    UNIQUE (source_id, number),
    UNIQUE (source_id, sha256)
);

-- A file that comes in pieces; each piece is a blob until all are there.
CREATE TABLE recon_uploads (
    id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES recon_sources (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    received BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX recon_uploads_expiry ON recon_uploads (expires_at);

CREATE TABLE recon_chunks (
    upload_id TEXT NOT NULL REFERENCES recon_uploads (id),
    start BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (upload_id, start)
);
CREATE INDEX recon_chunks_sha256 ON recon_chunks (sha256);

CREATE TABLE recon_rulesets (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES recon_projects (id),
    number BIGINT NOT NULL,
    yaml TEXT NOT NULL,
    note TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    UNIQUE (project_id, number)
);

CREATE TABLE recon_runs (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES recon_projects (id),
    number BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'failed', 'cancelled')),
    full_run BOOLEAN NOT NULL,
    ruleset BIGINT NOT NULL,             -- by number; 0: automatic
    versions TEXT NOT NULL,              -- JSON: ids of the versions read
    account_id TEXT REFERENCES accounts (id), -- NULL: the house
    language TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    node TEXT,                           -- that works on it
    lease_until BIGINT,                  -- until then it counts as alive
    locked_through BIGINT,               -- of the project when it began
    progress TEXT,                       -- JSON
    problem TEXT,                        -- JSON: what failed, for its reader's language
    figures TEXT,                        -- JSON
    barred TEXT,                         -- JSON: numbers of matches that would change a period that is signed off
    result_sha256 TEXT,                  -- of the archive, which is kept as a blob
    took_micros BIGINT,
    UNIQUE (project_id, number)
);
CREATE UNIQUE INDEX recon_runs_one_active ON recon_runs (project_id) WHERE state IN ('queued', 'running');
CREATE INDEX recon_runs_active ON recon_runs (lease_until) WHERE state IN ('queued', 'running');
CREATE INDEX recon_runs_list ON recon_runs (project_id, queued_at, id);

-- What people decided, in order; it is replayed over every result.
CREATE TABLE recon_decisions (
    project_id TEXT NOT NULL REFERENCES recon_projects (id),
    seq BIGINT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    action TEXT NOT NULL CHECK (action IN ('accept', 'reject', 'match', 'unmatch', 'assign', 'comment', 'explain', 'write_off', 'approve', 'refuse')),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    decided_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,                  -- emptied when its author is erased
    assignee TEXT REFERENCES accounts (id),
    items BIGINT NOT NULL,
    PRIMARY KEY (project_id, seq)
);
CREATE INDEX recon_decisions_account ON recon_decisions (account_id, decided_at);
CREATE INDEX recon_decisions_time ON recon_decisions (project_id, decided_at);

CREATE TABLE recon_decision_items (
    project_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    position BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    members TEXT NOT NULL,               -- keys of its records, with spaces between
    state TEXT NOT NULL,                 -- what the item came to: settled or pending; empty where the action says all
    amount_minor BIGINT NOT NULL,        -- written off
    currency TEXT NOT NULL,
    waited_micros BIGINT NOT NULL,       -- from when the item came up
    PRIMARY KEY (project_id, seq, position),
    FOREIGN KEY (project_id, seq) REFERENCES recon_decisions (project_id, seq)
);
CREATE INDEX recon_decision_items_item ON recon_decision_items (project_id, item_id, seq);

CREATE TABLE recon_locks (
    project_id TEXT NOT NULL REFERENCES recon_projects (id),
    item_id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    until BIGINT NOT NULL,
    PRIMARY KEY (project_id, item_id)
);

CREATE TABLE recon_periods (
    project_id TEXT NOT NULL REFERENCES recon_projects (id),
    name TEXT NOT NULL,                  -- "2026-10"
    state TEXT NOT NULL CHECK (state IN ('open', 'prepared', 'signed')),
    prepared_by TEXT REFERENCES accounts (id),
    prepared_at BIGINT,
    signed_by TEXT REFERENCES accounts (id),
    signed_at BIGINT,
    note TEXT NOT NULL,
    open_items BIGINT NOT NULL,          -- when it was signed
    open_amounts TEXT NOT NULL,          -- JSON
    run_id TEXT REFERENCES recon_runs (id), -- whose result was signed
    seq BIGINT NOT NULL,                 -- the last decision that was signed
    result_hash TEXT NOT NULL,           -- of what was signed
    PRIMARY KEY (project_id, name),
    CHECK (state <> 'signed' OR signed_by <> prepared_by)
);

-- The figures of a project at the end of a day, or so far.
CREATE TABLE recon_figures (
    project_id TEXT NOT NULL REFERENCES recon_projects (id),
    day TEXT NOT NULL,                   -- "2026-10-05" in Casablanca
    run_id TEXT NOT NULL,
    seq BIGINT NOT NULL,                 -- the last decision counted in
    figures TEXT NOT NULL,               -- JSON
    PRIMARY KEY (project_id, day)
);

CREATE TABLE recon_hooks (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES recon_projects (id),
    url TEXT NOT NULL,
    events TEXT NOT NULL,                -- JSON
    secret TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    removed_at BIGINT
);
CREATE INDEX recon_hooks_project ON recon_hooks (project_id) WHERE removed_at IS NULL;

CREATE TABLE recon_deliveries (
    id TEXT PRIMARY KEY,
    hook_id TEXT NOT NULL REFERENCES recon_hooks (id),
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts BIGINT NOT NULL,
    status BIGINT NOT NULL,
    failure TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    tried_at BIGINT,
    replay_of TEXT REFERENCES recon_deliveries (id)
);
CREATE INDEX recon_deliveries_hook ON recon_deliveries (hook_id, created_at, id);

-- +goose Down
DROP TABLE recon_deliveries;
DROP TABLE recon_hooks;
DROP TABLE recon_figures;
DROP TABLE recon_periods;
DROP TABLE recon_locks;
DROP TABLE recon_decision_items;
DROP TABLE recon_decisions;
DROP TABLE recon_runs;
DROP TABLE recon_rulesets;
DROP TABLE recon_chunks;
DROP TABLE recon_uploads;
DROP TABLE recon_versions;
DROP TABLE recon_sources;
DROP TABLE recon_members;
DROP TABLE recon_projects;
