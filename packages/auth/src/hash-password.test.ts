import { argon2Sync } from "node:crypto";
import { expect, test } from "vitest";
import { hashPassword, needsRehash, verifyPassword } from "./hash-password.ts";

function phcOf(password: string, memory: number, passes: number): string {
  const salt = Buffer.alloc(16, 7);
  const tag = argon2Sync("argon2id", { message: password, nonce: salt, memory, passes, parallelism: 1, tagLength: 32 });
  const text = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=${memory},t=${passes},p=1$${text(salt)}$${text(tag)}`;
}

test("a hash is argon2id with 19 MiB, two passes and one lane, and salted [ASVS 11.4.2]", async () => {
  const [one, other] = await Promise.all([hashPassword("correct horse battery"), hashPassword("correct horse battery")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(other);
  expect(needsRehash(one)).toBe(false);
});

test("a password is used as it came: not cut, not folded, in any script [ASVS 6.2.8]", async () => {
  const hash = await hashPassword("pässword für alle");
  expect(await verifyPassword(hash, "pässword für alle")).toBe(true);
  for (const other of ["Pässword für alle", "pässword für alle ", "pässword für alle".normalize("NFD")])
    expect(await verifyPassword(hash, other)).toBe(false);
  const long = "å".repeat(200);
  expect(await verifyPassword(await hashPassword(long), long)).toBe(true);
  expect(await verifyPassword(await hashPassword(long), long.slice(0, -1))).toBe(false);
  expect(await verifyPassword(hash, "password fur alle")).toBe(false);
});

test("hashes with other parameters verify and ask to be made anew [ASVS 11.2.2]", async () => {
  const weak = phcOf("an old password", 8_192, 3);
  expect(await verifyPassword(weak, "an old password")).toBe(true);
  expect(await verifyPassword(weak, "another password")).toBe(false);
  expect(needsRehash(weak)).toBe(true);
});

test("what is not such a hash verifies nothing, also when it asks for gigabytes", async () => {
  for (const hash of [
    "",
    "plain text",
    "$2b$10$abcdefghijklmnopqrstuv",
    "$argon2id$v=19$m=9999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
  ])
    expect(await verifyPassword(hash, "plain text")).toBe(false);
});

test("forty at once all come through", async () => {
  const hash = await hashPassword("the same for all of us");
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => verifyPassword(hash, i % 2 ? "no" : "the same for all of us")));
  expect(answers.filter(Boolean)).toHaveLength(20);
});
