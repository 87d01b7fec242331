import { AppError } from "@crew/core/app-error";
import { ConversationFeed } from "./conversation-feed.ts";
import { errorFrame } from "./error-frame.ts";
import type { Feed, FeedOptions, GatewayCtx } from "./feed.ts";
import type { GatewayLimits } from "./gateway-limits.ts";
import type { HistoryLane } from "./history-lane.ts";
import type { Outbox } from "./outbox.ts";
import { RunFeed } from "./run-feed.ts";
import { WorkspaceFeed } from "./workspace-feed.ts";

const ASK_AGAIN_MS = 2_000;

/** The topics that one socket follows. Subscribing to one anew begins it anew. */
export class Subscriptions {
  readonly #feeds = new Map<string, { feed: Feed; fail(error: unknown): void }>();
  readonly #outbox: Outbox;
  readonly #limits: GatewayLimits;
  readonly #history: HistoryLane;

  constructor(outbox: Outbox, { limits, history }: { limits: GatewayLimits; history: HistoryLane }) {
    this.#outbox = outbox;
    this.#limits = limits;
    this.#history = history;
  }

  /** Returns at once: a long history must not hold up the frames behind it, such as a stop. */
  begin(topic: string, after: number, ctx: GatewayCtx): void {
    this.end(topic);
    this.#outbox.forgive(topic);
    if (this.#feeds.size >= this.#limits.subscriptionsPerSocket) {
      throw new AppError("limited", `A socket follows at most ${this.#limits.subscriptionsPerSocket} topics.`);
    }
    const fail = (error: unknown) => {
      if (this.#feeds.get(topic)?.feed !== feed) return;
      this.end(topic);
      this.#outbox.send({ ...errorFrame(error, ctx.request?.requestId ?? "", ctx.log), topic });
      if (!(error instanceof AppError)) this.#askAgainLater(topic);
    };
    const shared = { outbox: this.#outbox, limits: this.#limits, history: this.#history };
    const feed = feedOf(topic, after, { ctx, topic, ...shared, onLost: fail });
    this.#feeds.set(topic, { feed, fail });
    feed.start().catch(fail);
  }

  /** Crews whose runs are followed. */
  get crewIds(): string[] {
    return [...new Set([...this.#feeds.values()].flatMap(({ feed }) => feed.crewId ?? []))];
  }

  /** Ends what is followed of these crews: a grant was taken away. Whatever else is followed goes on. */
  loseCrews(crewIds: readonly string[]): void {
    for (const { feed, fail } of [...this.#feeds.values()]) if (feed.crewId && crewIds.includes(feed.crewId)) fail(grantLost());
  }

  /** The database was away, say: the client subscribes anew when told to. */
  #askAgainLater(topic: string): void {
    const timer = setTimeout(() => {
      if (!this.#feeds.has(topic)) this.#outbox.send({ type: "resync", topic });
    }, ASK_AGAIN_MS);
    timer.unref();
  }

  end(topic: string): void {
    this.#feeds.get(topic)?.feed.stop();
    this.#feeds.delete(topic);
  }

  endAll(): void {
    for (const topic of [...this.#feeds.keys()]) this.end(topic);
  }
}

function grantLost(): AppError {
  return new AppError(
    "forbidden",
    "You may see this crew's runs no more: your grant on it was taken away. What you were shown stays; whoever shares the crew can give it again.",
  );
}

function feedOf(topic: string, after: number, options: FeedOptions): Feed {
  const [noun, id = ""] = topic.split(":");
  if (noun === "run") return new RunFeed({ ...options, runId: id, after });
  if (noun === "conversation") return new ConversationFeed({ ...options, conversationId: id });
  return new WorkspaceFeed(options);
}
