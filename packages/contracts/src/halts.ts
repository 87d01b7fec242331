import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { CrewId, HaltId } from "./ids.ts";
import { listOf } from "./page.ts";

/** `installation`: set by whoever operates it, on the machine. */
export const HaltScope = z.enum(["installation", "workspace", "crew"]);
export type HaltScope = z.infer<typeof HaltScope>;

/** While it stands nothing of its scope begins: what waits stays in the queue, and new starts are refused. */
export const Halt = z
  .object({
    id: HaltId,
    scope: HaltScope,
    crewId: CrewId.nullable(),
    reason: z.string(),
    /** Name of who set it. */
    by: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Halt" });
export type Halt = z.infer<typeof Halt>;

export const HaltReason = z.string().trim().min(1).max(500);

export const CreateHalt = z
  .strictObject({
    scope: z.enum(["workspace", "crew"]),
    /** With `crew`. */
    crewId: CrewId.nullable().default(null),
    reason: HaltReason,
  })
  .refine(({ scope, crewId }) => (scope === "crew") === (crewId !== null), {
    path: ["crewId"],
    message: "is needed for a crew, and for nothing else",
  })
  .meta({ id: "CreateHalt" });
export type CreateHalt = z.infer<typeof CreateHalt>;

const haltParams = z.strictObject({ haltId: HaltId });

export const haltEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/halts",
    tag: "Operate",
    summary: "List what is halted: the workspace, crews of it, the installation",
    response: listOf(Halt),
    status: 200,
    needs: "runs:read",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/halts",
    tag: "Operate",
    summary: "Halt the workspace or a crew: stop what runs in it and let nothing begin",
    body: CreateHalt,
    /** `stopping`: runs whose worker was told. */
    response: Halt.extend({ stopping: z.int() }),
    status: 201,
    needs: "runs:halt",
    idempotent: true,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/halts/:haltId",
    tag: "Operate",
    summary: "Lift a halt: what waits goes on",
    params: haltParams,
    response: z.null(),
    status: 204,
    needs: "runs:halt",
  }),
} as const;
