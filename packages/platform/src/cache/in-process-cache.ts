import type { Cache } from "@crew/core/system";

interface Entry {
  json: string;
  expiresAt: number;
}

/** Values are kept as JSON, so that a reader gets a copy of its own, as it would from Redis. */
export function inProcessCache({ maxEntries = 10_000, maxUnits = 16 * 1024 * 1024 } = {}): Cache {
  const entries = new Map<string, Entry>();
  let units = 0;

  function drop(key: string): void {
    const entry = entries.get(key);
    if (!entry) return;
    units -= entry.json.length;
    entries.delete(key);
  }

  return {
    async get<T>(key: string) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (performance.now() >= entry.expiresAt) {
        drop(key);
        return undefined;
      }
      // A Map keeps the order of insertion: the least recently read comes first.
      entries.delete(key);
      entries.set(key, entry);
      return JSON.parse(entry.json) as T;
    },
    async set(key, value, ttlSeconds) {
      drop(key);
      const json = JSON.stringify(value);
      if (json === undefined || json.length > maxUnits) return;
      entries.set(key, { json, expiresAt: performance.now() + ttlSeconds * 1_000 });
      units += json.length;
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && units <= maxUnits) break;
        drop(oldest);
      }
    },
    async delete(key) {
      drop(key);
    },
  };
}
