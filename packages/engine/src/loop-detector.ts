/** How often a pattern of calls may come in a row before it counts as a loop, by the pattern's length. */
const MOST_REPEATS = [3, 4, 4, 4] as const;

/**
 * Whether the calls end in a loop: the same call three times in a row, or the same pattern of two to four calls
 * (A-B-A-B …) four times in a row. Equal calls with other calls between them are not a loop: a file may be read again
 * after it was worked on.
 */
export function endsInLoop(signatures: readonly string[]): boolean {
  return MOST_REPEATS.some((repeats, index) => {
    const period = index + 1;
    const length = period * repeats;
    if (signatures.length < length) return false;
    const tail = signatures.slice(-length);
    return tail.every((signature, at) => signature === tail[at % period]);
  });
}
