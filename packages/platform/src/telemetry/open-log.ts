import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { pino } from "pino";

const SECRET_PATHS = ["authorization", "cookie", "password", "apiKey", "token", "ticket", "key"].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

/** JSON lines to a file or to standard output. Values under names that hold secrets are never written. */
export function openLog(options: { level: string; file: string | null }): pino.Logger {
  if (options.file) mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  const destination = pino.destination({ dest: options.file ?? 1, mkdir: false, sync: false, minLength: 0 });
  return pino(
    { level: options.level, base: null, redact: { paths: SECRET_PATHS, censor: "[redacted]" }, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
}
