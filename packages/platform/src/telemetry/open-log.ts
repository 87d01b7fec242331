import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { pino } from "pino";
import { redactSecrets } from "../secrets/redact-secrets.ts";
import { traceScope } from "./trace-scope.ts";

const SECRET_PATHS = ["authorization", "cookie", "password", "apiKey", "token", "ticket", "key"].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

/**
 * JSON lines to a file or to standard output. Values under names that hold secrets are never written, and secrets that
 * this process knows are left out wherever they stand.
 */
export function openLog(options: { level: string; file: string | null }): pino.Logger {
  if (options.file) mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  const destination = pino.destination({ dest: options.file ?? 1, mkdir: false, sync: false, minLength: 0 });
  const mixin = () => {
    const traceId = traceScope.getStore()?.traceId;
    return traceId === undefined ? {} : { traceId };
  };
  const redact = { paths: SECRET_PATHS, censor: "[redacted]" };
  return pino({ level: options.level, base: null, redact, timestamp: pino.stdTimeFunctions.isoTime, mixin }, {
    write: (line: string) => destination.write(redactSecrets(line)),
    flush: (done?: (error?: Error) => void) => destination.flush(done),
  } as typeof destination);
}
