-- What is watched, and who is told.
CREATE TABLE security_events (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Null: it concerns nobody's workspace, such as a sign-in with an address that is unknown.
  workspace_id uuid REFERENCES workspaces ON DELETE CASCADE,
  kind text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  user_id uuid REFERENCES users ON DELETE SET NULL,
  address text,
  detail jsonb NOT NULL,
  count int NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX security_events_list ON security_events (workspace_id, created_at DESC, id DESC);
CREATE INDEX security_events_age ON security_events (created_at);
