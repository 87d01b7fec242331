-- Identity. The columns of users, sessions, accounts and verifications are those that Better Auth reads and writes.
CREATE TABLE users (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  -- The owner whom an embedded installation makes by itself; false once e-mail and password were chosen.
  is_local_owner boolean NOT NULL DEFAULT false,
  last_workspace_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_local_owner ON users (is_local_owner) WHERE is_local_owner;

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  token text NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider_id, account_id)
);
CREATE INDEX accounts_user ON accounts (user_id);

CREATE TABLE verifications (
  id uuid PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX verifications_identifier ON verifications (identifier);

CREATE TABLE workspaces (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  -- The workspace's data key, wrapped by the master key; null until the first secret is kept.
  wrapped_data_key text,
  created_at timestamptz NOT NULL
);
ALTER TABLE users ADD FOREIGN KEY (last_workspace_id) REFERENCES workspaces ON DELETE SET NULL;

CREATE TABLE workspace_members (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'builder', 'operator', 'viewer')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX workspace_members_user ON workspace_members (user_id);

-- One-time links that sign in the local owner; the token itself is never stored.
CREATE TABLE sign_in_links (
  token_hash bytea PRIMARY KEY,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE socket_tickets (
  token_hash bytea PRIMARY KEY,
  -- The actor that the socket will act for.
  actor jsonb NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  name text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  last_four text NOT NULL,
  scopes text[] NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX api_keys_owner ON api_keys (workspace_id, user_id, id DESC);

CREATE TABLE model_providers (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  kind text NOT NULL,
  name text NOT NULL,
  base_url text,
  models text[] NOT NULL DEFAULT '{}',
  -- Envelope: v1.<key id>.<nonce>.<ciphertext>.<tag>, bound to table, column, row and workspace.
  api_key_encrypted text,
  key_last_four text,
  created_at timestamptz NOT NULL,
  UNIQUE (workspace_id, name)
);

-- Design.
CREATE TABLE tools (
  id uuid PRIMARY KEY,
  -- Null: built in, offered to every workspace.
  workspace_id uuid REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  kind text NOT NULL,
  class text NOT NULL CHECK (class IN ('read', 'idempotent', 'unsafe')),
  description text NOT NULL,
  parameters jsonb NOT NULL
);
CREATE UNIQUE INDEX tools_name ON tools (coalesce(workspace_id, '00000000-0000-0000-0000-000000000000'), name);

CREATE TABLE crews (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL,
  process text NOT NULL,
  model text NOT NULL,
  example jsonb,
  version int NOT NULL,
  created_by uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- A deleted crew stays for the sake of its runs.
  deleted_at timestamptz
);
CREATE INDEX crews_list ON crews (workspace_id, id DESC) WHERE deleted_at IS NULL;

CREATE TABLE agents (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  crew_id uuid NOT NULL REFERENCES crews ON DELETE CASCADE,
  key text NOT NULL,
  position int NOT NULL,
  role text NOT NULL,
  goal text NOT NULL,
  backstory text NOT NULL,
  model text,
  tools text[] NOT NULL,
  max_iterations int NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (crew_id, key)
);
CREATE INDEX agents_list ON agents (workspace_id, id DESC);

CREATE TABLE tasks (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  crew_id uuid NOT NULL REFERENCES crews ON DELETE CASCADE,
  key text NOT NULL,
  position int NOT NULL,
  description text NOT NULL,
  expected_output text NOT NULL,
  agent_key text NOT NULL,
  -- Null: all earlier outputs; empty: none.
  context text[],
  tools text[] NOT NULL,
  human_input boolean NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (crew_id, key),
  FOREIGN KEY (crew_id, agent_key) REFERENCES agents (crew_id, key) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX tasks_list ON tasks (workspace_id, id DESC);

-- Immutable: a run is pinned to one row, and a trigger refuses to change it.
CREATE TABLE crew_versions (
  crew_id uuid NOT NULL REFERENCES crews ON DELETE CASCADE,
  version int NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  definition jsonb NOT NULL,
  created_by uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (crew_id, version)
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are immutable', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER crew_versions_immutable BEFORE UPDATE OF version, definition, workspace_id ON crew_versions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Conversations.
CREATE TABLE conversations (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  title text NOT NULL,
  model text NOT NULL,
  last_seq int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX conversations_list ON conversations (workspace_id, user_id, updated_at DESC, id DESC);

-- Runs.
CREATE TABLE runs (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('crew', 'chat')),
  crew_id uuid,
  crew_version int,
  conversation_id uuid REFERENCES conversations ON DELETE SET NULL,
  title text NOT NULL,
  inputs jsonb NOT NULL,
  started_by jsonb NOT NULL,
  started_by_user_id uuid REFERENCES users ON DELETE SET NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
  reason text,
  priority int NOT NULL DEFAULT 0,
  -- The fence: grows with each claim; a write with an older one changes nothing.
  epoch int NOT NULL DEFAULT 0,
  attempt int NOT NULL DEFAULT 0,
  -- Claims since a step was last completed; three end the run.
  fruitless_attempts int NOT NULL DEFAULT 0,
  lease_owner uuid,
  lease_until timestamptz,
  -- When the run lost or gave up its last owner, and why; told by run_resumed.
  released_at timestamptz,
  released_because text,
  wake_at timestamptz,
  cancel_requested_by text,
  last_seq int NOT NULL DEFAULT 0,
  model_calls int NOT NULL DEFAULT 0,
  tool_calls int NOT NULL DEFAULT 0,
  input_tokens bigint NOT NULL DEFAULT 0,
  output_tokens bigint NOT NULL DEFAULT 0,
  cost_usd numeric NOT NULL DEFAULT 0,
  cost_unknown boolean NOT NULL DEFAULT false,
  steps_done int NOT NULL DEFAULT 0,
  tasks_done int NOT NULL DEFAULT 0,
  tasks_total int NOT NULL DEFAULT 0,
  output text,
  error jsonb,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  FOREIGN KEY (crew_id, crew_version) REFERENCES crew_versions (crew_id, version),
  CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
  CHECK ((state = 'running') = (lease_owner IS NOT NULL)),
  CHECK ((state = 'waiting') = (reason IS NOT NULL))
);
CREATE INDEX runs_queue ON runs (priority DESC, id) WHERE state = 'queued';
CREATE INDEX runs_leased ON runs (lease_owner) WHERE state = 'running';
CREATE INDEX runs_timers ON runs (wake_at) WHERE state = 'waiting' AND wake_at IS NOT NULL;
CREATE INDEX runs_list ON runs (workspace_id, id DESC);
CREATE INDEX runs_of_crew ON runs (crew_id, id DESC);
CREATE INDEX runs_active_of_crew ON runs (crew_id) WHERE ended_at IS NULL;
CREATE INDEX runs_of_conversation ON runs (conversation_id, id DESC);
ALTER TABLE runs SET (fillfactor = 70);

CREATE TABLE run_documents (
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  position int NOT NULL,
  name text NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (run_id, position)
);

-- The journal. Keys are positions (task:2/turn:3/model), so that a re-execution finds what it did.
CREATE TABLE run_steps (
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  key text NOT NULL,
  kind text NOT NULL,
  class text NOT NULL,
  state text NOT NULL CHECK (state IN ('started', 'done')),
  input_hash text NOT NULL,
  result jsonb,
  epoch int NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (run_id, key)
);

CREATE TABLE run_events (
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  seq int NOT NULL,
  -- Position that wrote it; a re-execution does not write it again.
  key text NOT NULL,
  type text NOT NULL,
  at timestamptz NOT NULL,
  task_id uuid,
  agent_id uuid,
  data jsonb NOT NULL,
  PRIMARY KEY (run_id, seq),
  UNIQUE (run_id, key)
);

-- The ledger: one row for each HTTP attempt to a model, written before it is sent.
CREATE TABLE call_attempts (
  id uuid PRIMARY KEY,
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  step_key text NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('pending', 'completed', 'failed', 'truncated', 'ambiguous', 'not_sent')),
  -- Why it failed; a run that waited counts its failures of one kind from here.
  failure text,
  input_tokens int,
  output_tokens int,
  cost_usd numeric,
  epoch int NOT NULL,
  sent_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX call_attempts_run ON call_attempts (run_id, id);

CREATE TABLE task_outputs (
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  position int NOT NULL,
  task_id uuid NOT NULL,
  task_key text NOT NULL,
  agent_id uuid NOT NULL,
  agent_key text NOT NULL,
  text text NOT NULL,
  json jsonb,
  files jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL,
  PRIMARY KEY (run_id, position)
);

CREATE TABLE approvals (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  -- The step that waits for the answer.
  step_key text NOT NULL,
  kind text NOT NULL,
  task_key text,
  message text NOT NULL,
  output text NOT NULL,
  decision text,
  feedback text NOT NULL DEFAULT '',
  decided_by text,
  created_at timestamptz NOT NULL,
  decided_at timestamptz,
  UNIQUE (run_id, step_key)
);

-- Worker processes that live; each also holds a session-level advisory lock on (1668444519, lock_key).
CREATE TABLE workers (
  id uuid PRIMARY KEY,
  lock_key int NOT NULL UNIQUE,
  host text NOT NULL,
  pid int NOT NULL,
  capacity int NOT NULL,
  started_at timestamptz NOT NULL,
  heartbeat_at timestamptz NOT NULL
);

CREATE TABLE messages (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  seq int NOT NULL,
  role text NOT NULL CHECK (role IN ('user', 'assistant')),
  content text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'complete', 'stopped', 'failed')),
  run_id uuid REFERENCES runs ON DELETE SET NULL,
  client_message_id text,
  error jsonb,
  created_at timestamptz NOT NULL,
  UNIQUE (conversation_id, seq),
  UNIQUE (conversation_id, client_message_id)
);
CREATE INDEX messages_of_run ON messages (run_id) WHERE run_id IS NOT NULL;

-- Answers to POSTs that carried an Idempotency-Key, kept for 24 hours.
CREATE TABLE idempotency_keys (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  -- Who sent it: a user or an API key.
  actor_id uuid NOT NULL,
  key text NOT NULL,
  -- Hash of method, path and body.
  fingerprint text NOT NULL,
  status int NOT NULL,
  response jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, actor_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE audit_events (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  actor jsonb NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  request_id text,
  created_at timestamptz NOT NULL
);
CREATE INDEX audit_events_list ON audit_events (workspace_id, id DESC);
