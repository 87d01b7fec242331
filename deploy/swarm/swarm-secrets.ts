import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RolloutError } from "./rollout-error.ts";
import type { Docker } from "./run-docker.ts";

/** How each is made where nobody brings one. Letters and digits alone where it becomes a part of a URL. */
const GENERATED: Record<string, () => string> = {
  auth_secret: () => randomBytes(32).toString("base64"),
  master_key: () => randomBytes(32).toString("base64"),
  backup_key: () => randomBytes(32).toString("base64"),
  postgres_password: () => randomBytes(24).toString("hex"),
  redis_password: () => randomBytes(24).toString("hex"),
  admin_password: () => randomBytes(18).toString("base64url"),
};

/** Made of another one, so that the two cannot disagree. */
const COMPOSED: Record<string, { from: string; of(password: string): string }> = {
  database_url: { from: "postgres_password", of: (password) => `postgres://crew:${password}@postgres:5432/crew` },
  redis_url: { from: "redis_password", of: (password) => `redis://crew:${password}@redis:6379` },
};

const SHORTEST: Record<string, number> = { auth_secret: 32, master_key: 43, backup_key: 43, postgres_password: 16, redis_password: 16 };
const SHORTEST_OTHERWISE = 12;
const WELL_KNOWN =
  /^(change-?me.*|secret|password.*|default|example.*|test|development|postgres|redis|crew|admin.*|(.)\2*|0?123456.*|abcdef.*)$/i;
/** Told of each secret without its value, so that the doctor can judge what it cannot read. */
const LENGTH_LABEL = "crew.length";

export interface SecretStore {
  /** Prefix of the names that the swarm knows them by: `<stack>_`. */
  stack: string;
  /** Where values lie as files of mode 0600: what is found there is taken, what is made is put there. */
  folder: string;
  docker: Docker;
}

export interface SecretNote {
  name: string;
  what: "kept" | "from file" | "generated";
}

/** Makes what the swarm lacks of `names`; what is there stays as it is. Says what it did, and never a value. */
export async function initSecrets(store: SecretStore, names: readonly string[]): Promise<SecretNote[]> {
  const present = await secretsOf(store);
  mkdirSync(store.folder, { recursive: true, mode: 0o700 });
  const notes: SecretNote[] = [];
  // Passwords first: the addresses are made of them.
  for (const name of names.toSorted((a, b) => Number(a in COMPOSED) - Number(b in COMPOSED))) {
    if (present.has(name)) {
      notes.push({ name, what: "kept" });
      continue;
    }
    const path = join(store.folder, name);
    const isBrought = existsSync(path);
    if (!isBrought) writeFileSync(path, newValue(store, name, present), { mode: 0o600, flag: "wx" });
    const value = readFileSync(path, "utf8").trim();
    refuseWeak(name, value, path);
    const labels = ["--label", `${LENGTH_LABEL}=${value.length}`];
    await store.docker(["secret", "create", ...labels, `${store.stack}_${name}`, path]);
    notes.push({ name, what: isBrought ? "from file" : "generated" });
  }
  return notes;
}

/** Names without the prefix, and the length where it was noted. */
export async function secretsOf({ stack, docker }: Pick<SecretStore, "stack" | "docker">): Promise<Map<string, number | null>> {
  const text = await docker(["secret", "ls", "--format", `{{.Name}} {{.Label "${LENGTH_LABEL}"}}`]);
  const lines = text.split("\n").filter((line) => line.startsWith(`${stack}_`));
  return new Map(
    lines.map((line) => {
      const [name = "", length] = line.slice(stack.length + 1).split(" ");
      return [name, length ? Number(length) : null];
    }),
  );
}

/** What is too short to be a secret, by the length that was noted when it was made. */
export const isShort = (name: string, length: number): boolean => length < (SHORTEST[name] ?? SHORTEST_OTHERWISE);

function newValue({ folder, stack }: SecretStore, name: string, present: Map<string, unknown>): string {
  const composed = COMPOSED[name];
  if (composed) {
    const path = join(folder, composed.from);
    if (existsSync(path)) return composed.of(readFileSync(path, "utf8").trim());
    const why = present.has(composed.from)
      ? `${stack}_${composed.from} is in the swarm, which shows it to nobody, and ${path} is not there`
      : `there is no ${composed.from}: the database is not the stack's own`;
    throw new RolloutError(
      `The secret ${name} cannot be made`,
      why,
      "nothing was changed of what is there",
      `Write the address into ${join(folder, name)} (mode 0600) and start again.`,
    );
  }
  const make = GENERATED[name];
  if (make) return make();
  throw new RolloutError(
    `The secret ${name} cannot be made`,
    "it is given by somebody else, such as a model provider",
    "what was made so far stays",
    `Write it into ${join(folder, name)} (mode 0600) and start again.`,
  );
}

function refuseWeak(name: string, value: string, path: string): void {
  if (!isShort(name, value.length) && !WELL_KNOWN.test(value)) return;
  throw new RolloutError(
    `The secret ${name} was not made`,
    `the value in ${path} is too short or well known`,
    "what was made so far stays",
    `Put another one there, such as that of: openssl rand -base64 32`,
  );
}
