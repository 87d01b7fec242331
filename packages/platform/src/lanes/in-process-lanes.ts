import type { Lanes } from "@crew/core/model-providers/lanes-port";
import { endTurn, type KeptLane, newLane, readingOf, takeRefusal, takeTurn } from "./lane-state.ts";

const MINUTE_MS = 60_000;

/** The lanes of an installation that is one process; the least used are forgotten. */
export function inProcessLanes({ maxLanes = 1_000, minuteMs = MINUTE_MS } = {}): Lanes {
  const lanes = new Map<string, KeptLane>();
  function stateOf(id: string): KeptLane {
    const state = lanes.get(id) ?? newLane();
    lanes.delete(id);
    lanes.set(id, state);
    for (const oldest of lanes.keys()) {
      if (lanes.size <= maxLanes) break;
      lanes.delete(oldest);
    }
    // Whoever holds a call here is this process, which lives.
    for (const grant of Object.keys(state.held)) state.held[grant] = Number.POSITIVE_INFINITY;
    return state;
  }
  return {
    take: async ({ id, limits }, ask) => takeTurn(stateOf(id), limits, ask, Date.now(), minuteMs),
    refused: async ({ id, limits }, grant, delayMs) => takeRefusal(stateOf(id), limits, { grant, delayMs }, Date.now(), minuteMs),
    finish: async ({ id, limits }, grant, tokens) => endTurn(stateOf(id), limits, grant, tokens, Date.now(), minuteMs),
    read: async (asked) => asked.map(({ id, limits }) => readingOf(id, lanes.get(id), limits, Date.now(), minuteMs)),
  };
}
