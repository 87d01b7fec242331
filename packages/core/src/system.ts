import type { Message } from "@crew/contracts/conversations";
import type { IdPrefix } from "@crew/contracts/ids";
import type { ModelProviderKind } from "@crew/contracts/model-providers";
import type { RunEvent } from "@crew/contracts/run-events";
import type { AttemptFailure, LiveCall } from "@crew/contracts/runs";
import type { ChangedThing } from "@crew/contracts/socket";
import type { ModelReply, ModelRequest, ModelUsage } from "@crew/engine/model";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { z } from "zod";
import type { Actor } from "./access/actor.ts";
import type { Egress } from "./egress/egress-port.ts";
import type { Job } from "./job.ts";
import type { Mcp } from "./mcp-servers/mcp-port.ts";
import type { Metrics } from "./metrics.ts";
import type { LaneLimits, Lanes } from "./model-providers/lanes-port.ts";
import type { NotedSecurityEvent } from "./security/note-security-event.ts";
import type { Traces } from "./traces-port.ts";

/** The ports: what core needs of the world. `packages/platform` provides them; core never imports it. */

/** A connection pool or, inside `inTransaction`, the transaction. */
export type Db = Pick<NodePgDatabase, "select" | "selectDistinct" | "insert" | "update" | "delete" | "execute">;

/** The pool itself: only `inTransaction` may open a transaction on it. */
export type DbPool = Db & Pick<NodePgDatabase, "transaction">;

/** A hot statement: PostgreSQL parses it once a connection. */
export interface Statement {
  name: string;
  text: string;
}

/** Prepared statements outside a transaction; each is one round trip and, where it writes, one transaction. */
export interface Statements {
  run<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** The database behind the wall of one workspace, where row-level security shows its rows alone. */
export interface Walls {
  around(workspaceId: string): { db: DbPool; statements: Statements };
}

/** LISTEN/NOTIFY on a connection of its own, which reconnects by itself. Notifications may be lost: poll as well. */
export interface Notifications {
  listen(channel: string, handler: (payload: string) => void): Promise<() => Promise<void>>;
}

/**
 * A session-level advisory lock on a connection of its own: PostgreSQL frees it when the process dies. `run` uses that
 * same connection, so that a heartbeat does not wait for the pool.
 */
export interface HeldLock extends AsyncDisposable {
  run<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** Called once when the connection, and so the lock, was lost. */
  onLost(handler: () => void): void;
}
export interface Locks {
  /** `undefined` when somebody else holds it. */
  hold(classId: number, objectId: number): Promise<HeldLock | undefined>;
}

export interface Queue {
  /** Within `db`'s transaction. */
  send<P extends z.ZodType>(
    db: Db,
    job: Job<P>,
    payload: z.input<P>,
    options?: { startAfter?: Date; singletonKey?: string },
  ): Promise<void>;
  /** A job that was sent before and has failed for good, once more. */
  resend(db: Db, name: string, payload: Record<string, unknown>): Promise<void>;
}

/** What travels on the bus. Everything in it may be lost; who missed it finds the rows. */
export type BusMessage =
  /** `events` are the rows themselves, contiguous; absent when they were too large to carry. */
  | { type: "events"; fromSeq: number; toSeq: number; events?: RunEvent[] }
  | { type: "delta"; callId: string; offset: number; text: string }
  | { type: "message"; message: Message }
  | { type: "changed"; what: ChangedThing; id: string }
  /** On `actor:{id}`: this session or key counts no more. */
  | { type: "revoked" };

/** `run:{id}`, `conversation:{id}`, `workspace:{id}`, `actor:{id}` (a revoked session or key). */
export type BusTopic = `${"run" | "conversation" | "workspace" | "actor"}:${string}`;

export interface Bus {
  /** Never throws and never waits. */
  publish(topic: BusTopic, message: BusMessage): void;
  /** Messages of one publisher arrive in order. */
  subscribe(topic: BusTopic, handler: (message: BusMessage) => void): Promise<() => Promise<void>>;
  /** Text so far of the calls in flight on a topic, for one who joins late; subscribe first, then ask. */
  liveCalls(topic: BusTopic): Promise<LiveCall[]>;
  /** The call has ended: its text is in an event, or void. */
  endCall(topic: BusTopic, callId: string): void;
}

/** A bounded cache of JSON values that may be lost at any time. Losing the backend means misses, never errors. */
export interface Cache {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface Limiter {
  /** Takes one of `points` per `windowSeconds`. Falls back to counting in process when its backend is away; never open. */
  take(
    key: string,
    limit: { points: number; windowSeconds: number },
  ): Promise<{ allowed: boolean; remaining: number; resetSeconds: number }>;
}

/** Of a model that nobody has told us of: what the small ones of today read. */
export const UNKNOWN_WINDOW_TOKENS = 32_000;

/** Where a named model is reached; never leaves the process, since it holds the key. */
export interface ModelRoute {
  provider: string;
  kind: ModelProviderKind | "demo";
  modelId: string;
  /** Tokens that it reads and writes together, by the bundled table; a cautious guess where that does not know it. */
  windowTokens: number;
  /** US dollars as a decimal string; `null`: price unknown. */
  priceOf(usage: ModelUsage): string | null;
  /** Exactly one attempt; the only thing that sends. Rejects with `ModelCallError`, also when `signal` aborts. */
  stream(request: ModelRequest, options: StreamOptions): Promise<ModelReply>;
}

export interface StreamOptions {
  signal: AbortSignal;
  onText(text: string): void;
  /** What the model thinks, as it comes and as much of it as is kept: the beginning of `reasoningText` of the reply. */
  onReasoning?(text: string): void;
  /** The pictures that the request names; one that is not here is not sent. Absent: it names none. */
  images?: RequestImages;
}

/** Pictures in base 64, by their ids. */
export type RequestImages = ReadonlyMap<string, string>;

export interface ProviderSettings {
  kind: ModelProviderKind;
  name: string;
  baseUrl: string | null;
  apiKey: string | null;
  models: string[];
  /** Tokens that its models read and write together, by id; absent or not in it: as the platform knows them. */
  contextTokens?: Record<string, number>;
  /** Of this key; absent: nobody has said. */
  limits?: LaneLimits;
  /** Given by the operator's environment, whose address may be private; a workspace's may not unless allowed. */
  isTrusted: boolean;
}

export interface Models {
  /** Providers of the installation's environment. */
  readonly environmentProviders: readonly ProviderSettings[];
  /** `settings` is `undefined` for the built-in `demo`. Throws `AppError` when the model cannot be used. */
  route(settings: ProviderSettings | undefined, modelId: string): ModelRoute;
  /** Asks the provider for its model ids: a real call with the key. Rejects with `ModelCallError`. */
  listModels(settings: ProviderSettings, signal: AbortSignal): Promise<string[]>;
  /** From the bundled table, as decimal strings for a million tokens; `null`: unknown. */
  pricePerMillion(kind: ModelProviderKind, modelId: string): { input: string; output: string } | null;
}

/**
 * Why one attempt failed; decides whether and when the ledger makes another. `connection`: refused, DNS, nothing was
 * sent. `rate_limited`: 429. `server_error`: 5xx before any body. `silent`: no byte, or none for too long, nobody knows.
 * `truncated`: the stream ended before the protocol's end mark. `malformed`: what came is not the protocol. `rejected`:
 * any other 4xx, asking again is of no use. `aborted`: our own signal.
 */
export type ModelFailure = AttemptFailure;

export class ModelCallError extends Error {
  override name = "ModelCallError";
  readonly failure: ModelFailure;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** `message` is the provider's own words, already redacted. */
  constructor(failure: ModelFailure, message: string, detail: { status?: number; retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.failure = failure;
    this.status = detail.status ?? null;
    this.retryAfterMs = detail.retryAfterMs ?? null;
  }
}

/**
 * Seals what is kept in the database: each workspace has a data key of its own, wrapped by the master key. The verbs of
 * a workspace use `core/secrets/seal-for-workspace.ts`; what belongs to no workspace is sealed by `installation`.
 */
export interface Secrets {
  /** `id` names the key in every value that it seals, and tells nothing about it. */
  newDataKey(workspaceId: string): Promise<{ id: string; wrapped: string }>;
  /** `at` is bound to the ciphertext: it opens in this place only. */
  seal(wrappedDataKey: string, at: SecretPlace, plaintext: string): Promise<string>;
  open(wrappedDataKey: string, at: SecretPlace, sealed: string): Promise<string>;
  /** Signing keys, seeds of second factors: sealed with a data key of the installation. */
  installation: InstallationSecrets;
  /** The text without any secret that this process has sealed, opened or been given lately, in whatever spelling. */
  redact(text: string): string;
}
export interface InstallationSecrets {
  seal(at: Omit<SecretPlace, "workspaceId">, plaintext: string): Promise<string>;
  open(at: Omit<SecretPlace, "workspaceId">, sealed: string): Promise<string>;
}
export interface SecretPlace {
  workspaceId: string;
  table: string;
  column: string;
  rowId: string;
  /** Of the value, where the row counts: an older one cannot be put back. */
  version?: number;
}

export interface Mailer {
  send(mail: { to: string; subject: string; text: string }): Promise<void>;
}

/** Where security events are gathered before they are written; see `noteSecurityEvent`, its only caller. */
export interface SecurityJournal {
  note(event: NotedSecurityEvent): void;
  /** Writes what was gathered; for tests and for closing. */
  flush(): Promise<void>;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What an installation is; read once from the environment. */
export interface InstallationInfo {
  mode: "embedded" | "distributed";
  version: string;
  /** Origins that browsers may come from; the first is the public one. */
  publicUrl: string;
  signUp: "open" | "invite" | "first-user";
  /** Whose accounts people may sign in with. */
  signInProviders: readonly { id: string; name: string }[];
  /** Whether a mail server is set. */
  sendsMail: boolean;
}

export interface System extends AsyncDisposable {
  installation: InstallationInfo;
  db: DbPool;
  statements: Statements;
  walls: Walls;
  notifications: Notifications;
  locks: Locks;
  queue: Queue;
  bus: Bus;
  cache: Cache;
  limiter: Limiter;
  models: Models;
  lanes: Lanes;
  egress: Egress;
  mcp: Mcp;
  secrets: Secrets;
  mailer: Mailer;
  log: Log;
  securityJournal: SecurityJournal;
  metrics: Metrics;
  traces: Traces;
  now(): Date;
  /** A fresh id that sorts by time. */
  newId(prefix: IdPrefix): string;
}

/** The HTTP request behind a verb, when there is one. */
export interface RequestInfo {
  requestId: string;
  /** Where it came from, as far as the trusted proxies tell. */
  address?: string;
  /** Family of the program that sent it, such as Firefox or curl. */
  userAgent?: string;
  idempotency?: { key: string; fingerprint: string; status: number };
}

/**
 * What a verb gets: the ports that it names, and who asks. Inside `inTransaction` a new `ctx` shadows it, whose `db` is
 * the transaction, so that the outer connection cannot be used by mistake.
 */
export type Ctx<K extends keyof System = never> = Pick<System, K> & { actor: Actor; request?: RequestInfo };
