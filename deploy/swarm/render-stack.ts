import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { MIGRATION } from "./rollout.ts";
import { type NamedFile, readStack, type StackDocument, type Variables } from "./stack-document.ts";

export interface RenderOptions {
  stackFile: string;
  stack: string;
  variables: Variables;
  /** Where the release lies: its files are copied there, so that it can come back when the repository has moved on. */
  folder: string;
}

/** The stack as it is to be deployed, with all that it refers to beside it. */
export function renderStack({ stackFile, stack, variables, folder }: RenderOptions): StackDocument {
  const document = readStack(stackFile, variables);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const migration = document.services[MIGRATION];
  return {
    ...document,
    ...(document.configs && { configs: ownFiles(document.configs, stack, dirname(stackFile), folder) }),
    services: {
      ...document.services,
      // Once: whether it is tried again is the roll-out's business, which shows why it failed.
      ...(migration && { [MIGRATION]: { ...migration, deploy: { ...migration.deploy, restart_policy: { condition: "none" } } } }),
    },
  };
}

/** A config cannot be changed, so its name says what is in it. */
function ownFiles(files: Record<string, NamedFile>, stack: string, from: string, folder: string): Record<string, NamedFile> {
  return Object.fromEntries(
    Object.entries(files).map(([name, config]) => {
      if (config.file === undefined) return [name, config];
      const path = resolve(from, config.file);
      const hash = createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 12);
      const kept = join(folder, `${name}-${hash}`);
      copyFileSync(path, kept);
      return [name, { file: kept, name: `${stack}_${name}_${hash}` }];
    }),
  );
}

/** For `docker stack deploy`, which would take a dollar for a variable of its own. */
export function writeStack(document: StackDocument, path: string): string {
  writeFileSync(path, stringify(escaped(document), { lineWidth: 0 }), { mode: 0o600 });
  return path;
}

/** What `writeStack` has written. */
export const readRendered = (path: string): StackDocument => plain(parse(readFileSync(path, "utf8"))) as StackDocument;

const escaped = (value: unknown): unknown => eachText(value, (text) => text.replaceAll("$", "$$$$"));
const plain = (value: unknown): unknown => eachText(value, (text) => text.replaceAll("$$", "$"));

function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => eachText(one, change));
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, eachText(one, change)]));
  return value;
}
