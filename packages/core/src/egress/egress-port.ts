/** What is asked of a host that somebody named. */
export interface EgressRequest {
  /** GET when absent. Redirects are followed for GET and HEAD alone. */
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** All but the harmless ones are dropped when a redirect leaves the origin. */
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal: AbortSignal;
  /** Of the decompressed answer, which is cut there. */
  maxBytes: number;
  /** For the whole exchange; at most 30 s. */
  timeoutMs: number;
  /** Asked for the address and for each redirect, before anything is sent there. */
  mayReach?(url: URL): boolean;
}

export interface EgressResponse {
  /** After redirects. */
  url: string;
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  contentType: string;
  /** Decoded, without U+0000. */
  text: string;
  wasCut: boolean;
}

/** The only way to a host that somebody named: the dialled address is checked, redirects are followed by hand. */
export interface Egress {
  /** Rejects with `EgressError`. A status of 400 and above is an answer like any other. */
  request(url: string, request: EgressRequest): Promise<EgressResponse>;
  get(url: string, request: Omit<EgressRequest, "method" | "body">): Promise<EgressResponse>;
}

export class EgressError extends Error {
  override name = "EgressError";
  /** Refused by a rule, rather than failed. For those who watch: whoever asked is told the same of both. */
  readonly isDenied: boolean;
  constructor(message: string, { isDenied = false }: { isDenied?: boolean } = {}) {
    super(message);
    this.isDenied = isDenied;
  }
}
