import { AppError } from "../app-error.ts";
import { EgressError } from "../egress/egress-port.ts";
import { findEgressHosts } from "../egress/egress-rules-repository.ts";
import { isHostOpen } from "../egress/is-host-open.ts";
import { openSecretsForHost } from "../secrets/open-secrets-for-host.ts";
import { noteSecurityEvent } from "../security/note-security-event.ts";
import type { System } from "../system.ts";
import type { McpExchange, McpServerAddress } from "./mcp-port.ts";

type Ports = Pick<System, "statements" | "secrets" | "log" | "securityJournal" | "metrics">;

/**
 * One exchange with a workspace's MCP server: within the workspace's egress rules, with the secrets that its headers name,
 * each opened for this exchange and for the hosts that it was given for. Throws `invalid`, `McpError` or `EgressError`.
 */
export async function askMcpServer<T>(
  ports: Ports,
  workspaceId: string,
  server: McpServerAddress,
  signal: AbortSignal,
  ask: (address: McpServerAddress, exchange: McpExchange) => Promise<T>,
): Promise<T> {
  const rules = await findEgressHosts(ports.statements, workspaceId);
  try {
    if (!isHostOpen(rules, server.url)) throw new EgressError("The workspace's rules do not let this host be reached.", { isDenied: true });
    const headers = await openSecretsForHost(ports, workspaceId, server.url, server.headers);
    for (const value of Object.values(headers))
      if (/[^\t\x20-\x7e]/.test(value)) throw new AppError("invalid", "A header's secret has a character that headers cannot carry.");
    return await ask({ url: server.url, headers }, { signal, mayReach: (url) => isHostOpen(rules, url) });
  } catch (error) {
    if (error instanceof EgressError && error.isDenied)
      noteSecurityEvent(ports, { kind: "egress.denied", workspaceId, detail: { host: (URL.parse(server.url)?.host ?? "").slice(0, 253) } });
    throw error;
  }
}
