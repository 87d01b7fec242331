-- Tools of MCP servers, and what crews remember.

-- MCP servers by address, and the tools that they offer.
CREATE TABLE mcp_servers (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  url text NOT NULL,
  -- Texts by name; a secret stands in them as a reference.
  headers jsonb NOT NULL,
  is_enabled boolean NOT NULL DEFAULT true,
  refused_tools jsonb NOT NULL DEFAULT '[]',
  refreshed_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX mcp_servers_name ON mcp_servers (workspace_id, name);

CREATE TABLE mcp_tools (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  server_id uuid NOT NULL REFERENCES mcp_servers ON DELETE CASCADE,
  -- `<server>__<tool>`, as agents name it.
  name text NOT NULL,
  original_name text NOT NULL,
  description text NOT NULL,
  parameters jsonb NOT NULL,
  -- Of the three above, as the server gave them last.
  hash text NOT NULL,
  state text NOT NULL CHECK (state IN ('new', 'approved', 'changed', 'rejected')),
  class text NOT NULL CHECK (class IN ('read', 'idempotent', 'unsafe')),
  is_offered boolean NOT NULL,
  -- What was approved last, text and hash: all that a run ever shows to a model.
  approved jsonb,
  decided_by text,
  decided_at timestamptz,
  CHECK (state NOT IN ('approved', 'changed') OR approved IS NOT NULL)
);
CREATE UNIQUE INDEX mcp_tools_name ON mcp_tools (workspace_id, name);
CREATE INDEX mcp_tools_server ON mcp_tools (server_id, name);

-- What a crew remembers of its tasks, for its later runs; whence it is stands with it.
CREATE TABLE memories (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  crew_id uuid NOT NULL REFERENCES crews ON DELETE CASCADE,
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  task_key text NOT NULL,
  agent_key text NOT NULL,
  source text NOT NULL CHECK (source IN ('task_output')),
  text text NOT NULL CHECK (length(text) <= 4000),
  tainted_by jsonb NOT NULL,
  tainted boolean NOT NULL GENERATED ALWAYS AS (tainted_by <> '[]') STORED,
  created_at timestamptz NOT NULL,
  -- Without a language's endings and stop words: texts come in any.
  words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED,
  UNIQUE (run_id, task_key)
);
CREATE INDEX memories_list ON memories (workspace_id, id DESC);
CREATE INDEX memories_crew ON memories (crew_id, id DESC);
CREATE INDEX memories_words ON memories USING gin (words);
