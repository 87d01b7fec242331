import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@crew/core/app-error";
import { haltInstallation, installationHalt, liftInstallationHalt } from "@crew/core/halts/halt-installation";
import { ConfigError } from "./config/env.ts";
import { readConfig } from "./config/read-config.ts";
import { StartupProblem } from "./database/embedded-postgres/startup-problem.ts";
import { type OpenSystem, openSystem } from "./open-system.ts";

const BUS_MS = 500;

/** The kill switch of the whole installation. Embedded, the platform must be stopped, and starts halted. */
const ACTS: Record<string, (system: OpenSystem, reason: string) => Promise<string>> = {
  async on(system, reason) {
    const { stopping } = await haltInstallation(system, reason);
    return `The installation is halted. Runs that were told to stop: ${stopping}. What waits stays in the queue.`;
  },
  async off(system) {
    return (await liftInstallationHalt(system)) ? "The halt is lifted: what has waited goes on." : "The installation was not halted.";
  },
  async status(system) {
    const halt = await installationHalt(system);
    return halt ? `The installation is halted since ${halt.createdAt}: ${halt.reason}` : "The installation is not halted.";
  },
};

const [name = "", reason = "", ...more] = process.argv.slice(2);
const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
try {
  if (!act || more.length > 0 || (name === "on") !== (reason !== ""))
    throw new ConfigError('Say what: npm run halt -- on "the reason" | off | status');
  await using system = await openSystem({ ...readConfig(), logLevel: "warn" });
  const said = await act(system, reason);
  // The bus sends without being waited for, and this process ends at once: pages elsewhere should hear of it.
  await sleep(BUS_MS);
  process.stdout.write(`${said}\n`);
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof AppError || error instanceof StartupProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
