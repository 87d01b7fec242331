import { createHash } from "node:crypto";
import { MAX_MCP_TOOLS } from "@crew/contracts/mcp-servers";
import type { RefusedMcpTool } from "@crew/db/mcp-servers-table";
import { canonicalJson } from "@crew/engine/tool-calls";
import { McpError, type OfferedMcpTool } from "./mcp-port.ts";
import { mcpToolName } from "./mcp-tool-name.ts";
import { schemaFault } from "./schema-fault.ts";
import { strangeCharacterIn } from "./strange-character.ts";

const MAX_DESCRIPTION_BYTES = 4 * 1024;
const MAX_SHOWN_NAME = 128;

/** A tool whose text may be shown to people. */
export interface CheckedMcpTool {
  name: string;
  originalName: string;
  description: string;
  parameters: Record<string, unknown>;
  hash: string;
}

export interface CheckedMcpOffer {
  tools: CheckedMcpTool[];
  refused: RefusedMcpTool[];
}

/** What of a server's tools can be taken up, and why the rest cannot. `redact` names a secret that a text repeats. */
export function checkOfferedTools(
  serverName: string,
  offered: readonly OfferedMcpTool[],
  redact: (text: string) => string,
): CheckedMcpOffer {
  if (offered.length > MAX_MCP_TOOLS) throw new McpError(`The server offers more than ${MAX_MCP_TOOLS} tools, the most that are taken.`);
  const names = offered.map(({ name }) => mcpToolName(serverName, name));
  const offer: CheckedMcpOffer = { tools: [], refused: [] };
  for (const [i, tool] of offered.entries()) {
    const name = names[i] ?? "";
    const isShared = names.filter((other) => other === name).length > 1;
    const reason = isShared ? "several of the server's tools have this name" : faultOf(tool, redact);
    if (reason !== null) offer.refused.push({ originalName: shownName(redact(tool.name)), reason });
    else {
      const { name: originalName, description, inputSchema: parameters } = tool;
      offer.tools.push({ name, originalName, description, parameters, hash: mcpToolHash(tool) });
    }
  }
  return offer;
}

/** What an approval is bound to. */
export function mcpToolHash({ name, description, inputSchema }: OfferedMcpTool): string {
  return createHash("sha256")
    .update(canonicalJson([name, description, inputSchema]))
    .digest("hex");
}

function faultOf({ name, description, inputSchema }: OfferedMcpTool, redact: (text: string) => string): string | null {
  if (!/^[\x21-\x7e]{1,128}$/.test(name)) return "its name has other characters than visible ASCII, or more than 128";
  if (Buffer.byteLength(description) > MAX_DESCRIPTION_BYTES) return "its description has more than 4 KiB";
  const strange = strangeCharacterIn(description);
  if (strange !== null) return `its description has a character that cannot be seen (${strange})`;
  const fault = schemaFault(inputSchema);
  if (fault !== null) return fault;
  const all = JSON.stringify([name, description, inputSchema]);
  return redact(all) === all ? null : "its text repeats a secret";
}

function shownName(name: string): string {
  return name.slice(0, MAX_SHOWN_NAME).replace(/[^\x20-\x7e]/g, "\uFFFD");
}
