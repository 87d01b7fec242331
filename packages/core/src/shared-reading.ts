const SHARED_MS = 500;

/** One reading of /metrics asks every gauge; those that are made with this share one answer of the database. */
export function sharedReading<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return () => {
    const at = performance.now();
    if (!last || at - last.at > SHARED_MS) last = { at, answer: read() };
    return last.answer;
  };
}
