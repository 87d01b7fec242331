import { appendFileSync } from "node:fs";
import type { AskedCall } from "./asked-call.ts";

export interface JournalCall {
  /** From 1, in the order of arrival. */
  id: number;
  at: string;
  path: string;
  protocol: AskedCall["protocol"];
  model: string;
  stream: boolean;
  /** Last four characters of the key; `null`: none was sent. */
  keyLastFour: string | null;
  /** SHA-256 of the body, in hex. */
  bodyHash: string;
  messages: AskedCall["messages"];
  images: AskedCall["images"];
  returned: AskedCall["returned"];
  toolNames: string[];
  toolTurns: number;
  /** The most that the request lets be answered; `null`: it does not say. */
  maxOutputTokens: number | null;
  /** Index of the script's entry that answered; `null`: the default behavior. */
  entry: number | null;
  /** Headers of the request that could tell steps apart: `idempotency-key`, `x-request-id`, `x-crew-*`, retry counts of SDKs. */
  hints: Record<string, string>;
  /** `open` until the socket or the response has ended. */
  outcome: "open" | "completed" | "refused" | "faulted" | "client_closed";
  status: number | null;
  bytesSent: number;
  /** Events of the stream that were written. */
  chunksSent: number;
  endedAt: string | null;
}

const MAX_CALLS = 50_000;

/**
 * The judge of how often a model was called. A call is written before it is answered, also to the file, so that
 * it is there whatever is killed afterwards.
 */
export class CallJournal {
  readonly calls: JournalCall[] = [];
  total = 0;
  private readonly file: string | undefined;
  private readonly waiting = new Set<{ isMet: () => boolean; resolve: () => void }>();

  constructor(file?: string) {
    this.file = file;
  }

  begin(call: Omit<JournalCall, "id" | "at" | "outcome" | "status" | "bytesSent" | "chunksSent" | "endedAt">): JournalCall {
    const entry: JournalCall = {
      id: ++this.total,
      at: new Date().toISOString(),
      ...call,
      outcome: "open",
      status: null,
      bytesSent: 0,
      chunksSent: 0,
      endedAt: null,
    };
    this.calls.push(entry);
    if (this.calls.length > MAX_CALLS) this.calls.shift();
    this.append({ event: "call", ...entry });
    this.wake();
    return entry;
  }

  end(entry: JournalCall, outcome: Exclude<JournalCall["outcome"], "open">): void {
    if (entry.outcome !== "open") return;
    entry.outcome = outcome;
    entry.endedAt = new Date().toISOString();
    const { id, status, bytesSent, chunksSent, endedAt } = entry;
    this.append({ event: "end", id, outcome, status, bytesSent, chunksSent, endedAt });
    this.wake();
  }

  clear(): void {
    this.calls.length = 0;
    this.total = 0;
  }

  async waitUntil(what: string, isMet: () => boolean, timeoutMs: number): Promise<void> {
    if (isMet()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { isMet, resolve };
    this.waiting.add(waiter);
    const timer = setTimeout(() => reject(new Error(`fake provider: no ${what} within ${timeoutMs} ms`)), timeoutMs);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(waiter);
    }
  }

  private wake(): void {
    for (const waiter of this.waiting) if (waiter.isMet()) waiter.resolve();
  }

  private append(line: object): void {
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }
}
