import { expect, test } from "vitest";
import { originPolicy } from "./origin-policy.ts";

const policy = originPolicy({ publicUrl: "https://crews.example.org", trustedOrigins: ["https://portal.example.org"] });

test("the public host and this machine's own names are allowed", () => {
  for (const host of ["crews.example.org", "CREWS.example.org", "localhost", "localhost:3000", "127.0.0.1:8080", "[::1]:3000"])
    expect(policy.allowsHost(host), host).toBe(true);
});

test("any other host is refused", () => {
  const hosts = [undefined, "", "evil.example", "crews.example.org.evil.example", "crews.example.org:8443", "localhost.evil.example"];
  for (const host of [...hosts, "127.0.0.1.nip.io", "localhost:3000@evil.example", "10.0.0.1"])
    expect(policy.allowsHost(host), host).toBe(false);
});

test("the public, a trusted and the page's own origin are allowed", () => {
  expect(policy.allowsOrigin("https://crews.example.org", "crews.example.org")).toBe(true);
  expect(policy.allowsOrigin("https://portal.example.org", "crews.example.org")).toBe(true);
  expect(policy.allowsOrigin("http://localhost:3000", "localhost:3000")).toBe(true);
});

test("T-13 another scheme, and what no browser writes, is another origin [ASVS 3.5.1]", () => {
  const own = (origin: string) => policy.allowsOrigin(origin, "crews.example.org");
  for (const origin of [
    "http://crews.example.org",
    "https://crews.example.org/",
    "https://me@crews.example.org",
    "wss://crews.example.org",
    "HTTPS://CREWS.EXAMPLE.ORG",
  ])
    expect(own(origin), origin).toBe(false);
  expect(policy.allowsOrigin("https://localhost:3000/x", "localhost:3000")).toBe(false);
});

test("T-13 foreign, missing and opaque origins are refused", () => {
  for (const origin of [undefined, "", "null", "https://evil.example", "https://crews.example.org.evil.example", "http://localhost:4000"])
    expect(policy.allowsOrigin(origin, "localhost:3000"), origin).toBe(false);
  expect(policy.allowsOrigin("http://evil.example", "evil.example")).toBe(false);
});
