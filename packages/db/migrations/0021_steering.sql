-- What people say to a run under way. Part of its journal: a message that a turn has seen is seen there by every
-- re-execution, and nowhere else.
CREATE TABLE run_messages (
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  seq int NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  client_message_id text NOT NULL,
  user_id uuid REFERENCES users ON DELETE SET NULL,
  by_name text NOT NULL,
  text text NOT NULL,
  command jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  seen_step text,
  seen_at timestamptz,
  PRIMARY KEY (run_id, seq),
  UNIQUE (run_id, client_message_id),
  CHECK ((seen_step IS NULL) = (seen_at IS NULL))
);
CREATE INDEX run_messages_workspace ON run_messages (workspace_id);
CREATE INDEX run_messages_user ON run_messages (user_id) WHERE user_id IS NOT NULL;
SELECT wall_table('run_messages', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

-- How many: every commit of the run's worker reads it with the row that it locks anyway, so that no call is sent past a message.
ALTER TABLE runs ADD COLUMN said int NOT NULL DEFAULT 0;
