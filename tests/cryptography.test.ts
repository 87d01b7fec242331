import { expect, test } from "vitest";
import { sourceFiles } from "./source-tree.ts";

const product = sourceFiles().filter(
  ({ path, isTest }) => !isTest && /^(apps|packages)\//.test(path) && !path.startsWith("packages/testing/"),
);

/** Everything that matches, with its file. */
function uses(pattern: RegExp): { path: string; what: string }[] {
  return product.flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([all, what = all]) => ({ path, what })));
}

/** The names that stand in the inventory of docs/security.md, and no other. */
const KNOWN: [string, RegExp, string[]][] = [
  ["hashes", /createHash\(\s*([^)]*?)\s*\)/g, ['"sha256"']],
  ["message authentication", /createHmac\(\s*([^,]*?),/g, ['"sha256"', '"sha1"']],
  ["ciphers", /create(?:C|Dec)ipheriv\(\s*([^,]*?),/g, ['"aes-256-gcm"']],
  ["key pairs", /generateKeyPair(?:Sync)?\(\s*([^,)]*)/g, ['"ed25519"', '"EdDSA"']],
];

test("only the algorithms of the inventory are used, SHA-1 in the codes of authenticator apps alone [ASVS 11.1.2, 11.2.3, 11.3.1, 11.4.1, 11.4.3, 11.6.1]", () => {
  for (const [kind, pattern, known] of KNOWN) {
    const found = uses(pattern);
    expect(found.length, kind).toBeGreaterThan(0);
    expect(
      found.filter(({ what }) => !known.includes(what)),
      kind,
    ).toEqual([]);
  }
  expect(uses(/"sha1"/g).map(({ path }) => path)).toEqual(["packages/auth/src/totp.ts"]);
  expect(uses(/\b(?:createCipher|createDecipher|pbkdf2|scrypt|publicEncrypt|privateDecrypt|createDiffieHellman)\b/g)).toEqual([]);
});

/** Where chance only spreads waits. */
const JITTER = [
  "packages/client/src/backoff.ts",
  "packages/client/src/open-live-socket.ts",
  "packages/core/src/runs/execute/begin-within-budgets.ts",
  "packages/core/src/runs/execute/lane-lines.ts",
  "packages/core/src/runs/execute/model-retries.ts",
  "packages/core/src/runs/execute/retry-policy.ts",
  "packages/core/src/webhooks/deliver-webhook.ts",
  "packages/platform/src/bus/open-redis.ts",
  "packages/platform/src/database/pg-notifications.ts",
  "apps/chatbot/src/safety-poll.ts",
];

test("what nobody may guess comes from the system's generator, Math.random only spreads waits [ASVS 6.5.3, 11.5.1]", () => {
  const paths = uses(/Math\.random/g).map(({ path }) => path);
  expect(paths.filter((path) => !JITTER.includes(path) && !path.startsWith("apps/web/"))).toEqual([]);
});

test("nothing lowers what Node asks of TLS, of certificates or of HTTP messages [ASVS 4.2.1, 12.1.1, 12.1.2, 12.3.2]", () => {
  expect(
    uses(/rejectUnauthorized:(?!\s*true)|NODE_TLS_REJECT|insecureHTTPParser|checkServerIdentity|secureProtocol|ciphers:|SSL_OP_/g),
  ).toEqual([]);
  const versions = uses(/(?:min|max)Version:\s*("[^"]*")/g).map(({ what }) => what);
  expect(versions.filter((version) => !['"TLSv1.2"', '"TLSv1.3"'].includes(version))).toEqual([]);
});
