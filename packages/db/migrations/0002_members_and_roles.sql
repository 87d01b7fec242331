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
ALTER TABLE workspace_members ADD COLUMN custom_role_id uuid REFERENCES custom_roles ON DELETE RESTRICT;
ALTER TABLE workspace_members ADD CHECK ((role = 'custom') = (custom_role_id IS NOT NULL));
