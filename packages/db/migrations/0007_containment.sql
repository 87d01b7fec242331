-- What outside content may lead a crew to.

-- The tool call that a person is asked to allow: its exact arguments, their hash, what tainted the agent.
ALTER TABLE approvals ADD COLUMN call jsonb;

-- Where a text has content from outside in it, whence. What reads it is tainted as well.
ALTER TABLE task_outputs ADD COLUMN tainted_by jsonb NOT NULL DEFAULT '[]';
ALTER TABLE messages ADD COLUMN tainted_by jsonb NOT NULL DEFAULT '[]';

-- Hosts that agents' tools may send a secret to.
ALTER TABLE secrets ADD COLUMN hosts text[] NOT NULL DEFAULT '{}';

-- An admin's word that one version of a crew may run with private data, untrusted content and open egress.
CREATE TABLE crew_sign_offs (
  crew_id uuid NOT NULL,
  version integer NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  signed_by uuid REFERENCES users ON DELETE SET NULL,
  -- As it was at that time.
  signed_by_name text NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (crew_id, version),
  FOREIGN KEY (crew_id, version) REFERENCES crew_versions ON DELETE CASCADE
);
CREATE INDEX crew_sign_offs_workspace ON crew_sign_offs (workspace_id);

-- Hosts that a workspace's agents may reach at all.
CREATE TABLE egress_rules (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
  -- NULL: every public host.
  allow text[],
  deny text[] NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL
);
