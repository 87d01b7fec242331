import type { AppError } from "@crew/core/app-error";
import type { Ctx } from "@crew/core/system";
import type { GatewayLimits } from "./gateway-limits.ts";
import type { HistoryLane } from "./history-lane.ts";
import type { Outbox } from "./outbox.ts";

export type GatewayCtx = Ctx<"db" | "statements" | "bus" | "log" | "now" | "newId">;

/** What one subscription sends. */
export interface Feed {
  /** Sends what is stored and `caught_up`, and goes on live. Rejects when the topic is not the reader's. */
  start(): Promise<void>;
  stop(): void;
  /** The crew whose run it shows: whoever was let in by a grant on it may lose that. */
  readonly crewId?: string | null | undefined;
}

export interface FeedOptions {
  ctx: GatewayCtx;
  topic: string;
  outbox: Outbox;
  limits: GatewayLimits;
  history: HistoryLane;
  /** The topic is the reader's no more: it was deleted, or is shared no longer. Ends the feed and tells its reader. */
  onLost(error: AppError): void;
}
