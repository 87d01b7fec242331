import { hash } from "node:crypto";
import type { Endpoint } from "@crew/contracts/endpoint";
import type { Actor } from "@crew/core/access/actor";
import { readVersion } from "@crew/core/read-marks/read-version";
import type { System } from "@crew/core/system";
import type { ReadAnswer } from "./answer-read.ts";

/** Together, and each; what is larger is made anew every time. */
const MAX_ENTRIES = 5_000;
const MAX_UNITS = 32 * 1024 * 1024;
const MAX_ANSWER_UNITS = 256 * 1024;

interface Entry {
  answer: ReadAnswer;
  /** Of all that the answer is made of, read before the answer was. */
  version: string;
  madeAt: number;
}

/**
 * Answers of this process, each bound to the version of what it is made of. The version is asked for with every request,
 * in one small statement, so that whoever has seen a change is never shown what was before it, whichever process they ask.
 * See docs/decisions/0026.
 */
export class AnswerCache {
  readonly #system: Pick<System, "statements" | "metrics">;
  readonly #entries = new Map<string, Entry>();
  readonly #filling = new Map<string, Promise<ReadAnswer>>();
  #units = 0;

  constructor(system: Pick<System, "statements" | "metrics">) {
    this.#system = system;
  }

  async answer(endpoint: Endpoint, actor: Actor, url: string, make: () => Promise<ReadAnswer>): Promise<ReadAnswer> {
    const { cache: rule } = endpoint;
    if (!rule) return make();
    const version = await readVersion(this.#system, actor.workspaceId, rule.marks);
    const key = `${readerOf(endpoint, actor)} ${url}`;
    const known = this.#entries.get(key);
    const isFresh = known?.version === version && !isOver(known, rule.maxAgeSeconds);
    // Somebody else asked for the same at the same version: what they get is new enough for this request too.
    const filling = isFresh ? undefined : this.#filling.get(`${version} ${key}`);
    const result = isFresh ? "hit" : filling === undefined ? "miss" : "joined";
    this.#system.metrics.count("cache_lookups", { cache: "answers", result });
    if (known && isFresh) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.answer;
    }
    return filling ?? this.#fill(key, version, make);
  }

  async #fill(key: string, version: string, make: () => Promise<ReadAnswer>): Promise<ReadAnswer> {
    const place = `${version} ${key}`;
    const filling = make();
    this.#filling.set(place, filling);
    try {
      const answer = await filling;
      if (answer.isSettled) this.#keep(key, { answer, version, madeAt: performance.now() });
      return answer;
    } finally {
      this.#filling.delete(place);
    }
  }

  #keep(key: string, entry: Entry): void {
    this.#drop(key);
    if (entry.answer.text.length > MAX_ANSWER_UNITS) return;
    this.#entries.set(key, entry);
    this.#units += entry.answer.text.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_ENTRIES && this.#units <= MAX_UNITS) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#units -= entry.answer.text.length;
    this.#entries.delete(key);
  }
}

function isOver({ madeAt }: Entry, maxAgeSeconds: number | undefined): boolean {
  return maxAgeSeconds !== undefined && performance.now() - madeAt > maxAgeSeconds * 1_000;
}

/** Everyone who is answered alike. What decides about leave is in it, since the verb that asks for leave does not run. */
function readerOf({ needs, cache, worksWithoutSecondFactor }: Endpoint, actor: Actor): string {
  const { workspaceId, kind, userId, apiKeyId, oauthClientId, name, role, permissions, lacksSecondFactor } = actor;
  const isWelcome = needs !== undefined && permissions.includes(needs) && !lacksSecondFactor;
  if (cache?.isShared && isWelcome && !worksWithoutSecondFactor) return workspaceId;
  const who = [kind, userId, apiKeyId, oauthClientId, name, role, lacksSecondFactor === true, [...permissions].sort()];
  return `${workspaceId} ${hash("sha256", JSON.stringify(who), "base64url")}`;
}
