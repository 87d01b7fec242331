import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StepName, StepResult } from "./rollout.ts";

/** One deployed state of the stack, kept so that it can come back. */
export interface Release {
  id: string;
  version: string;
  image: string;
  /** The rendered stack, whole. */
  file: string;
  deployedAt: string;
  /** `null`: nobody has seen it work. */
  verifiedAt: string | null;
}

/** A roll-out under way or broken off: what `resume` goes on with. */
export interface Attempt {
  id: string;
  version: string;
  startedAt: string;
  steps: Partial<Record<StepName, StepResult & { inputs: string; endedAt: string }>>;
}

export interface RolloutState {
  stack: string;
  /** The release that serves; `null` before the first. */
  current: string | null;
  releases: Release[];
  attempt: Attempt | null;
}

/** Enough to go back more than once. */
const RELEASES_KEPT = 5;

/** The state of one stack, written whole before anything goes on. */
export class StateFile {
  readonly path: string;
  readonly #folder: string;
  value: RolloutState;

  constructor(folder: string, stack: string) {
    this.#folder = folder;
    this.path = join(folder, `${stack}.json`);
    this.value = existsSync(this.path)
      ? (JSON.parse(readFileSync(this.path, "utf8")) as RolloutState)
      : { stack, current: null, releases: [], attempt: null };
  }

  save(change: Partial<RolloutState>): void {
    this.value = { ...this.value, ...change };
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${this.path}.new`, `${JSON.stringify(this.value, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }

  /** Puts a release down, in front of the older ones. */
  saveRelease(release: Release): void {
    const others = this.value.releases.filter(({ id }) => id !== release.id);
    this.save({ releases: [release, ...others].slice(0, RELEASES_KEPT) });
  }

  get current(): Release | undefined {
    return this.value.releases.find(({ id }) => id === this.value.current);
  }

  /** The newest one that has worked and is not the current one. */
  get previous(): Release | undefined {
    const at = this.value.releases.findIndex(({ id }) => id === this.value.current);
    return this.value.releases.slice(at + 1).find(({ verifiedAt }) => verifiedAt !== null);
  }
}

export const hashOf = (inputs: unknown): string => createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 16);

/** Sorts by time, and two of one second differ. */
export const releaseId = (now: Date, random: string): string => `${now.toISOString().slice(0, 19).replace(/[-:]/g, "")}-${random}`;
