-- Branches: a message follows another one, and what is shown is the way from the conversation's head to its first message.
ALTER TABLE messages ADD COLUMN parent_id uuid REFERENCES messages ON DELETE CASCADE;
UPDATE messages m SET parent_id = (SELECT p.id FROM messages p WHERE p.conversation_id = m.conversation_id AND p.seq = m.seq - 1);
CREATE INDEX messages_versions ON messages (conversation_id, parent_id, seq);
CREATE INDEX messages_parent ON messages (parent_id) WHERE parent_id IS NOT NULL;
-- What an answer was made of besides its text.
ALTER TABLE messages ADD COLUMN parts jsonb NOT NULL DEFAULT '[]';

-- Who answers, and what is said to them with every question.
ALTER TABLE conversations ADD COLUMN target jsonb NOT NULL DEFAULT '{"kind": "model"}';
ALTER TABLE conversations ADD COLUMN facts jsonb NOT NULL DEFAULT '[]';
ALTER TABLE conversations ADD COLUMN pinned_at timestamptz;
ALTER TABLE conversations ADD COLUMN archived_at timestamptz;
ALTER TABLE conversations ADD COLUMN is_shared boolean NOT NULL DEFAULT false;
ALTER TABLE conversations ADD COLUMN is_temporary boolean NOT NULL DEFAULT false;
ALTER TABLE conversations ADD COLUMN head_id uuid REFERENCES messages ON DELETE SET NULL;
UPDATE conversations c SET head_id = (SELECT m.id FROM messages m WHERE m.conversation_id = c.id ORDER BY m.seq DESC LIMIT 1);
CREATE INDEX conversations_head ON conversations (head_id) WHERE head_id IS NOT NULL;
DROP INDEX conversations_list;
CREATE INDEX conversations_list ON conversations (workspace_id, user_id, (pinned_at IS NOT NULL) DESC, updated_at DESC, id DESC) WHERE NOT is_temporary;
CREATE INDEX conversations_temporary ON conversations (updated_at) WHERE is_temporary;
CREATE INDEX conversations_shared ON conversations (workspace_id, updated_at DESC, id DESC) WHERE is_shared;

-- Search: words as they stand, in any language. What is longer than a message may be is found by its beginning.
ALTER TABLE conversations ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', title)) STORED;
ALTER TABLE messages ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', left(content, 100000))) STORED;
CREATE INDEX conversations_words ON conversations USING gin (words);
CREATE INDEX messages_words ON messages USING gin (words);

-- All of the words, each of them as a beginning; null where there is none, which matches nothing.
CREATE FUNCTION words_beginning_with(asked text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT string_agg(quote_literal(lexeme) || ':*', ' & ')::tsquery FROM unnest(to_tsvector('simple', asked))
$$;

-- Runs of temporary conversations are in no list. Once such a run has ended and its conversation is gone, in whichever
-- order, its texts go too; the row stays for the ledger, whose attempts name no words.
ALTER TABLE runs ADD COLUMN is_temporary boolean NOT NULL DEFAULT false;
CREATE FUNCTION forget_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM run_documents WHERE run_id = NEW.id;
  DELETE FROM run_steps WHERE run_id = NEW.id;
  DELETE FROM run_events WHERE run_id = NEW.id;
  DELETE FROM task_outputs WHERE run_id = NEW.id;
  DELETE FROM approvals WHERE run_id = NEW.id;
  DELETE FROM dead_letters WHERE run_id = NEW.id;
  UPDATE call_attempts SET error = NULL WHERE run_id = NEW.id AND error IS NOT NULL;
  UPDATE runs SET inputs = '{}', output = NULL, error = NULL WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER temporary_runs_forgotten AFTER UPDATE ON runs FOR EACH ROW
  WHEN (NEW.is_temporary AND NEW.ended_at IS NOT NULL AND NEW.conversation_id IS NULL AND (OLD.ended_at IS NULL OR OLD.conversation_id IS NOT NULL))
  EXECUTE FUNCTION forget_run();

-- The branch that ends with a message, from that message back to the first.
CREATE FUNCTION branch_of(last uuid) RETURNS SETOF messages LANGUAGE sql STABLE AS $$
  WITH RECURSIVE branch AS (
    SELECT m.* FROM messages m WHERE m.id = last
    UNION ALL
    SELECT p.* FROM branch b JOIN messages p ON p.id = b.parent_id
  )
  SELECT * FROM branch
$$;
