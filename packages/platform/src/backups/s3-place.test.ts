import { randomBytes } from "node:crypto";
import { type FakeS3, startFakeS3 } from "@crew/testing/fake-s3/start-fake-s3";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { S3Settings } from "../config/read-backup-settings.ts";
import { s3Place } from "./s3-place.ts";

const credentials = { region: "eu-north-7", keyId: "AKIDEXAMPLE", secret: "not+a/secret" };
const PART_BYTES = 64 * 1024;
let store: FakeS3;
beforeAll(async () => {
  store = await startFakeS3(credentials);
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(() => store.objects.clear());

const nameOf = (day: number) => `crew-2026-11-${String(day).padStart(2, "0")}T00-00-00Z-0abc.crewbackup`;
function place(change: Partial<S3Settings> = {}, allow = [new URL(store.url).host]) {
  return s3Place(
    { kind: "s3", url: `${store.url}/bucket/pre fix/crew+1`.replace(" ", "%20"), ...credentials, ...change },
    allow,
    PART_BYTES,
  );
}
async function* pieces(bytes: Buffer, size = 10_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function all(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

test("what is written in parts is read as it was, and no more than a part is in one request", async () => {
  await using at = place();
  const bytes = randomBytes(500_000);
  expect(await at.write(nameOf(1), pieces(bytes))).toBe(500_000);
  expect((await all(await at.read(nameOf(1)))).equals(bytes)).toBe(true);
  expect([...store.objects.keys()]).toEqual([`bucket/pre fix/crew+1/${nameOf(1)}`]);
  expect(store.largestBody()).toBeLessThan(PART_BYTES + 10_000);
  expect(store.asked.filter((line) => line.includes("partNumber=")).length).toBeGreaterThan(6);
  await at.remove(nameOf(1));
  expect(store.objects.size).toBe(0);
});

test("archives are listed over several pages, and nothing else that lies there", async () => {
  await using at = place();
  for (const day of [3, 1, 2, 5, 4]) await at.write(nameOf(day), pieces(randomBytes(2_000)));
  store.objects.set("bucket/pre fix/crew+1/notes.txt", Buffer.from("x"));
  store.objects.set(`bucket/${nameOf(9)}`, Buffer.from("x"));
  expect(await at.list()).toEqual([1, 2, 3, 4, 5].map((day) => ({ name: nameOf(day), sizeBytes: 2_000 })));
});

test("a store that is busy is asked again; one that refuses is quoted, and no half of an upload stays", async () => {
  await using at = place();
  store.refuse(2, 503);
  await at.write(nameOf(1), pieces(randomBytes(100_000)));
  expect(store.objects.size).toBe(1);
  async function* broken() {
    yield randomBytes(200_000);
    throw new Error("the database went away");
  }
  await expect(at.write(nameOf(2), broken())).rejects.toThrow("the database went away");
  expect(store.openUploads()).toBe(0);
  await expect(at.read(nameOf(3))).rejects.toThrow(/refused GET crew-.* with 404 \(NoSuchKey: No\.\)/);
});

test("a wrong secret, another key and another region are refused by the store", async () => {
  for (const [change, code] of [
    [{ secret: "other" }, "SignatureDoesNotMatch"],
    [{ keyId: "other" }, "InvalidAccessKeyId"],
    [{ region: "other" }, "AuthorizationHeaderMalformed"],
  ] as const) {
    await using at = place(change);
    await expect(at.list()).rejects.toThrow(code);
  }
});

test("a store in a private network is reached only where the operator has allowed it", async () => {
  await using at = place({}, []);
  const before = store.asked.length;
  await expect(at.list()).rejects.toThrow(/cannot be reached/);
  expect(store.asked.length).toBe(before);
});
