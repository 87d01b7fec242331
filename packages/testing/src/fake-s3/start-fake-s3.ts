import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { S3Credentials } from "./check-signature.ts";
import { StoreAnswers } from "./store-answers.ts";

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

/** As much of the S3 API as archives need, over real HTTP: whoever signs wrongly is refused. */
export async function startFakeS3(credentials: S3Credentials): Promise<FakeS3> {
  const store = new StoreAnswers(credentials);
  const asked: string[] = [];
  let largest = 0;
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    largest = Math.max(largest, body.length);
    store.answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: store.objects,
    openUploads: () => store.uploads.size,
    asked,
    refuse(count, status) {
      store.refused = { count, status };
    },
    largestBody: () => largest,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
