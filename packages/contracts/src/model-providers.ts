import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { ModelProviderId } from "./ids.ts";
import { listOf } from "./page.ts";

export const ModelProviderKind = z.enum(["openai", "anthropic", "google", "openai-compatible"]);
export type ModelProviderKind = z.infer<typeof ModelProviderKind>;

const ModelId = z.string().min(1).max(200);
const MAX_CONTEXTS = 200;
/** Less has no room for a question and its answer. */
export const ContextTokens = z.int().min(2_000).max(10_000_000);

const providerFields = {
  kind: ModelProviderKind,
  /** First part of its models' names; `demo` is taken by the built-in one. */
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "lower-case letters, digits, _ and -, at most 40"),
  /** Needed for `openai-compatible`; `null`: the vendor's own address. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable(),
  /** How fast its key may be asked, by all runs together; `null`: as fast as it answers, and slower after a 429. */
  requestsPerMinute: z.int().min(1).max(10_000_000).nullable(),
  /** Of requests and answers together. */
  tokensPerMinute: z.int().min(1).max(1_000_000_000).nullable(),
  /** Calls under way at the same time. */
  maxConcurrent: z.int().min(1).max(100_000).nullable(),
  /** Model ids to offer, for providers that cannot list theirs. */
  models: z.array(ModelId).max(200),
  /** Tokens that a model reads and writes together, by its id; of others the bundled table says it, or a cautious guess. */
  contextTokens: z.record(ModelId, ContextTokens).refine((of) => Object.keys(of).length <= MAX_CONTEXTS, `at most ${MAX_CONTEXTS} models`),
};

export const ModelProvider = z
  .object({
    /** `null`: set by the installation's environment, read-only here. */
    id: ModelProviderId.nullable(),
    ...providerFields,
    /** Last four characters of the key, or none of a short one; `null`: there is no key. The key itself cannot be read. */
    keyLastFour: z.string().nullable(),
    source: z.enum(["workspace", "environment", "builtin"]),
    /** How its key is doing; `null`: it has no limit of any kind. */
    pace: z
      .object({
        /** Requests a minute that are let through now: less than the limit after a refusal. `null`: any number. */
        requestsPerMinute: z.int().nullable(),
        /** The provider has asked to wait until then; `null`: it takes calls. */
        closedUntil: z.iso.datetime().nullable(),
      })
      .nullable(),
    createdAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "ModelProvider" });
export type ModelProvider = z.infer<typeof ModelProvider>;

export const CreateModelProvider = z
  .strictObject({
    ...providerFields,
    baseUrl: providerFields.baseUrl.default(null),
    models: providerFields.models.default([]),
    contextTokens: providerFields.contextTokens.default({}),
    requestsPerMinute: providerFields.requestsPerMinute.default(null),
    tokensPerMinute: providerFields.tokensPerMinute.default(null),
    maxConcurrent: providerFields.maxConcurrent.default(null),
    /** Write-only. */
    apiKey: z.string().min(1).max(500).nullable().default(null),
  })
  .refine((p) => p.kind !== "openai-compatible" || p.baseUrl !== null, { path: ["baseUrl"], message: "is needed for openai-compatible" })
  .meta({ id: "CreateModelProvider" });
export type CreateModelProvider = z.infer<typeof CreateModelProvider>;

export const UpdateModelProvider = z
  .strictObject({
    baseUrl: providerFields.baseUrl,
    models: providerFields.models,
    contextTokens: providerFields.contextTokens,
    requestsPerMinute: providerFields.requestsPerMinute,
    tokensPerMinute: providerFields.tokensPerMinute,
    maxConcurrent: providerFields.maxConcurrent,
    apiKey: z.string().min(1).max(500).nullable(),
  })
  .partial()
  .meta({ id: "UpdateModelProvider" });
export type UpdateModelProvider = z.infer<typeof UpdateModelProvider>;

export const Model = z
  .object({
    /** `<provider name>/<model id>`. */
    name: z.string(),
    provider: z.string(),
    /** The built-in demonstration: deterministic extraction, not AI. */
    isDemo: z.boolean(),
    /** US dollars for a million tokens; `null`: unknown. */
    inputUsdPerMillion: z.string().nullable(),
    outputUsdPerMillion: z.string().nullable(),
  })
  .meta({ id: "Model" });
export type Model = z.infer<typeof Model>;

/** The outcome of one short real call. */
export const ModelTest = z
  .object({ ok: z.boolean(), message: z.string(), models: z.array(z.string()), durationMs: z.int() })
  .meta({ id: "ModelTest" });
export type ModelTest = z.infer<typeof ModelTest>;

const providerParams = z.strictObject({ providerId: ModelProviderId });

export const modelProviderEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/model-providers",
    tag: "Operate",
    summary: "List model providers, the installation's and the workspace's",
    response: listOf(ModelProvider),
    status: 200,
    needs: "model-providers:read",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/model-providers",
    tag: "Operate",
    summary: "Add a model provider",
    body: CreateModelProvider,
    response: ModelProvider,
    status: 201,
    needs: "model-providers:write",
    idempotent: true,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/model-providers/:providerId",
    tag: "Operate",
    summary: "Change address, models or key",
    params: providerParams,
    body: UpdateModelProvider,
    response: ModelProvider,
    status: 200,
    needs: "model-providers:write",
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/model-providers/:providerId",
    tag: "Operate",
    summary: "Remove a model provider",
    params: providerParams,
    response: z.null(),
    status: 204,
    needs: "model-providers:write",
  }),
  test: endpoint({
    method: "POST",
    path: "/v1/model-providers/:providerId/test",
    tag: "Operate",
    summary: "Ask the provider for its models, and so test address and key",
    params: providerParams,
    body: z.strictObject({}).default({}),
    response: ModelTest,
    status: 200,
    needs: "model-providers:write",
  }),
  models: endpoint({
    method: "GET",
    path: "/v1/models",
    tag: "Operate",
    summary: "List the models that agents may use",
    response: listOf(Model),
    cache: { marks: ["provider"], isShared: true, maxAgeSeconds: 5 },
    status: 200,
    needs: "workspace:read",
  }),
} as const;
