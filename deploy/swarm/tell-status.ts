import type { Rollout } from "./rollout.ts";
import { lookAtServices, namesOf } from "./watch-services.ts";

/** Releases, what was broken off, and the services as the engine sees them. */
export async function tellStatus({ docker, settings, state, print }: Rollout): Promise<void> {
  const { current, releases, attempt } = state.value;
  print(`Stack ${settings.stack}: ${current ? `release ${current}` : "nothing was deployed from here yet"}`);
  for (const release of releases) {
    const words = [release.id === current ? "serves" : "kept", release.verifiedAt ? "verified" : "never seen working"];
    print(`  ${release.id}  ${release.version}  ${words.join(", ")}  ${release.image}`);
  }
  if (attempt) {
    const done = Object.entries(attempt.steps).map(([name, step]) => `${name} ${step?.outcome}`);
    print(`Broken off: ${attempt.id}, after ${done.join(", ") || "nothing"}. deploy:swarm -- resume goes on.`);
  }
  for (const { name, running, wanted, update, images, errors } of await lookAtServices(docker, await namesOf(docker, settings.stack))) {
    const state = `${running}/${wanted}`.padEnd(6);
    print(
      `  ${name.padEnd(24)} ${state} ${images.join(", ")}${update ? `  update ${update}` : ""}${errors.length ? `  (${errors[0]})` : ""}`,
    );
  }
}
