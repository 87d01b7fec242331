import { randomUUID } from "node:crypto";
import type { WaitForTurn } from "@crew/contracts/run-events";
import type { Lane, LaneAnswer } from "@crew/core/model-providers/lanes-port";
import type { RedisClient } from "../bus/open-redis.ts";
import { LANE_SCRIPT } from "./lane-script.ts";
import { HELD_MS, LANE_FIELDS, type LaneState, readingOf } from "./lane-state.ts";
import type { LaneStore } from "./lane-store.ts";

interface Act {
  name: "take" | "refused" | "finish";
  grant: string;
  wentAt?: number;
  tokens?: number;
  /** Place, delay or tokens used; -1: none. */
  given?: number;
  most?: number;
}

/** One script, one round trip; the times are Redis'. */
export function redisLaneStore(client: RedisClient, minuteMs: number): LaneStore {
  /** What Redis calls the script; it forgets it when it is started anew. */
  let loaded: Promise<string> | undefined;

  async function runScript(call: { keys: string[]; arguments: string[] }): Promise<unknown> {
    loaded ??= client.scriptLoad(LANE_SCRIPT);
    try {
      return await client.evalSha(await loaded, call);
    } catch (error) {
      loaded = undefined;
      if (!(error as Error).message.startsWith("NOSCRIPT")) throw error;
      return client.eval(LANE_SCRIPT, call);
    }
  }

  async function run(lane: Lane, act: Act, seen: LaneState | undefined): Promise<{ result: string[]; state: LaneState }> {
    const { requestsPerMinute, tokensPerMinute, maxConcurrent } = lane.limits;
    const numbers = [act.wentAt ?? 0, act.tokens ?? 0, act.given ?? -1, act.most ?? -1];
    const call = {
      keys: [keyOf(lane), heldKeyOf(lane)],
      arguments: [
        ...[act.name, String(minuteMs), ...[requestsPerMinute, tokensPerMinute, maxConcurrent].map((limit) => String(limit ?? 0))],
        ...[act.grant, ...numbers.map(String)],
        ...(seen ? LANE_FIELDS.map((field) => String(seen[field])) : []),
      ],
    };
    const result = (await runScript(call)) as string[];
    return { result, state: stateOf(result.slice(4)) };
  }
  return {
    async take(lane, ask, seen) {
      const grant = randomUUID();
      const act = { tokens: ask.tokens, given: ask.place?.at ?? -1, most: ask.maxWaitMs ?? -1 };
      const { result, state } = await run(lane, { name: "take", grant, ...act }, seen);
      const [went, waitMs, because, at] = result;
      const answer: LaneAnswer = went
        ? { grant: { id: grant, wentAt: Number(went), tokens: ask.tokens } }
        : { grant: null, waitMs: Number(waitMs), because: because as WaitForTurn, place: at ? { at: Number(at) } : null };
      return { answer, state };
    },
    refused: async (lane, { id, wentAt }, delayMs, seen) =>
      (await run(lane, { name: "refused", grant: id, wentAt, given: delayMs }, seen)).state,
    finish: async (lane, { id, tokens }, used, seen) =>
      (await run(lane, { name: "finish", grant: id, tokens, given: used ?? -1 }, seen)).state,
    async keep(lane, grantIds) {
      const [seconds, micros] = (await client.sendCommand(["TIME"])) as unknown as [string, string];
      const until = Number(seconds) * 1_000 + Number(micros) / 1_000 + HELD_MS;
      await client
        .multi()
        .zAdd(
          heldKeyOf(lane),
          grantIds.map((value) => ({ value, score: until })),
        )
        .pExpire(heldKeyOf(lane), 2 * HELD_MS)
        .exec();
    },
    async read(lanes) {
      const now = Date.now();
      const rows = await Promise.all(lanes.map((lane) => client.hmGet(keyOf(lane), LANE_FIELDS)));
      return lanes.map(({ id, limits }, at) => {
        const values = rows[at] ?? [];
        return readingOf(id, values[0] ? stateOf(values as string[]) : undefined, limits, now, minuteMs);
      });
    },
  };
}

/** The braces keep both keys of a lane on one node of a cluster. */
function keyOf({ id }: Lane): string {
  return `crew:lane:{${id}}`;
}

function heldKeyOf({ id }: Lane): string {
  return `crew:lane:{${id}}:held`;
}

function stateOf(values: readonly (string | null)[]): LaneState {
  return Object.fromEntries(LANE_FIELDS.map((field, at) => [field, Number(values[at] ?? 0)])) as unknown as LaneState;
}
