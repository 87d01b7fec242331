import type { Message } from "@crew/contracts/conversations";
import { getConversation } from "@crew/core/conversations/get-conversation";
import { listMessages } from "@crew/core/conversations/list-messages";
import { encodeFrame } from "./encode-frame.ts";
import type { Feed, FeedOptions } from "./feed.ts";
import { RunFeed } from "./run-feed.ts";
import { SafetyPoll } from "./safety-poll.ts";

const SNAPSHOT = 30;
const MAX_KNOWN = 500;
/** After an answer's last event, its message follows by itself, or is read. */
const ANSWER_GRACE_MS = 150;

/**
 * One conversation for one reader: its newest messages as they are, every change of them, and for the answer in flight
 * its run's events from the first and its text. `after` plays no part: messages are few and replace each other by id.
 */
export class ConversationFeed implements Feed {
  readonly #options: FeedOptions & { conversationId: string };
  /** State of each message as it was last sent. */
  readonly #known = new Map<string, Message["state"]>();
  #held: Message[] | undefined = [];
  #answer: { runId: string; feed: RunFeed } | undefined;
  #leave: (() => Promise<void>) | undefined;
  #poll: SafetyPoll | undefined;
  #isStopped = false;
  #newestSeq = 0;
  #following: Promise<void> = Promise.resolve();

  constructor(options: FeedOptions & { conversationId: string }) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { ctx, conversationId, outbox, topic, limits } = this.#options;
    await getConversation(ctx, conversationId);
    this.#leave = await ctx.bus.subscribe(`conversation:${conversationId}`, (message) => {
      if (message.type === "message") this.#onMessage(message.message);
    });
    if (this.#isStopped) return this.stop();
    await this.#readNewest();
    await this.#following;
    outbox.send({ type: "caught_up", topic, seq: this.#newestSeq });
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of held) this.#show(message);
    if (this.#isStopped) return;
    this.#poll = new SafetyPoll(() => this.#look(), { fastMs: limits.pollMs * 2, slowMs: limits.slowPollMs * 2 });
  }

  stop(): void {
    this.#isStopped = true;
    this.#poll?.stop();
    this.#answer?.feed.stop();
    this.#leave?.().catch(() => {});
    this.#leave = undefined;
  }

  #onMessage(message: Message): void {
    this.#poll?.noteHint();
    if (this.#held) this.#held.push(message);
    else this.#show(message);
  }

  /** A message is final once it is no longer pending: an older hint that comes late changes nothing. */
  #show(message: Message): boolean {
    const { outbox, topic } = this.#options;
    const known = this.#known.get(message.id);
    if (this.#isStopped || (known && known !== "pending")) return false;
    if (known === message.state) {
      this.#followAnswer(message);
      return false;
    }
    this.#known.set(message.id, message.state);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(oldest);
    }
    this.#newestSeq = Math.max(this.#newestSeq, message.seq);
    outbox.sendLive(topic, encodeFrame({ type: "message", topic, message }));
    this.#followAnswer(message);
    return true;
  }

  #followAnswer({ id, state, runId }: Message): void {
    if (state === "pending" && runId && this.#answer?.runId !== runId) this.#following = this.#follow(id, runId);
  }

  async #follow(messageId: string, runId: string): Promise<void> {
    this.#answer?.feed.stop();
    const onEnd = () => setTimeout(() => void this.#readAnswer(messageId), ANSWER_GRACE_MS);
    const feed = new RunFeed({ ...this.#options, runId, after: 0, onEnd });
    this.#answer = { runId, feed };
    try {
      await feed.follow(false);
    } catch (error) {
      this.#options.ctx.log.warn({ err: error, runId }, "an answer could not be followed");
      if (this.#answer?.feed === feed) this.#answer = undefined;
    }
  }

  async #readAnswer(messageId: string): Promise<void> {
    if (!this.#isStopped && this.#known.get(messageId) === "pending") await this.#look();
  }

  async #look(): Promise<boolean> {
    try {
      return await this.#readNewest();
    } catch (error) {
      this.#options.ctx.log.warn({ err: error }, "a conversation could not be read");
      return false;
    }
  }

  async #readNewest(): Promise<boolean> {
    const { ctx, conversationId, outbox } = this.#options;
    const { data } = await listMessages(ctx, conversationId, { limit: SNAPSHOT });
    let isNew = false;
    for (const message of data.reverse()) {
      if (!outbox.hasRoom() && !(await outbox.untilRoom())) return isNew;
      isNew = this.#show(message) || isNew;
    }
    return isNew;
  }
}
