import { setTimeout as sleep } from "node:timers/promises";
import { readRendered } from "../render-stack.ts";
import type { Rollout, Step } from "../rollout.ts";
import { RolloutError } from "../rollout-error.ts";
import { smokeTarget } from "../smoke-target.ts";
import { imagesOf, lookAtServices } from "../watch-services.ts";

/** A proxy fetches its certificate at its first start. */
const TRIES = 5;

/** Sees the new release at work, from outside. */
export const verifyRelease: Step = {
  name: "verify",
  plan: ({ settings }) => [
    `at ${settings.smoke.url}: open the console, sign in as ${settings.smoke.tokenFile ? "the token's owner" : (settings.smoke.email ?? "nobody (CREW_ADMIN_EMAIL is not set)")}, start a run, read its end over a socket`,
    "look that every task runs the new image; where anything fails, go back by itself",
  ],

  inputs: async (_, attempt) => attempt.steps.deploy?.inputs,

  async run(rollout, attempt) {
    const { settings, state } = rollout;
    const release = state.value.releases.find(({ id }) => id === attempt.id);
    if (!release) throw new Error(`the release ${attempt.id} is not in ${state.path}`);
    await requireImages(rollout, release.file);
    await seenWorking(rollout);
    state.saveRelease({ ...release, verifiedAt: rollout.now().toISOString() });
    return { outcome: "done", note: `${settings.smoke.url} works` };
  },
};

async function seenWorking(rollout: Rollout): Promise<void> {
  const target = smokeTarget(rollout);
  for (let left = TRIES - 1; ; left--) {
    try {
      return await rollout.outside.check(target);
    } catch (error) {
      const { message } = error as Error;
      if (left === 0)
        throw new RolloutError(
          "The new release does not work",
          message,
          "all data",
          `Look at deploy:swarm -- status and docker service logs ${rollout.settings.stack}_api.`,
          { cause: error },
        );
      rollout.print(`  not yet: ${message}`);
      await sleep(rollout.settings.smoke.betweenMs);
    }
  }
}

async function requireImages({ settings, docker }: Rollout, file: string): Promise<void> {
  const expected = imagesOf(settings.stack, readRendered(file).services);
  const states = await lookAtServices(docker, [...expected.keys()]);
  const wrong = states.filter(({ name, images }) => images.some((image) => image !== expected.get(name)));
  if (wrong.length === 0) return;
  throw new RolloutError(
    "Not every task is of the new release",
    wrong.map(({ name, images }) => `${name} runs ${images.join(", ")}`).join("; "),
    "all data",
    "Look at docker service ps of those services: the engine may have taken them back.",
  );
}
