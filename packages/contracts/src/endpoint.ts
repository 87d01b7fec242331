import type { z } from "zod";
import type { Permission } from "./permissions.ts";

/**
 * One HTTP endpoint as data. The API registers it, the client calls it, OpenAPI prints it and the console's forms
 * validate with it, so that the four cannot drift apart.
 */
export interface Endpoint {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with `:name` for each parameter, such as `/v1/crews/:crewId`. */
  path: `/${string}`;
  summary: string;
  /** Heading in the API reference. */
  tag: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  response: z.ZodType;
  status: 200 | 201 | 202 | 204;
  /** `none`: answers without credentials. `any` (default): session, JWT or API key. `session`: a person in a browser. */
  auth?: "none" | "any" | "session";
  /** The permission that the verb behind it asks for; absent: everybody may, about themselves. */
  needs?: Permission;
  /** Only for an operator of the installation, in a session of theirs; the verb behind it asks. Goes with `auth: "session"`. */
  operator?: true;
  /**
   * Only for a person whose session has proven who they are within the last ten minutes: by signing in, or by
   * `POST /v1/me/step-up`. Keys and apps are refused.
   */
  stepUp?: true;
  /** Answers people who lack the second factor that their workspace asks for, so that they can find out and get one. */
  worksWithoutSecondFactor?: true;
  /** Takes `Idempotency-Key`. */
  idempotent?: true;
  /** Takes `If-Match: "<version>"`; a stale one is answered with 412 and the current value. */
  conditional?: true;
  /** Takes any JSON, whose Standard Webhooks signature is the credential. */
  signedBody?: true;
  /** The answer may come from the cache of the process that is asked, as long as nothing has changed that it is made of. */
  cache?: CacheRule;
  /** Largest body in bytes where the general 1 MiB does not fit. */
  bodyLimitBytes?: number;
}

/** What a database trigger marks when it changes, by workspace: the version of everything that it covers. */
export type ReadMark = "crew" | "grant" | "run" | "ended_run" | "tool" | "provider" | "person" | "workspace";

export interface CacheRule {
  /** Everything that the answer is made of. A test holds that no cached endpoint reads a table without its mark. */
  marks: readonly ReadMark[];
  /** Everybody whose role has `needs` is answered alike; absent: only the same person with the same permissions is. */
  isShared?: true;
  /** Of a thing that comes to rest: kept only once this field is set. */
  keptWith?: string;
  /** For what lies outside the database. */
  maxAgeSeconds?: number;
}

export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition;
}
