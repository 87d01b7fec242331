import { EgressError } from "@crew/core/egress/egress-port";
import { McpError } from "@crew/core/mcp-servers/mcp-port";

const MAX_QUOTED = 500;

/** What the library throws, by its shape since the library is loaded late, in words that tell no more than they should. */
export function mcpFailure(error: unknown): Error {
  if (error instanceof McpError || error instanceof EgressError) return error;
  const { name, code, data, message } = error as { name?: string; code?: unknown; data?: { status?: number }; message?: string };
  const status = data?.status;
  if (status === 401 || status === 403 || name === "UnauthorizedError")
    return new McpError(`The server refused who asks${status ? ` (status ${status})` : ""}. Look at the headers that are sent to it.`);
  if (typeof status === "number") return new McpError(`The server answered with status ${status}.`);
  if (name === "ProtocolError" && typeof code === "number")
    return new McpError(`The server answered with an error: ${quoted(message ?? "")}`, { isQuoting: true });
  return new McpError("The server could not be reached, or it does not speak MCP over streamable HTTP.");
}

function quoted(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, MAX_QUOTED);
}
