-- Files that were sent with a message stay with the conversation; every later turn of its branch finds them.
CREATE TABLE conversation_files (
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  position int NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  name text NOT NULL,
  text text NOT NULL,
  characters int NOT NULL,
  PRIMARY KEY (message_id, position)
);
CREATE INDEX conversation_files_conversation ON conversation_files (conversation_id);
CREATE INDEX conversation_files_workspace ON conversation_files (workspace_id);
SELECT wall_table('conversation_files', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

-- Their passages, as they are searched.
CREATE TABLE conversation_chunks (
  message_id uuid NOT NULL,
  position int NOT NULL,
  place int NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  -- The first character of the passage in its file.
  start_at int NOT NULL,
  text text NOT NULL,
  -- Without a language's endings and stop words: texts come in any.
  words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED,
  PRIMARY KEY (message_id, position, place),
  FOREIGN KEY (message_id, position) REFERENCES conversation_files ON DELETE CASCADE
);
CREATE INDEX conversation_chunks_words ON conversation_chunks USING gin (words);
CREATE INDEX conversation_chunks_workspace ON conversation_chunks (workspace_id);
SELECT wall_table('conversation_chunks', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

-- What was attached before files stayed.
INSERT INTO conversation_files (message_id, position, workspace_id, conversation_id, name, text, characters)
SELECT a.parent_id, d.position, a.workspace_id, a.conversation_id, d.name, d.text, length(d.text)
FROM messages a JOIN run_documents d ON d.run_id = a.run_id
WHERE a.role = 'assistant' AND a.parent_id IS NOT NULL
ON CONFLICT DO NOTHING;
INSERT INTO conversation_chunks (message_id, position, place, workspace_id, start_at, text)
SELECT f.message_id, f.position, start / 1200, f.workspace_id, start, substr(f.text, start + 1, 1200)
FROM conversation_files f, generate_series(0, greatest(f.characters - 1, 0), 1200) AS start;
UPDATE messages m SET parts = given.parts
FROM (SELECT message_id, jsonb_agg(jsonb_build_object('type', 'file', 'name', name, 'characters', characters) ORDER BY position) AS parts
  FROM conversation_files GROUP BY message_id) given
WHERE m.id = given.message_id;

-- Older messages in fewer words: all of a branch up to a message. Any later turn of a branch that has it may go on from it.
CREATE TABLE conversation_summaries (
  through_message_id uuid PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  through_seq int NOT NULL,
  -- How many messages it covers, and how many before them could not even be read for it.
  messages int NOT NULL,
  omitted int NOT NULL,
  text text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX conversation_summaries_conversation ON conversation_summaries (conversation_id, through_seq);
CREATE INDEX conversation_summaries_workspace ON conversation_summaries (workspace_id);
SELECT wall_table('conversation_summaries', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');
