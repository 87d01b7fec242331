import { type FetchedText, type ToolContext, ToolInputError } from "@crew/engine/tool";
import { AppError } from "../../app-error.ts";
import { EgressError, type EgressRequest } from "../../egress/egress-port.ts";
import { findEgressHosts } from "../../egress/egress-rules-repository.ts";
import { canonicalHost, namesHost } from "../../egress/host-patterns.ts";
import { isHostOpen } from "../../egress/is-host-open.ts";
import { openSecretsForHost } from "../../secrets/open-secrets-for-host.ts";
import { noteSecurityEvent } from "../../security/note-security-event.ts";
import type { ExecutionContext } from "./execution-context.ts";

const MAX_PAGE_BYTES = 5 * 1024 * 1024;
const MAX_TIMEOUT_MS = 10_000;

/** What a tool may ask of the world in one call: within the workspace's rules, and in a tainted context no further than was agreed. */
export function toolEgress(context: ExecutionContext, isTainted: boolean): Pick<ToolContext, "fetchText" | "postJson"> {
  return {
    fetchText: (url, signal) => send(context, url, { method: "GET", signal, mayReach: reach(context, url, isTainted) }),
    async postJson(url, { headers, body }, signal) {
      const answer = await send(context, url, {
        method: "POST",
        headers: { ...(await withSecrets(context, url, headers)), "content-type": "application/json" },
        body,
        signal,
        mayReach: reach(context, url, isTainted),
      });
      // An answer may quote what it was sent.
      return { ...answer, text: context.system.secrets.redact(answer.text) };
    },
  };
}

/** A redirect in a tainted context leads to the crew's own hosts, or stays with the one that was agreed to. */
function reach({ journal }: ExecutionContext, asked: string, isTainted: boolean): (url: URL) => boolean {
  const first = URL.parse(asked);
  const egressHosts = journal.claim.definition?.egressHosts ?? [];
  return (url) => !isTainted || namesHost(egressHosts, url) || (first !== null && canonicalHost(first) === canonicalHost(url));
}

async function send(
  context: ExecutionContext,
  url: string,
  request: Pick<EgressRequest, "method" | "headers" | "body" | "signal"> & { mayReach(url: URL): boolean },
): Promise<FetchedText> {
  const { system, journal } = context;
  const { workspaceId, run } = journal.claim;
  const rules = await findEgressHosts(system.statements, workspaceId);
  const mayReach = (to: URL) => isHostOpen(rules, to) && request.mayReach(to);
  context.refuseWhenOvertaken();
  try {
    return await system.egress.request(url, { ...request, maxBytes: MAX_PAGE_BYTES, timeoutMs: MAX_TIMEOUT_MS, mayReach });
  } catch (error) {
    if (error instanceof EgressError && error.isDenied) {
      const host = (URL.parse(url)?.host ?? "").slice(0, 253);
      noteSecurityEvent(system, { kind: "egress.denied", workspaceId, detail: { runId: run.id, host } });
    }
    throw error;
  }
}

/** The secrets that a call names are opened for this one request, each for the hosts that it was given for. */
async function withSecrets(
  { system, journal }: ExecutionContext,
  url: string,
  headers: Record<string, string>,
): Promise<Record<string, string>> {
  try {
    return await openSecretsForHost(system, journal.claim.workspaceId, url, headers);
  } catch (error) {
    if (error instanceof AppError) throw new ToolInputError(error.message);
    throw error;
  }
}
