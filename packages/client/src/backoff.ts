const FIRST_MS = 250;
/** Who looks at a page waits for it: a server that is back should be seen within a breath. */
const LONGEST_MS = 5_000;

/**
 * Wait before attempt `n` (from 0) to connect again: doubling, with half of it random, so that a thousand pages do not
 * return to a restarted server in the same instant.
 */
export function backoffMs(n: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(n, 10));
  return ceiling / 2 + (random() * ceiling) / 2;
}
