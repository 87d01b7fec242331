import type { Endpoint } from "@crew/contracts/endpoint";
import type { ErrorCode, Problem } from "@crew/contracts/error-codes";
import type { z } from "zod";
import { ApiError } from "./api-error.ts";

type ParamsOf<E extends Endpoint> = E extends { params: infer P extends z.ZodType } ? { params: z.input<P> } : { params?: undefined };
/** Queries are coerced by the server, so their output side is what a caller writes; every part has a default or may be absent. */
type QueryOf<E extends Endpoint> = E extends { query: infer Q extends z.ZodType }
  ? { query?: Partial<z.output<Q>> }
  : { query?: undefined };
type BodyOf<E extends Endpoint> = E extends { body: infer B extends z.ZodType }
  ? undefined extends z.input<B>
    ? { body?: z.input<B> }
    : { body: z.input<B> }
  : { body?: undefined };

interface Transport {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Origin of the API; absent: the page's own. */
  baseUrl?: string;
  fetch?: typeof fetch;
}

export type CallOptions<E extends Endpoint> = ParamsOf<E> & QueryOf<E> & BodyOf<E> & Transport;
export type ResponseOf<E extends Endpoint> = z.output<E["response"]>;
type Arguments<E extends Endpoint> = Record<string, never> extends CallOptions<E> ? [options?: CallOptions<E>] : [options: CallOptions<E>];

interface AnyOptions extends Transport {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/**
 * Calls one endpoint of the contract. Answers are typed, not parsed: the server's serialiser already holds them to the
 * contract, and a browser should not check a page of a hundred rows again. Rejects with `ApiError`; an abort by `signal`
 * rejects as `fetch` does.
 */
export async function call<const E extends Endpoint>(endpoint: E, ...[options]: Arguments<E>): Promise<ResponseOf<E>> {
  const given = (options ?? {}) as AnyOptions;
  const response = await send(endpoint, given);
  if (!response.ok) throw await errorOf(response);
  if (response.status === 204) return null as ResponseOf<E>;
  try {
    return (await response.json()) as ResponseOf<E>;
  } catch (cause) {
    given.signal?.throwIfAborted();
    throw new ApiError({ code: "unavailable", status: response.status, detail: "The answer was cut short. Try again." }, { cause });
  }
}

/** The address of a call, for links that the browser follows by itself. */
export function urlOf(endpoint: Pick<Endpoint, "path">, options: Pick<AnyOptions, "params" | "query" | "baseUrl"> = {}): string {
  const path = endpoint.path.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = options.params?.[name];
    if (typeof value !== "string" || value === "") throw new TypeError(`${endpoint.path} needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  return `${options.baseUrl ?? ""}${path}${query.size > 0 ? `?${query}` : ""}`;
}

async function send(endpoint: Endpoint, options: AnyOptions): Promise<Response> {
  const body = endpoint.body === undefined ? undefined : JSON.stringify(options.body ?? {});
  const headers: Record<string, string> = { accept: "application/json", ...options.headers };
  if (body !== undefined) headers["content-type"] = "application/json";
  try {
    return await (options.fetch ?? fetch)(urlOf(endpoint, options), { method: endpoint.method, headers, body, signal: options.signal });
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (cause instanceof ApiError || (cause instanceof TypeError && /parameter/.test(cause.message))) throw cause;
    throw new ApiError(
      { code: "unavailable", status: 0, detail: "The platform cannot be reached. Check that it runs and that you are online." },
      { cause },
    );
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  const more = Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1_000 } : {};
  if (/\bjson\b/.test(response.headers.get("content-type") ?? "")) {
    const problem = (await response.json().catch(() => undefined)) as Partial<Problem> | undefined;
    if (typeof problem?.code === "string") {
      return new ApiError(
        { ...problem, code: problem.code, status: response.status, detail: problem.detail || problem.title || SENTENCES[problem.code] },
        more,
      );
    }
  }
  const code = codeOf(response.status);
  return new ApiError({ code, status: response.status, detail: SENTENCES[code] }, more);
}

/** For answers that are not the platform's own, such as those of a proxy in between. */
function codeOf(status: number): ErrorCode {
  const known: Record<number, ErrorCode> = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    412: "stale",
    413: "too_large",
    415: "unsupported_media_type",
    429: "limited",
    500: "internal",
  };
  return known[status] ?? (status >= 500 ? "unavailable" : "invalid");
}

const SENTENCES: Record<ErrorCode, string> = {
  invalid: "The request was not understood.",
  unauthenticated: "You are not signed in.",
  forbidden: "You may not do this.",
  not_found: "This does not exist, or it is not yours.",
  conflict: "Somebody else was first.",
  stale: "It has changed since you read it.",
  too_large: "This is too large.",
  unsupported_media_type: "This kind of file is not taken.",
  limited: "Too many requests. Wait a moment.",
  internal: "Something went wrong on our side.",
  unavailable: "The platform does not answer right now. Try again in a moment.",
};
