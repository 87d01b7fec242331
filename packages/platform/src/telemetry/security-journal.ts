import type { NotedSecurityEvent } from "@crew/core/security/note-security-event";
import type { SecurityEventBatchLine } from "@crew/core/security/write-security-events";
import type { Log, SecurityJournal } from "@crew/core/system";

const FLUSH_MS = 1_000;
/** An attack makes thousands of events alike, which are one line; more lines than these in a second are counted only. */
const MOST_LINES = 500;

/**
 * Gathers security events for a second, counts what is alike, and writes the batch. What cannot be written is in the log
 * already; a journal that waited for the database would make an attack on sign-in one on the database too.
 */
export function securityJournal(options: {
  write(batch: SecurityEventBatchLine[]): Promise<void>;
  log: Log;
  now(): Date;
}): SecurityJournal & AsyncDisposable {
  let lines = new Map<string, SecurityEventBatchLine>();
  let dropped = 0;
  let writing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    if (lines.size === 0) return writing;
    const batch = [...lines.values()];
    lines = new Map();
    if (dropped > 0) options.log.warn({ dropped }, "security events were counted and not kept, since they were too many");
    dropped = 0;
    writing = writing
      .then(() => options.write(batch))
      .catch((error: unknown) => {
        options.log.warn({ err: error, events: batch.length }, "security events could not be kept");
      });
    return writing;
  }

  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();
  return {
    note(event: NotedSecurityEvent) {
      const key = JSON.stringify([event.kind, event.workspaceId, event.userId, event.address, event.detail]);
      const alike = lines.get(key);
      if (alike) alike.count += 1;
      else if (lines.size < MOST_LINES) lines.set(key, { event, count: 1, at: options.now().toISOString() });
      else dropped += 1;
    },
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await flush();
    },
  };
}
