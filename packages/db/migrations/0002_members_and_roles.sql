-- Roles that a workspace makes itself, beside the five that every one has.
CREATE TABLE custom_roles (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  permissions text[] NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX custom_roles_name ON custom_roles (workspace_id, lower(name));

ALTER TABLE workspace_members DROP CONSTRAINT workspace_members_role_check;
ALTER TABLE workspace_members ADD CHECK (role IN ('owner', 'admin', 'builder', 'operator', 'viewer', 'custom'));
ALTER TABLE workspace_members ADD COLUMN custom_role_id uuid REFERENCES custom_roles;
ALTER TABLE workspace_members ADD CHECK ((role = 'custom') = (custom_role_id IS NOT NULL));
CREATE INDEX workspace_members_custom_role ON workspace_members (custom_role_id) WHERE custom_role_id IS NOT NULL;

CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  email text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'builder', 'operator', 'viewer', 'custom')),
  -- A role that an open invitation names is in use and stays.
  custom_role_id uuid REFERENCES custom_roles ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE,
  -- For the mail, which is written by a job: the token, sealed with the workspace's data key; null once it is of no use.
  token_encrypted text,
  invited_by uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  accepted_by uuid REFERENCES users ON DELETE SET NULL,
  revoked_at timestamptz,
  CHECK ((role = 'custom') = (custom_role_id IS NOT NULL)),
  CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);
CREATE INDEX invitations_list ON invitations (workspace_id, id DESC);
CREATE INDEX invitations_custom_role ON invitations (custom_role_id) WHERE custom_role_id IS NOT NULL;

-- What a member may do with one crew beside what their role allows with all; it ends with the membership.
CREATE TABLE crew_grants (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  crew_id uuid NOT NULL REFERENCES crews ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  permissions text[] NOT NULL CHECK (permissions <@ ARRAY['run', 'edit', 'see_traces', 'approve']),
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (crew_id, user_id),
  FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members ON DELETE CASCADE
);
CREATE INDEX crew_grants_member ON crew_grants (workspace_id, user_id);

ALTER TABLE api_keys ADD COLUMN prefix text NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN rate_class text NOT NULL DEFAULT 'standard' CHECK (rate_class IN ('low', 'standard', 'high'));
ALTER TABLE api_keys ADD COLUMN last_used_address text;
DELETE FROM api_keys k WHERE NOT EXISTS (
  SELECT FROM workspace_members m WHERE m.workspace_id = k.workspace_id AND m.user_id = k.user_id);
-- A key ends with its owner's membership, and does not come back with a later one.
ALTER TABLE api_keys ADD FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members ON DELETE CASCADE;
CREATE INDEX api_keys_list ON api_keys (workspace_id, id DESC);

-- By what the run was started, as far as its starter's membership does not tell: key or app, and what those allowed.
ALTER TABLE runs ADD COLUMN authority jsonb;
