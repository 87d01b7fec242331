import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { openTestDatabase } from "./open-test-database.ts";

async function inFrontOfPostgres(work: (proxy: FaultProxy, connectTo: () => Promise<pg.Client>, direct: pg.Client) => Promise<void>) {
  await using database = await openTestDatabase("empty");
  const url = new URL(database.databaseUrl);
  await using proxy = await startFaultProxy({ port: Number(new URL(inject("postgresUrl")).port) });
  const direct = new pg.Client({ connectionString: url.href });
  await direct.connect();
  await direct.query("CREATE TABLE kept (word text)");
  const clients = [direct];
  const connectTo = async () => {
    const through = new URL(url);
    through.port = String(proxy.port);
    const client = new pg.Client({ connectionString: through.href });
    client.on("error", () => {});
    await client.connect();
    clients.push(client);
    return client;
  };
  try {
    await work(proxy, connectTo, direct);
  } finally {
    for (const client of clients) await Promise.race([client.end().catch(() => {}), sleep(200)]);
  }
}

const count = async (client: pg.Client) => (await client.query<{ n: number }>("SELECT count(*)::int AS n FROM kept")).rows[0]?.n;

test("a COMMIT whose answer is swallowed has happened; one that is kept back has not", async () => {
  await inFrontOfPostgres(async (proxy, connectTo, direct) => {
    for (const [when, there] of [
      ["after", 1],
      ["before", 1],
    ] as const) {
      const client = await connectTo();
      await client.query("BEGIN");
      await client.query("INSERT INTO kept VALUES ($1)", [when]);
      const done = proxy.intercept({
        matches: ({ text }, earlier) => /^commit/i.test(text) && earlier.some((one) => one.includes("INSERT INTO kept")),
        when,
        link: "cut",
      });
      await expect(client.query("COMMIT")).rejects.toThrow();
      await done;
      expect(await count(direct)).toBe(there);
    }
  });
});

test("a prepared statement is known by its name on every execution, and a held link says nothing more", async () => {
  await inFrontOfPostgres(async (proxy, connectTo, direct) => {
    const client = await connectTo();
    const insert = () => client.query({ name: "keep", text: "INSERT INTO kept VALUES ($1)", values: ["a"] });
    await insert();
    const done = proxy.intercept({ matches: ({ name }) => name === "keep", when: "after", link: "hold" });
    const silent = await Promise.race([insert(), sleep(300, "silent")]);
    await done;
    expect(silent).toBe("silent");
    expect(await count(direct)).toBe(2);
    expect(proxy.links).toBe(1);
  });
});

test("links are delayed, held, dropped one way, cut and refused", async () => {
  await inFrontOfPostgres(async (proxy, connectTo) => {
    const client = await connectTo();
    proxy.delayMs = 60;
    const startedAt = performance.now();
    await client.query("SELECT 1");
    expect(performance.now() - startedAt).toBeGreaterThan(110);
    proxy.delayMs = 0;
    proxy.hold();
    const held = client.query("SELECT 1");
    expect(await Promise.race([held, sleep(100, "held")])).toBe("held");
    proxy.resume();
    expect((await held).rowCount).toBe(1);
    proxy.drop("toClient");
    expect(await Promise.race([client.query("SELECT 1"), sleep(100, "lost")])).toBe("lost");
    proxy.drop(null);
    proxy.cut("reset");
    await expect(client.query("SELECT 1")).rejects.toThrow();
    proxy.shut();
    await expect(connectTo()).rejects.toThrow("ECONNREFUSED");
    await proxy.open();
    await (await connectTo()).query("SELECT 1");
  });
});

test("what a server says in order goes through a link that nothing is done to", async () => {
  const server = createServer((socket) => socket.end("x".repeat(300_000)));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  await using proxy = await startFaultProxy({ port: typeof address === "object" ? (address?.port ?? 0) : 0 });
  const response = await new Promise<number>((done) => {
    let length = 0;
    connect(proxy.port, "127.0.0.1")
      .on("data", (bytes) => {
        length += bytes.length;
      })
      .on("end", () => done(length));
  });
  server.close();
  expect(response).toBe(300_000);
});
