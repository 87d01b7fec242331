import type { z } from "zod";

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
  /** Takes `Idempotency-Key`. */
  idempotent?: true;
  /** Takes `If-Match: "<version>"`; a stale one is answered with 412 and the current value. */
  conditional?: true;
  /** Largest body in bytes where the general 1 MiB does not fit. */
  bodyLimitBytes?: number;
}

export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition;
}
