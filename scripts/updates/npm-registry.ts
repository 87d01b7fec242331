import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Registry, VersionFacts } from "./find-updates.ts";

const run = promisify(execFile);

/** Asks the registry that npm is set to, by npm. `flags`: another one, for tests. */
export function npmRegistry(cwd: string, flags: string[] = []): Registry {
  async function view(what: string, fields: string[]): Promise<Record<string, unknown>> {
    try {
      // A silent npm above, as under `npm test --silent`, makes this one silent too, and then it says not even why it failed.
      const words = ["view", what, ...fields, "--json", "--loglevel=error", ...flags];
      const { stdout } = await run("npm", words, { cwd, maxBuffer: 64 * 1024 * 1024 });
      const answer = JSON.parse(stdout || "{}") as unknown;
      // Of one field npm prints the value alone.
      return isObject(answer) && fields.some((field) => field in answer) ? answer : { [fields[0] ?? ""]: answer };
    } catch (error) {
      const words = String((error as { stderr?: string }).stderr || (error as Error).message);
      throw new Error(
        words
          .split("\n")
          .find((line) => /npm error (?!code)/.test(line))
          ?.replace("npm error ", "") ?? words.slice(0, 200),
        { cause: error },
      );
    }
  }
  return {
    async times(name) {
      const { time = {} } = await view(name, ["time", "name"]);
      return time as Record<string, string>;
    },
    async manifest(name, version) {
      return (await view(`${name}@${version}`, ["license", "scripts", "deprecated", "name"])) as VersionFacts;
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
