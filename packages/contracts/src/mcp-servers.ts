import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { McpServerId } from "./ids.ts";
import { listOf } from "./page.ts";
import { ToolClass, ToolName } from "./tools.ts";

export const MAX_MCP_SERVERS = 20;
export const MAX_MCP_TOOLS = 100;
const MAX_MCP_HEADERS = 20;

/** First part of its tools' names, `<server>__<tool>`. No two underscores in a row, so that the name has one seam. */
export const McpServerName = z
  .string()
  .max(20)
  .regex(
    /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/,
    "must be lower-case letters and digits with single underscores between, beginning with a letter",
  );

/** What is sent with every request. A credential stands here as `{{secret:NAME}}`, never as itself. */
const McpHeaders = z
  .record(
    z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, "must be the name of a header")
      .toLowerCase(),
    z
      .string()
      .min(1)
      .max(500)
      .regex(/^[\x20-\x7e]+$/, "has a character that headers cannot carry"),
  )
  .refine((headers) => Object.keys(headers).length <= MAX_MCP_HEADERS, `at most ${MAX_MCP_HEADERS} headers`);

const mcpServerFields = {
  /** Streamable HTTP. Programs on this machine (stdio) are not started for anybody. */
  url: z.url({ protocol: /^https?$/, error: "must be an http or https address; programs (stdio) cannot be added" }).max(500),
  headers: McpHeaders,
  /** Off: its tools are refused in runs under way too. */
  isEnabled: z.boolean(),
};

/**
 * `new`: nobody has decided. `approved`: agents may use it. `changed`: it was approved, and is off because the server now
 * says something else of it. `rejected`: off by somebody's word, for this text of it.
 */
export const McpToolState = z.enum(["new", "approved", "changed", "rejected"]);
export type McpToolState = z.infer<typeof McpToolState>;

/** All texts are the server's own words, as they stand: data, to be read before somebody approves. */
export const McpTool = z
  .object({
    /** As agents, crews and runs name it. */
    name: ToolName,
    /** As its server names it. */
    originalName: z.string(),
    description: z.string(),
    /** JSON Schema of the arguments. */
    parameters: z.record(z.string(), z.unknown()),
    /** SHA-256 in hex of name, description and schema: what an approval is for. */
    hash: z.string(),
    state: McpToolState,
    /** Chosen at approval; counts while the tool is approved. */
    class: ToolClass,
    /** False: the server has not named it when it was last asked. */
    isOffered: z.boolean(),
    /** What was approved, where that differs from what the server says now. */
    approved: z.object({ description: z.string(), parameters: z.record(z.string(), z.unknown()), hash: z.string() }).nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "McpTool" });
export type McpTool = z.infer<typeof McpTool>;

export const McpServer = z
  .object({
    id: McpServerId,
    name: McpServerName,
    ...mcpServerFields,
    /** Tools by state, for the list. */
    toolCounts: z.object({ new: z.int(), approved: z.int(), changed: z.int(), rejected: z.int() }),
    /** When its tools were last asked for with success. */
    refreshedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "McpServer" });
export type McpServer = z.infer<typeof McpServer>;

export const McpServerWithTools = McpServer.extend({
  tools: z.array(McpTool),
  /** Tools that the server offers and that are not taken up, with the reason; such as invisible characters in a description. */
  refusedTools: z.array(z.object({ originalName: z.string(), reason: z.string() })),
}).meta({ id: "McpServerWithTools" });
export type McpServerWithTools = z.infer<typeof McpServerWithTools>;

export const CreateMcpServer = z
  .strictObject({ name: McpServerName, url: mcpServerFields.url, headers: McpHeaders.default({}) })
  .meta({ id: "CreateMcpServer" });
export type CreateMcpServer = z.infer<typeof CreateMcpServer>;

/** A new address needs every tool to be approved again. */
export const UpdateMcpServer = z
  .strictObject({
    url: mcpServerFields.url.optional(),
    /** All of them, in place of those before. */
    headers: McpHeaders.optional(),
    isEnabled: mcpServerFields.isEnabled.optional(),
  })
  .meta({ id: "UpdateMcpServer" });
export type UpdateMcpServer = z.infer<typeof UpdateMcpServer>;

export const ApproveMcpTool = z
  .strictObject({
    /** Of the text that was read; another one is refused with 409. */
    hash: z.string().regex(/^[0-9a-f]{64}$/, "must be the tool's hash"),
    class: ToolClass.default("unsafe"),
  })
  .meta({ id: "ApproveMcpTool" });
export type ApproveMcpTool = z.infer<typeof ApproveMcpTool>;

const serverParams = z.strictObject({ mcpServerId: McpServerId });
const toolParams = z.strictObject({ mcpServerId: McpServerId, toolName: ToolName });

export const mcpServerEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/mcp-servers",
    tag: "MCP servers",
    summary: "List the MCP servers whose tools agents may use",
    response: listOf(McpServer),
    needs: "mcp-servers:read",
    status: 200,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/mcp-servers",
    tag: "MCP servers",
    summary: "Add an MCP server by its address; nothing is asked of it yet",
    body: CreateMcpServer,
    response: McpServerWithTools,
    needs: "mcp-servers:write",
    status: 201,
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/mcp-servers/:mcpServerId",
    tag: "MCP servers",
    summary: "Get an MCP server with its tools",
    params: serverParams,
    response: McpServerWithTools,
    needs: "mcp-servers:read",
    status: 200,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/mcp-servers/:mcpServerId",
    tag: "MCP servers",
    summary: "Change an MCP server's address or headers, or switch it off",
    params: serverParams,
    body: UpdateMcpServer,
    response: McpServerWithTools,
    needs: "mcp-servers:write",
    status: 200,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/mcp-servers/:mcpServerId",
    tag: "MCP servers",
    summary: "Delete an MCP server with its tools",
    params: serverParams,
    response: z.null(),
    needs: "mcp-servers:write",
    status: 204,
  }),
  refresh: endpoint({
    method: "POST",
    path: "/v1/mcp-servers/:mcpServerId/refresh",
    tag: "MCP servers",
    summary: "Ask an MCP server for its tools; those that have changed are off until they are approved again",
    params: serverParams,
    body: z.strictObject({}).default({}),
    response: McpServerWithTools,
    needs: "mcp-servers:write",
    status: 200,
  }),
  approveTool: endpoint({
    method: "POST",
    path: "/v1/mcp-servers/:mcpServerId/tools/:toolName/approve",
    tag: "MCP servers",
    summary: "Let agents use a tool, as it stands now",
    params: toolParams,
    body: ApproveMcpTool,
    response: McpTool,
    needs: "mcp-servers:write",
    status: 200,
  }),
  rejectTool: endpoint({
    method: "POST",
    path: "/v1/mcp-servers/:mcpServerId/tools/:toolName/reject",
    tag: "MCP servers",
    summary: "Let agents not use a tool",
    params: toolParams,
    body: z.strictObject({}).default({}),
    response: McpTool,
    needs: "mcp-servers:write",
    status: 200,
  }),
} as const;
