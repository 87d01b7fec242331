-- How many runs move at once, which wait, and what is halted.

-- By the database's clock; over it the run ends, whatever it does.
ALTER TABLE runs ADD COLUMN deadline_at timestamptz;
-- Time in workers' hands before the current claim: what the limits of tasks and agents are measured by.
ALTER TABLE runs ADD COLUMN claimed_at timestamptz;
ALTER TABLE runs ADD COLUMN active_ms bigint NOT NULL DEFAULT 0;

-- A lane is what waits of one crew, or of a workspace's chats: claims look at the head of each lane, so that neither a
-- deep queue nor one that may not move stands before the others.
DROP INDEX runs_queue;
CREATE INDEX runs_queue ON runs (workspace_id, coalesce(crew_id, '00000000-0000-0000-0000-000000000000'), priority DESC, id) WHERE state = 'queued';
CREATE INDEX runs_running ON runs (workspace_id, crew_id) WHERE state = 'running';
CREATE INDEX runs_deadlines ON runs (deadline_at) WHERE deadline_at IS NOT NULL AND ended_at IS NULL;

-- The tokens and the cost are ours to guess: the call was cut before the provider said what it took.
ALTER TABLE call_attempts ADD COLUMN is_estimated boolean NOT NULL DEFAULT false;

-- A row only where somebody has set something.
CREATE TABLE run_limits (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  -- Null: the workspace's own.
  crew_id uuid REFERENCES crews ON DELETE CASCADE,
  max_concurrent_runs int CHECK (max_concurrent_runs > 0),
  max_queued_runs int CHECK (max_queued_runs > 0),
  default_max_execution_seconds int CHECK (default_max_execution_seconds > 0),
  priority int NOT NULL DEFAULT 0,
  UNIQUE NULLS NOT DISTINCT (workspace_id, crew_id)
);
SELECT wall_table('run_limits', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

CREATE TABLE halts (
  id uuid PRIMARY KEY,
  scope text NOT NULL CHECK (scope IN ('installation', 'workspace', 'crew')),
  workspace_id uuid REFERENCES workspaces ON DELETE CASCADE,
  crew_id uuid REFERENCES crews ON DELETE CASCADE,
  reason text NOT NULL,
  by_name text NOT NULL,
  created_at timestamptz NOT NULL,
  CHECK ((scope = 'installation') = (workspace_id IS NULL)),
  CHECK ((scope = 'crew') = (crew_id IS NOT NULL)),
  UNIQUE NULLS NOT DISTINCT (workspace_id, crew_id)
);
SELECT wall_table('halts', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');
-- A halted installation is everybody's to know.
CREATE POLICY of_installation ON halts FOR SELECT TO crew_app USING (workspace_id IS NULL);

-- How many more runs of a workspace, or of one of its crews, may be claimed. Claims of a scope with a cap take turns, and
-- each sees what the one before it has committed: a statement's own snapshot is older than the wait for its turn.
CREATE FUNCTION claimable_runs(of_workspace uuid, of_crew uuid, most int) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  running int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('run_limits:' || coalesce(of_crew, of_workspace), 0));
  SELECT count(*) INTO running FROM runs WHERE state = 'running' AND workspace_id = of_workspace AND (of_crew IS NULL OR crew_id = of_crew);
  RETURN greatest(most - running, 0);
END $$;
