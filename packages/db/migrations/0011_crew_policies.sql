-- What agents and tasks say about their time, and which models stand in.
ALTER TABLE agents ADD COLUMN fallback_models text[] NOT NULL DEFAULT '{}';
ALTER TABLE agents ADD COLUMN max_execution_seconds int;
ALTER TABLE tasks ADD COLUMN max_execution_seconds int;
