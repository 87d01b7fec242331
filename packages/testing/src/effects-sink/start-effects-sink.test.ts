import { expect, test } from "vitest";
import { effectsOf, startEffectsSink } from "./start-effects-sink.ts";

const post = (url: string, name: string, key?: string) =>
  fetch(`${url}/effects/${name}`, { method: "POST", body: "{}", headers: { ...(key && { "idempotency-key": key }) } });

test("an effect is in the journal before its answer, and a known key has none when the sink dedupes", async () => {
  await using sink = await startEffectsSink();
  sink.hold();
  const answer = post(sink.url, "letter", "k1");
  await sink.waitForHits(1);
  expect(sink.journal[0]).toMatchObject({ id: 1, name: "letter", key: "k1", isRepeat: false, outcome: "open" });
  sink.release();
  expect(await (await answer).json()).toEqual({ done: "letter", repeat: false });
  expect(sink.journal[0]?.outcome).toBe("answered");
  await post(sink.url, "letter", "k1");
  await post(sink.url, "letter");
  expect(sink.journal).toHaveLength(3);
  expect(effectsOf(sink.journal, "letter")).toBe(2);
  sink.behavior.isDeduping = false;
  await post(sink.url, "letter", "k1");
  expect(effectsOf(sink.journal, "letter")).toBe(3);
});

test("faults take the place of answers, the effect has happened all the same", async () => {
  await using sink = await startEffectsSink({ faults: ["drop", 503] });
  await expect(post(sink.url, "letter")).rejects.toThrow();
  expect((await post(sink.url, "letter")).status).toBe(503);
  expect((await post(sink.url, "letter")).status).toBe(200);
  expect(sink.journal.map(({ outcome }) => outcome)).toEqual(["faulted", "faulted", "answered"]);
  await expect(sink.waitForHits(4, 20)).rejects.toThrow("3 of 4 hits");
});

test("a caller who is gone while the answer is held is seen", async () => {
  await using sink = await startEffectsSink();
  sink.hold();
  const abort = new AbortController();
  const answer = fetch(`${sink.url}/effects/letter`, { method: "POST", signal: abort.signal });
  await sink.waitForHits(1);
  abort.abort();
  await expect(answer).rejects.toThrow();
  await expect.poll(() => sink.journal[0]?.outcome).toBe("caller_gone");
  sink.release();
});
