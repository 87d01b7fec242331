import { type RedisClient, UNANSWERED } from "./open-redis.ts";

/** The client's own timeout covers only commands not yet written, so that a frozen server would hold callers. */
const TIMEOUT_MS = 200;
/** After a timeout nobody asks for this long: a frozen Redis must not cost every caller its timeout. */
const PAUSE_MS = 1_000;

export type RedisAttempt = <T>(command: (client: RedisClient) => Promise<T>) => Promise<{ value: T } | undefined>;

/** Runs commands that may fail: `undefined` at once while Redis is away, and within `timeoutMs` when it is silent. */
export function redisAttempt(client: RedisClient, { timeoutMs = TIMEOUT_MS, pauseMs = PAUSE_MS } = {}): RedisAttempt {
  let pausedUntil = 0;
  return async (command) => {
    if (!client.isReady || performance.now() < pausedUntil) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        pausedUntil = performance.now() + pauseMs;
        client.emit(UNANSWERED);
        resolve(undefined);
      }, timeoutMs);
    });
    const answer = command(client).then(
      (value) => ({ value }),
      () => undefined,
    );
    const result = await Promise.race([answer, timeout]);
    clearTimeout(timer);
    return result;
  };
}
