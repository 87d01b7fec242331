import { EgressError } from "@crew/core/egress/egress-port";
import { McpError, type McpExchange } from "@crew/core/mcp-servers/mcp-port";
import type { GuardedFetch } from "../egress/guarded-fetch.ts";

/** Of everything that a server sends in one exchange, decompressed. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface BoundedFetch {
  fetch(input: string | URL, init?: RequestInit): Promise<Response>;
  /** Aborts when the server has sent too much. */
  exceeded: AbortSignal;
  /** Why the first request failed that a rule has refused, or that broke the bound. */
  failure(): Error | undefined;
}

/**
 * The `fetch` of one exchange. A redirect is not followed, not even within the host, so that what authorizes a request
 * goes to the address that somebody entered and nowhere else; no stream is opened for what a server might say by itself.
 */
export function boundedFetch(fetch: GuardedFetch, { signal, mayReach }: McpExchange): BoundedFetch {
  const over = new AbortController();
  let left = MAX_BYTES;
  let failure: Error | undefined;

  const fail = (error: Error): Error => {
    failure ??= error;
    return error;
  };
  const count = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        left -= chunk.length;
        if (left >= 0) return controller.enqueue(chunk);
        const error = fail(new McpError(`The server sent more than ${MAX_BYTES / 1024 / 1024} MiB.`));
        over.abort(error);
        controller.error(error);
      },
    });

  async function bounded(input: string | URL, init: RequestInit = {}): Promise<Response> {
    if ((init.method ?? "GET").toUpperCase() === "GET") return new Response(null, { status: 405 });
    try {
      const ended = AbortSignal.any([signal, over.signal, ...(init.signal ? [init.signal] : [])]);
      const response = await fetch(input, { ...init, signal: ended, redirect: "manual", mayReach });
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        throw new EgressError("The server redirects, which is not followed. Enter the address that it leads to.");
      }
      const { status, statusText, headers } = response;
      return response.body === null ? response : new Response(response.body.pipeThrough(count()), { status, statusText, headers });
    } catch (error) {
      throw error instanceof EgressError ? fail(error) : error;
    }
  }

  return { fetch: bounded, exceeded: over.signal, failure: () => failure };
}
