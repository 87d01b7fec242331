/**
 * Runs `work` for every item, at most `concurrency` at a time, and starts them strictly in the order of the list, so that
 * a re-execution asks for the same keys in the same order. After a failure nothing new starts; what has started is waited
 * for, so that its result is kept, and then the first failure is thrown.
 */
export async function runInOrder<T, R>(items: readonly T[], concurrency: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
