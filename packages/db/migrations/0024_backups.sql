-- Copies of the whole database, and what one that came out of such a copy must know of itself.
CREATE TABLE backups (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('logical', 'physical')),
  state text NOT NULL CHECK (state IN ('running', 'complete', 'failed')),
  started_at timestamptz NOT NULL,
  -- When a process began with it; null: somebody has asked for it.
  taken_at timestamptz,
  ended_at timestamptz,
  snapshot_at timestamptz,
  size_bytes bigint,
  place text NOT NULL CHECK (place IN ('folder', 's3')),
  name text NOT NULL,
  tables int,
  rows bigint,
  -- The last migration that it holds.
  schema_version text,
  key_id text,
  verified_at timestamptz,
  verify_state text NOT NULL DEFAULT 'unverified' CHECK (verify_state IN ('unverified', 'verified', 'failed')),
  -- Somebody wants it to be verified.
  verify_asked_at timestamptz,
  problem text
);
SELECT wall_table('backups', NULL);

-- What the process that makes backups was told to do; it writes this itself, since no other one knows.
CREATE TABLE backup_plans (
  place text PRIMARY KEY CHECK (place IN ('folder', 's3')),
  every_hours double precision NOT NULL,
  keep text NOT NULL,
  seen_at timestamptz NOT NULL
);
SELECT wall_table('backup_plans', NULL);

-- One row for each time that this database was restored.
CREATE TABLE restores (
  restored_at timestamptz PRIMARY KEY,
  backup_id uuid NOT NULL,
  -- What happened after this moment is not in the database, and may have happened in the world.
  snapshot_at timestamptz NOT NULL,
  -- Null: webhooks are sent nothing until the operator says so.
  released_at timestamptz
);
SELECT wall_table('restores', NULL);

-- The moment of the copy that this run came out of without having ended: what it did afterwards, nobody here knows.
ALTER TABLE runs ADD COLUMN restored_from timestamptz;
