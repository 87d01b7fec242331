import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { EgressError } from "@crew/core/egress/egress-port";
import { AwsV4Signer } from "aws4fetch";
import type { S3Settings } from "../config/read-backup-settings.ts";
import { type GuardedFetch, guardedFetch } from "../egress/guarded-fetch.ts";
import { BackupProblem, PlaceAway } from "./backup-problem.ts";

const TRIES = 4;
const FIRST_WAIT_MS = 500;
/** A part of an upload is some megabytes. */
const TIMEOUT_MS = 5 * 60_000;
const MAX_ERROR_CHARACTERS = 500;

export interface S3Request {
  method: "GET" | "PUT" | "POST" | "DELETE";
  /** Below the bucket's prefix; empty: the bucket itself. */
  key: string;
  query?: Record<string, string>;
  body?: Buffer;
}

/** Signs each request (SigV4, the body included) and repeats what failed for a reason that may be over. */
export class S3Client implements AsyncDisposable {
  readonly #settings: S3Settings;
  readonly #fetch: GuardedFetch;

  constructor(settings: S3Settings, egressAllow: readonly string[]) {
    this.#settings = settings;
    this.#fetch = guardedFetch({ allow: egressAllow, allowPrivate: false });
  }

  /** Rejects with `BackupProblem` unless the store says that it did it. */
  async send(request: S3Request): Promise<Response> {
    for (let tried = 1; ; tried++) {
      const answer = await this.#once(request).catch((error: Error) => error);
      if (!(answer instanceof Error) && answer.ok) return answer;
      if (isHopeless(answer)) throw new BackupProblem(await this.#complaint(request, answer));
      if (tried === TRIES) throw new PlaceAway(await this.#complaint(request, answer));
      if (!(answer instanceof Error)) await answer.body?.cancel();
      await sleep(FIRST_WAIT_MS * 2 ** (tried - 1));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fetch.close();
  }

  async #once({ method, key, query = {}, body }: S3Request): Promise<Response> {
    const { url, region, keyId, secret } = this.#settings;
    const target = new URL(key === "" ? this.bucketUrl() : `${url}/${key}`);
    // Stores read a plus sign in a path as a space.
    target.pathname = target.pathname.replaceAll("+", "%2B");
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    const signer = new AwsV4Signer({
      url: target.href,
      method,
      accessKeyId: keyId,
      secretAccessKey: secret,
      service: "s3",
      region,
      headers: {
        "x-amz-content-sha256": createHash("sha256")
          .update(body ?? "")
          .digest("hex"),
      },
    });
    const signed = await signer.sign();
    const headers = Object.fromEntries(signed.headers as Headers);
    return this.#fetch(signed.url, {
      method,
      headers,
      body: body && new Uint8Array(body),
      signal: method === "GET" ? undefined : AbortSignal.timeout(TIMEOUT_MS),
    });
  }

  bucketUrl(): string {
    const url = new URL(this.#settings.url);
    url.pathname = `/${url.pathname.split("/")[1]}`;
    return url.href;
  }

  /** What stands before each key inside the bucket; empty, or ending with a slash. */
  prefix(): string {
    const path = new URL(this.#settings.url).pathname.split("/").slice(2).filter(Boolean);
    return path.length === 0 ? "" : `${path.map(decodeURIComponent).join("/")}/`;
  }

  async #complaint({ method, key }: S3Request, answer: Response | Error): Promise<string> {
    const host = new URL(this.#settings.url).host;
    if (answer instanceof Error) return `The store ${host} cannot be reached (${method} ${key}): ${answer.message}`;
    const text = (await answer.text().catch(() => "")).slice(0, MAX_ERROR_CHARACTERS);
    const said = [/<Code>([^<]*)</.exec(text)?.[1], /<Message>([^<]*)</.exec(text)?.[1]].filter(Boolean).join(": ");
    return `The store ${host} refused ${method} ${key} with ${answer.status}${said ? ` (${said})` : ""}.`;
  }
}

function isHopeless(answer: Response | Error): boolean {
  if (answer instanceof Error) return answer instanceof EgressError && answer.isDenied;
  return answer.status < 500 && answer.status !== 429 && answer.status !== 408;
}
