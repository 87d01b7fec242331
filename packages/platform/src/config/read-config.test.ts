import { randomBytes } from "node:crypto";
import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "./env.ts";
import { readConfig } from "./read-config.ts";
import { localSecrets } from "./secret-keys.ts";

const secret = randomBytes(32).toString("base64");
const distributed = { DATABASE_URL: "postgres://db/crew", REDIS_URL: "redis://r", CREW_AUTH_SECRET: secret, CREW_MASTER_KEY: secret };

describe("readConfig", () => {
  test("nothing set: embedded on loopback, no secret asked for", () => {
    expect(readConfig({})).toMatchObject({
      mode: "embedded",
      host: "127.0.0.1",
      port: null,
      secrets: null,
      signUp: "invite",
      modelProviders: [],
    });
  });

  test("DATABASE_URL set: distributed, where the first to sign up becomes the owner", () => {
    const config = readConfig(distributed);
    expect(config).toMatchObject({ mode: "distributed", signUp: "first-user" });
    expect(config.secrets?.masterKey).toHaveLength(32);
  });

  test.each(["CREW_AUTH_SECRET", "CREW_MASTER_KEY"])(
    "%s missing, short or well known is refused by name, without its value [ASVS 13.2.3]",
    (name) => {
      for (const value of ["", "changeme", "a".repeat(15), "a".repeat(64), "0123456789abcdef0123456789abcdef"]) {
        expect(() => readConfig({ ...distributed, [name]: value })).toThrow(ConfigError);
        expect(() => readConfig({ ...distributed, [name]: value })).toThrow(name);
        if (value) expect(() => readConfig({ ...distributed, [name]: value })).not.toThrow(value);
      }
    },
  );

  test("a secret may come from a file", () => {
    const path = join(mkdtempSync(join(tmpdir(), "crew-config-")), "secret");
    writeFileSync(path, `${secret}\n`);
    const { CREW_AUTH_SECRET: _, ...rest } = distributed;
    expect(readConfig({ ...rest, CREW_AUTH_SECRET_FILE: path }).secrets?.authSecret).toBe(secret);
    expect(() => readConfig({ ...rest, CREW_AUTH_SECRET_FILE: "/no/such/file" })).toThrow(/CREW_AUTH_SECRET_FILE names \/no\/such\/file/);
  });

  test.each([
    [{ PORT: "http" }, "PORT"],
    [{ PORT: "70000" }, "PORT"],
    [{ CREW_SIGNUP: "yes" }, "CREW_SIGNUP"],
    [{ CREW_PUBLIC_URL: "crews" }, "CREW_PUBLIC_URL"],
    [{ CREW_EGRESS_ALLOW: "http://a" }, "CREW_EGRESS_ALLOW"],
    [{ CREW_TRUSTED_PROXIES: "balancer" }, "CREW_TRUSTED_PROXIES"],
    [{ CREW_TRUSTED_PROXIES: "0" }, "CREW_TRUSTED_PROXIES"],
    [{ CREW_TRUSTED_PROXIES: "12" }, "CREW_TRUSTED_PROXIES"],
    [{ CREW_SMTP_URL: "mail.example.org" }, "CREW_SMTP_URL"],
    [{ CREW_SMTP_URL: "https://mail.example.org" }, "CREW_SMTP_URL"],
    [{ CREW_SMTP_URL: "smtps://mail.example.org" }, "CREW_MAIL_FROM"],
    [{ CREW_SMTP_URL: "smtps://mail.example.org", CREW_MAIL_FROM: "Crews" }, "CREW_MAIL_FROM"],
    [{ CREW_SMTP_URL: "smtps://mail.example.org", CREW_MAIL_FROM: "Crews\r\nBcc: x@example.org <a@b.example>" }, "CREW_MAIL_FROM"],
    [{ CREW_MAIL_FROM: "a@b.example" }, "CREW_SMTP_URL"],
    [{ CREW_GOOGLE_CLIENT_ID: "x" }, "CREW_GOOGLE_CLIENT_SECRET"],
    [{ CREW_GITHUB_CLIENT_SECRET: "x" }, "CREW_GITHUB_CLIENT_ID"],
    [{ CREW_OIDC_ISSUER: "https://id.example.org" }, "CREW_OIDC_CLIENT_ID"],
    [{ CREW_OIDC_CLIENT_ID: "x", CREW_OIDC_CLIENT_SECRET: "y" }, "CREW_OIDC_ISSUER"],
    [{ CREW_OIDC_CLIENT_ID: "x", CREW_OIDC_CLIENT_SECRET: "y", CREW_OIDC_ISSUER: "http://id.example.org" }, "CREW_OIDC_ISSUER"],
    [{ CREW_ADMIN_EMAIL: "a@b.example" }, "CREW_ADMIN_PASSWORD"],
    [{ CREW_ADMIN_EMAIL: "a@b.example", CREW_ADMIN_PASSWORD: "short" }, "CREW_ADMIN_PASSWORD"],
    [{ DATABASE_URL: "postgres://db/crew" }, "REDIS_URL"],
  ])("%j is refused by name", (env, name) => {
    expect(() => readConfig(env)).toThrow(name);
  });
});

test("how many proxies stand in front may be said, or which they are", () => {
  const proxies = (value: string) => readConfig({ CREW_TRUSTED_PROXIES: value }).trustedProxies;
  expect([proxies("1"), proxies("3"), proxies("none"), proxies("10.0.0.1, 10.1.0.0/16")]).toEqual([1, 3, [], ["10.0.0.1", "10.1.0.0/16"]]);
});

test("a mail server and other sign-ins are read whole", () => {
  const config = readConfig({
    CREW_SMTP_URL: "smtps://user:pass@mail.example.org",
    CREW_MAIL_FROM: "Crews <crews@example.org>",
    CREW_GOOGLE_CLIENT_ID: "g",
    CREW_GOOGLE_CLIENT_SECRET: "gs",
    CREW_OIDC_CLIENT_ID: "o",
    CREW_OIDC_CLIENT_SECRET: "os",
    CREW_OIDC_ISSUER: "https://id.example.org/realms/team",
    CREW_OIDC_NAME: "Team",
  });
  expect(config.mail).toEqual({ url: "smtps://user:pass@mail.example.org", from: "Crews <crews@example.org>" });
  expect(config.signInProviders.map(({ id, name, issuer }) => [id, name, issuer])).toEqual([
    ["google", "Google", "https://accounts.google.com"],
    ["oidc", "Team", "https://id.example.org/realms/team"],
  ]);
  expect(readConfig({}).signInProviders).toEqual([]);
  expect(readConfig({}).mail).toBeNull();
});

test("where traces go is read whole, and a header of theirs is never quoted", () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://10.0.0.7:4318" };
  expect(readConfig({}).traces).toBeNull();
  expect(readConfig(endpoint).traces).toEqual({ endpoint: "http://10.0.0.7:4318", headers: {}, sample: 1 });
  const headers = "authorization=Bearer%20a=b, x-team=crew";
  expect(readConfig({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers, CREW_TRACE_SAMPLE: "0.25" }).traces).toMatchObject({
    headers: { authorization: "Bearer a=b", "x-team": "crew" },
    sample: 0.25,
  });
  expect(() => readConfig({ CREW_TRACE_SAMPLE: "2" })).toThrow("CREW_TRACE_SAMPLE");
  expect(() => readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" })).toThrow("OTEL_EXPORTER_OTLP_ENDPOINT");
  for (const wrong of ["topsecret", "name=topsecret%zz"]) {
    const read = () => readConfig({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: wrong });
    expect(read).toThrow(/^OTEL_EXPORTER_OTLP_HEADERS/);
    expect(read).not.toThrow("topsecret");
  }
});

test("local secrets are made once and readable by their owner alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "crew-secrets-"));
  const first = localSecrets(folder);
  expect(localSecrets(folder)).toEqual(first);
  expect(first.authSecret).not.toBe(first.masterKey.toString("base64"));
  expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, "secrets.json"), '{"authSecret":"x"}');
  expect(() => localSecrets(folder)).toThrow(/is damaged/);
});
