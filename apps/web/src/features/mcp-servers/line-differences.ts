export interface DifferingLine {
  mark: "same" | "gone" | "new";
  text: string;
}

/** Beyond it a table of all pairs would be too large; then all of one side is gone and all of the other new. */
const MOST_LINES = 1_500;

/** Two texts line by line: the longest common lines stay, what is left is gone or new. */
export function lineDifferences(before: string, after: string): DifferingLine[] {
  const old = before.split("\n");
  const now = after.split("\n");
  const isHuge = old.length > MOST_LINES || now.length > MOST_LINES;
  const common = isHuge ? () => 0 : commonCounts(old, now);
  const lines: DifferingLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (!isHuge && i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ mark: "same", text: old[i] ?? "" });
      i++;
      j++;
    } else if (i < old.length && (j >= now.length || common(i + 1, j) >= common(i, j + 1))) {
      lines.push({ mark: "gone", text: old[i++] ?? "" });
    } else {
      lines.push({ mark: "new", text: now[j++] ?? "" });
    }
  }
  return lines;
}

/** How many lines two rests have in common, by where they begin. */
function commonCounts(old: string[], now: string[]): (i: number, j: number) => number {
  const width = now.length + 1;
  const counts = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      counts[i * width + j] =
        old[i] === now[j]
          ? (counts[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(counts[(i + 1) * width + j] ?? 0, counts[i * width + j + 1] ?? 0);
    }
  }
  return (i, j) => counts[i * width + j] ?? 0;
}
