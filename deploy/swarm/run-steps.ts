import { randomBytes } from "node:crypto";
import type { Rollout, Step } from "./rollout.ts";
import { RolloutError, tellError } from "./rollout-error.ts";
import { lockStack } from "./rollout-lock.ts";
import { type Attempt, hashOf, releaseId } from "./rollout-state.ts";
import { buildImages } from "./steps/build-images.ts";
import { pushImages } from "./steps/push-images.ts";
import { rollBack } from "./steps/roll-back.ts";
import { rollOut } from "./steps/roll-out.ts";
import { testImages } from "./steps/test-images.ts";
import { verifyRelease } from "./steps/verify-release.ts";

export const STEPS: readonly Step[] = [buildImages, testImages, pushImages, rollOut, verifyRelease];

/** From here on the services are touched, and a failure goes back. */
const TOUCHES_SERVICES = new Set(["deploy", "verify"]);

/** What `up` would do, with nothing done and nothing asked of the engine. */
export function tellPlan(rollout: Rollout, steps: readonly Step[] = STEPS): void {
  steps.forEach((step, index) => {
    const [first = "nothing", ...more] = step.plan(rollout);
    rollout.print(`${index + 1}. ${step.name.padEnd(6)} ${first}`);
    for (const line of more) rollout.print(`          ${line}`);
  });
}

/** A roll-out from its first step, or with `resumes` from where the last one was broken off. Resolves with whether it succeeded. */
export async function runSteps(rollout: Rollout, resumes: boolean, steps: readonly Step[] = STEPS): Promise<boolean> {
  const { state, settings, print } = rollout;
  await using _lock = await lockStack(rollout.docker, settings.stack, rollout.now());
  const attempt = resumes ? state.value.attempt : newAttempt(rollout);
  if (!attempt) {
    print("Nothing was broken off: deploy:swarm -- up begins a roll-out.");
    return false;
  }
  state.save({ attempt });
  print(`Roll-out ${attempt.id} of version ${attempt.version} to the stack ${settings.stack}.`);
  for (const [index, step] of steps.entries()) {
    print(`${index + 1}/${steps.length} ${step.name}`);
    try {
      await takeStep(rollout, attempt, step);
    } catch (error) {
      await tellFailure(rollout, step, error);
      return false;
    }
  }
  state.save({ current: attempt.id, attempt: null });
  print(`${attempt.id} serves at ${settings.smoke.url}.`);
  return true;
}

async function takeStep(rollout: Rollout, attempt: Attempt, step: Step): Promise<void> {
  const inputs = hashOf(await step.inputs(rollout, attempt));
  const before = attempt.steps[step.name];
  if (before?.inputs === inputs && ((await step.isStillThere?.(rollout, before.outputs ?? {})) ?? true)) {
    rollout.print(`  done before: ${before.note}`);
    return;
  }
  // From here on what follows is of something else.
  delete attempt.steps[step.name];
  const result = await step.run(rollout, attempt);
  attempt.steps[step.name] = { ...result, inputs, endedAt: rollout.now().toISOString() };
  rollout.state.save({ attempt });
  rollout.print(`  ${result.outcome}: ${result.note}`);
}

function newAttempt({ settings, now }: Rollout): Attempt {
  const at = now();
  return { id: releaseId(at, randomBytes(2).toString("hex")), version: settings.version, startedAt: at.toISOString(), steps: {} };
}

async function tellFailure(rollout: Rollout, step: Step, error: unknown): Promise<void> {
  const { state, print, settings } = rollout;
  const told =
    error instanceof RolloutError
      ? error
      : new RolloutError(
          `The step ${step.name} failed`,
          (error as Error).message,
          "what the steps before have made",
          "Put right what it says, and run deploy:swarm -- resume.",
          { cause: error },
        );
  print("");
  print(tellError(told));
  if (!TOUCHES_SERVICES.has(step.name) || !hasTouched(told)) return;
  print("");
  const current = state.current;
  if (!current) {
    print(
      `There is no release to go back to: the stack stays as it is, to be looked at. deploy:swarm -- resume goes on; docker stack rm ${settings.stack} removes it, and keeps its volumes.`,
    );
    return;
  }
  // The next attempt deploys anew: what this one has deployed is gone.
  const { attempt } = state.value;
  if (attempt) {
    delete attempt.steps.deploy;
    delete attempt.steps.verify;
    state.save({ attempt });
  }
  try {
    await rollBack(rollout, current);
    print("The database keeps what was migrated, which the older version does not mind. deploy:swarm -- resume tries the new one again.");
  } catch (failure) {
    print(
      tellError(
        new RolloutError(
          `Going back to ${current.id} failed, too`,
          failure instanceof RolloutError ? `${failure.what}: ${failure.why}` : (failure as Error).message,
          `all data, and its stack in ${current.file}`,
          `Look at docker stack services ${settings.stack}; deploy:swarm -- rollback tries it again.`,
        ),
      ),
    );
  }
}

const hasTouched = ({ kept }: RolloutError): boolean => kept !== "nothing was changed";
