-- What may be spent, and what was.

CREATE TABLE budgets (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('run', 'crew', 'api_key', 'user', 'workspace')),
  -- The one crew, key or person; null: each of its kind has the limit for itself.
  subject_id uuid,
  -- Days and months are those of UTC.
  period text NOT NULL CHECK (period IN ('total', 'day', 'month')),
  measure text NOT NULL CHECK (measure IN ('usd', 'tokens', 'calls', 'minutes')),
  limit_amount numeric NOT NULL CHECK (limit_amount > 0),
  action text NOT NULL CHECK (action IN ('stop', 'park')),
  warn_at_percent int CHECK (warn_at_percent BETWEEN 1 AND 99),
  is_enabled boolean NOT NULL,
  -- Grows with each change: who parks because of an older one looks again.
  version int NOT NULL DEFAULT 1,
  created_by uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK (scope NOT IN ('run', 'workspace') OR subject_id IS NULL)
);
CREATE INDEX budgets_list ON budgets (workspace_id, id DESC);
SELECT wall_table('budgets', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

-- What one subject has used of a budget in one period. No reference to budgets: a removal would lock counters in another
-- order than calls do; rows without a budget are removed later.
CREATE TABLE budget_counters (
  budget_id uuid NOT NULL,
  subject_key uuid NOT NULL,
  -- 1970 where the period is the whole.
  period_start timestamptz NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  settled numeric NOT NULL DEFAULT 0,
  -- The most that calls in flight may come to.
  reserved numeric NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  -- The limits at which this was last told: a raised one is told of anew.
  warned_limit numeric,
  reached_limit numeric,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (budget_id, subject_key, period_start)
);
ALTER TABLE budget_counters SET (fillfactor = 70);
CREATE INDEX budget_counters_of_workspace ON budget_counters (workspace_id);
SELECT wall_table('budget_counters', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

CREATE TABLE budget_reservations (
  attempt_id uuid NOT NULL,
  budget_id uuid NOT NULL,
  subject_key uuid NOT NULL,
  period_start timestamptz NOT NULL,
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  measure text NOT NULL,
  reserved numeric NOT NULL,
  -- Null: held.
  settled numeric,
  settled_at timestamptz,
  PRIMARY KEY (attempt_id, budget_id, subject_key)
);
ALTER TABLE budget_reservations SET (fillfactor = 80);
CREATE INDEX budget_reservations_held ON budget_reservations (run_id) WHERE settled IS NULL;
SELECT wall_table('budget_reservations', 'EXISTS (SELECT FROM runs WHERE runs.id = budget_reservations.run_id)');

-- What a workspace says that a model costs, where the bundled table does not know it.
CREATE TABLE model_prices (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  -- <provider name>/<model id>
  model text NOT NULL,
  input_per_million numeric NOT NULL CHECK (input_per_million >= 0),
  output_per_million numeric NOT NULL CHECK (output_per_million >= 0),
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, model)
);
SELECT wall_table('model_prices', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');

-- A run that another one has started draws on what that one may spend too.
ALTER TABLE runs ADD COLUMN parent_run_id uuid REFERENCES runs ON DELETE SET NULL;
ALTER TABLE runs ADD COLUMN waits_for_budget uuid;
ALTER TABLE runs ADD COLUMN api_key_id uuid;
CREATE INDEX runs_waiting_for_budget ON runs (waits_for_budget) WHERE waits_for_budget IS NOT NULL;
CREATE INDEX runs_of_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;

-- Usage is read by workspace and time.
ALTER TABLE call_attempts ADD COLUMN workspace_id uuid;
ALTER TABLE call_attempts ADD COLUMN agent_id uuid;
UPDATE call_attempts SET workspace_id = runs.workspace_id FROM runs WHERE runs.id = call_attempts.run_id;
ALTER TABLE call_attempts ALTER COLUMN workspace_id SET NOT NULL;
CREATE INDEX call_attempts_time ON call_attempts (workspace_id, sent_at);
-- By its own column, so that a month of attempts is not asked for its runs one by one.
SELECT wall_table('call_attempts', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');


CREATE FUNCTION budget_period_start(period text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN period = 'total' THEN timestamptz '1970-01-01 00:00Z' ELSE date_trunc(period, now(), 'UTC') END
$$;
-- Null: it has none.
CREATE FUNCTION budget_period_end(period text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN period <> 'total' THEN (date_trunc(period, now() AT TIME ZONE 'UTC') + ('1 ' || period)::interval) AT TIME ZONE 'UTC' END
$$;

-- One counter that a run draws on, with what its budget says.
CREATE TYPE budget_draw AS (
  budget_id uuid, subject_key uuid, period_start timestamptz, workspace_id uuid, name text, scope text, period text, measure text,
  limit_amount numeric, action text, warn_at_percent int, version int,
  -- Where the ledger is read from when the counter begins; null: at zero.
  seed_from timestamptz
);

-- The counters of a run: its own, its crew's, starter's and key's, and those of all runs above it, in the order in which they are locked.
CREATE FUNCTION budgets_of_run(run uuid) RETURNS SETOF budget_draw LANGUAGE sql STABLE AS $$
  WITH RECURSIVE line AS (
    SELECT r.id, r.parent_run_id, r.workspace_id, r.crew_id, r.started_by_user_id, r.api_key_id, r.created_at, 1 AS depth FROM runs r WHERE r.id = run
    UNION ALL
    SELECT r.id, r.parent_run_id, r.workspace_id, r.crew_id, r.started_by_user_id, r.api_key_id, r.created_at, line.depth + 1
    FROM runs r JOIN line ON r.id = line.parent_run_id WHERE line.depth < 32
  ), keys AS (
    SELECT 'run' AS scope, id AS key, created_at AS since FROM line
    UNION SELECT 'crew', crew_id, NULL FROM line
    UNION SELECT 'user', started_by_user_id, NULL FROM line
    UNION SELECT 'api_key', api_key_id, NULL FROM line
    UNION SELECT 'workspace', workspace_id, NULL FROM line
  )
  SELECT b.id, k.key, budget_period_start(b.period), b.workspace_id, b.name, b.scope, b.period, b.measure, b.limit_amount, b.action,
    b.warn_at_percent, b.version,
    -- What the period has cost before the budget was made counts, and all that a run has cost; any other total counts from then on.
    CASE WHEN b.period <> 'total' AND b.created_at > budget_period_start(b.period) THEN budget_period_start(b.period)
      WHEN b.period = 'total' AND k.since < b.created_at THEN k.since END
  FROM budgets b JOIN keys k ON k.scope = b.scope AND k.key IS NOT NULL AND (b.subject_id IS NULL OR b.subject_id = k.key)
  WHERE b.workspace_id = (SELECT l.workspace_id FROM line l WHERE l.depth = 1) AND b.is_enabled
  ORDER BY 1, 2, 3
$$;

-- What the ledger says that a subject has used since a moment.
CREATE FUNCTION budget_used_before(d budget_draw) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT coalesce(CASE d.measure WHEN 'usd' THEN sum(a.cost_usd) WHEN 'tokens' THEN sum(coalesce(a.input_tokens, 0) + coalesce(a.output_tokens, 0))
      WHEN 'calls' THEN count(*) ELSE 0 END, 0)
  FROM call_attempts a JOIN runs r ON r.id = a.run_id
  WHERE a.workspace_id = d.workspace_id AND a.sent_at >= d.seed_from AND a.outcome NOT IN ('pending', 'not_sent')
    AND d.subject_key = CASE d.scope WHEN 'run' THEN r.id WHEN 'crew' THEN r.crew_id WHEN 'user' THEN r.started_by_user_id
      WHEN 'api_key' THEN r.api_key_id ELSE r.workspace_id END
    -- Calls that hold a reservation are counted when they are settled.
    AND NOT EXISTS (SELECT FROM budget_reservations h WHERE h.attempt_id = a.id AND h.budget_id = d.budget_id)
$$;

-- Of a budget for one subject, which is known before it makes a call.
CREATE FUNCTION begin_budget_counter(budget uuid) RETURNS void LANGUAGE sql AS $$
  INSERT INTO budget_counters (budget_id, subject_key, period_start, workspace_id, settled)
  SELECT b.id, s.key, budget_period_start(b.period), b.workspace_id,
    CASE WHEN b.period = 'total' THEN 0 ELSE budget_used_before(ROW(b.id, s.key, budget_period_start(b.period), b.workspace_id, b.name, b.scope,
      b.period, b.measure, b.limit_amount, b.action, b.warn_at_percent, b.version, budget_period_start(b.period))::budget_draw) END
  FROM budgets b, LATERAL (SELECT CASE WHEN b.scope = 'workspace' THEN b.workspace_id ELSE b.subject_id END AS key) s
  WHERE b.id = budget AND s.key IS NOT NULL
$$;

CREATE FUNCTION budget_output_price(want jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT ((want->>'withMillionUsd')::numeric - (want->>'inputUsd')::numeric) / 1000000
$$;

-- What a call may come to in a budget's measure. Minutes are counted as they pass.
CREATE FUNCTION budget_amount(measure text, want jsonb, output_tokens numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE measure WHEN 'calls' THEN 1 WHEN 'tokens' THEN (want->>'inputTokens')::numeric + output_tokens
    WHEN 'usd' THEN (want->>'inputUsd')::numeric + output_tokens * budget_output_price(want) ELSE 0 END
$$;

CREATE FUNCTION budget_standing(d budget_draw, settled numeric, reserved numeric) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('budgetId', d.budget_id, 'subjectKey', d.subject_key, 'name', d.name, 'scope', d.scope, 'period', d.period, 'measure', d.measure,
    'limit', trim_scale(d.limit_amount)::text, 'action', d.action, 'version', d.version, 'settled', trim_scale(settled)::text,
    'reserved', trim_scale(reserved)::text, 'periodEnd', budget_period_end(d.period))
$$;

-- `needed`: what the call may come to, where others hold it.
CREATE FUNCTION refuse_draw(d budget_draw, want jsonb, why text, settled numeric, reserved numeric, needed numeric DEFAULT 0) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the budget % has no room', d.budget_id USING ERRCODE = 'ZB001',
    DETAIL = (budget_standing(d, settled, reserved) || jsonb_build_object('attemptId', want->'attemptId', 'why', why, 'needed', needed::text))::text;
END $$;

-- One commit's dealings with budgets: settles calls that are over, counts time that has passed, reserves for calls that begin. A call
-- without room raises ZB001, and nothing of it stays. Null: no budget applies to the run.
-- draw: {settle: [{attemptId, calls, tokens, usd}] where null is what was reserved, activeMs,
--   wants: [{attemptId, inputTokens, inputUsd, withMillionUsd, outputTokens, leastOutputTokens}]}
CREATE FUNCTION draw_budgets(run uuid, draw jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  mine budget_draw[] := ARRAY(SELECT d FROM budgets_of_run(run) d);
  d budget_draw;
  held record;
  want jsonb;
  counter budget_counters;
  output_tokens numeric;
  room numeric;
  granted jsonb := '{}';
  crossed jsonb;
  minutes jsonb;
BEGIN
  -- All locks come first and in one order, so that two calls never wait for each other.
  FOR held IN
    SELECT m.budget_id, m.subject_key, m.period_start FROM unnest(mine) m
    UNION
    SELECT h.budget_id, h.subject_key, h.period_start FROM budget_reservations h
    WHERE h.attempt_id IN (SELECT (s->>'attemptId')::uuid FROM jsonb_array_elements(draw->'settle') s) AND h.settled IS NULL
    ORDER BY 1, 2, 3
  LOOP
    PERFORM FROM budget_counters c WHERE (c.budget_id, c.subject_key, c.period_start) = (held.budget_id, held.subject_key, held.period_start) FOR UPDATE;
    CONTINUE WHEN FOUND;
    SELECT * INTO d FROM unnest(mine) m WHERE m.budget_id = held.budget_id AND m.subject_key = held.subject_key;
    CONTINUE WHEN NOT FOUND;
    INSERT INTO budget_counters (budget_id, subject_key, period_start, workspace_id) VALUES (d.budget_id, d.subject_key, d.period_start, d.workspace_id)
    ON CONFLICT DO NOTHING;
    IF FOUND AND d.seed_from IS NOT NULL THEN
      UPDATE budget_counters c SET settled = budget_used_before(d)
      WHERE (c.budget_id, c.subject_key, c.period_start) = (d.budget_id, d.subject_key, d.period_start);
    ELSE
      PERFORM FROM budget_counters c WHERE (c.budget_id, c.subject_key, c.period_start) = (d.budget_id, d.subject_key, d.period_start) FOR UPDATE;
    END IF;
  END LOOP;

  IF jsonb_array_length(draw->'settle') > 0 THEN
    PERFORM settle_reservations(draw->'settle');
  END IF;
  IF cardinality(mine) = 0 THEN
    RETURN NULL;
  END IF;
  UPDATE budget_counters c SET settled = c.settled + (draw->>'activeMs')::numeric / 60000, updated_at = now() FROM unnest(mine) m
  WHERE m.measure = 'minutes' AND (draw->>'activeMs')::int > 0
    AND (c.budget_id, c.subject_key, c.period_start) = (m.budget_id, m.subject_key, m.period_start);

  FOR want IN SELECT value FROM jsonb_array_elements(draw->'wants') LOOP
    output_tokens := (want->>'outputTokens')::numeric;
    FOREACH d IN ARRAY mine LOOP
      SELECT * INTO counter FROM budget_counters c
      WHERE (c.budget_id, c.subject_key, c.period_start) = (d.budget_id, d.subject_key, d.period_start);
      room := d.limit_amount - counter.settled;
      IF d.measure = 'usd' AND (want->>'inputUsd' IS NULL OR want->>'withMillionUsd' IS NULL) THEN
        PERFORM refuse_draw(d, want, 'price_unknown', counter.settled, counter.reserved);
      ELSIF d.measure = 'minutes' THEN
        IF room <= 0 THEN
          PERFORM refuse_draw(d, want, 'reached', counter.settled, counter.reserved);
        END IF;
      ELSIF budget_amount(d.measure, want, (want->>'leastOutputTokens')::numeric) > room THEN
        PERFORM refuse_draw(d, want, 'reached', counter.settled, counter.reserved);
      ELSIF budget_amount(d.measure, want, output_tokens) > room - counter.reserved THEN
        -- Most calls come to less than was reserved for them: what others hold is worth waiting for.
        IF counter.reserved > 0 THEN
          PERFORM refuse_draw(d, want, 'held', counter.settled, counter.reserved, budget_amount(d.measure, want, output_tokens));
        END IF;
        output_tokens := floor(CASE d.measure WHEN 'tokens' THEN room - (want->>'inputTokens')::numeric
          ELSE (room - (want->>'inputUsd')::numeric) / budget_output_price(want) END);
      END IF;
    END LOOP;
    INSERT INTO budget_reservations (attempt_id, budget_id, subject_key, period_start, run_id, measure, reserved)
    SELECT (want->>'attemptId')::uuid, m.budget_id, m.subject_key, m.period_start, run, m.measure, budget_amount(m.measure, want, output_tokens)
    FROM unnest(mine) m WHERE m.measure <> 'minutes';
    UPDATE budget_counters c SET reserved = c.reserved + budget_amount(m.measure, want, output_tokens), updated_at = now() FROM unnest(mine) m
    WHERE m.measure <> 'minutes' AND (c.budget_id, c.subject_key, c.period_start) = (m.budget_id, m.subject_key, m.period_start);
    granted := granted || jsonb_build_object(want->>'attemptId', output_tokens);
  END LOOP;

  SELECT coalesce(jsonb_agg(budget_standing(m, c.settled, c.reserved)), '[]') INTO crossed
  FROM unnest(mine) m JOIN budget_counters c ON (c.budget_id, c.subject_key, c.period_start) = (m.budget_id, m.subject_key, m.period_start)
  WHERE c.settled * 100 >= m.limit_amount * m.warn_at_percent AND c.warned_limit IS DISTINCT FROM m.limit_amount;
  SELECT budget_standing(m, c.settled, c.reserved) || jsonb_build_object('leftMs', floor((m.limit_amount - c.settled) * 60000)) INTO minutes
  FROM unnest(mine) m JOIN budget_counters c ON (c.budget_id, c.subject_key, c.period_start) = (m.budget_id, m.subject_key, m.period_start)
  WHERE m.measure = 'minutes' ORDER BY m.limit_amount - c.settled LIMIT 1;
  RETURN jsonb_build_object('granted', granted, 'crossed', crossed, 'minutes', minutes);
END $$;

-- The caller has locked the counters. A reservation is settled once, whoever comes.
CREATE FUNCTION settle_reservations(settlements jsonb) RETURNS void LANGUAGE sql AS $$
  WITH over AS (
    UPDATE budget_reservations h SET settled_at = now(),
      settled = CASE h.measure WHEN 'calls' THEN s.calls WHEN 'tokens' THEN coalesce(s.tokens, h.reserved) ELSE coalesce(s.usd, h.reserved) END
    FROM jsonb_to_recordset(settlements) AS s("attemptId" uuid, calls int, tokens numeric, usd numeric)
    WHERE h.attempt_id = s."attemptId" AND h.settled IS NULL
    RETURNING h.budget_id, h.subject_key, h.period_start, h.reserved, h.settled
  )
  UPDATE budget_counters c SET settled = c.settled + o.settled, reserved = c.reserved - o.reserved, updated_at = now()
  FROM (SELECT budget_id, subject_key, period_start, sum(reserved) AS reserved, sum(settled) AS settled FROM over GROUP BY 1, 2, 3) o
  WHERE (c.budget_id, c.subject_key, c.period_start) = (o.budget_id, o.subject_key, o.period_start)
$$;

-- Calls that runs have left open at their end, such as one that was stopped after its worker had died: nobody knows whether the provider
-- did them, so they are charged with what was reserved, in the budgets and in the ledger.
CREATE FUNCTION settle_left_open(most int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  attempts uuid[];
  held record;
BEGIN
  SELECT array_agg(DISTINCT attempt_id) INTO attempts FROM (
    SELECT h.attempt_id FROM budget_reservations h JOIN runs r ON r.id = h.run_id WHERE h.settled IS NULL AND r.ended_at IS NOT NULL LIMIT most
  ) one;
  IF attempts IS NULL THEN
    RETURN 0;
  END IF;
  FOR held IN SELECT DISTINCT h.budget_id, h.subject_key, h.period_start FROM budget_reservations h WHERE h.attempt_id = ANY(attempts) ORDER BY 1, 2, 3 LOOP
    PERFORM FROM budget_counters c WHERE (c.budget_id, c.subject_key, c.period_start) = (held.budget_id, held.subject_key, held.period_start) FOR UPDATE;
  END LOOP;
  PERFORM settle_reservations((SELECT jsonb_agg(jsonb_build_object('attemptId', id, 'calls', 1)) FROM unnest(attempts) id));
  UPDATE call_attempts a SET outcome = 'ambiguous', is_estimated = true, ended_at = now(),
    cost_usd = (SELECT max(h.settled) FROM budget_reservations h WHERE h.attempt_id = a.id AND h.measure = 'usd')
  WHERE a.id = ANY(attempts) AND a.outcome IN ('pending', 'ambiguous') AND a.cost_usd IS NULL;
  RETURN cardinality(attempts);
END $$;
