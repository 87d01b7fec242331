import { setTimeout as sleep } from "node:timers/promises";
import { disableAccount } from "@crew/core/accounts/disable-account";
import { AppError } from "@crew/core/app-error";
import { ConfigError } from "./config/env.ts";
import { readConfig } from "./config/read-config.ts";
import { StartupProblem } from "./database/embedded-postgres/startup-problem.ts";
import { openSystem } from "./open-system.ts";

const BUS_MS = 500;

/** `disable-account ada@example.org [--undo]`: for the operator, on the machine. Embedded, the platform must be stopped. */
const args = process.argv.slice(2);
const [email, ...more] = args.filter((argument) => argument !== "--undo");
const isUndone = args.includes("--undo");
try {
  if (!email || more.length > 0) throw new ConfigError("Say whose account: npm run disable-account -- ada@example.org [--undo]");
  await using system = await openSystem({ ...readConfig(), logLevel: "warn" });
  await disableAccount(system, email, !isUndone);
  // The bus sends without being waited for, and this process ends at once: sockets elsewhere should hear of it.
  await sleep(BUS_MS);
  process.stdout.write(`${email} ${isUndone ? "can sign in again" : "is disabled: sessions, keys and tokens count no more"}.\n`);
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof AppError || error instanceof StartupProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
