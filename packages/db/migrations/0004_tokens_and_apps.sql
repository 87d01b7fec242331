-- Signing keys of tokens, and OAuth2 apps of third parties.

-- Ed25519 keys. The newest that is active signs; the ones before stay published until their last token has ended.
CREATE TABLE signing_keys (
  -- Whoever makes the next key takes the next number, so that of many processes one wins.
  generation integer PRIMARY KEY,
  -- RFC 7638 thumbprint of the public key; `kid` of every token.
  key_id text NOT NULL UNIQUE,
  public_jwk jsonb NOT NULL,
  -- Sealed with a data key of the installation, for this row.
  private_jwk_sealed text NOT NULL,
  -- Published before it signs, so that every process knows it by then.
  active_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);

-- Apps. Without a workspace: one that registered itself (RFC 7591).
CREATE TABLE oauth_clients (
  id uuid PRIMARY KEY,
  workspace_id uuid REFERENCES workspaces ON DELETE CASCADE,
  -- For whom the app acts when it acts alone.
  created_by uuid REFERENCES users ON DELETE SET NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('confidential', 'public')),
  redirect_uris text[] NOT NULL,
  acts_alone boolean NOT NULL DEFAULT false,
  scopes text[] NOT NULL,
  secret_hash bytea,
  secret_last_four text,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  CHECK ((kind = 'confidential') = (secret_hash IS NOT NULL)),
  CHECK (NOT acts_alone OR (workspace_id IS NOT NULL AND kind = 'confidential'))
);
CREATE INDEX oauth_clients_of_workspace ON oauth_clients (workspace_id, id DESC);
CREATE INDEX oauth_clients_unclaimed ON oauth_clients (created_at) WHERE workspace_id IS NULL;

-- What a person has allowed an app in one workspace. Gone with the app, the person's membership or the workspace.
CREATE TABLE oauth_grants (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  client_id uuid NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, user_id) ON DELETE CASCADE
);
CREATE INDEX oauth_grants_of_person ON oauth_grants (workspace_id, user_id, id DESC);
CREATE INDEX oauth_grants_of_client ON oauth_grants (client_id);

-- Requests, codes and refresh tokens: what has an id that somebody holds. Only its hash is here.
CREATE TABLE oauth_artifacts (
  kind text NOT NULL,
  id_hash bytea NOT NULL,
  -- The family that ends as one.
  grant_id uuid REFERENCES oauth_grants ON DELETE CASCADE,
  payload jsonb NOT NULL,
  consumed_at timestamptz,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (kind, id_hash)
);
CREATE INDEX oauth_artifacts_of_grant ON oauth_artifacts (grant_id);
CREATE INDEX oauth_artifacts_expiry ON oauth_artifacts (expires_at);
