-- How fast a provider may be asked.

-- What every attempt says of its failure; null where it did not fail, or its worker was lost.
ALTER TABLE call_attempts ADD COLUMN error text;
ALTER TABLE call_attempts ADD COLUMN http_status int;
ALTER TABLE call_attempts ADD COLUMN retry_in_ms int;

-- What the key is allowed, as far as somebody has said so.
ALTER TABLE model_providers ADD COLUMN requests_per_minute int CHECK (requests_per_minute > 0);
ALTER TABLE model_providers ADD COLUMN tokens_per_minute int CHECK (tokens_per_minute > 0);
ALTER TABLE model_providers ADD COLUMN max_concurrent int CHECK (max_concurrent > 0);

-- A parked run's place in the line of its provider.
ALTER TABLE runs ADD COLUMN lane_turn jsonb;

-- A lane is one key of one provider; all workers share its pace here while Redis is away. It may be lost at any time.
CREATE TABLE provider_lanes (
  lane text PRIMARY KEY,
  state jsonb NOT NULL,
  used_at timestamptz NOT NULL
);
ALTER TABLE provider_lanes SET UNLOGGED;
-- A lane of the environment belongs to no workspace, and workspaces have no business in any of them.
SELECT wall_table('provider_lanes', NULL);
