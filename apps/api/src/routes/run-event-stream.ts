import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { runEndpoints } from "@crew/contracts/runs";
import { AppError } from "@crew/core/app-error";
import { getRun } from "@crew/core/runs/get-run";
import type { Log } from "@crew/core/system";
import type { FastifyReply } from "fastify";
import type { RouteCtx, RouteInput, RouteOptions } from "../route.ts";
import { API_HEADERS } from "../security-headers.ts";
import { followRun } from "./follow-run.ts";

/** Streams that one person or key may hold open at a server. */
const MAX_STREAMS = 50;

export interface RunEventStreams {
  /** Follows the run as server-sent events when the request accepts them. */
  answer: NonNullable<RouteOptions["instead"]>;
  /** Ends all streams: clients reconnect elsewhere with the last id they saw. */
  close(): void;
}

export function runEventStreams(log: Log): RunEventStreams {
  const open = new Set<AbortController>();
  const perActor = new Map<string, number>();
  return {
    close() {
      for (const controller of open) controller.abort();
    },
    async answer(ctx, input, reply) {
      if (input.http.method !== "GET" || !input.http.headers.accept?.includes("text/event-stream")) return false;
      const { params, query } = input as unknown as RouteInput<(typeof runEndpoints)["events"]>;
      const after = lastEventId(input.http.headers["last-event-id"]) ?? query.after;
      await getRun(ctx, params.runId);
      const actorId = ctx.actor.apiKeyId ?? ctx.actor.userId;
      const count = perActor.get(actorId) ?? 0;
      if (count >= MAX_STREAMS)
        throw new AppError("limited", `At most ${MAX_STREAMS} streams may be open at once. Close one.`, { retryAfterSeconds: 5 });
      const controller = new AbortController();
      open.add(controller);
      perActor.set(actorId, count + 1);
      try {
        await stream(ctx, params.runId, after, reply, controller);
      } catch (error) {
        // The head is sent: all that can be done is to end, and the client comes back with its last id.
        log.warn({ err: error, requestId: ctx.request.requestId }, "a stream of run events was cut");
      } finally {
        open.delete(controller);
        const left = (perActor.get(actorId) ?? 1) - 1;
        if (left > 0) perActor.set(actorId, left);
        else perActor.delete(actorId);
        reply.raw.end();
      }
      return true;
    },
  };
}

async function stream(ctx: RouteCtx, runId: string, after: number, reply: FastifyReply, controller: AbortController): Promise<void> {
  const { raw } = reply;
  reply.hijack();
  raw.on("close", () => controller.abort());
  raw.on("error", () => controller.abort());
  // A key or session that is revoked ends the stream; the client's next request is told why.
  const unsubscribe = await ctx.bus.subscribe(`actor:${ctx.actor.apiKeyId ?? ctx.actor.userId}`, () => controller.abort());
  try {
    raw.writeHead(200, {
      ...API_HEADERS,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      "x-request-id": ctx.request.requestId,
    });
    const write = (text: string) => writeAndWait(raw, text, controller.signal);
    await write("retry: 1000\n\n");
    await followRun(
      ctx,
      runId,
      after,
      {
        event: (event) => write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
        delta: (delta) => write(`event: delta\ndata: ${JSON.stringify(delta)}\n\n`),
        idle: () => write(": still here\n\n"),
      },
      { signal: controller.signal },
    );
  } finally {
    await unsubscribe();
  }
}

/** Waits for a slow reader instead of keeping what it has not read. */
async function writeAndWait(raw: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || raw.write(text)) return;
  await once(raw, "drain", { signal }).catch(() => undefined);
}

function lastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === "") return undefined;
  if (typeof header !== "string" || !/^\d{1,9}$/.test(header))
    throw new AppError("invalid", "Last-Event-ID must be the number of an event.");
  return Number(header);
}
