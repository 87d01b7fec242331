import { EgressError } from "@crew/core/egress/egress-port";
import { ModelCallError } from "@crew/core/system";
import type { Dispatcher } from "undici";
import { failureOfStatus } from "./call-failures.ts";
import type { CallLimits } from "./call-limits.ts";

export interface ExchangeRequest {
  dispatcher: Dispatcher;
  method: "GET" | "POST";
  url: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  limits: CallLimits;
  /** The head of a 2xx answer; what it throws fails the exchange. */
  onHead?(status: number, headers: Record<string, string | string[] | undefined>): void;
  /** Bytes of a 2xx answer. Returns whether the answer is complete, whatever else comes; what it throws fails the exchange. */
  onBytes(chunk: Buffer): boolean;
}

/**
 * One HTTP request and its answer, never repeated, never redirected. Resolves when a 2xx answer has ended or is complete;
 * rejects with `ModelCallError`. It hands bytes on by callback: the web streams of `fetch` cost more than the rest of a call.
 */
export function providerExchange(request: ExchangeRequest): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const exchange = new Exchange(request, resolve, reject);
  exchange.start();
  return promise;
}

type State = "connecting" | "sent" | "answering" | "refused" | "settled";

class Exchange implements Dispatcher.DispatchHandler {
  private state: State = "connecting";
  private controller: Dispatcher.DispatchController | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly startedAt = performance.now();
  private lastByteAt: number | undefined;
  private bytes = 0;
  private bytesOfLine = 0;
  private refusal = { status: 0, headers: {} as Record<string, string | string[] | undefined>, chunks: [] as Buffer[] };
  private readonly request: ExchangeRequest;
  private readonly resolve: () => void;
  private readonly reject: (error: ModelCallError) => void;

  constructor(request: ExchangeRequest, resolve: () => void, reject: (error: ModelCallError) => void) {
    this.request = request;
    this.resolve = resolve;
    this.reject = reject;
  }

  start(): void {
    const { signal, limits, dispatcher, method, headers, body } = this.request;
    if (signal.aborted) {
      this.onAbort();
      return;
    }
    signal.addEventListener("abort", this.onAbort);
    this.timer = setTimeout(this.checkSilence, Math.min(limits.firstByteMs, limits.idleMs));
    try {
      const { origin, pathname, search } = new URL(this.request.url);
      const path = pathname + search;
      // The timers of undici cannot tell the first byte from the next ones: ours watch instead.
      dispatcher.dispatch({ origin, path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 }, this);
    } catch (error) {
      this.fail(new ModelCallError("connection", "The request could not be sent.", { cause: error }));
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.state === "settled") controller.abort(new Error("no longer wanted"));
    else this.state = "sent";
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.state === "settled" || status < 200) return;
    if (status >= 300) {
      this.state = "refused";
      this.refusal.status = status;
      this.refusal.headers = headers;
      return;
    }
    this.state = "answering";
    this.guard(() => this.request.onHead?.(status, headers));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.lastByteAt = performance.now();
    if (this.state === "answering") this.guard(() => this.take(chunk));
    else if (this.state === "refused") this.takeRefusal(chunk);
  }

  onResponseEnd(): void {
    if (this.state === "answering") this.succeed();
    else if (this.state === "refused") this.failRefused();
    clearTimeout(this.timer);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.timer);
    if (this.state === "refused") this.failRefused();
    else if (this.state === "connecting") this.fail(failureToConnect(error));
    else if (isNotHttp(error)) this.fail(new ModelCallError("malformed", "The answer is not HTTP.", { cause: error }));
    else if (this.state === "sent") this.fail(new ModelCallError("silent", "The connection closed without an answer.", { cause: error }));
    else this.fail(new ModelCallError("truncated", "The connection broke in the middle of the answer.", { cause: error }));
  }

  private take(chunk: Buffer): void {
    const { limits } = this.request;
    this.bytes += chunk.length;
    const newline = chunk.lastIndexOf(10);
    this.bytesOfLine = newline === -1 ? this.bytesOfLine + chunk.length : chunk.length - newline - 1;
    if (this.bytes > limits.bodyBytes) throw new ModelCallError("malformed", `The answer is longer than ${limits.bodyBytes} bytes.`);
    if (this.bytesOfLine > limits.lineBytes)
      throw new ModelCallError("malformed", `A line of the answer is longer than ${limits.lineBytes} bytes.`);
    if (this.request.onBytes(chunk)) this.succeed();
  }

  private takeRefusal(chunk: Buffer): void {
    this.refusal.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes > this.request.limits.errorBodyBytes) this.failRefused();
  }

  private failRefused(): void {
    const { status, headers, chunks } = this.refusal;
    const body = Buffer.concat(chunks).toString("utf8", 0, this.request.limits.errorBodyBytes);
    this.fail(failureOfStatus({ status, headers, body }));
  }

  private guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(
        error instanceof ModelCallError ? error : new ModelCallError("malformed", "The answer could not be read.", { cause: error }),
      );
    }
  }

  private readonly onAbort = (): void => {
    this.fail(new ModelCallError("aborted", "The call was stopped.", { cause: this.request.signal.reason }));
  };

  /** One timer a call, set again only when it fires: setting it for each of many tokens would cost more than reading them. */
  private readonly checkSilence = (): void => {
    const { limits } = this.request;
    const deadline = this.lastByteAt === undefined ? this.startedAt + limits.firstByteMs : this.lastByteAt + limits.idleMs;
    const left = deadline - performance.now();
    if (left > 0) {
      this.timer = setTimeout(this.checkSilence, Math.ceil(left));
    } else if (this.state === "connecting") {
      this.fail(new ModelCallError("connection", "No connection within the time allowed."));
    } else if (this.state === "refused") {
      this.failRefused();
    } else {
      const seconds = (this.lastByteAt === undefined ? limits.firstByteMs : limits.idleMs) / 1000;
      this.fail(new ModelCallError("silent", `The provider sent nothing for ${seconds} s.`));
    }
  };

  private succeed(): void {
    if (!this.settle()) return;
    // The end of the body follows its end mark, mostly in the same packet; one that never comes may not hold the socket.
    this.timer = setTimeout(() => this.controller?.abort(new Error("no end after the end mark")), this.request.limits.lingerMs);
    this.timer.unref();
    this.resolve();
  }

  private fail(error: ModelCallError): void {
    if (!this.settle()) return;
    this.reject(error);
    // Closes the socket, by which the provider learns that nobody listens.
    this.controller?.abort(error);
  }

  private settle(): boolean {
    if (this.state === "settled") return false;
    this.state = "settled";
    clearTimeout(this.timer);
    this.request.signal.removeEventListener("abort", this.onAbort);
    return true;
  }
}

/** Nothing was sent. */
function failureToConnect(error: Error): ModelCallError {
  const first = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : error;
  const reason = first instanceof EgressError ? first : first?.cause;
  // The address is refused by our own rules: asking again gives the same.
  if (reason instanceof EgressError) return new ModelCallError("rejected", reason.message);
  const code = (first as NodeJS.ErrnoException | undefined)?.code;
  return new ModelCallError("connection", `The provider cannot be reached${code ? ` (${code})` : ""}.`, { cause: error });
}

function isNotHttp(error: Error): boolean {
  return String((error as NodeJS.ErrnoException).code).startsWith("HPE_") || error.name === "HTTPParserError";
}
