import type { LookupFunction } from "node:net";
import { type Egress, EgressError, type EgressRequest, type EgressResponse } from "@crew/core/egress/egress-port";
import { guardedFetch } from "./guarded-fetch.ts";
import { readText } from "./read-text.ts";

const MAX_TIMEOUT_MS = 30_000;
const HEADERS = { accept: "text/html, text/plain, application/json, */*;q=0.5", "user-agent": "crewai-platform" };

/** `allow`: `host:port` entries of the operator that may be private. */
export function guardedEgress({ allow, lookup }: { allow: readonly string[]; lookup?: LookupFunction }): Egress {
  const fetch = guardedFetch({ allow, allowPrivate: false, lookup });

  async function request(url: string, { signal, maxBytes, timeoutMs, headers, ...rest }: EgressRequest): Promise<EgressResponse> {
    const timeout = AbortSignal.timeout(Math.min(timeoutMs, MAX_TIMEOUT_MS));
    try {
      const response = await fetch(url, { ...rest, headers: { ...HEADERS, ...headers }, signal: AbortSignal.any([signal, timeout]) });
      const { text, wasCut } = await readText(response, maxBytes);
      return {
        url: response.url,
        status: response.status,
        headers: Object.fromEntries(response.headers),
        contentType: response.headers.get("content-type") ?? "",
        text,
        wasCut,
      };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof EgressError) throw error;
      throw new EgressError(
        timeout.aborted ? "The address took too long to answer." : "The connection broke before the answer was complete.",
      );
    }
  }

  return { request, get: (url, options) => request(url, { ...options, method: "GET" }) };
}
