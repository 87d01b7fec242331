import type { Limiter } from "@crew/core/system";

interface Window {
  taken: number;
  endsAt: number;
}

/** Fixed windows, each from the first take of its key. */
export function inProcessLimiter({ maxKeys = 100_000 } = {}): Limiter {
  const windows = new Map<string, Window>();

  function windowOf(key: string, windowSeconds: number, now: number): Window {
    const open = windows.get(key);
    if (open && open.endsAt > now) return open;
    const opened = { taken: 0, endsAt: now + windowSeconds * 1_000 };
    windows.delete(key);
    windows.set(key, opened);
    for (const oldest of windows.keys()) {
      if (windows.size <= maxKeys) break;
      windows.delete(oldest);
    }
    return opened;
  }

  return {
    async take(key, { points, windowSeconds }) {
      const now = performance.now();
      const window = windowOf(key, windowSeconds, now);
      window.taken += 1;
      return {
        allowed: window.taken <= points,
        remaining: Math.max(0, points - window.taken),
        resetSeconds: Math.max(1, Math.ceil((window.endsAt - now) / 1_000)),
      };
    },
  };
}
