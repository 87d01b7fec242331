import type { Duplex } from "node:stream";
import { isImage } from "@crew/contracts/attachments";
import { CLOSE_CODES, type ClientFrame } from "@crew/contracts/socket";
import { actingFor } from "@crew/core/access/acting-for";
import type { Actor } from "@crew/core/access/actor";
import { AppError } from "@crew/core/app-error";
import { sendMessage } from "@crew/core/conversations/send-message";
import { stopAnswer } from "@crew/core/conversations/stop-answer";
import { logAbout } from "@crew/core/log-about";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { sayToRun } from "@crew/core/runs/say-to-run";
import type { System } from "@crew/core/system";
import type { WebSocket } from "ws";
import { type ErrorFrame, errorFrame, parseClientFrame } from "./error-frame.ts";
import type { GatewayCtx } from "./feed.ts";
import type { GatewayLimits } from "./gateway-limits.ts";
import type { HistoryLane } from "./history-lane.ts";
import { Outbox } from "./outbox.ts";
import { Subscriptions } from "./subscriptions.ts";

export interface SessionHost {
  system: System;
  limits: GatewayLimits;
  history: HistoryLane;
  redeem(ticket: string): Promise<Actor | undefined>;
  /** Counts the socket for its user; `false`: the user has too many. */
  admit(session: SocketSession, actor: Actor): boolean;
  gone(session: SocketSession): void;
}

/** 1013 of the WebSocket registry: try again later. */
const TRY_AGAIN_LATER = 1013;
const POLICY_VIOLATION = 1008;
/** A frame is too small for them. */
const NO_PICTURES = "Pictures are not taken over the socket. Nothing was sent: send the message by POST /v1/conversations/{id}/messages.";
const IN = { direction: "in" };

/** One socket from its first frame to its close. Nothing that a peer sends can make it throw. */
export class SocketSession {
  readonly #ws: WebSocket;
  readonly #host: SessionHost;
  readonly #outbox: Outbox;
  readonly #subscriptions: Subscriptions;
  readonly #authTimer: NodeJS.Timeout;
  #actor: Actor | undefined;
  #hasHadFrame = false;
  #revocations: (() => Promise<void>)[] = [];
  /** Frames are handled one after the other, so that two messages keep their order. */
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;
  readonly openedAt = performance.now();
  lastSeenAt = performance.now();
  lastPingAt = performance.now();

  constructor(ws: WebSocket, socket: Duplex, host: SessionHost, byCookie: Promise<Actor | undefined>) {
    this.#ws = ws;
    this.#host = host;
    const { limits, system } = host;
    this.#outbox = new Outbox({ ws, socket, limits, metrics: system.metrics }, (topic) => this.#subscriptions.end(topic));
    this.#subscriptions = new Subscriptions(this.#outbox, host);
    this.#authTimer = setTimeout(() => this.#refuse("no valid credentials in time"), host.limits.authenticateMs);
    ws.on("message", (data, isBinary) => this.#onFrame(data as Buffer, isBinary));
    ws.on("pong", (mark) => {
      this.#seen();
      this.#outbox.seen(Number(mark.toString("latin1")));
    });
    // Answered here instead of by the library, which would pile up pongs for a peer that reads none.
    ws.on("ping", (data) => {
      this.#seen();
      if (this.#outbox.hasRoom()) ws.pong(data, false, () => {});
    });
    ws.on("error", () => ws.terminate());
    ws.on("close", () => this.#onClose());
    this.#enqueue(async () => {
      const actor = await byCookie;
      if (actor) await this.#welcome(actor);
    });
  }

  /** Whoever the socket acts for, once it is known. */
  get actor(): Actor | undefined {
    return this.#actor;
  }

  /** Crews whose runs the socket follows. */
  get followedCrews(): string[] {
    return this.#subscriptions.crewIds;
  }

  /** Ends what it follows of them, with an error for each topic; the socket stays. */
  loseCrews(crewIds: readonly string[]): void {
    this.#subscriptions.loseCrews(crewIds);
  }

  /** Ends what the socket was told and closes it: its credentials count no more. */
  revoke(): void {
    if (this.#actor) this.#host.system.metrics.count("sockets_closed", { why: "revoked" });
    this.#refuse("the credentials were revoked");
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
  }

  ping(): void {
    this.lastPingAt = performance.now();
    if (this.#outbox.hasRoom()) this.#ws.ping(undefined, false, () => {});
  }

  terminate(): void {
    this.#ws.terminate();
  }

  #seen(): void {
    this.lastSeenAt = performance.now();
  }

  #onFrame(data: Buffer, isBinary: boolean): void {
    this.#seen();
    const { metrics } = this.#host.system;
    metrics.count("socket_frames", IN);
    metrics.count("socket_bytes", IN, data.byteLength);
    if (this.#waiting >= this.#host.limits.waitingFrames) this.close(POLICY_VIOLATION, "too many frames at once");
    else this.#enqueue((requestId) => this.#handle(data, isBinary, requestId));
  }

  #enqueue(work: (requestId: string) => Promise<void>): void {
    this.#waiting += 1;
    this.#work = this.#work.then(async () => {
      this.#waiting -= 1;
      if (this.#isClosed) return;
      const requestId = this.#host.system.newId("req");
      await work(requestId).catch((error: unknown) => this.#tell(error, requestId));
    });
  }

  #tell(error: unknown, requestId: string, about: Pick<ErrorFrame, "topic" | "clientMessageId"> = {}): void {
    this.#outbox.send({ ...errorFrame(error, requestId, this.#host.system.log), ...about });
  }

  async #handle(data: Buffer, isBinary: boolean, requestId: string): Promise<void> {
    const isFirst = !this.#hasHadFrame;
    this.#hasHadFrame = true;
    const frame = parseClientFrame(data, isBinary);
    if (frame.type === "auth") {
      // A ticket of another person or workspace must not take over what was subscribed before.
      if (!isFirst) throw new AppError("conflict", "Credentials come with the first frame only.");
      const actor = await this.#host.redeem(frame.ticket);
      return actor ? this.#welcome(actor) : this.#refuse("the ticket is unknown, used or over");
    }
    if (frame.type === "ping") return this.#outbox.send({ type: "pong" });
    if (!this.#actor) return this.#refuse("the first frame must be auth");
    const ctx: GatewayCtx = actingFor(this.#host.system, this.#actor, { requestId });
    ctx.log = logAbout(ctx.log, { requestId, workspaceId: this.#actor.workspaceId });
    const about = "topic" in frame ? { topic: frame.topic } : "clientMessageId" in frame ? { clientMessageId: frame.clientMessageId } : {};
    await this.#serve(frame, ctx).catch((error: unknown) => this.#tell(error, requestId, about));
  }

  async #serve(frame: Exclude<ClientFrame, { type: "auth" | "ping" }>, ctx: GatewayCtx): Promise<void> {
    if (frame.type === "unsubscribe") return this.#subscriptions.end(frame.topic);
    const limit = { points: this.#host.limits.framesPerMinute, windowSeconds: 60 };
    const { allowed, resetSeconds } = await this.#host.system.limiter.take(`socket:${ctx.actor.userId}`, limit);
    if (!allowed) throw new AppError("limited", `Too many frames. Try again in ${resetSeconds} s.`, { retryAfterSeconds: resetSeconds });
    switch (frame.type) {
      case "subscribe":
        return this.#subscriptions.begin(frame.topic, frame.after, ctx);
      case "message.send": {
        const { type: _, conversationId, ...input } = frame;
        if (input.attachments.some(isImage)) throw new AppError("invalid", NO_PICTURES);
        const { message, answer } = await sendMessage(ctx, conversationId, input);
        // Also for a message sent twice, whose first hint the client may have missed.
        const topic = `conversation:${conversationId}`;
        for (const each of [message, answer]) this.#outbox.send({ type: "message", topic, message: each });
        return;
      }
      case "message.stop":
        await stopAnswer(ctx, frame.conversationId);
        return;
      case "run.cancel":
        await cancelRun(ctx, frame.runId);
        return;
      case "run.message": {
        const { type, runId, ...input } = frame;
        this.#outbox.send({ type, topic: `run:${runId}`, message: await sayToRun(ctx, runId, input) });
      }
    }
  }

  async #welcome(actor: Actor): Promise<void> {
    if (this.#isClosed) return;
    if (!this.#host.admit(this, actor)) {
      this.#host.system.metrics.count("sockets_refused", { why: "user_has_too_many" });
      this.#outbox.send(
        errorFrame(new AppError("limited", "You have too many sockets open."), this.#host.system.newId("req"), this.#host.system.log),
      );
      return this.close(TRY_AGAIN_LATER, "too many sockets");
    }
    const isAgain = this.#actor?.userId === actor.userId && this.#actor.workspaceId === actor.workspaceId;
    this.#actor = actor;
    clearTimeout(this.#authTimer);
    await this.#watchRevocation(actor);
    if (!isAgain && !this.#isClosed) this.#outbox.send({ type: "ready" });
  }

  async #watchRevocation({ userId, apiKeyId, oauthClientId, oauthGrantId }: Actor): Promise<void> {
    const { bus } = this.#host.system;
    for (const leave of this.#revocations.splice(0)) await leave();
    for (const id of [userId, apiKeyId, oauthClientId, oauthGrantId]) {
      if (!id) continue;
      const leave = await bus.subscribe(`actor:${id}`, (message) => {
        if (message.type === "revoked") this.revoke();
      });
      this.#revocations.push(leave);
    }
    if (this.#isClosed) this.#onClose();
  }

  #refuse(reason: string): void {
    clearTimeout(this.#authTimer);
    this.#actor = undefined;
    this.#subscriptions.endAll();
    this.close(CLOSE_CODES.credentials, reason);
  }

  #onClose(): void {
    this.#isClosed = true;
    clearTimeout(this.#authTimer);
    this.#outbox.closed();
    this.#subscriptions.endAll();
    for (const leave of this.#revocations.splice(0)) leave().catch(() => {});
    this.#host.gone(this);
  }
}
