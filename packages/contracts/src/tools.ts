import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { ToolId } from "./ids.ts";
import { listOf } from "./page.ts";

/**
 * What may happen when a process dies while the tool runs: `read` and `idempotent` run again (with the same key),
 * `unsafe` runs at most once and asks a person when its outcome is unknown.
 */
export const ToolClass = z.enum(["read", "idempotent", "unsafe"]);
export type ToolClass = z.infer<typeof ToolClass>;

export const ToolName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "lower-case letters, digits and _, at most 64");

export const Tool = z
  .object({
    id: ToolId,
    name: ToolName,
    kind: z.enum(["builtin", "mcp"]),
    class: ToolClass,
    description: z.string(),
    /** JSON Schema of the arguments. */
    parameters: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Tool" });
export type Tool = z.infer<typeof Tool>;

/** `outside_content`: the agent has read what strangers may have written. `crew_rule`: the crew asks before each call of it. */
export const GateReason = z.enum(["outside_content", "crew_rule"]);
export type GateReason = z.infer<typeof GateReason>;

/** The call that an approval is about; it lets a call run whose `hash` is the same, and no other. */
export const GatedCall = z
  .object({
    tool: z.string(),
    class: ToolClass,
    arguments: z.record(z.string(), z.unknown()),
    /** SHA-256 in hex of the tool's name and its arguments with sorted keys. */
    hash: z.string(),
    /** Host that it would send to, beyond the crew's list; `null`: what needs the approval is that the tool acts. */
    host: z.string().nullable(),
    /** What the agent has read from outside: `http_get example.org`, `document mail.txt`. */
    taintedBy: z.array(z.string()),
    /** Why it is asked for; absent: `outside_content` alone. */
    because: z.array(GateReason).optional(),
  })
  .meta({ id: "GatedCall" });
export type GatedCall = z.infer<typeof GatedCall>;

/** What is known of a call that was begun and whose outcome is not known. */
export const UnknownCall = z.object({
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  startedAt: z.iso.datetime().nullable(),
  /** The worker that began it. */
  worker: z.string().nullable(),
  /** What the tool was given to tell a repetition by. */
  idempotencyKey: z.string(),
});
export type UnknownCall = z.infer<typeof UnknownCall>;

export const toolEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/tools",
    tag: "Design",
    summary: "List the tools that agents may use",
    response: listOf(Tool),
    cache: { marks: ["tool"], isShared: true },
    status: 200,
    needs: "crews:read",
  }),
} as const;
