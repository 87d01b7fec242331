import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { AgentId, CrewId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { ToolName } from "./tools.ts";

/** The handle of an agent or task inside its crew; what tasks refer to and what CrewAI's YAML files use as names. */
export const Key = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, "a letter or _, then letters, digits, _ or -, at most 64");

/** `<provider name>/<model id>`, for example `openai/gpt-5` or `demo/extractive`. */
export const ModelName = z
  .string()
  .min(3)
  .max(200)
  .regex(/^[^/\s]+\/\S+$/, "must be <provider name>/<model id>");

/** A time limit that really stops, in seconds; a week at most. */
export const MaxExecutionSeconds = z
  .int()
  .min(1)
  .max(7 * 24 * 3_600);

/** Models that are asked, in this order, when the one before cannot answer. */
export const FallbackModels = z.array(ModelName).max(4);

const agentFields = {
  key: Key,
  role: z.string().trim().min(1).max(200),
  goal: z.string().trim().min(1).max(4_000),
  backstory: z.string().max(20_000),
  /** `null`: the crew's model. */
  model: ModelName.nullable(),
  tools: z.array(ToolName).max(32),
  /** Model calls that the agent may make for one task. */
  maxIterations: z.int().min(1).max(100),
  /** Models that are asked, in this order, when its own cannot answer. */
  fallbackModels: FallbackModels,
  /** Seconds that one task of its may take; `null`: as long as the run may. */
  maxExecutionSeconds: MaxExecutionSeconds.nullable(),
};

/** An agent as it is written: what the caller leaves out takes CrewAI's default. */
export const AgentInput = z
  .strictObject({
    ...agentFields,
    backstory: agentFields.backstory.default(""),
    model: agentFields.model.default(null),
    tools: agentFields.tools.default([]),
    maxIterations: agentFields.maxIterations.default(25),
    fallbackModels: agentFields.fallbackModels.default([]),
    maxExecutionSeconds: agentFields.maxExecutionSeconds.default(null),
  })
  .meta({ id: "AgentInput" });
export type AgentInput = z.infer<typeof AgentInput>;

/** An agent as part of a crew. */
export const Agent = z.object({ id: AgentId, ...agentFields }).meta({ id: "Agent" });
export type Agent = z.infer<typeof Agent>;

/** An agent as a resource of its own. */
export const AgentResource = Agent.extend({ crewId: CrewId, crewVersion: z.int(), createdAt: z.iso.datetime() }).meta({
  id: "AgentResource",
});
export type AgentResource = z.infer<typeof AgentResource>;

export const CreateAgent = AgentInput.extend({ crewId: CrewId });
export type CreateAgent = z.infer<typeof CreateAgent>;

export const UpdateAgent = z.strictObject(agentFields).partial();
export type UpdateAgent = z.infer<typeof UpdateAgent>;

const agentParams = z.strictObject({ agentId: AgentId });

export const agentEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/agents",
    tag: "Design",
    summary: "List agents",
    query: PageQuery.extend({ crewId: CrewId.optional() }),
    response: pageOf(AgentResource),
    status: 200,
    needs: "crews:read",
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/agents/:agentId",
    tag: "Design",
    summary: "Get an agent",
    params: agentParams,
    response: AgentResource,
    status: 200,
    needs: "crews:read",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/agents",
    tag: "Design",
    summary: "Add an agent to a crew",
    body: CreateAgent,
    response: AgentResource,
    status: 201,
    needs: "crews:write",
    idempotent: true,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/agents/:agentId",
    tag: "Design",
    summary: "Change an agent; If-Match takes the crew's version",
    params: agentParams,
    body: UpdateAgent,
    response: AgentResource,
    status: 200,
    needs: "crews:write",
    conditional: true,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/agents/:agentId",
    tag: "Design",
    summary: "Remove an agent that no task uses",
    params: agentParams,
    response: z.null(),
    status: 204,
    needs: "crews:write",
  }),
} as const;
