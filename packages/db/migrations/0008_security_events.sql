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

-- Addresses that are told what happens (Standard Webhooks 1.0).
CREATE TABLE webhooks (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  url text NOT NULL,
  events text[] NOT NULL,
  min_severity text NOT NULL CHECK (min_severity IN ('info', 'warning', 'critical')),
  secret_sealed text NOT NULL,
  -- Signs beside the new one until its time is over, so that a receiver can change over.
  former_secret_sealed text,
  former_until timestamptz,
  is_enabled boolean NOT NULL DEFAULT true,
  disabled_because text,
  created_at timestamptz NOT NULL
);
CREATE INDEX webhooks_list ON webhooks (workspace_id, id DESC);

CREATE TABLE webhook_deliveries (
  -- Also the message's id on the wire, the same on every attempt.
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  type text NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts int NOT NULL DEFAULT 0,
  response_status int,
  error text,
  next_attempt_at timestamptz,
  created_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX webhook_deliveries_list ON webhook_deliveries (webhook_id, id DESC);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (created_at);
