import type { Ctx } from "../system.ts";
import type { CheckedMcpOffer, CheckedMcpTool } from "./check-offered-tools.ts";
import { updateMcpServerRow } from "./mcp-server-repository.ts";
import { insertMcpTools, type KeptMcpTool, listMcpToolRows, removeMcpTools, updateMcpTool } from "./mcp-tool-repository.ts";

/**
 * Keeps what a server offers now; whoever calls it holds the server's lock. A tool that says something else than was
 * approved is off from here on, also when it later says the old thing again. Returns the names of those that were
 * switched off.
 */
export async function takeMcpOffer(
  ctx: Pick<Ctx<"db" | "now" | "newId">, "db" | "now" | "newId">,
  { workspaceId, serverId }: { workspaceId: string; serverId: string },
  offer: CheckedMcpOffer,
): Promise<string[]> {
  const known = await listMcpToolRows(ctx.db, serverId);
  const switchedOff: string[] = [];
  for (const row of known) {
    const offered = offer.tools.find(({ name }) => name === row.name);
    const change = changeOf(row, offered, offer);
    if (change.state === "changed" && row.state === "approved") switchedOff.push(row.name);
    await updateMcpTool(ctx.db, serverId, row.name, change);
  }
  const gone = known.filter(({ state, name }) => state === "new" && !offer.tools.some((tool) => tool.name === name));
  await removeMcpTools(
    ctx.db,
    serverId,
    gone.map(({ name }) => name),
  );
  const fresh = offer.tools.filter(({ name }) => !known.some((row) => row.name === name));
  await insertMcpTools(
    ctx.db,
    fresh.map((tool) => ({ id: ctx.newId("tool"), workspaceId, serverId, ...tool, state: "new", class: "unsafe", isOffered: true })),
  );
  await updateMcpServerRow(ctx.db, workspaceId, serverId, { refusedTools: offer.refused, refreshedAt: ctx.now().toISOString() });
  return switchedOff;
}

function changeOf(row: KeptMcpTool, offered: CheckedMcpTool | undefined, offer: CheckedMcpOffer): Partial<KeptMcpTool> {
  if (!offered) {
    // Its text is now one that is not even kept: changed all the same.
    const isRefused = offer.refused.some(({ originalName }) => originalName === row.originalName);
    return { isOffered: false, ...(isRefused && row.state === "approved" && { state: "changed" }) };
  }
  const { originalName, description, parameters, hash } = offered;
  if (hash === row.hash) return { isOffered: true };
  const state = row.state === "approved" || row.state === "changed" ? "changed" : "new";
  return { originalName, description, parameters, hash, isOffered: true, state };
}
