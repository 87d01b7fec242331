import { setTimeout as sleep } from "node:timers/promises";
import { typeIdFromUuid } from "@crew/contracts/ids";
import type { World } from "./start-world.ts";

/** Somebody who answers every question about an unsafe call by what the sink has seen. Ends with the returned function. */
export function answerByTruth(world: World): () => Promise<number> {
  const stop = new AbortController();
  let answered = 0;
  const work = async () => {
    while (!stop.signal.aborted) {
      await answerAll().catch(() => {});
      await sleep(300, undefined, { signal: stop.signal }).catch(() => {});
    }
  };
  async function answerAll(): Promise<void> {
    const open = await world.query<{ id: string; topic: string }>(
      `SELECT a.id, r.inputs->>'topic' AS topic FROM approvals a JOIN runs r ON r.id = a.run_id
        WHERE a.decision IS NULL AND a.kind = 'needs_attention' AND r.state = 'waiting'`,
    );
    for (const { id, topic } of open) {
      const decision = world.sink.journal.some(({ name }) => name === `post.${topic}`) ? "happened" : "did_not_happen";
      await world.ada.call("POST", `/v1/approvals/${typeIdFromUuid("approval", id)}`, { decision });
      answered++;
    }
  }
  const working = work();
  return async () => {
    stop.abort();
    await working;
    return answered;
  };
}
