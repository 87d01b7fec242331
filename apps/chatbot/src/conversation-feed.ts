import type { Message } from "@crew/contracts/conversations";
import { AppError } from "@crew/core/app-error";
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
 * When another branch is shown, or the conversation itself has changed, `changed` says so. Whoever reads what another
 * person shares is asked about anew with each message: it may be shared no more.
 */
export class ConversationFeed implements Feed {
  readonly #options: FeedOptions & { conversationId: string };
  /** State of each message as it was last sent. */
  readonly #known = new Map<string, Message["state"]>();
  #held: Message[] | undefined = [];
  #answer: { runId: string; feed: RunFeed } | undefined;
  #leave: (() => Promise<void>) | undefined;
  #leaveWorkspace: (() => Promise<void>) | undefined;
  #isChecking = false;
  #poll: SafetyPoll | undefined;
  #isStopped = false;
  #newestSeq = 0;
  /** End of the branch that the reader was shown last. */
  #headId: string | null | undefined;
  #isGuest = false;
  #hasChanged = false;
  #following: Promise<void> = Promise.resolve();

  constructor(options: FeedOptions & { conversationId: string }) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { ctx, conversationId, outbox, topic, limits } = this.#options;
    this.#isGuest = !(await getConversation(ctx, conversationId)).isMine;
    this.#leave = await ctx.bus.subscribe(`conversation:${conversationId}`, (message) => {
      if (message.type === "message") this.#onMessage(message.message);
      else if (message.type === "changed") this.#onChanged();
    });
    this.#leaveWorkspace = await ctx.bus.subscribe(`workspace:${ctx.actor.workspaceId}`, (message) => {
      if (message.type === "changed" && message.id === conversationId) void this.#checkIsMine();
    });
    if (this.#isStopped) return this.stop();
    await this.#readNewest();
    await this.#following;
    outbox.send({ type: "caught_up", topic, seq: this.#newestSeq });
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of held) this.#show(message);
    if (this.#hasChanged) this.#onChanged();
    if (this.#isStopped) return;
    this.#poll = new SafetyPoll(() => this.#look(), { fastMs: limits.pollMs * 2, slowMs: limits.slowPollMs * 2 });
  }

  stop(): void {
    this.#isStopped = true;
    this.#poll?.stop();
    this.#answer?.feed.stop();
    for (const leave of [this.#leave, this.#leaveWorkspace]) leave?.().catch(() => {});
    this.#leave = this.#leaveWorkspace = undefined;
  }

  #onMessage(message: Message): void {
    this.#poll?.noteHint();
    if (this.#held) this.#held.push(message);
    else if (this.#isGuest) void this.#look();
    else this.#show(message);
  }

  #onChanged(): void {
    this.#poll?.noteHint();
    this.#hasChanged = true;
    if (!this.#held) void this.#look();
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
    // What is said last is shown.
    if (message.seq === this.#newestSeq) this.#headId = message.id;
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
      this.#failed(error);
      return false;
    }
  }

  /** It may have been deleted, or be shared no longer: what is told of it must not wait for the next poll. */
  async #checkIsMine(): Promise<void> {
    if (this.#isChecking || this.#isStopped) return;
    this.#isChecking = true;
    const { ctx, conversationId } = this.#options;
    await getConversation(ctx, conversationId).catch((error: unknown) => this.#failed(error));
    this.#isChecking = false;
  }

  #failed(error: unknown): void {
    if (this.#isStopped) return;
    if (error instanceof AppError) this.#options.onLost(error);
    else this.#options.ctx.log.warn({ err: error }, "a conversation could not be read");
  }

  async #readNewest(): Promise<boolean> {
    const { ctx, conversationId, outbox } = this.#options;
    const hasChanged = this.#hasChanged;
    this.#hasChanged = false;
    const { data } = await listMessages(ctx, conversationId, { limit: SNAPSHOT });
    const headId = data[0]?.id ?? null;
    let isNew = false;
    for (const message of data.reverse()) {
      if (!outbox.hasRoom() && !(await outbox.untilRoom())) return isNew;
      isNew = this.#show(message) || isNew;
    }
    const isElsewhere = this.#headId !== undefined && this.#headId !== headId;
    this.#headId = headId;
    if (hasChanged || isElsewhere) this.#tellOfChange();
    return isNew || isElsewhere;
  }

  #tellOfChange(): void {
    const { conversationId, outbox, topic } = this.#options;
    if (!this.#isStopped) outbox.sendLive(topic, encodeFrame({ type: "changed", topic, what: "conversation", id: conversationId }));
  }
}
