import { parseArgs } from "node:util";
import { AppError } from "@crew/core/app-error";
import { CannotVerify } from "@crew/core/backups/archives-port";
import { ConfigError } from "../config/env.ts";
import { type Config, readConfig } from "../config/read-config.ts";
import { MigrationError } from "../database/compare-migrations.ts";
import { StartupProblem } from "../database/embedded-postgres/startup-problem.ts";
import { type BackupWords, create, list, recovered, release, restore, serve, status, verify } from "./backup-commands.ts";
import { BackupProblem } from "./backup-problem.ts";

const COMMANDS: Record<string, (config: Config, words: BackupWords, say: (line: string) => void) => Promise<void>> = {
  create,
  verify,
  restore,
  recovered,
  list,
  status,
  release,
  serve,
};

const USAGE = `Say what:
  crew backup create [--to <folder>]
  crew backup list [--to <folder>]
  crew backup verify <file, name or s3:name> [--restore]
  crew backup restore <file, name or s3:name> --into <database url>|embedded
  crew backup recovered <moment>
  crew backup status
  crew backup release [--drop-deliveries]
  crew backup serve`;

const EXPECTED = [ConfigError, BackupProblem, CannotVerify, AppError, StartupProblem, MigrationError];

function readWords(): { name: string; words: BackupWords } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        to: { type: "string" },
        into: { type: "string" },
        restore: { type: "boolean" },
        "drop-deliveries": { type: "boolean" },
      },
    });
    const [name = "", what, ...more] = positionals;
    if (Object.hasOwn(COMMANDS, name) && more.length === 0) return { name, words: { what, flags: values } };
  } catch {
    // A flag that nobody knows.
  }
  throw new ConfigError(USAGE);
}

try {
  const { name, words } = readWords();
  await COMMANDS[name]?.(readConfig(), words, (line) => process.stdout.write(`${line}\n`));
  // A process that serves ends whatever is still under way.
  process.exit(0);
} catch (error) {
  if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
