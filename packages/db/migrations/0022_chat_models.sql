-- Asked in this order when a conversation's model gives up.
ALTER TABLE conversations ADD COLUMN fallback_models text[] NOT NULL DEFAULT '{}';
-- The form that the answer to a message must have. `json` keeps the order of properties, in which models write their answers.
ALTER TABLE messages ADD COLUMN answer_schema json;
-- Tokens that models read and write together, by model id, where the workspace knows better than the bundled table.
ALTER TABLE model_providers ADD COLUMN context_tokens jsonb NOT NULL DEFAULT '{}';
