import { randomBytes } from "node:crypto";
import type { SecretPlace } from "@crew/core/system";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { envelopeSecrets, keyIdOf, SecretError } from "./envelope-secrets.ts";

const masterKey = randomBytes(32);
const secrets = envelopeSecrets(masterKey);
const place = fc.record<SecretPlace>({ workspaceId: fc.string(), table: fc.string(), column: fc.string(), rowId: fc.string() });
const here: SecretPlace = { workspaceId: "workspace_1", table: "model_providers", column: "api_key", rowId: "provider_1" };

describe("envelope secrets", () => {
  test("open what they sealed, whatever the text and the place", () => {
    fc.assert(
      fc.property(place, fc.string({ unit: "binary" }), (at, text) => {
        const key = secrets.newDataKey(at.workspaceId);
        expect(secrets.open(key, at, secrets.seal(key, at, text))).toBe(text);
      }),
    );
  });

  test("refuse every changed character, of the value and of the wrapped key", () => {
    const key = secrets.newDataKey(here.workspaceId);
    const sealed = secrets.seal(key, here, "sk-secret-value");
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.constantFrom(..."ABCabc019-_."), (isKey, position, character) => {
        const original = isKey ? key : sealed;
        const at = position % original.length;
        fc.pre(original[at] !== character);
        const changed = original.slice(0, at) + character + original.slice(at + 1);
        expect(() => secrets.open(isKey ? changed : key, here, isKey ? sealed : changed)).toThrow(SecretError);
      }),
      { numRuns: 500 },
    );
  });

  test("refuse a value that was moved to another row, column, table or workspace", () => {
    fc.assert(
      fc.property(place, place, (from, to) => {
        fc.pre(JSON.stringify(Object.values(from)) !== JSON.stringify(Object.values(to)));
        const key = secrets.newDataKey(from.workspaceId);
        const sealed = secrets.seal(key, from, "secret");
        expect(() => secrets.open(key, to, sealed)).toThrow(SecretError);
        expect(() => secrets.open(secrets.newDataKey(to.workspaceId), to, sealed)).toThrow(SecretError);
      }),
    );
  });

  test("keep the parts of a place apart", () => {
    const key = secrets.newDataKey("w");
    const sealed = secrets.seal(key, { workspaceId: "w", table: "ab", column: "c", rowId: "d" }, "secret");
    expect(() => secrets.open(key, { workspaceId: "w", table: "a", column: "bc", rowId: "d" }, sealed)).toThrow(SecretError);
  });

  test("never use a nonce twice or tell the text by the length of the key", () => {
    const key = secrets.newDataKey("w");
    const nonces = new Set(Array.from({ length: 500 }, () => secrets.seal(key, { ...here, workspaceId: "w" }, "same").split(".")[2]));
    expect(nonces.size).toBe(500);
  });

  test("name the key that is missing when the master key is another one", () => {
    const other = randomBytes(32);
    const sealedElsewhere = envelopeSecrets(other).newDataKey(here.workspaceId);
    expect(() => secrets.seal(sealedElsewhere, here, "x")).toThrow(keyIdOf(other));
    expect(() => secrets.seal(sealedElsewhere, here, "x")).toThrow(keyIdOf(masterKey));
    expect(() => envelopeSecrets(Buffer.alloc(16))).toThrow("32 bytes");
  });
});
