-- Secrets of a workspace, and the keys that wrap them.

-- Data keys, wrapped by the master key: each workspace has its own, and a fresh one after 2^30 seals.
CREATE TABLE data_keys (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  -- Named in every value that it sealed; tells nothing about the key.
  key_id text NOT NULL,
  wrapped_key text NOT NULL,
  seals bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, key_id)
);

-- Those of the installation itself, for what belongs to no workspace: signing keys, seeds of second factors.
CREATE TABLE installation_data_keys (
  key_id text PRIMARY KEY,
  wrapped_key text NOT NULL,
  seals bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL
);

-- A key that has sealed nothing that is still kept is of no use to anybody.
INSERT INTO data_keys (workspace_id, key_id, wrapped_key, created_at)
  SELECT DISTINCT w.id, split_part(p.api_key_encrypted, '.', 2), w.wrapped_data_key, w.created_at
  FROM workspaces w JOIN model_providers p ON p.workspace_id = w.id
  WHERE w.wrapped_data_key IS NOT NULL AND p.api_key_encrypted IS NOT NULL;
ALTER TABLE workspaces DROP COLUMN wrapped_data_key;

CREATE TABLE secrets (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL,
  -- Envelope: v2.<data key id>.<nonce>.<ciphertext>.<tag>, bound to table, column, row, workspace and version.
  value_sealed text NOT NULL,
  last_four text,
  version int NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  UNIQUE (workspace_id, name)
);
