-- Questions to people: when they end, and who was sent them.

ALTER TABLE approvals ADD COLUMN agent_key text;
ALTER TABLE approvals ADD COLUMN unknown_call jsonb;
-- JSON Schema that edited arguments of the call must fit.
ALTER TABLE approvals ADD COLUMN call_parameters jsonb;
ALTER TABLE approvals ADD COLUMN edited_output text;
ALTER TABLE approvals ADD COLUMN edited_arguments jsonb;
-- The crew's rule for silence, of the version that the run is pinned to.
ALTER TABLE approvals ADD COLUMN policy jsonb;
ALTER TABLE approvals ADD COLUMN deadline_at timestamptz;
ALTER TABLE approvals ADD COLUMN escalated_at timestamptz;
-- When those who want mail of it were written down for it; set at once where nobody can be.
ALTER TABLE approvals ADD COLUMN announced_at timestamptz;

UPDATE approvals SET announced_at = created_at;

-- What waits, by workspace, newest first: the inbox and its count.
CREATE INDEX approvals_open ON approvals (workspace_id, id) WHERE decision IS NULL;
CREATE INDEX approvals_decided ON approvals (workspace_id, id) WHERE decision IS NOT NULL;
-- What the sweep looks at every second: nothing, as a rule.
CREATE INDEX approvals_due ON approvals (deadline_at) WHERE decision IS NULL AND deadline_at IS NOT NULL;
CREATE INDEX approvals_unannounced ON approvals (id) WHERE announced_at IS NULL AND decision IS NULL;

-- Who is mailed when a run asks: NULL is whoever started it, a list those people, an empty one nobody.
ALTER TABLE workspaces ADD COLUMN mail_questions_to uuid[];

-- The way from a mail to one answer. The token itself is in the mail alone.
CREATE TABLE approval_links (
  token_hash bytea PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  approval_id uuid NOT NULL REFERENCES approvals ON DELETE CASCADE,
  -- Whose answer it will be; NULL: of whoever reads the address, which the crew names for questions that nobody answered.
  user_id uuid REFERENCES users ON DELETE CASCADE,
  email text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX approval_links_approval ON approval_links (approval_id);
CREATE INDEX approval_links_user ON approval_links (user_id);
CREATE INDEX approval_links_workspace ON approval_links (workspace_id);

SELECT wall_table('approval_links', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');
