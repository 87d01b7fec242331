-- Second factors, and what a session has proven.

-- One of each person: a TOTP seed (RFC 6238) and the recovery codes that stand in for it.
CREATE TABLE second_factors (
  user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  -- Sealed with a data key of the installation, bound to this row. No endpoint tells it again.
  seed_encrypted text NOT NULL,
  -- SHA-256 each; the codes have 120 random bits. A used one is taken out.
  recovery_code_hashes bytea[] NOT NULL,
  -- Null until the first code has shown that the person's app holds the seed; until then it protects nothing.
  enabled_at timestamptz,
  -- Time step of the last code that was accepted: it only grows, so a code is accepted once.
  last_step bigint NOT NULL DEFAULT 0,
  -- Tries since the last success, counted before the code is looked at.
  tries integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Somebody has proven their first factor and owes the second. Not a session: nothing but the second factor takes it.
CREATE TABLE sign_in_challenges (
  token_hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  -- Whether the session's cookie is to outlive the browser's window.
  is_remembered boolean NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_challenges_user ON sign_in_challenges (user_id);

-- When whoever holds the session has last proven who they are; signing in does.
ALTER TABLE sessions ADD COLUMN proven_at timestamptz NOT NULL DEFAULT now();

ALTER TABLE workspaces ADD COLUMN requires_second_factor boolean NOT NULL DEFAULT false;

-- Mailed tokens, sign-in by others, and accounts that were closed to their owner.
ALTER TABLE users ADD COLUMN disabled_at timestamptz;
-- The address that the person wants to have, until its owner has confirmed it.
ALTER TABLE users ADD COLUMN pending_email text;

-- What a mail lets its reader do once; the token itself is never stored.
CREATE TABLE mailed_tokens (
  token_hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('password_reset', 'email_verification', 'email_change')),
  -- Where the mail went, which is what using the token proves.
  email text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX mailed_tokens_of_user ON mailed_tokens (user_id, purpose);

-- Browsers that were sent to another's sign-in page and are awaited back.
CREATE TABLE sign_in_flows (
  state_hash bytea PRIMARY KEY,
  -- Of a cookie that the browser got: only it may come back.
  browser_hash bytea NOT NULL,
  provider_id text NOT NULL,
  nonce text NOT NULL,
  code_verifier text NOT NULL,
  callback_path text NOT NULL,
  expires_at timestamptz NOT NULL
);

-- Of sessions the hash alone is kept: a copy of the database opens none.
ALTER TABLE sessions ADD COLUMN token_hash bytea;
UPDATE sessions SET token_hash = sha256(convert_to(token, 'UTF8'));
ALTER TABLE sessions ALTER COLUMN token_hash SET NOT NULL;
ALTER TABLE sessions DROP COLUMN token;
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
-- Answers of the sign-in library that is used no more; what was pending ended within its hour.
DROP TABLE verifications;
