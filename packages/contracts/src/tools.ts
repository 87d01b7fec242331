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
    kind: z.enum(["builtin"]),
    class: ToolClass,
    description: z.string(),
    /** JSON Schema of the arguments. */
    parameters: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Tool" });
export type Tool = z.infer<typeof Tool>;

export const toolEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/tools",
    tag: "Design",
    summary: "List the tools that agents may use",
    response: listOf(Tool),
    status: 200,
  }),
} as const;
