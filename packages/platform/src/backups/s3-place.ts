import type { S3Settings } from "../config/read-backup-settings.ts";
import { ARCHIVE_NAME, type BackupPlace, type StoredArchive } from "./backup-place.ts";
import { BackupProblem } from "./backup-problem.ts";
import { S3Client } from "./s3-client.ts";

/** All that is in memory of an upload. 10,000 of them are the most that the protocol has: 160 GB. */
const PART_BYTES = 16 * 1024 * 1024;
const MOST_PARTS = 10_000;

/** Archives in a bucket. An upload in parts is there under its name when the last word is said, and not before. */
export function s3Place(settings: S3Settings, egressAllow: readonly string[], partBytes = PART_BYTES): BackupPlace {
  const client = new S3Client(settings, egressAllow);
  return {
    kind: "s3",
    async write(name, bytes) {
      const begun = await (await client.send({ method: "POST", key: name, query: { uploads: "" } })).text();
      const uploadId = tagIn(begun, "UploadId");
      if (!uploadId) throw new BackupProblem("The store has begun no upload.");
      try {
        const { parts, size } = await upload(client, { name, uploadId, partBytes }, bytes);
        const body = `<CompleteMultipartUpload>${parts.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join("")}</CompleteMultipartUpload>`;
        const ended = await (await client.send({ method: "POST", key: name, query: { uploadId }, body: Buffer.from(body) })).text();
        // An error may come with the status 200, once the store has begun to answer.
        if (/<Error>/.test(ended))
          throw new BackupProblem(`The store has not put the upload together: ${tagIn(ended, "Message") ?? "no reason"}.`);
        return size;
      } catch (error) {
        await client.send({ method: "DELETE", key: name, query: { uploadId } }).catch(() => {});
        throw error;
      }
    },
    async read(name) {
      const response = await client.send({ method: "GET", key: name });
      if (!response.body) throw new BackupProblem(`The store gave nothing for ${name}.`);
      return buffers(response.body as unknown as AsyncIterable<Uint8Array>);
    },
    remove: async (name) => void (await client.send({ method: "DELETE", key: name })),
    async list() {
      const found: StoredArchive[] = [];
      for (let token: string | undefined; ; ) {
        const query = { "list-type": "2", prefix: client.prefix(), ...(token !== undefined && { "continuation-token": token }) };
        const text = await (await client.send({ method: "GET", key: "", query })).text();
        for (const [, one = ""] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
          const name = (tagIn(one, "Key") ?? "").slice(client.prefix().length);
          if (ARCHIVE_NAME.test(name)) found.push({ name, sizeBytes: Number(tagIn(one, "Size")) });
        }
        token = tagIn(text, "NextContinuationToken");
        if (token === undefined) return found.toSorted((a, b) => a.name.localeCompare(b.name));
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

async function upload(
  client: S3Client,
  { name, uploadId, partBytes }: { name: string; uploadId: string; partBytes: number },
  bytes: AsyncIterable<Buffer>,
): Promise<{ parts: string[]; size: number }> {
  const parts: string[] = [];
  let size = 0;
  for await (const body of inParts(bytes, partBytes)) {
    if (parts.length === MOST_PARTS) throw new BackupProblem("The archive has more parts than a store takes.");
    const query = { partNumber: String(parts.length + 1), uploadId };
    const tag = (await client.send({ method: "PUT", key: name, query, body })).headers.get("etag");
    if (!tag) throw new BackupProblem("The store does not say what it has kept (no ETag).");
    parts.push(tag);
    size += body.length;
  }
  return { parts, size };
}

async function* inParts(bytes: AsyncIterable<Buffer>, partBytes: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of bytes) {
    held.push(piece);
    size += piece.length;
    if (size < partBytes) continue;
    yield Buffer.concat(held, size);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held, size);
}

async function* buffers(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of body) yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}

function tagIn(xml: string, tag: string): string | undefined {
  const found = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1];
  return found?.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
