import type { Ctx } from "@crew/core/system";
import type { GatewayLimits } from "./gateway-limits.ts";
import type { Outbox } from "./outbox.ts";

export type GatewayCtx = Ctx<"db" | "statements" | "bus" | "log" | "now" | "newId">;

/** What one subscription sends. */
export interface Feed {
  /** Sends what is stored and `caught_up`, and goes on live. Rejects when the topic is not the reader's. */
  start(): Promise<void>;
  stop(): void;
}

export interface FeedOptions {
  ctx: GatewayCtx;
  topic: string;
  outbox: Outbox;
  limits: GatewayLimits;
}
