import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { spawnProcess } from "@crew/testing/spawn-process";
import { expect, inject, test } from "vitest";

const SERVICES = { api: "./main.ts", chatbot: "../../chatbot/src/main.ts", worker: "../../worker/src/main.ts" };
const strong = () => randomBytes(32).toString("base64");

const BAD: Record<string, string | undefined> = {
  unset: undefined,
  empty: "",
  changeme: "changeme",
  "of 15 bytes": randomBytes(15).toString("base64"),
  "of one character": "a".repeat(64),
};

const CASES = ["CREW_AUTH_SECRET", "CREW_MASTER_KEY"].flatMap((name) => Object.keys(BAD).map((kind) => [name, kind] as const));

/** Nothing listens at these addresses: a process that tried them before it looked at its secrets would not end so. */
const NOWHERE = { DATABASE_URL: "postgres://crew@127.0.0.1:1/crew", REDIS_URL: "redis://127.0.0.1:1" };

test.skipIf(inject("adapters") === "redis").each(CASES)(
  "T-04 distributed, a process with %s %s does not start, and says which without the value [ASVS 13.3.1]",
  { timeout: 60_000 },
  async (name, kind) => {
    const value = BAD[kind];
    // They read their settings by the same code: once is enough to see that each of them does.
    for (const [service, script] of Object.entries(SERVICES).slice(0, value === undefined ? 3 : 1)) {
      const env = { ...NOWHERE, CREW_AUTH_SECRET: strong(), CREW_MASTER_KEY: strong(), ...(value === undefined ? {} : { [name]: value }) };
      if (value === undefined) delete (env as Partial<typeof env>)[name as keyof typeof env];
      await using started = spawnProcess(fileURLToPath(new URL(script, import.meta.url)), { env });
      const code = await started.exited;
      expect({ service, code }).toEqual({ service, code: 1 });
      expect(started.output()).toContain(name);
      for (const secret of [env.CREW_AUTH_SECRET, env.CREW_MASTER_KEY]) if (secret) expect(started.output()).not.toContain(secret);
    }
  },
);
