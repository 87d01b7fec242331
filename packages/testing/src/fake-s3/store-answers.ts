import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type S3Credentials, signatureProblem } from "./check-signature.ts";

const LIST_AT_ONCE = 2;
const MIN_PART_BYTES = 1024;

/** What is in the store, and what it says to each request. */
export class StoreAnswers {
  readonly objects = new Map<string, Buffer>();
  readonly uploads = new Map<string, { path: string; parts: Map<number, Buffer> }>();
  readonly #credentials: S3Credentials;
  /** So many requests are refused from now on. */
  refused = { count: 0, status: 503 };

  constructor(credentials: S3Credentials) {
    this.#credentials = credentials;
  }

  answer(request: IncomingMessage, response: ServerResponse, body: Buffer): ServerResponse {
    const { method = "", url = "/" } = request;
    const target = new URL(url, "http://store");
    const path = decodeURIComponent(target.pathname).slice(1);
    const query = target.searchParams;
    if (this.refused.count > 0) {
      this.refused.count -= 1;
      return fail(response, this.refused.status, "SlowDown");
    }
    const problem = signatureProblem(request, body, this.#credentials);
    if (problem) return fail(response, 403, problem);
    if (query.has("uploadId")) return this.#ofUpload(method, { path, query, body }, response);
    if (method === "POST" && query.has("uploads")) {
      const id = randomUUID();
      this.uploads.set(id, { path, parts: new Map() });
      return xml(response, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (method === "GET" && query.get("list-type") === "2") return xml(response, this.#listing(path, query));
    const found = this.objects.get(path);
    if (method === "GET") return found ? response.writeHead(200).end(found) : fail(response, 404, "NoSuchKey");
    if (method !== "DELETE") return fail(response, 405, "MethodNotAllowed");
    this.objects.delete(path);
    return response.writeHead(204).end();
  }

  #ofUpload(method: string, { path, query, body }: { path: string; query: URLSearchParams; body: Buffer }, response: ServerResponse) {
    const id = query.get("uploadId") ?? "";
    const upload = this.uploads.get(id);
    if (upload?.path !== path) return fail(response, 404, "NoSuchUpload");
    if (method === "PUT") {
      upload.parts.set(Number(query.get("partNumber")), body);
      return response.writeHead(200, { etag: etagOf(body) }).end();
    }
    if (method === "POST") {
      const listed = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag>/g)];
      const parts = listed.map(([, number]) => upload.parts.get(Number(number)) ?? Buffer.alloc(0));
      if (listed.length === 0 || listed.some(([, , tag], index) => tag !== etagOf(parts[index] as Buffer)))
        return fail(response, 400, "InvalidPart");
      if (parts.slice(0, -1).some((part) => part.length < MIN_PART_BYTES)) return fail(response, 400, "EntityTooSmall");
      this.objects.set(path, Buffer.concat(parts));
    }
    this.uploads.delete(id);
    return method === "POST" ? xml(response, "<CompleteMultipartUploadResult/>") : response.writeHead(204).end();
  }

  #listing(bucket: string, query: URLSearchParams): string {
    const after = query.get("continuation-token") ?? "";
    const keys = [...this.objects.keys()]
      .filter((path) => path.startsWith(`${bucket}/${query.get("prefix") ?? ""}`))
      .map((path) => path.slice(bucket.length + 1))
      .filter((key) => key > after)
      .toSorted();
    const shown = keys.slice(0, LIST_AT_ONCE);
    const next = keys.length > LIST_AT_ONCE ? `<NextContinuationToken>${shown.at(-1)}</NextContinuationToken>` : "";
    const contents = shown.map(
      (key) => `<Contents><Key>${key}</Key><Size>${this.objects.get(`${bucket}/${key}`)?.length}</Size></Contents>`,
    );
    return `<ListBucketResult>${contents.join("")}${next}</ListBucketResult>`;
  }
}

function xml(response: ServerResponse, text: string, status = 200): ServerResponse {
  return response.writeHead(status, { "content-type": "application/xml" }).end(text);
}

function fail(response: ServerResponse, status: number, code: string): ServerResponse {
  return xml(response, `<Error><Code>${code}</Code><Message>No.</Message></Error>`, status);
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}
