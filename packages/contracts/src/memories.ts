import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { CrewId, MemoryId, RunId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";

/** Longer texts are cut when they are remembered. */
export const MAX_MEMORY_CHARACTERS = 4_000;
/** Of one crew; beyond it the oldest go. */
export const MAX_MEMORIES_OF_CREW = 2_000;
/** As many are put into the prompt of one task. */
export const MAX_RECALLED = 5;

/** What a crew keeps of a task for its later runs. */
export const Memory = z
  .object({
    id: MemoryId,
    crewId: CrewId,
    crewName: z.string(),
    /** The run whose task said it. */
    runId: RunId,
    taskKey: z.string(),
    agentKey: z.string(),
    source: z.enum(["task_output"]),
    text: z.string(),
    /** Made from content from outside: whatever recalls it is tainted as well. */
    tainted: z.boolean(),
    taintedBy: z.array(z.string()),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Memory" });
export type Memory = z.infer<typeof Memory>;

const ListMemories = PageQuery.extend({
  crewId: CrewId.optional(),
  runId: RunId.optional(),
  tainted: z.enum(["true", "false"]).optional(),
  /** Words that all stand in the text. */
  query: z.string().max(200).optional(),
});
export type ListMemories = z.infer<typeof ListMemories>;

/** Memories that fit everything that is named. */
export const PurgeMemories = z
  .strictObject({
    crewId: CrewId.nullable().default(null),
    runId: RunId.nullable().default(null),
    taintedOnly: z.boolean().default(false),
  })
  .refine(({ crewId, runId, taintedOnly }) => crewId !== null || runId !== null || taintedOnly, {
    error: "Name a crew, a run, or taintedOnly: a purge of everything is none of a source.",
  })
  .meta({ id: "PurgeMemories" });
export type PurgeMemories = z.infer<typeof PurgeMemories>;

export const memoryEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/memories",
    tag: "Memory",
    summary: "List what crews remember, newest first",
    query: ListMemories,
    response: pageOf(Memory),
    needs: "memories:read",
    status: 200,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/memories/:memoryId",
    tag: "Memory",
    summary: "Forget one memory",
    params: z.strictObject({ memoryId: MemoryId }),
    response: z.null(),
    needs: "memories:write",
    status: 204,
  }),
  purge: endpoint({
    method: "POST",
    path: "/v1/memories/purge",
    tag: "Memory",
    summary: "Forget everything of a crew, of a run, or from outside",
    body: PurgeMemories,
    response: z.object({ removed: z.int() }),
    needs: "memories:write",
    status: 200,
  }),
} as const;
