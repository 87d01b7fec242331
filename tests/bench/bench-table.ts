/** Figures as they come, and the table of all of them at the end. */
export class BenchTable {
  readonly #rows: { measure: string; value: string; bar: string; holds: boolean }[] = [];

  /** Without a bar it is a figure to know. */
  row = (measure: string, value: number, bar: number | null, unit = ""): void => {
    const holds = bar === null || value <= bar;
    this.#rows.push({ measure, value: `${round(value)}${unit}`, bar: bar === null ? "" : `≤ ${bar}${unit}`, holds });
    process.stderr.write(`${measure}: ${round(value)}${unit}\n`);
  };

  /** Returns whether every bar holds. */
  print(): boolean {
    const width = Math.max(...this.#rows.map(({ measure }) => measure.length));
    console.log(`\n${"measure".padEnd(width)}  ${"reading".padStart(10)}  ${"bar".padStart(10)}`);
    for (const { measure, value, bar, holds } of this.#rows)
      console.log(`${measure.padEnd(width)}  ${value.padStart(10)}  ${bar.padStart(10)}  ${bar === "" ? "" : holds ? "holds" : "MISSED"}`);
    return this.#rows.every(({ holds }) => holds);
  }
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
