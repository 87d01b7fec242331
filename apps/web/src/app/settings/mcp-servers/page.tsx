import type { Metadata } from "next";
import { McpServerSettings } from "../../../features/mcp-servers/mcp-server-settings.tsx";

export const metadata: Metadata = { title: "MCP servers" };

export default function Page() {
  return <McpServerSettings />;
}
