/** What held and what did not, told while it happens. */
export class Report {
  readonly #print: (line: string) => void;
  #held = 0;
  readonly #broken: string[] = [];

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  tell(line: string): void {
    this.#print(line);
  }

  /** One part of the rehearsal; what it throws is one thing that did not hold, and the next part is tried all the same. */
  async act(name: string, part: () => Promise<void>): Promise<void> {
    this.#print(`\n── ${name}`);
    const since = Date.now();
    try {
      await part();
    } catch (error) {
      this.hold(name, false, (error as Error).message);
    }
    this.#print(`   ${Math.round((Date.now() - since) / 1000)} s`);
  }

  hold(promise: string, isKept: boolean, otherwise = ""): void {
    if (isKept) this.#held += 1;
    else this.#broken.push(promise);
    this.#print(isKept ? `  held    ${promise}` : `  BROKEN  ${promise}${otherwise && `: ${otherwise}`}`);
  }

  /** Exit code of a rehearsal that could not take place. */
  skip(reason: string): number {
    this.#print(`SKIPPED: ${reason}.`);
    return 0;
  }

  /** The last line; resolves with the exit code. */
  end(): number {
    this.#print(`\n${this.#held} held, ${this.#broken.length} broken`);
    for (const promise of this.#broken) this.#print(`  broken: ${promise}`);
    return this.#broken.length === 0 ? 0 : 1;
  }
}
