import { existsSync } from "node:fs";
import { deployFile } from "../bring-up.ts";
import { readRendered } from "../render-stack.ts";
import type { Rollout } from "../rollout.ts";
import { RolloutError } from "../rollout-error.ts";
import type { Release } from "../rollout-state.ts";
import { imagesOf, snapshotOf, untilServing } from "../watch-services.ts";

/** The kept stack of a release, once more. The database stays as it is: migrations only add what older versions do not mind. */
export async function rollBack({ docker, settings, state, print }: Rollout, release: Release): Promise<void> {
  if (!existsSync(release.file))
    throw new RolloutError(
      `The release ${release.id} cannot come back`,
      `${release.file} is gone`,
      "all data and the services as they are",
      "Check out that version and deploy it by deploy:swarm -- up.",
    );
  print(`Going back to ${release.id} (${release.version}).`);
  const since = await snapshotOf(docker, settings.stack);
  await deployFile(docker, settings.stack, release.file, { isFromRegistry: settings.registry !== null, prunes: true });
  const expected = imagesOf(settings.stack, readRendered(release.file).services);
  await untilServing(docker, expected, {
    waitMs: settings.waitMs,
    lookEveryMs: settings.lookEveryMs,
    since,
    tell: (line) => print(`  ${line}`),
  });
  state.save({ current: release.id });
  print(`${release.id} serves again.`);
}
