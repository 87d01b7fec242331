import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type SentStatement, StatementReader } from "./statement-reader.ts";

export type Direction = "toServer" | "toClient";

/** What is done to a link whose statement was picked out. */
export interface Interception {
  /** `earlier`: what the same connection has sent since its last BEGIN. */
  matches(statement: SentStatement, earlier: readonly string[]): boolean;
  /** `before`: the statement does not reach the server. `after`: it does, and the answer does not come back. */
  when: "before" | "after";
  /** `hold`: the link stays open and silent. `cut`: it breaks. */
  link: "hold" | "cut";
}

export interface FaultProxy extends AsyncDisposable {
  port: number;
  /** Links that are open. */
  readonly links: number;
  /** Milliseconds that every piece takes longer, either way. */
  delayMs: number;
  /** New connections are broken off at once. */
  isRefusing: boolean;
  /** Ends every link: in order, or as a reset. */
  cut(how?: "end" | "reset"): void;
  /** What is sent this way arrives nowhere; the links stay open. `null`: everything flows again, but what was lost is lost. */
  drop(direction: Direction | null): void;
  /** Nothing flows either way until `resume`, and nothing is lost. */
  hold(): void;
  resume(): void;
  /** PostgreSQL: picks out one statement, once. Resolves when it is done to the link. */
  intercept(interception: Interception): Promise<void>;
}

interface Link {
  client: Socket;
  server: Socket;
  reader: StatementReader;
  isSilenced: boolean;
}

/** A TCP proxy on loopback that does to a link what networks do. */
export async function startFaultProxy(target: { port: number; host?: string }): Promise<FaultProxy> {
  const links = new Set<Link>();
  let dropped: Direction | null = null;
  let isHeld = false;
  let picked: { interception: Interception; done: () => void } | undefined;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (proxy.isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const link: Link = {
      client,
      server: connect(target.port, target.host ?? "127.0.0.1"),
      reader: new StatementReader(),
      isSilenced: false,
    };
    links.add(link);
    for (const [from, to, direction] of [
      [client, link.server, "toServer"],
      [link.server, client, "toClient"],
    ] as const) {
      from.setNoDelay(true);
      from.on("data", (bytes) => pass(link, bytes, direction));
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        links.delete(link);
      });
    }
    if (isHeld) for (const socket of [client, link.server]) socket.pause();
  });

  function pass(link: Link, bytes: Buffer, direction: Direction): void {
    if (dropped === direction || link.isSilenced) return;
    if (direction === "toServer" && interceptSent(link, bytes)) return;
    if (direction === "toClient" && link.reader.isAnswered(bytes)) {
      finish(link);
      return;
    }
    if (direction === "toClient" && link.reader.isAwaited) return;
    const to = direction === "toServer" ? link.server : link.client;
    if (proxy.delayMs > 0) setTimeout(() => to.writable && to.write(bytes), proxy.delayMs);
    else if (to.writable) to.write(bytes);
  }

  /** Whether the bytes were kept back. */
  function interceptSent(link: Link, bytes: Buffer): boolean {
    const statements = link.reader.read(bytes);
    const { interception } = picked ?? {};
    const hit = interception && statements.some(({ statement, earlier }) => interception.matches(statement, earlier));
    if (!hit) return false;
    if (interception.when === "before") {
      finish(link);
      return true;
    }
    link.reader.awaitAnswer();
    return false;
  }

  function finish(link: Link): void {
    const now = picked;
    picked = undefined;
    link.isSilenced = true;
    if (now?.interception.link === "cut") {
      link.client.resetAndDestroy();
      link.server.destroy();
    }
    now?.done();
  }

  const proxy: FaultProxy = {
    port: 0,
    get links() {
      return links.size;
    },
    delayMs: 0,
    isRefusing: false,
    cut(how = "end") {
      for (const { client, server: behind } of links) {
        if (how === "reset") client.resetAndDestroy();
        else client.destroy();
        behind.destroy();
      }
    },
    drop(direction) {
      dropped = direction;
    },
    hold() {
      isHeld = true;
      for (const link of links) for (const socket of [link.client, link.server]) socket.pause();
    },
    resume() {
      isHeld = false;
      for (const link of links) for (const socket of [link.client, link.server]) socket.resume();
    },
    intercept(interception) {
      const { promise, resolve } = Promise.withResolvers<void>();
      picked = { interception, done: resolve };
      return promise;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      proxy.cut("reset");
      await closed;
    },
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy.port = (server.address() as AddressInfo).port;
  return proxy;
}
