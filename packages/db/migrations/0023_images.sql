-- Pictures that were sent with a message stay with it, and go with it.
CREATE TABLE conversation_images (
  id uuid PRIMARY KEY,
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  position int NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  name text NOT NULL,
  -- By its first bytes.
  type text NOT NULL CHECK (type IN ('image/png', 'image/jpeg', 'image/webp', 'image/gif')),
  bytes int NOT NULL,
  content bytea NOT NULL,
  UNIQUE (message_id, position)
);
-- Pictures are compressed already.
ALTER TABLE conversation_images ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX conversation_images_conversation ON conversation_images (conversation_id);
CREATE INDEX conversation_images_workspace ON conversation_images (workspace_id);
SELECT wall_table('conversation_images', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');
