import type { Lane, LaneAnswer, LaneAsk, LaneGrant, LaneReading } from "@crew/core/model-providers/lanes-port";
import type { LaneState } from "./lane-state.ts";

/**
 * One place where all workers keep their lanes. Each act is handed the newest state that this process has seen anywhere:
 * it counts where the store knows only an older one, so that a lane goes on at its pace when the store is another one.
 */
export interface LaneStore {
  take(lane: Lane, ask: LaneAsk, seen: LaneState | undefined): Promise<{ answer: LaneAnswer; state: LaneState }>;
  refused(lane: Lane, grant: LaneGrant, delayMs: number, seen: LaneState | undefined): Promise<LaneState>;
  finish(lane: Lane, grant: LaneGrant, tokens: number | null, seen: LaneState | undefined): Promise<LaneState>;
  /** These calls are still under way. */
  keep(lane: Lane, grantIds: readonly string[]): Promise<void>;
  read(lanes: readonly Lane[]): Promise<LaneReading[]>;
}
