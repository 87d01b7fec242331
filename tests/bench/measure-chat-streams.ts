import { setTimeout as sleep } from "node:timers/promises";
import type { Actor } from "@crew/core/access/actor";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { sendMessage } from "@crew/core/conversations/send-message";
import { createSocketTicket } from "@crew/core/sessions/create-socket-ticket";
import type { BenchSite } from "./bench-site.ts";
import { TimedReader } from "./timed-reader.ts";

export interface StreamFigures {
  /** From the provider's word to the client, in ms. */
  p50: number;
  p99: number;
  lost: number;
  doubled: number;
  wrong: number;
  /** Commits of the database a second for each answer, its start and end included. */
  commits: number;
}

/** People do not all begin in the same second: that would measure starts, and streams are meant. */
const SENT_WITHIN_MS = 5_000;
/** Fewer than the pool has connections: who waits for one for too long is refused. */
const LANES = 5;

/** So many conversations are answered at the same time, each with one reader on a socket of its own. */
export async function chatStreams(
  site: BenchSite,
  url: string,
  people: readonly Actor[],
  { conversations, tokens }: { conversations: number; tokens: number },
): Promise<StreamFigures> {
  const open = await inLanes(
    Array.from({ length: conversations }, (_, n) => n),
    async (n) => {
      const actor = people[n % people.length] as Actor;
      const ctx = { ...site.system, actor };
      const { id } = await createConversation(ctx, { title: "Bench", model: `ollama/${tokens}` });
      const { ticket } = await createSocketTicket(ctx);
      return { ctx, id, reader: new TimedReader(url, { ticket, topic: `conversation:${id}`, tokens }) };
    },
  );
  const readers = open.map(({ reader }) => reader);
  try {
    await Promise.all(readers.map(({ caughtUp }) => caughtUp));
    const before = await commits(site);
    const startedAt = performance.now();
    await inLanes(open, async ({ ctx, id }) => {
      await sleep((SENT_WITHIN_MS * LANES) / conversations);
      await sendMessage(ctx, id, { clientMessageId: "m1", content: "Speak.", attachments: [] });
    });
    await Promise.all(readers.map(({ done }) => done));
    const seconds = (performance.now() - startedAt) / 1_000;
    const made = (await commits(site)) - before;
    const all = readers.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b);
    const sum = (of: (reader: TimedReader) => number) => readers.reduce((total, reader) => total + of(reader), 0);
    return {
      p50: all[Math.floor(all.length * 0.5)] ?? Number.NaN,
      p99: all[Math.floor(all.length * 0.99)] ?? Number.NaN,
      lost: sum(({ lost }) => lost),
      doubled: sum(({ doubled }) => doubled),
      wrong: sum(({ wrong }) => wrong),
      commits: made / seconds / conversations,
    };
  } finally {
    for (const reader of readers) reader.close();
  }
}

async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const left = [...items];
  const done: R[] = [];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) done.push(await work(item));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return done;
}

/** Backends tell of their transactions a moment later. */
async function commits(site: BenchSite): Promise<number> {
  await sleep(1_500);
  const { rows } = await site.system.pool.query<{ count: string }>(
    "SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()",
  );
  return Number(rows[0]?.count);
}
