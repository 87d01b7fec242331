-- The second wall between workspaces: row-level security for the roles that the processes act as. It stands where a query
-- has forgotten its workspace. docs/decisions/0013-row-level-security.md says what it holds back and what it does not.

-- Roles belong to the whole server, on which other databases may be migrated in the same moment.
DO $$
DECLARE
  wanted text;
  may boolean;
  help text := format('Let an administrator of the server run: CREATE ROLE crew_system NOLOGIN; CREATE ROLE crew_app NOLOGIN; GRANT crew_system, crew_app TO %I;', current_user);
BEGIN
  FOREACH wanted IN ARRAY ARRAY['crew_system', 'crew_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'The database user % may not make the role %. %', current_user, wanted, help;
      END;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin OR rolreplication)) THEN
      RAISE EXCEPTION 'The role % may do more than it must. Take from it what it does not need: ALTER ROLE % NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION;', wanted, wanted;
    END IF;
    FOR attempt IN 1..20 LOOP
      -- Since PostgreSQL 16 who makes a role may grant it, but does not act as it until it is granted.
      IF current_setting('server_version_num')::int >= 160000 THEN
        may := pg_has_role(current_user, wanted, 'USAGE') AND pg_has_role(current_user, wanted, 'SET');
      ELSE
        may := pg_has_role(current_user, wanted, 'USAGE');
      END IF;
      EXIT WHEN may;
      BEGIN
        EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
      EXCEPTION
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'The database user % may not act as the role %. %', current_user, wanted, help;
        -- Another database's migration grants it in this moment.
        WHEN internal_error OR unique_violation THEN PERFORM pg_sleep(0.05);
      END;
    END LOOP;
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO crew_system, crew_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT SELECT ON schema_migrations TO crew_system;

-- One table behind the wall: `crew_system` sees all of it, `crew_app` the rows of `app_rule`; without one, nothing. A
-- later migration that makes a table calls this for it; a test names the tables that are without.
CREATE FUNCTION wall_table(target regclass, app_rule text, app_may text DEFAULT 'SELECT, INSERT, UPDATE, DELETE', system_may text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, crew_system, crew_app', target);
  EXECUTE format('DROP POLICY IF EXISTS all_rows ON %s', target);
  EXECUTE format('DROP POLICY IF EXISTS rows_of_workspace ON %s', target);
  EXECUTE format('CREATE POLICY all_rows ON %s TO crew_system USING (true) WITH CHECK (true)', target);
  EXECUTE format('GRANT %s ON %s TO crew_system', system_may, target);
  IF app_rule IS NOT NULL THEN
    EXECUTE format('CREATE POLICY rows_of_workspace ON %s TO crew_app USING (%s) WITH CHECK (%s)', target, app_rule, app_rule);
    EXECUTE format('GRANT %s ON %s TO crew_app', app_may, target);
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION wall_table FROM PUBLIC;

DO $$
DECLARE
  -- As a subquery PostgreSQL reads the setting once for a statement, not once for a row.
  own text := 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)';
  target record;
BEGIN
  FOR target IN
    SELECT c.oid::regclass AS name,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped) AS has_workspace,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'run_id' AND NOT a.attisdropped) AS has_run
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'schema_migrations'
  LOOP
    PERFORM wall_table(target.name, CASE
      WHEN target.has_workspace THEN own
      -- The policy of runs holds inside this one too.
      WHEN target.has_run THEN format('EXISTS (SELECT FROM runs WHERE runs.id = %s.run_id)', target.name)
    END);
  END LOOP;
  PERFORM wall_table('workspaces', replace(own, 'workspace_id', 'id'), 'SELECT, UPDATE, DELETE');
  -- People are seen by those who are in the workspace with them.
  PERFORM wall_table('users', 'EXISTS (SELECT FROM workspace_members m WHERE m.user_id = users.id)', 'SELECT');
  -- The log only grows, whoever asks, and its chain grows by the log's own triggers alone. Those act as the tables' owner,
  -- who is a member of `crew_system` and so sees what it sees.
  PERFORM wall_table('audit_events', own, 'SELECT, INSERT', 'SELECT, INSERT');
  PERFORM wall_table('audit_heads', own, 'SELECT', 'SELECT');
  PERFORM wall_table('audit_links', own, 'SELECT', 'SELECT');
  PERFORM wall_table('audit_tombstones', NULL, NULL, 'SELECT');
  -- Built-in tools are everybody's to read.
  CREATE POLICY built_in ON tools FOR SELECT TO crew_app USING (workspace_id IS NULL);
  -- Apps may be another workspace's, or nobody's; who let one in sees what it is called.
  CREATE POLICY let_in ON oauth_clients FOR SELECT TO crew_app USING (EXISTS (SELECT FROM oauth_grants g WHERE g.client_id = oauth_clients.id));
END $$;

-- The job queue keeps its own tables, in a schema that `crew_system` owns so that the queue brings itself up to date.
DO $$
DECLARE
  thing record;
BEGIN
  IF to_regnamespace('pgboss') IS NULL THEN
    CREATE SCHEMA pgboss AUTHORIZATION crew_system;
    RETURN;
  END IF;
  ALTER SCHEMA pgboss OWNER TO crew_system;
  FOR thing IN
    SELECT format('%s %s', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.oid::regclass) AS name
    FROM pg_class c
    WHERE c.relnamespace = 'pgboss'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
    UNION ALL SELECT 'FUNCTION ' || p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'pgboss'::regnamespace
    UNION ALL SELECT 'TYPE ' || t.oid::regtype FROM pg_type t WHERE t.typnamespace = 'pgboss'::regnamespace AND t.typtype IN ('e', 'd')
  LOOP
    EXECUTE format('ALTER %s OWNER TO crew_system', thing.name);
  END LOOP;
END $$;
