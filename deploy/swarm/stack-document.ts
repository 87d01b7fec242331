import { readFileSync } from "node:fs";
import { parse } from "yaml";

export interface UpdateSettings {
  order?: string;
  parallelism?: number;
  delay?: string;
  monitor?: string;
  failure_action?: string;
  max_failure_ratio?: number | string;
}

/** The parts of a service that the audit and the roll-out look at. */
export interface StackService {
  image?: string;
  user?: string | number;
  command?: string | string[];
  read_only?: boolean;
  init?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  stop_grace_period?: string;
  tmpfs?: string | string[];
  environment?: Record<string, string | number | boolean | null> | string[];
  networks?: string[] | Record<string, unknown>;
  volumes?: (string | { type?: string; source?: string; target?: string })[];
  ports?: (string | { target?: number; published?: number; protocol?: string; mode?: string })[];
  secrets?: (string | { source?: string; target?: string })[];
  configs?: (string | { source?: string; target?: string })[];
  logging?: { driver?: string; options?: Record<string, string | number> };
  healthcheck?: { test?: string | string[]; start_period?: string; disable?: boolean };
  depends_on?: unknown;
  security_opt?: string[];
  deploy?: {
    mode?: string;
    replicas?: number;
    endpoint_mode?: string;
    placement?: { constraints?: string[] };
    restart_policy?: { condition?: string };
    resources?: { limits?: { cpus?: string | number; memory?: string; pids?: number } };
    update_config?: UpdateSettings;
    rollback_config?: UpdateSettings;
  };
  [key: string]: unknown;
}

export interface StackNetwork {
  name?: string;
  driver?: string;
  internal?: boolean;
  external?: boolean;
  driver_opts?: Record<string, string | boolean>;
}

export interface NamedFile {
  name?: string;
  file?: string;
  external?: boolean;
}

export interface StackDocument {
  services: Record<string, StackService>;
  networks?: Record<string, StackNetwork | null>;
  volumes?: Record<string, Record<string, unknown> | null>;
  secrets?: Record<string, NamedFile>;
  configs?: Record<string, NamedFile>;
  [key: string]: unknown;
}

export type Variables = Record<string, string | undefined>;

/** The file asks for a variable that is not there, or cannot be read. */
export class StackFileError extends Error {
  override name = "StackFileError";
}

export function readStack(path: string, variables: Variables): StackDocument {
  return parseStack(readFileSync(path, "utf8"), variables);
}

/**
 * The stack as the engine gets it: anchors merged, variables filled in. One reader of our own, so that what was checked
 * is what is deployed, and so that the check needs no Docker client.
 */
export function parseStack(text: string, variables: Variables): StackDocument {
  const raw = parse(text, { merge: true }) as StackDocument | null;
  if (typeof raw?.services !== "object") throw new StackFileError("The stack file has no services.");
  const filled = fill(raw, "", variables) as StackDocument;
  return Object.fromEntries(Object.entries(filled).filter(([key]) => !key.startsWith("x-"))) as StackDocument;
}

/** Docker wants numbers and booleans at these keys, also where a variable stands there. */
const NUMBERS = /^(replicas|parallelism|max_failure_ratio|max_attempts|max_replicas_per_node|retries|target|published|pids)$/;
const BOOLEANS = /^(read_only|init|internal|external|attachable|disable|nocopy)$/;

function fill(value: unknown, key: string, variables: Variables): unknown {
  if (Array.isArray(value)) return value.map((one) => fill(one, "", variables));
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, name, variables)]));
  if (typeof value !== "string" || !value.includes("$")) return value;
  const text = fillText(value, variables);
  if (NUMBERS.test(key) && text !== "" && !Number.isNaN(Number(text))) return Number(text);
  return BOOLEANS.test(key) && /^(true|false)$/.test(text) ? text === "true" : text;
}

const VARIABLE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^${}]*(?:\$\{[^{}]*\}[^${}]*)*))?\})/g;

/** `${NAME}`, `${NAME:-default}`, `${NAME:?what is missing}` and `$$`, as Docker reads them. */
function fillText(text: string, variables: Variables): string {
  return text.replace(VARIABLE, (whole, bare?: string, name?: string, sign?: string, rest?: string) => {
    if (whole === "$$") return "$";
    const value = variables[bare ?? name ?? ""];
    const isThere = sign?.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
    if (sign?.endsWith("+")) return isThere ? fillText(rest ?? "", variables) : "";
    if (isThere) return value ?? "";
    if (sign?.endsWith("?"))
      throw new StackFileError(`${name} is not set: ${rest || "the stack file needs it"}. Set it in the environment and start again.`);
    return sign ? fillText(rest ?? "", variables) : "";
  });
}

/** `1m30s`, `90s` or `2h` in seconds; `null` where it is no duration. */
export function seconds(duration: string | undefined): number | null {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(duration ?? "");
  if (!parts || !duration) return null;
  return Number(parts[1] ?? 0) * 3_600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
}

export function environmentOf(service: StackService): Record<string, string> {
  const given = service.environment ?? {};
  const pairs = Array.isArray(given)
    ? given.map((line): [string, string] => [line.replace(/=.*$/s, ""), line.replace(/^[^=]*=?/, "")])
    : Object.entries(given).map(([name, value]): [string, string] => [name, String(value ?? "")]);
  return Object.fromEntries(pairs);
}

export const networksOf = (service: StackService): string[] =>
  Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? { default: null });

/** What is mounted, as source and kind; the short form says it by its first character. */
export function mountsOf(service: StackService): { source: string; kind: "bind" | "volume" | "other" }[] {
  return (service.volumes ?? []).map((volume) => {
    if (typeof volume === "object") {
      const kind = volume.type === "bind" || volume.type === "volume" ? volume.type : "other";
      return { source: volume.source ?? "", kind };
    }
    const source = volume.split(":")[0] ?? "";
    return { source, kind: /^[./~]/.test(source) ? "bind" : "volume" };
  });
}
