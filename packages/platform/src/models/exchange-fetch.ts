import type { ModelCallError } from "@crew/core/system";
import { requireEventStream } from "./openai-chat-stream.ts";
import { type ExchangeRequest, providerExchange } from "./provider-exchange.ts";

export interface ExchangeFetch {
  fetch: typeof globalThis.fetch;
  /** Why the exchange failed; SDKs wrap or swallow what their `fetch` throws. */
  failure(): ModelCallError | undefined;
  /** Ends what may still be under way, when nobody will read on. */
  close(): void;
}

/** A `fetch` for an SDK that makes one exchange under our limits and classes, and refuses a second. */
export function exchangeFetch(options: Pick<ExchangeRequest, "dispatcher" | "signal" | "limits">): ExchangeFetch {
  let failure: ModelCallError | undefined;
  let isUsed = false;
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);

  function send(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    if (isUsed) throw new Error("one attempt, one request");
    isUsed = true;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    providerExchange({
      ...options,
      signal,
      method: init.method === "GET" ? "GET" : "POST",
      url: String(input),
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof init.body === "string" ? init.body : undefined,
      onHead: (status, headers) => {
        requireEventStream(headers["content-type"]);
        const stream = new ReadableStream<Uint8Array>({
          start: (controller) => {
            body = controller;
          },
        });
        const type = { "content-type": String(headers["content-type"] ?? "text/event-stream") };
        resolve(new Response(stream, { status, headers: type }));
      },
      onBytes: (chunk) => {
        body?.enqueue(chunk);
        return false;
      },
    }).then(
      () => body?.close(),
      (error: ModelCallError) => {
        failure = error;
        reject(error);
        body?.error(error);
      },
    );
    return promise;
  }

  return { fetch: send as typeof globalThis.fetch, failure: () => failure, close: () => closing.abort() };
}
