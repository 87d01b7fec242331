import { type FetchedText, type ToolContext, ToolInputError } from "@crew/engine/tool";
import { findEgressHosts } from "../../egress/egress-rules-repository.ts";
import { canonicalHost, namesHost } from "../../egress/host-patterns.ts";
import { isHostOpen } from "../../egress/is-host-open.ts";
import { noteSecurityEvent } from "../../security/note-security-event.ts";
import { EgressError, type EgressRequest } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";

const MAX_PAGE_BYTES = 5 * 1024 * 1024;
const MAX_TIMEOUT_MS = 10_000;
const SECRET = /\{\{\s*secret:([A-Za-z_][A-Za-z0-9_-]{0,63})\s*\}\}/g;

/** What a tool may ask of the world in one call: within the workspace's rules, and in a tainted context no further than was agreed. */
export function toolEgress(context: ExecutionContext, isTainted: boolean): Pick<ToolContext, "fetchText" | "postJson"> {
  return {
    fetchText: (url, signal) => send(context, url, { method: "GET", signal, mayReach: reach(context, url, isTainted) }),
    async postJson(url, { headers, body }, signal) {
      const { filled, redact } = await fillSecrets(context, headers);
      const answer = await send(context, url, {
        method: "POST",
        headers: { ...filled, "content-type": "application/json" },
        body,
        signal,
        mayReach: reach(context, url, isTainted),
      });
      return { ...answer, text: redact(answer.text) };
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
  { system, journal }: ExecutionContext,
  url: string,
  request: Pick<EgressRequest, "method" | "headers" | "body" | "signal"> & { mayReach(url: URL): boolean },
): Promise<FetchedText> {
  const { workspaceId, run } = journal.claim;
  const rules = await findEgressHosts(system.statements, workspaceId);
  const mayReach = (to: URL) => isHostOpen(rules, to) && request.mayReach(to);
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

/** Opens the secrets that a call names, for this one request; the answer may not bring them back. */
async function fillSecrets(_context: ExecutionContext, headers: Record<string, string>) {
  const names = new Set(Object.values(headers).flatMap((value) => [...value.matchAll(SECRET)].map((match) => match[1] ?? "")));
  const values = new Map<string, string>();
  for (const name of names) {
    const value = undefined as string | undefined;
    if (value === undefined) throw new ToolInputError(`There is no secret named ${name} in this workspace.`);
    values.set(name, value);
  }
  const filled = Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [header, value.replace(SECRET, (_, name: string) => values.get(name) ?? "")]),
  );
  const redact = (text: string) =>
    [...values].reduce((rest, [name, value]) => spellings(value).reduce((t, one) => t.replaceAll(one, `[secret ${name}]`), rest), text);
  return { filled, redact };
}

/** As an answer may echo it: plain, in base64, in hex, in a URL or in JSON. */
function spellings(value: string): string[] {
  const bytes = Buffer.from(value);
  const forms = [
    value,
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ];
  return [...new Set(forms)].filter((form) => form !== "").sort((a, b) => b.length - a.length);
}
