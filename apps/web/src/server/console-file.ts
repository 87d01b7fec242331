import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants as zlib } from "node:zlib";
import { inlineScriptHashes } from "./content-policy.ts";

export type Encoding = "br" | "gzip" | "identity";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".txt": "text/x-component; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
const COMPRESSIBLE = new Set([".html", ".js", ".css", ".txt", ".json", ".map", ".svg", ".webmanifest"]);
/** Below this an encoded body is no smaller in packets. */
const MIN_COMPRESSED_BYTES = 1_024;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** One file of the console with its headers; encoded when first asked for and kept, since the whole is a few megabytes. */
export class ConsoleFile {
  readonly contentType: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly isPage: boolean;
  readonly scriptHashes: readonly string[];
  readonly #body: Buffer;
  readonly #isCompressible: boolean;
  readonly #encoded = new Map<Encoding, Promise<Buffer>>();

  private constructor(body: Buffer, path: string) {
    const extension = extname(path);
    this.#body = body;
    this.#isCompressible = COMPRESSIBLE.has(extension) && body.length >= MIN_COMPRESSED_BYTES;
    this.contentType = TYPES[extension] ?? "application/octet-stream";
    // Weak, because the encodings of one file share it.
    this.etag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    // The names of built assets carry their hash, so they never change; everything else is asked for again each time.
    this.cacheControl = path.startsWith("/_next/static/") ? "public, max-age=31536000, immutable" : "no-cache";
    this.isPage = extension === ".html";
    this.scriptHashes = this.isPage ? inlineScriptHashes(body.toString("utf8")) : [];
  }

  static async read(onDisk: string, path: string): Promise<ConsoleFile> {
    return new ConsoleFile(await readFile(onDisk), path);
  }

  encodingFor(acceptEncoding: string | undefined): Encoding {
    if (!this.#isCompressible || !acceptEncoding) return "identity";
    const accepted = acceptEncoding.split(",").filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part));
    const names = new Set(accepted.map((part) => part.split(";")[0]?.trim().toLowerCase()));
    return names.has("br") ? "br" : names.has("gzip") ? "gzip" : "identity";
  }

  bytes(encoding: Encoding): Promise<Buffer> {
    let bytes = this.#encoded.get(encoding);
    if (!bytes) {
      bytes = encode(this.#body, encoding);
      this.#encoded.set(encoding, bytes);
    }
    return bytes;
  }
}

async function encode(body: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === "br") {
    // 11 would save a few percent and cost seconds of the first visit.
    return brotli(body, { params: { [zlib.BROTLI_PARAM_QUALITY]: 6, [zlib.BROTLI_PARAM_SIZE_HINT]: body.length } });
  }
  if (encoding === "gzip") return zip(body, { level: 6 });
  return body;
}
