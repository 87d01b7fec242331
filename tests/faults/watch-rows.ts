import type { Query } from "./open-query.ts";

/**
 * Triggers of the test's own that note what must never happen to a row, in the moment in which it does: a check
 * afterwards would not see what was changed and changed back.
 */
export async function watchRows(query: Query): Promise<void> {
  await query(`CREATE TABLE fault_notes (at timestamptz NOT NULL DEFAULT clock_timestamp(), what text NOT NULL, run_id uuid, key text)`);
  await query(`CREATE FUNCTION fault_note(what text, run_id uuid, key text) RETURNS void LANGUAGE sql SECURITY DEFINER
    AS 'INSERT INTO public.fault_notes (what, run_id, key) VALUES ($1, $2, $3)'`);
  await query(`CREATE FUNCTION watch_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE fence int := (SELECT epoch FROM public.runs WHERE id = NEW.run_id);
    BEGIN
      IF TG_OP = 'UPDATE' AND OLD.state = 'done' AND (NEW.state, NEW.result, NEW.input_hash) IS DISTINCT FROM (OLD.state, OLD.result, OLD.input_hash)
        THEN PERFORM public.fault_note('a finished step was changed', NEW.run_id, NEW.key); END IF;
      IF NEW.epoch <> fence THEN PERFORM public.fault_note('a step was written by a worker that had lost the run', NEW.run_id, NEW.key); END IF;
      RETURN NEW;
    END $$`);
  await query(`CREATE TRIGGER watch_steps BEFORE INSERT OR UPDATE ON run_steps FOR EACH ROW EXECUTE FUNCTION watch_steps()`);
  await query(`CREATE FUNCTION watch_attempts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF TG_OP = 'INSERT' AND NEW.epoch <> (SELECT epoch FROM public.runs WHERE id = NEW.run_id)
        THEN PERFORM public.fault_note('an attempt was written by a worker that had lost the run', NEW.run_id, NEW.step_key); END IF;
      IF TG_OP = 'UPDATE' AND OLD.outcome = 'completed' AND NEW.outcome <> 'completed'
        THEN PERFORM public.fault_note('a completed attempt was changed', NEW.run_id, NEW.step_key); END IF;
      RETURN NEW;
    END $$`);
  await query(`CREATE TRIGGER watch_attempts BEFORE INSERT OR UPDATE ON call_attempts FOR EACH ROW EXECUTE FUNCTION watch_attempts()`);
  await query(`CREATE FUNCTION watch_runs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF OLD.state IN ('succeeded', 'failed', 'cancelled') AND (NEW.state, NEW.output, NEW.last_seq, NEW.model_calls) IS DISTINCT FROM (OLD.state, OLD.output, OLD.last_seq, OLD.model_calls)
        THEN PERFORM public.fault_note('a run was changed after its end', NEW.id, OLD.state || ' to ' || NEW.state); END IF;
      IF NEW.epoch < OLD.epoch OR NEW.last_seq < OLD.last_seq
        THEN PERFORM public.fault_note('a run went back in time', NEW.id, NULL); END IF;
      RETURN NEW;
    END $$`);
  await query(`CREATE TRIGGER watch_runs BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION watch_runs()`);
  await query(`CREATE FUNCTION watch_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      PERFORM public.fault_note('an event was changed or removed', OLD.run_id, OLD.key);
      RETURN coalesce(NEW, OLD);
    END $$`);
  await query(`CREATE TRIGGER watch_events BEFORE UPDATE OR DELETE ON run_events FOR EACH ROW EXECUTE FUNCTION watch_events()`);
}

/** One sentence for each note of the triggers. */
export async function notedViolations(query: Query): Promise<string[]> {
  const notes = await query<{ what: string; run_id: string; key: string }>("SELECT what, run_id, key FROM fault_notes ORDER BY at");
  return notes.map(({ what, run_id, key }) => `${what}: run ${run_id}, ${key}`);
}

/** Runs that nobody moves and nobody has put back, asked for at any time while at least one worker could. */
export async function findStuckRuns(query: Query): Promise<string[]> {
  const rows = await query<{ id: string; late: string }>(
    `SELECT id, (now() - lease_until)::text AS late FROM runs WHERE state = 'running' AND lease_until < now() - interval '5 seconds'`,
  );
  return rows.map(({ id, late }) => `run ${id} is running with a lease that is over by ${late}`);
}

/** Every row of a run, for telling whether somebody has written. */
export async function rowsOf(query: Query, runUuid: string): Promise<string> {
  const [row] = await query<{ all: string }>(
    `SELECT concat_ws(' ', (SELECT md5(r::text) FROM runs r WHERE id = $1),
      (SELECT md5(string_agg(e::text, ' ' ORDER BY seq)) FROM run_events e WHERE run_id = $1),
      (SELECT md5(string_agg(s::text, ' ' ORDER BY key)) FROM run_steps s WHERE run_id = $1),
      (SELECT md5(string_agg(a::text, ' ' ORDER BY id)) FROM call_attempts a WHERE run_id = $1),
      (SELECT md5(string_agg(o::text, ' ' ORDER BY position)) FROM task_outputs o WHERE run_id = $1)) AS all`,
    [runUuid],
  );
  return row?.all ?? "";
}
