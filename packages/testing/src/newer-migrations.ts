import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Migration } from "@crew/platform/database/compare-migrations";
import { readMigrations } from "@crew/platform/database/migrate";

/** What a version after this one would bring: this one's migrations in a folder, and these behind them. */
export function newerMigrations(folder: string, files: { name: string; sql: string }[]): { folder: URL; migrations: Migration[] } {
  const path = join(folder, "migrations");
  mkdirSync(path);
  cpSync(fileURLToPath(new URL("../../db/migrations", import.meta.url)), path, { recursive: true });
  const next = readMigrations().length + 1;
  files.forEach(({ name, sql }, at) => {
    writeFileSync(join(path, `${String(next + at).padStart(4, "0")}_${name}.sql`), sql);
  });
  const url = pathToFileURL(`${path}/`);
  return { folder: url, migrations: readMigrations(url) };
}

/** All that a migration may do beside which older versions go on. */
export const EXPANSION = {
  name: "newer",
  sql: `-- What the version after this one adds.
CREATE TABLE run_notes (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  text text NOT NULL
);
SELECT wall_table('run_notes', 'workspace_id = (SELECT nullif(current_setting(''crew.workspace'', true), '''')::uuid)');
ALTER TABLE runs ADD COLUMN mood text;
ALTER TABLE runs ADD COLUMN is_starred boolean NOT NULL DEFAULT false;
ALTER TABLE run_steps ADD COLUMN weight int NOT NULL DEFAULT 1 CHECK (weight > 0);
CREATE INDEX runs_starred ON runs (workspace_id, id) WHERE is_starred;
CREATE FUNCTION note_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO run_notes VALUES (gen_random_uuid(), NEW.workspace_id, NEW.id, 'ended as ' || NEW.state);
  RETURN NULL;
END $$;
CREATE TRIGGER runs_noted AFTER UPDATE OF state ON runs FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION note_end();
`,
};
