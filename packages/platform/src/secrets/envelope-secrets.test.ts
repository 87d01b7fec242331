import { randomBytes } from "node:crypto";
import type { SecretPlace } from "@crew/core/system";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { envelopeSecrets } from "./envelope-secrets.ts";
import type { InstallationKeys } from "./installation-keys.ts";
import { keyRing } from "./key-ring.ts";
import { keyIdOf, SecretError } from "./sealing-key.ts";

function keysInMemory(): InstallationKeys & { rows: Map<string, string> } {
  const rows = new Map<string, string>();
  return {
    rows,
    take: async () => [...rows.values()].at(-1),
    find: async (id) => rows.get(id),
    add: async ({ id, wrapped }) => void rows.set(id, wrapped),
  };
}

const masterKey = randomBytes(32);
const secrets = envelopeSecrets(keyRing(masterKey), keysInMemory());
const place = fc.record<SecretPlace>({
  workspaceId: fc.string(),
  table: fc.string(),
  column: fc.string(),
  rowId: fc.string(),
  version: fc.integer({ min: 1, max: 3 }),
});
const here: SecretPlace = { workspaceId: "workspace_1", table: "model_providers", column: "api_key", rowId: "provider_1" };
const dataKey = async (workspaceId: string) => (await secrets.newDataKey(workspaceId)).wrapped;

describe("envelope secrets", () => {
  test("open what they sealed, whatever the text and the place", async () => {
    await fc.assert(
      fc.asyncProperty(place, fc.string({ unit: "binary" }), async (at, text) => {
        const key = await dataKey(at.workspaceId);
        expect(await secrets.open(key, at, await secrets.seal(key, at, text))).toBe(text);
      }),
    );
  });

  test("T-12 refuse every changed character, of the value and of the wrapped key [ASVS 11.3.3]", async () => {
    const key = await dataKey(here.workspaceId);
    const sealed = await secrets.seal(key, here, "sk-secret-value");
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.nat(), fc.constantFrom(..."ABCabc019-_."), async (isKey, position, character) => {
        const original = isKey ? key : sealed;
        const at = position % original.length;
        fc.pre(original[at] !== character);
        const changed = original.slice(0, at) + character + original.slice(at + 1);
        await expect(secrets.open(isKey ? changed : key, here, isKey ? sealed : changed)).rejects.toThrow(SecretError);
      }),
      { numRuns: 500 },
    );
  });

  test("T-12 refuse every flipped bit, of the value and of the wrapped key [ASVS 11.3.2, 11.3.3, 16.5.3]", async () => {
    const key = await dataKey(here.workspaceId);
    const sealed = await secrets.seal(key, here, "sk-secret-value");
    for (const original of [key, sealed]) {
      const [form, id, ...parts] = original.split(".");
      const bytes = parts.map((part) => Buffer.from(part, "base64url"));
      for (const [index, part] of bytes.entries())
        for (let bit = 0; bit < part.length * 8; bit += 1) {
          const flipped = Buffer.from(part);
          flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
          const changed = [form, id, ...bytes.with(index, flipped).map((one) => one.toString("base64url"))].join(".");
          const opened = original === key ? secrets.open(changed, here, sealed) : secrets.open(key, here, changed);
          await expect(opened).rejects.toThrow(SecretError);
        }
    }
  });

  test("T-12 refuse a value that was moved to another row, column, table, workspace or version", async () => {
    await fc.assert(
      fc.asyncProperty(place, place, async (from, to) => {
        fc.pre(JSON.stringify(Object.values(from)) !== JSON.stringify(Object.values(to)));
        const key = await dataKey(from.workspaceId);
        const sealed = await secrets.seal(key, from, "secret");
        await expect(secrets.open(key, to, sealed)).rejects.toThrow(SecretError);
        await expect(secrets.open(await dataKey(to.workspaceId), to, sealed)).rejects.toThrow(SecretError);
      }),
    );
  });

  test("keep the parts of a place apart", async () => {
    const key = await dataKey("w");
    const sealed = await secrets.seal(key, { workspaceId: "w", table: "ab", column: "c", rowId: "d" }, "secret");
    await expect(secrets.open(key, { workspaceId: "w", table: "a", column: "bc", rowId: "d" }, sealed)).rejects.toThrow(SecretError);
  });

  test("T-12 a workspace's data key does not open for another one, also when it was just in use", async () => {
    const key = await dataKey("w");
    const sealed = await secrets.seal(key, { ...here, workspaceId: "w" }, "secret");
    expect(await secrets.open(key, { ...here, workspaceId: "w" }, sealed)).toBe("secret");
    await expect(secrets.open(key, { ...here, workspaceId: "x" }, sealed)).rejects.toThrow("does not belong here (master key");
  });

  test("T-12 a million seals repeat no nonce [ASVS 11.3.4]", { timeout: 120_000 }, async () => {
    const key = await dataKey("w");
    const at = { ...here, workspaceId: "w" };
    const nonces = new Set<string>();
    for (let i = 0; i < 1_000_000; i += 1) nonces.add((await secrets.seal(key, at, "same")).split(".", 3)[2] ?? "");
    expect(nonces.size).toBe(1_000_000);
  });

  test("name the key that is missing when the master key is another one", async () => {
    const other = randomBytes(32);
    const elsewhere = await envelopeSecrets(keyRing(other), keysInMemory()).newDataKey(here.workspaceId);
    await expect(secrets.seal(elsewhere.wrapped, here, "x")).rejects.toThrow(keyIdOf(other));
    await expect(secrets.seal(elsewhere.wrapped, here, "x")).rejects.toThrow(keyIdOf(masterKey));
    expect(() => keyRing(Buffer.alloc(16))).toThrow("32 bytes");
  });

  test("T-12 an older key of the ring opens what it wrapped, and wraps nothing new [ASVS 13.3.4]", async () => {
    const { wrapped } = await secrets.newDataKey("w");
    const at = { ...here, workspaceId: "w" };
    const sealed = await secrets.seal(wrapped, at, "kept through the change");
    const next = keyRing(randomBytes(32), [masterKey]);
    const after = envelopeSecrets(next, keysInMemory());
    expect(await after.open(wrapped, at, sealed)).toBe("kept through the change");
    expect(next.isCurrent(wrapped)).toBe(false);
    expect(next.isCurrent((await after.newDataKey("w")).wrapped)).toBe(true);
  });

  test("the installation's own secrets have a data key that is made with the first one, and open in their place only", async () => {
    const kept = keysInMemory();
    const { installation } = envelopeSecrets(keyRing(masterKey), kept);
    const at = { table: "signing_keys", column: "private_key", rowId: "key_1" };
    const sealed = [await installation.seal(at, "one"), await installation.seal(at, "two")];
    expect(kept.rows.size).toBe(1);
    expect(await Promise.all(sealed.map((one) => installation.open(at, one)))).toEqual(["one", "two"]);
    await expect(installation.open({ ...at, rowId: "key_2" }, sealed[0] ?? "")).rejects.toThrow(SecretError);
    kept.rows.clear();
    await expect(installation.open(at, sealed[0] ?? "")).rejects.toThrow("is gone");
  });

  test("values of the first form, which know no versions, still open", async () => {
    const { createCipheriv } = await import("node:crypto");
    const raw = randomBytes(32);
    const wrapped = await keyRing(masterKey).wrap(raw, "w");
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", raw, nonce).setAAD(Buffer.from(JSON.stringify(["v1", "t", "c", "r", "w"])));
    const text = Buffer.concat([cipher.update("old"), cipher.final()]);
    const sealed = ["v1", keyIdOf(raw), ...[nonce, text, cipher.getAuthTag()].map((part) => part.toString("base64url"))].join(".");
    const at = { workspaceId: "w", table: "t", column: "c", rowId: "r" };
    expect(await secrets.open(wrapped, at, sealed)).toBe("old");
    await expect(secrets.open(wrapped, { ...at, version: 2 }, sealed)).rejects.toThrow(SecretError);
  });
});
