-- What could not be finished, by no fault of its own: runs whose surroundings failed them, jobs that failed for good. A row
-- says what and why, until somebody sends it on its way again or gives it up.
CREATE TABLE dead_letters (
  id uuid PRIMARY KEY,
  -- Null: a job of the installation, which no workspace is shown.
  workspace_id uuid REFERENCES workspaces ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('run', 'job')),
  run_id uuid REFERENCES runs ON DELETE CASCADE,
  crew_id uuid,
  job_id uuid,
  job_name text,
  title text NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  attempts int NOT NULL,
  -- Of a run: the worker that gave it up, those that it lost, its last event.
  detail jsonb NOT NULL DEFAULT '{}',
  -- Of a job. A run's inputs stay with the run.
  payload jsonb,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'redriven', 'discarded')),
  redriven_run_id uuid REFERENCES runs ON DELETE SET NULL,
  reason text,
  resolved_by text,
  resolved_at timestamptz,
  created_at timestamptz NOT NULL,
  CHECK ((kind = 'run') = (run_id IS NOT NULL)),
  CHECK ((kind = 'job') = (job_id IS NOT NULL AND job_name IS NOT NULL)),
  CHECK ((state = 'open') = (resolved_at IS NULL))
);
CREATE UNIQUE INDEX dead_letters_of_run ON dead_letters (run_id) WHERE run_id IS NOT NULL;
CREATE UNIQUE INDEX dead_letters_of_job ON dead_letters (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX dead_letters_list ON dead_letters (workspace_id, id DESC);
CREATE INDEX dead_letters_open ON dead_letters (workspace_id, crew_id, id) WHERE state = 'open';
CREATE INDEX dead_letters_redriven ON dead_letters (redriven_run_id) WHERE redriven_run_id IS NOT NULL;
SELECT wall_table('dead_letters', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

-- What a run has to do with another one: `run_id` is, for instance, the redrive of `linked_run_id`.
CREATE TABLE run_links (
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('redrive_of')),
  linked_run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, kind, linked_run_id)
);
CREATE INDEX run_links_back ON run_links (linked_run_id);
SELECT wall_table('run_links', 'EXISTS (SELECT FROM runs WHERE runs.id = run_links.run_id)');

-- Whose name the run's effects go by: its own where null, that of the run which it continues. So an idempotent call that
-- was begun before is the same call after.
ALTER TABLE runs ADD COLUMN effects_key uuid;
-- Workers that died while they had it, the last ones.
ALTER TABLE runs ADD COLUMN lost_workers text[] NOT NULL DEFAULT '{}';
ALTER TABLE workers ADD COLUMN version text NOT NULL DEFAULT '';

-- What is under way in a workspace, by state, and what has ended lately: the figures of operations.
CREATE INDEX runs_active ON runs (workspace_id, state) WHERE ended_at IS NULL;
CREATE INDEX runs_ended ON runs (workspace_id, ended_at) INCLUDE (started_at) WHERE ended_at IS NOT NULL;
