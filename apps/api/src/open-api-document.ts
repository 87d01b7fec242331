import type { Endpoint } from "@crew/contracts/endpoint";
import { Problem } from "@crew/contracts/error-codes";
import { z } from "zod";
import { authPaths } from "./auth-paths.ts";
import { CONTRACT_ENDPOINTS } from "./contract-endpoints.ts";

type Json = Record<string, unknown>;

const INTRODUCTION = `Errors are \`application/problem+json\` (RFC 9457) with a \`code\` from a closed list and a \`requestId\`.
Unknown fields are refused. Lists answer \`{data, nextCursor}\`; pass \`nextCursor\` back as \`cursor\`.
Limits answer with \`RateLimit\` and \`Retry-After\`.`;

/** The OpenAPI 3.1 document, made of the same endpoint objects that the server registers. */
export function openApiDocument(version: string): Json {
  const schemas = new Schemas();
  const problem = schemas.ref(Problem, "output");
  const paths: Record<string, Json> = authPaths(problem);
  for (const { operationId, endpoint } of CONTRACT_ENDPOINTS) {
    const path = endpoint.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(operationId, endpoint, schemas, problem) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "CrewAI Platform", version, description: INTRODUCTION, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    tags: [...new Set(["Sign-in", ...CONTRACT_ENDPOINTS.map(({ endpoint }) => endpoint.tag)])].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description:
            "An API key (crew_…), a token of POST /v1/tokens, or one of the authorization server (/.well-known/oauth-authorization-server)",
        },
        session: { type: "apiKey", in: "cookie", name: "crew_session", description: "Over HTTPS: __Host-crew_session" },
      },
    },
  };
}

function operationOf(operationId: string, endpoint: Endpoint, schemas: Schemas, problem: Json): Json {
  const auth = endpoint.auth ?? "any";
  const security = auth === "none" ? [] : auth === "session" ? [{ session: [] }] : [{ apiKey: [] }, { session: [] }];
  return {
    operationId,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    security,
    ...(endpoint.needs && { "x-permission": endpoint.needs }),
    parameters: parametersOf(endpoint, schemas, auth !== "none"),
    ...(endpoint.body && {
      requestBody: {
        required: !endpoint.body.safeParse(undefined).success,
        content: { "application/json": { schema: schemas.ref(endpoint.body, "input") } },
      },
    }),
    ...(endpoint.signedBody && {
      requestBody: { required: true, content: { "application/json": { schema: { description: "Any JSON; its exact bytes are signed" } } } },
    }),
    responses: {
      [endpoint.status]:
        endpoint.status === 204 ? { description: "Done" } : { description: "Success", content: contentOf(operationId, endpoint, schemas) },
      default: { description: "Failure", content: { "application/problem+json": { schema: problem } } },
    },
  };
}

function contentOf(operationId: string, endpoint: Endpoint, schemas: Schemas): Json {
  const json = { "application/json": { schema: schemas.ref(endpoint.response, "output") } };
  if (operationId !== "run.events") return json;
  const description = "`id:` sequence number, `event:` type, `data:` the event as JSON; text in flight as `event: delta` without id";
  return { ...json, "text/event-stream": { schema: { type: "string", description } } };
}

function parametersOf(endpoint: Endpoint, schemas: Schemas, takesWorkspace: boolean): Json[] {
  const header = (name: string, description: string) => ({ name, in: "header", required: false, description, schema: { type: "string" } });
  const list = [...schemas.parameters(endpoint.params, "path"), ...schemas.parameters(endpoint.query, "query")];
  if (endpoint.idempotent) list.push(header("Idempotency-Key", "The same key and body are answered with the first answer for 24 hours"));
  if (endpoint.signedBody)
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"])
      list.push({ ...header(name, "Standard Webhooks 1.0"), required: true });
  if (endpoint.conditional)
    list.push(header("If-Match", 'The version that the change is based on, such as "3"; a stale one is answered with 412'));
  if (takesWorkspace) list.push(header("X-Workspace-Id", "With a session: the workspace to act in; absent: the last used"));
  return list;
}

/** Schemas that have a name of their own are written once and referred to. */
class Schemas {
  readonly #named = new Map<string, Json>();

  ref(schema: z.ZodType, io: "input" | "output"): Json {
    const {
      $schema: _dialect,
      $defs,
      ...root
    } = z.toJSONSchema(schema, { io, override: (at) => simplify(at.jsonSchema, io), unrepresentable: "any" }) as Json & {
      $defs?: Record<string, Json>;
    };
    const names = new Map<string, string>();
    const named: Record<string, Json> = { ...$defs };
    const { id, ...rest } = root as Json & { id?: string };
    if (id) named[id] = rest;
    for (const [name, definition] of Object.entries(named)) names.set(name, this.#nameFor(name, definition, io));
    const relink = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (key, inner: unknown) => {
        if (key !== "$ref" || typeof inner !== "string") return inner;
        const name = inner === "#" ? (id ?? "") : inner.replace("#/$defs/", "");
        return `#/components/schemas/${names.get(name) ?? name}`;
      });
    for (const [name, definition] of Object.entries(named)) {
      const { id: _id, ...body } = definition;
      this.#named.set(names.get(name) ?? name, relink(body) as Json);
    }
    return id ? { $ref: `#/components/schemas/${names.get(id)}` } : (relink(root) as Json);
  }

  parameters(schema: z.ZodType | undefined, place: "path" | "query"): Json[] {
    if (!schema) return [];
    const { properties = {}, required = [] } = this.ref(schema, "input") as { properties?: Record<string, Json>; required?: string[] };
    return Object.entries(properties).map(([name, { description, ...shape }]) => ({
      name,
      in: place,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: shape,
    }));
  }

  all(): Json {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What a client sends may lack fields that an answer always has: then the two have a name each. */
  #nameFor(name: string, definition: Json, io: "input" | "output"): string {
    // The one schema that refers to itself without a name of its own.
    if (name.startsWith("__schema")) return "JsonValue";
    const other = `${name}Sent`;
    const known = this.#named.get(name);
    if (!known || io === "output") return name;
    const required = JSON.stringify((definition as { required?: unknown }).required);
    return JSON.stringify((known as { required?: unknown }).required) === required ? name : other;
  }
}

/** Zod writes out the pattern of formats and the bounds of JavaScript's integers, which say nothing to a reader. */
function simplify(jsonSchema: Json, io: "input" | "output"): void {
  // Answers may get more fields; requests with more are refused.
  if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
