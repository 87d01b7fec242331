import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inlineScriptHashes } from "./content-policy.ts";
import { serveConsole } from "./serve-console.ts";

const SCRIPT = "console.log(1)";
// printf 'console.log(1)' | openssl dgst -sha256 -binary | base64
const SCRIPT_HASH = "'sha256-CihokcEcBW4atb/CW/XWsvWwbTjqwQlE9nj9ii5ww5M='";
const BUNDLE = "export const x = 1;".repeat(200);

let folder: string;
let outDir: string;
let server: FastifyInstance;

async function put(path: string, text: string): Promise<void> {
  const onDisk = join(outDir, path);
  await mkdir(join(onDisk, ".."), { recursive: true });
  await writeFile(onDisk, text);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "console-"));
  outDir = join(folder, "out");
  await put("index.html", `<!doctype html><script src="/_next/static/a.js"></script><script>${SCRIPT}</script><h1>Home</h1>`);
  await put("404.html", "<h1>No page here</h1>");
  await put("crews.html", "<h1>Crews</h1>");
  await put("crews/_.html", "<script>other()</script><h1>One crew</h1>");
  await put("crews/_.txt", "payload of one crew");
  await put("crews/_/__next.crews.$d$crewId.__PAGE__.txt", "segment of one crew");
  await put("_next/static/a.js", BUNDLE);
  await writeFile(join(folder, "secret.txt"), "not for anybody");
  server = Fastify();
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe("what it serves", () => {
  beforeEach(() => serveConsole(server, { outDir }));
  const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers });

  test("pages by their address, with and without a slash at the end", async () => {
    expect((await get("/")).body).toContain("Home");
    expect((await get("/crews")).body).toContain("Crews");
    expect((await get("/crews/")).body).toContain("Crews");
    expect((await get("/crews?new=1")).headers["content-type"]).toBe("text/html; charset=utf-8");
  });

  test("the placeholder page, its payload and its segments for every id", async () => {
    expect((await get("/crews/crew_1")).body).toContain("One crew");
    expect((await get("/crews/crew_1?run=1")).body).toContain("One crew");
    expect((await get("/crews/crew_1.txt?_rsc=abc")).body).toBe("payload of one crew");
    const segment = await get("/crews/crew_1/__next.crews.%24d%24crewId.__PAGE__.txt");
    expect(segment.body).toBe("segment of one crew");
    expect(segment.headers["content-type"]).toContain("text/x-component");
  });

  test("no placeholder for a noun that has none, nor below an id", async () => {
    expect((await get("/tools/x")).statusCode).toBe(404);
    expect((await get("/crews/crew_1/deeper")).statusCode).toBe(404);
  });

  test("hashed assets for ever, pages anew each time", async () => {
    expect((await get("/_next/static/a.js")).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect((await get("/")).headers["cache-control"]).toBe("no-cache");
  });

  test("nothing twice to who has it", async () => {
    const first = await get("/crews");
    const again = await get("/crews", { "if-none-match": first.headers.etag as string });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe("");
    expect(again.headers["content-security-policy"]).toBe(first.headers["content-security-policy"]);
  });

  test("compressed as the client can read it", async () => {
    const br = await get("/_next/static/a.js", { "accept-encoding": "gzip, br" });
    expect(br.headers).toMatchObject({ "content-encoding": "br", vary: "accept-encoding" });
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(BUNDLE);
    const gzip = await get("/_next/static/a.js", { "accept-encoding": "gzip;q=0.5, br;q=0" });
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(BUNDLE);
    const plain = await get("/_next/static/a.js");
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.body).toBe(BUNDLE);
  });

  test("HEAD without a body", async () => {
    const head = await server.inject({ method: "HEAD", url: "/crews" });
    expect(head.statusCode).toBe(200);
    expect(head.body).toBe("");
  });
});

describe("what it guards", () => {
  test("T-14 a page runs only the scripts that stand in it [ASVS 3.4.3]", async () => {
    await serveConsole(server, { outDir });
    const policy = (await server.inject("/")).headers["content-security-policy"] as string;
    expect(policy).toContain(`script-src 'self' ${SCRIPT_HASH};`);
    expect(policy).not.toMatch(/unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
    const other = (await server.inject("/crews/crew_1")).headers["content-security-policy"];
    expect(other).not.toContain(SCRIPT_HASH);
  });

  test("T-14 every answer carries the security headers, a missing page too [ASVS 3.2.1, 3.4.3, 3.4.4, 3.4.5, 3.4.6]", async () => {
    await serveConsole(server, { outDir });
    for (const url of ["/", "/_next/static/a.js", "/nowhere"]) {
      const { headers } = await server.inject(url);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["content-security-policy"]).toMatch(/(?=.*base-uri 'none')(?=.*frame-ancestors 'none')/);
      expect(headers["strict-transport-security"]).toBeUndefined();
    }
  });

  test("over HTTPS every answer tells browsers to stay there [ASVS 3.4.1]", async () => {
    await serveConsole(server, { outDir, isHttps: true });
    for (const url of ["/", "/_next/static/a.js", "/nowhere"])
      expect((await server.inject(url)).headers["strict-transport-security"]).toBe("max-age=63072000; includeSubDomains");
  });

  test.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/crews/..%2f..%2fsecret.txt",
    "/crews/../../secret.txt",
    "/%2Fetc%2Fpasswd",
    "/_next/static/..%5c..%5c..%5csecret.txt",
    "/%",
    "/crews/%00",
  ])("T-32 nothing outside the folder: %s [ASVS 5.3.2]", async (url) => {
    await serveConsole(server, { outDir });
    const answer = await server.inject({ url });
    expect(answer.body).not.toContain("not for anybody");
    // An id may be any text: the page for it is harmless.
    if (answer.statusCode === 200) expect(answer.body).toContain("One crew");
  });

  test("T-32 no folder is listed, and nothing but what the build has made is there [ASVS 13.4.1, 13.4.3]", async () => {
    await mkdir(join(folder, ".git"));
    await writeFile(join(folder, ".git", "config"), "not for anybody");
    await serveConsole(server, { outDir });
    for (const url of ["/.git/config", "/../.git/config", "/.env", "/package.json", "/_next/", "/_next/static", "/_next/static/"]) {
      const answer = await server.inject(url);
      expect(answer.statusCode, url).toBe(404);
      expect(answer.body, url).not.toMatch(/not for anybody|a\.js/);
    }
  });

  test("further origins only by name", async () => {
    await serveConsole(server, { outDir, connectSources: ["wss://live.example.org"] });
    expect((await server.inject("/")).headers["content-security-policy"]).toContain("connect-src 'self' wss://live.example.org;");
  });

  test("an external script needs no hash, an inline one with attributes does", () => {
    expect(inlineScriptHashes(`<script src="/a.js"></script>`)).toEqual([]);
    expect(inlineScriptHashes(`<script async id="x">${SCRIPT}</script>`)).toEqual([SCRIPT_HASH]);
  });
});

describe("beside other routes", () => {
  test("unknown addresses of the API are answered as the API does", async () => {
    server.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: "not_found" }));
    server.get("/v1/me", async () => ({ name: "Ada" }));
    await serveConsole(server, { outDir });
    expect((await server.inject("/v1/me")).json()).toEqual({ name: "Ada" });
    expect((await server.inject("/v1/nothing")).json()).toEqual({ code: "not_found" });
    expect((await server.inject("/api/auth/nothing")).json()).toEqual({ code: "not_found" });
  });

  test("a person gets the 404 page, a program a line", async () => {
    await serveConsole(server, { outDir });
    const page = await server.inject({ url: "/nowhere", headers: { accept: "text/html" } });
    expect(page.statusCode).toBe(404);
    expect(page.body).toContain("No page here");
    const program = await server.inject({ url: "/nowhere.js", headers: { accept: "*/*" } });
    expect(program.statusCode).toBe(404);
    expect(program.body).toBe("Not found\n");
  });
});

test("a missing build is told in a page, and found once it is there", async () => {
  const later = join(folder, "later");
  await serveConsole(server, { outDir: later });
  const missing = await server.inject("/");
  expect(missing.statusCode).toBe(503);
  expect(missing.body).toContain("npm run build");
  await mkdir(later);
  await writeFile(join(later, "index.html"), "<h1>Home</h1>");
  expect((await server.inject("/")).body).toContain("Home");
});
