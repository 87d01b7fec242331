-- The audit log as a chain that only grows.
ALTER TABLE audit_events ADD COLUMN outcome text NOT NULL DEFAULT 'ok' CHECK (outcome IN ('ok', 'refused'));
ALTER TABLE audit_events ADD COLUMN address text;
ALTER TABLE audit_events ADD COLUMN user_agent text;
CREATE INDEX audit_events_subject ON audit_events (workspace_id, subject);

-- The last link of each workspace's chain; its lock makes transactions that end at the same time chain one after another.
CREATE TABLE audit_heads (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
  seq bigint NOT NULL,
  hash bytea NOT NULL
);
ALTER TABLE audit_heads SET (fillfactor = 50);

CREATE TABLE audit_links (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  seq bigint NOT NULL,
  -- No foreign key: of an event that somebody removed, the link must still tell the id.
  event_id uuid NOT NULL UNIQUE,
  prev_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (workspace_id, seq)
);

-- What stays of the log of a deleted workspace: how far it went, its last hash, and the act that ended it.
CREATE TABLE audit_tombstones (
  workspace_id uuid PRIMARY KEY,
  name text NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  last_event jsonb,
  deleted_at timestamptz NOT NULL DEFAULT now()
);

-- One part of the text that is hashed: its length first, so that no two rows give the same text.
CREATE FUNCTION audit_part(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN value IS NULL THEN '-;' ELSE octet_length(convert_to(value, 'UTF8')) || ':' || value || ';' END
$$;

-- core/audit/audit-hash.ts computes the same from what it reads.
CREATE FUNCTION audit_hash(event audit_events, seq bigint, prev_hash bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to('crew audit event v1;'
    || audit_part(seq::text) || audit_part(encode(prev_hash, 'hex'))
    || audit_part(event.id::text) || audit_part(event.workspace_id::text) || audit_part(event.actor::text)
    || audit_part(event.action) || audit_part(event.subject) || audit_part(event.detail::text) || audit_part(event.outcome)
    || audit_part(event.request_id) || audit_part(event.address) || audit_part(event.user_agent)
    || audit_part(to_char(event.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), 'UTF8'))
$$;

-- Deferred to the commit: a verb may write its audit row first and wait for other rows afterwards without holding back
-- the workspace's other verbs, and two of them cannot wait for each other. Runs as the tables' owner, so that whoever
-- may add events need not be allowed to touch the chain.
CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head audit_heads;
BEGIN
  -- The workspace was deleted in the same transaction, and its log with it.
  IF NOT EXISTS (SELECT FROM audit_events WHERE id = NEW.id) THEN RETURN NULL; END IF;
  SELECT * INTO head FROM audit_heads WHERE workspace_id = NEW.workspace_id FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO audit_heads VALUES (NEW.workspace_id, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM audit_heads WHERE workspace_id = NEW.workspace_id FOR UPDATE;
  END IF;
  INSERT INTO audit_links VALUES (NEW.workspace_id, head.seq + 1, NEW.id, head.hash, audit_hash(NEW, head.seq + 1, head.hash))
    RETURNING seq, hash INTO head.seq, head.hash;
  UPDATE audit_heads SET seq = head.seq, hash = head.hash WHERE workspace_id = NEW.workspace_id;
  RETURN NULL;
END $$;

-- What was logged before there was a chain.
DO $$
DECLARE
  event audit_events;
  head audit_heads;
BEGIN
  FOR event IN SELECT * FROM audit_events ORDER BY workspace_id, created_at, id LOOP
    SELECT * INTO head FROM audit_heads WHERE workspace_id = event.workspace_id;
    IF NOT FOUND THEN
      INSERT INTO audit_heads VALUES (event.workspace_id, 0, decode(repeat('00', 32), 'hex')) RETURNING * INTO head;
    END IF;
    INSERT INTO audit_links VALUES (event.workspace_id, head.seq + 1, event.id, head.hash, audit_hash(event, head.seq + 1, head.hash))
      RETURNING seq, hash INTO head.seq, head.hash;
    UPDATE audit_heads SET seq = head.seq, hash = head.hash WHERE workspace_id = event.workspace_id;
  END LOOP;
END $$;

CREATE CONSTRAINT TRIGGER audit_events_chain AFTER INSERT ON audit_events
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link();

-- Only with its whole workspace does a log go; the owner of the tables cannot change a row either.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM workspaces WHERE id = OLD.workspace_id) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_events_immutable BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_links_immutable BEFORE UPDATE OR DELETE ON audit_links FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_links_no_truncate BEFORE TRUNCATE ON audit_links FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_heads_stay BEFORE DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_heads_no_truncate BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE FUNCTION refuse_tombstone_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_tombstones_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_tombstones
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_tombstone_change();

CREATE FUNCTION audit_entomb() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- The act that deletes the workspace is to be the last link.
  SET CONSTRAINTS audit_events_chain IMMEDIATE;
  SET CONSTRAINTS audit_events_chain DEFERRED;
  INSERT INTO audit_tombstones (workspace_id, name, seq, hash, last_event)
    SELECT OLD.id, OLD.name, h.seq, h.hash, to_jsonb(e)
    FROM audit_heads h
      LEFT JOIN audit_links l ON l.workspace_id = h.workspace_id AND l.seq = h.seq
      LEFT JOIN audit_events e ON e.id = l.event_id
    WHERE h.workspace_id = OLD.id;
  RETURN OLD;
END $$;
CREATE TRIGGER workspaces_entomb_audit BEFORE DELETE ON workspaces FOR EACH ROW EXECUTE FUNCTION audit_entomb();
