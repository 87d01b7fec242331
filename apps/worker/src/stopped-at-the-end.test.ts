import { createCrew } from "@crew/core/crews/create-crew";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { expect, test } from "vitest";
import { startWorker } from "./app.ts";

const ROUNDS = 20;
const AT_ONCE = 50;
const ENDS = ["crew_kickoff_completed", "crew_kickoff_failed", "run_cancelled"];

test("T-26 a run that is stopped fifty times at once while it comes to its end, ends once [ASVS 15.4.2]", async () => {
  await using fake = await startFakeProvider();
  await using system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake)] } });
  await using _worker = await startWorker(system, { capacity: 10 });
  const actor = await createActor(system);
  const ctx = { ...system, actor };
  const crew = await createCrew(ctx, buildCrew({ model: "fake/m" }));
  const states = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const { id } = await startRun(ctx, crew.id, { inputs: { topic: "tides" }, documents: [] });
    // Later and later, so that some rounds stop it at its first step and others find it done.
    await untilRun(system, actor, id, (run) => run.progress.stepsDone >= round % 4 || run.endedAt !== null);
    await Promise.all(Array.from({ length: AT_ONCE }, () => cancelRun(ctx, id)));
    const { state } = await untilRun(system, actor, id);
    const { data } = await listRunEvents(ctx, id, { after: 0, limit: 500 });
    const ends = data.filter(({ type }) => ENDS.includes(type)).map(({ type }) => type);
    expect(ends).toEqual([state === "cancelled" ? "run_cancelled" : "crew_kickoff_completed"]);
    expect(data.map(({ seq }) => seq)).toEqual(data.map((_, index) => index + 1));
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  console.log(`of ${ROUNDS} runs: ${[...states].map(([state, count]) => `${count} ${state}`).join(", ")}`);
});
