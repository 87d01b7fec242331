import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type S3Credentials, signatureProblem } from "./check-signature.ts";

export interface FakeS3 extends AsyncDisposable {
  /** Of the server, without a bucket. */
  url: string;
  /** What is there, by bucket and key. */
  objects: Map<string, Buffer>;
  /** Uploads that were begun and not ended. */
  openUploads(): number;
  /** Of all requests, in order: method and target. */
  asked: string[];
  /** So many requests are refused with this status from now on. */
  refuse(count: number, status: number): void;
  largestBody(): number;
}

const LIST_AT_ONCE = 2;
const MIN_PART_BYTES = 1024;

/** As much of the S3 API as archives need, over real HTTP: whoever signs wrongly is refused. */
export async function startFakeS3(credentials: S3Credentials): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, { path: string; parts: Map<number, Buffer> }>();
  const asked: string[] = [];
  let refused = { count: 0, status: 503 };
  let largest = 0;

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): ServerResponse {
    const { method = "", url = "/" } = request;
    const target = new URL(url, "http://store");
    const path = decodeURIComponent(target.pathname).slice(1);
    const query = target.searchParams;
    const xml = (text: string, status = 200) => response.writeHead(status, { "content-type": "application/xml" }).end(text);
    const fail = (status: number, code: string) => xml(`<Error><Code>${code}</Code><Message>No.</Message></Error>`, status);
    if (refused.count > 0) {
      refused.count -= 1;
      return fail(refused.status, "SlowDown");
    }
    const problem = signatureProblem(request, body, credentials);
    if (problem) return fail(403, problem);
    const upload = uploads.get(query.get("uploadId") ?? "");
    if (query.has("uploadId") && upload?.path !== path) return fail(404, "NoSuchUpload");
    if (method === "POST" && query.has("uploads")) {
      const id = randomUUID();
      uploads.set(id, { path, parts: new Map() });
      return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (method === "PUT" && upload) {
      upload.parts.set(Number(query.get("partNumber")), body);
      return response.writeHead(200, { etag: etagOf(body) }).end();
    }
    if (method === "POST" && upload) {
      const listed = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag>/g)];
      const parts = listed.map(([, number]) => upload.parts.get(Number(number)));
      if (listed.length === 0 || listed.some(([, , tag], index) => tag !== etagOf(parts[index] ?? Buffer.alloc(0))))
        return fail(400, "InvalidPart");
      if (parts.slice(0, -1).some((part) => (part?.length ?? 0) < MIN_PART_BYTES)) return fail(400, "EntityTooSmall");
      objects.set(path, Buffer.concat(parts.flatMap((part) => part ?? [])));
      uploads.delete(query.get("uploadId") ?? "");
      return xml("<CompleteMultipartUploadResult/>");
    }
    if (method === "DELETE" && upload) {
      uploads.delete(query.get("uploadId") ?? "");
      return response.writeHead(204).end();
    }
    if (method === "GET" && query.get("list-type") === "2") return xml(listing(path, query));
    if (method === "GET") {
      const found = objects.get(path);
      return found ? response.writeHead(200).end(found) : fail(404, "NoSuchKey");
    }
    if (method === "DELETE") {
      objects.delete(path);
      return response.writeHead(204).end();
    }
    return fail(405, "MethodNotAllowed");
  }

  function listing(bucket: string, query: URLSearchParams): string {
    const after = query.get("continuation-token") ?? "";
    const keys = [...objects.keys()]
      .filter((path) => path.startsWith(`${bucket}/${query.get("prefix") ?? ""}`))
      .map((path) => path.slice(bucket.length + 1))
      .filter((key) => key > after)
      .toSorted();
    const shown = keys.slice(0, LIST_AT_ONCE);
    const next = keys.length > LIST_AT_ONCE ? `<NextContinuationToken>${shown.at(-1)}</NextContinuationToken>` : "";
    const contents = shown.map((key) => `<Contents><Key>${key}</Key><Size>${objects.get(`${bucket}/${key}`)?.length}</Size></Contents>`);
    return `<ListBucketResult>${contents.join("")}${next}</ListBucketResult>`;
  }

  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    largest = Math.max(largest, body.length);
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    openUploads: () => uploads.size,
    asked,
    refuse(count, status) {
      refused = { count, status };
    },
    largestBody: () => largest,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}
