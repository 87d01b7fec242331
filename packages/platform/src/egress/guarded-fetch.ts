import type { LookupFunction } from "node:net";
import { EgressError, type EgressRequest } from "@crew/core/egress/egress-port";
import { Agent, fetch } from "undici";
import { type EgressPolicy, type EgressRules, egressPolicy } from "./egress-policy.ts";
import { guardingConnector, unreachable } from "./guarding-connector.ts";

type GuardedInit = RequestInit & Pick<EgressRequest, "mayReach">;

export type GuardedFetch = ((input: string | URL | Request, init?: GuardedInit) => Promise<Response>) & { close(): Promise<void> };

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** All that follows a redirect to another origin: any other header may carry a credential. */
const SAFE_HEADERS = ["accept", "accept-language", "user-agent"];
/** Failures before anything was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT"]);

/**
 * A `fetch` that reaches only what its rules allow. It takes an address, not a `Request`; redirects are followed by
 * hand, for GET and HEAD alone; a proxy set in the environment is not used. Rejects with `EgressError` where nothing
 * was sent; with `allowPrivate` the plain reason is told instead, since the operator chose the address.
 */
export function guardedFetch({ lookup, ...rules }: EgressRules & { lookup?: LookupFunction }): GuardedFetch {
  const policy = egressPolicy(rules);
  const dispatcher = new Agent({ connect: guardingConnector(policy, lookup), allowH2: false, keepAliveTimeout: 10_000 });

  async function guarded(input: string | URL | Request, { mayReach, ...init }: GuardedInit = {}): Promise<Response> {
    if (typeof input !== "string" && !(input instanceof URL)) throw new TypeError("guardedFetch takes an address, not a Request");
    const method = (init.method ?? "GET").toUpperCase();
    let url = checkedUrl(input, policy);
    if (mayReach && !mayReach(url)) throw new EgressError("The address is not among those that may be reached here.", { isDenied: true });
    let headers = new Headers(init.headers);
    for (let redirects = 0; ; redirects++) {
      const response = await send(url, { ...init, method, headers });
      const location = response.headers.get("location");
      if (!REDIRECTS.has(response.status) || location === null || init.redirect === "manual") return response;
      await response.body?.cancel();
      if (method !== "GET" && method !== "HEAD") throw new EgressError(`A redirect of a ${method} is not followed.`);
      if (init.redirect === "error") throw new EgressError("The address redirects.");
      if (redirects === MAX_REDIRECTS) throw new EgressError(`More than ${MAX_REDIRECTS} redirects.`);
      const next = checkedUrl(location, policy, url);
      if (mayReach && !mayReach(next))
        throw new EgressError("The address redirects to a host that may not be reached here.", { isDenied: true });
      if (next.origin !== url.origin) headers = safeHeaders(headers);
      url = next;
    }
  }

  async function send(url: URL, init: RequestInit): Promise<Response> {
    try {
      // The types of undici and of the global fetch differ in name only.
      const ours = { ...init, redirect: "manual", dispatcher } as unknown as Parameters<typeof fetch>[1];
      return (await fetch(url, ours)) as unknown as Response;
    } catch (error) {
      throw explain(error, rules.allowPrivate);
    }
  }

  return Object.assign(guarded, { close: () => dispatcher.close() });
}

function checkedUrl(address: string | URL, policy: EgressPolicy, base?: URL): URL {
  const url = URL.parse(String(address), base);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new EgressError("Only http and https addresses can be fetched.");
  if (url.username || url.password) throw new EgressError("An address with a user name or password in it is not fetched.");
  if (!policy(url)) throw unreachable({ isDenied: true });
  return url;
}

function safeHeaders(headers: Headers): Headers {
  return new Headers(
    SAFE_HEADERS.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value] as [string, string]];
    }),
  );
}

/** undici hides the reason in `cause`, or in several of them where a name has several addresses. */
function explain(error: unknown, isOperators: boolean): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof EgressError) return cause;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  if (first instanceof EgressError) return first;
  const code = (first as NodeJS.ErrnoException | undefined)?.code;
  return !isOperators && code !== undefined && NOT_SENT.has(code) ? unreachable({ isDenied: false }) : error;
}
