-- What starts runs by itself: times, and events from outside.

CREATE TABLE schedules (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  crew_id uuid NOT NULL REFERENCES crews ON DELETE CASCADE,
  name text NOT NULL,
  cron text NOT NULL,
  timezone text NOT NULL,
  inputs jsonb NOT NULL,
  documents jsonb NOT NULL DEFAULT '[]',
  missed_policy text NOT NULL CHECK (missed_policy IN ('skip', 'last', 'all')),
  grace_seconds int NOT NULL,
  overlap text NOT NULL CHECK (overlap IN ('allow', 'skip')),
  is_paused boolean NOT NULL,
  paused_because text,
  failures_in_row int NOT NULL DEFAULT 0,
  -- Null while it is paused.
  next_at timestamptz,
  last_run_id uuid REFERENCES runs ON DELETE SET NULL,
  created_by jsonb NOT NULL,
  -- Whose rights its runs have, and within what: the key or app by which it was saved last.
  acts_for_user_id uuid REFERENCES users ON DELETE SET NULL,
  acts_for_name text NOT NULL,
  authority jsonb,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK (is_paused = (next_at IS NULL))
);
CREATE INDEX schedules_list ON schedules (workspace_id, id DESC);
CREATE INDEX schedules_crew ON schedules (crew_id);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;
SELECT wall_table('schedules', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

CREATE TABLE schedule_ticks (
  schedule_id uuid NOT NULL REFERENCES schedules ON DELETE CASCADE,
  tick_at timestamptz NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  outcome text NOT NULL CHECK (outcome IN ('started', 'skipped', 'missed', 'failed')),
  run_id uuid REFERENCES runs ON DELETE SET NULL,
  why text,
  decided_at timestamptz NOT NULL,
  -- What makes each tick happen once, whatever the workers do.
  PRIMARY KEY (schedule_id, tick_at)
);
CREATE INDEX schedule_ticks_age ON schedule_ticks (decided_at);
SELECT wall_table('schedule_ticks', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

CREATE TABLE triggers (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  crew_id uuid NOT NULL REFERENCES crews ON DELETE CASCADE,
  name text NOT NULL,
  mapping jsonb NOT NULL,
  is_enabled boolean NOT NULL,
  secret_sealed text NOT NULL,
  -- Good beside the new one until its time is over, so that the sender can change over.
  former_secret_sealed text,
  former_until timestamptz,
  created_by jsonb NOT NULL,
  acts_for_user_id uuid REFERENCES users ON DELETE SET NULL,
  acts_for_name text NOT NULL,
  authority jsonb,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX triggers_list ON triggers (workspace_id, id DESC);
CREATE INDEX triggers_crew ON triggers (crew_id);
SELECT wall_table('triggers', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

CREATE TABLE trigger_deliveries (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  trigger_id uuid NOT NULL REFERENCES triggers ON DELETE CASCADE,
  -- The sender's webhook-id: one event, however often it is sent.
  message_id text NOT NULL,
  payload text NOT NULL,
  state text NOT NULL CHECK (state IN ('started', 'refused')),
  run_id uuid REFERENCES runs ON DELETE SET NULL,
  why text,
  received int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  last_received_at timestamptz NOT NULL,
  UNIQUE (trigger_id, message_id)
);
CREATE INDEX trigger_deliveries_list ON trigger_deliveries (trigger_id, id DESC);
CREATE INDEX trigger_deliveries_age ON trigger_deliveries (created_at);
SELECT wall_table('trigger_deliveries', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');
