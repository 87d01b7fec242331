import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A data folder that is removed at the end, with a database that had to be put elsewhere. */
export function temporaryDataDir(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "crew-data-"));
  // As root the database belongs to somebody else, who has to come by here.
  chmodSync(path, 0o755);
  return {
    path,
    [Symbol.dispose]() {
      for (const location of [join(path, "postgres-location"), join(path, "data", "postgres-location")])
        if (existsSync(location)) rmSync(readFileSync(location, "utf8").trim(), { recursive: true, force: true });
      rmSync(path, { recursive: true, force: true });
    },
  };
}
