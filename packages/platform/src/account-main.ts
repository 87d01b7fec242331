import { setTimeout as sleep } from "node:timers/promises";
import { disableAccount } from "@crew/core/accounts/disable-account";
import { makeOperator } from "@crew/core/accounts/make-operator";
import { AppError } from "@crew/core/app-error";
import { dropSecondFactor } from "@crew/core/second-factors/drop-second-factor";
import { ConfigError } from "./config/env.ts";
import { readConfig } from "./config/read-config.ts";
import { StartupProblem } from "./database/embedded-postgres/startup-problem.ts";
import { type OpenSystem, openSystem } from "./open-system.ts";

const BUS_MS = 500;

interface Act {
  act(system: OpenSystem, email: string): Promise<void>;
  done: string;
}

/** What the operator may do with somebody's account, on the machine. Embedded, the platform must be stopped. */
const ACTS: Record<string, Act> = {
  disable: { act: (system, email) => disableAccount(system, email), done: "is disabled: sessions, keys and tokens count no more" },
  enable: { act: (system, email) => disableAccount(system, email, false), done: "can sign in again" },
  "drop-second-factor": { act: dropSecondFactor, done: "has no second factor any more; every session has ended" },
  "operator on": {
    act: (system, email) => makeOperator(system, email, true),
    done: "operates this installation: its backups are theirs to see to",
  },
  "operator off": { act: (system, email) => makeOperator(system, email, false), done: "operates this installation no more" },
};
const USAGE = `Say what and whose: npm run account -- disable|enable|drop-second-factor ada@example.org
or who may see to the whole installation: npm run account -- operator ada@example.org on|off`;

const [word = "", email, ...more] = process.argv.slice(2);
const name = [word, ...more].join(" ");
const chosen = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
try {
  if (!chosen || !email) throw new ConfigError(USAGE);
  await using system = await openSystem({ ...readConfig(), logLevel: "warn" });
  await chosen.act(system, email);
  // The bus sends without being waited for, and this process ends at once: sockets elsewhere should hear of it.
  await sleep(BUS_MS);
  process.stdout.write(`${email} ${chosen.done}.\n`);
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof AppError || error instanceof StartupProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
