import type { ServerFrame } from "@crew/contracts/socket";
import { requirePermission } from "@crew/core/access/require-permission";
import { encodeFrame } from "./encode-frame.ts";
import type { Feed, FeedOptions } from "./feed.ts";

/** Lists are read anew on a change: several changes of one thing in this time are one. */
const GATHER_MS = 100;

/** What changes in the reader's workspace. Nothing is stored of it: after a reconnect lists are read anew anyway. */
export class WorkspaceFeed implements Feed {
  readonly #options: FeedOptions;
  readonly #changes = new Map<string, Extract<ServerFrame, { type: "changed" }>>();
  #timer: NodeJS.Timeout | undefined;
  #leave: (() => Promise<void>) | undefined;
  #isStopped = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { ctx, topic, outbox } = this.#options;
    requirePermission(ctx, "workspace:read");
    this.#leave = await ctx.bus.subscribe(`workspace:${ctx.actor.workspaceId}`, (message) => {
      if (message.type !== "changed" || this.#isStopped) return;
      this.#changes.set(`${message.what}:${message.id}`, { type: "changed", topic, what: message.what, id: message.id });
      this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
    });
    if (this.#isStopped) return this.stop();
    outbox.send({ type: "caught_up", topic, seq: 0 });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#leave?.().catch(() => {});
    this.#leave = undefined;
  }

  #flush(): void {
    this.#timer = undefined;
    for (const change of this.#changes.values()) this.#options.outbox.sendLive(this.#options.topic, encodeFrame(change));
    this.#changes.clear();
  }
}
