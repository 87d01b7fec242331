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
  /** From now on nobody listens here: new connections are refused, those that are open stay. */
  shut(): void;
  /** On the same port as before. */
  open(): Promise<void>;
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
  const proxy = new TcpFaultProxy(target.port, target.host ?? "127.0.0.1");
  await proxy.open();
  return proxy;
}

class TcpFaultProxy implements FaultProxy {
  port = 0;
  delayMs = 0;
  readonly #target: { port: number; host: string };
  readonly #links = new Set<Link>();
  readonly #server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  #dropped: Direction | null = null;
  #isHeld = false;
  #picked: { interception: Interception; done: () => void } | undefined;

  constructor(port: number, host: string) {
    this.#target = { port, host };
  }

  get links(): number {
    return this.#links.size;
  }

  async open(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
  }

  shut(): void {
    this.#server.close();
  }

  cut(how: "end" | "reset" = "end"): void {
    for (const { client, server } of this.#links) {
      if (how === "reset") client.resetAndDestroy();
      else client.destroy();
      server.destroy();
    }
  }

  drop(direction: Direction | null): void {
    this.#dropped = direction;
  }

  hold(): void {
    this.#isHeld = true;
    for (const link of this.#links) for (const socket of [link.client, link.server]) socket.pause();
  }

  resume(): void {
    this.#isHeld = false;
    for (const link of this.#links) for (const socket of [link.client, link.server]) socket.resume();
  }

  intercept(interception: Interception): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#picked = { interception, done: resolve };
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    // Called with an error where nobody listens any more.
    this.#server.close(() => resolve());
    this.cut("reset");
    await promise;
  }

  #accept(client: Socket): void {
    const link: Link = { client, server: connect(this.#target), reader: new StatementReader(), isSilenced: false };
    this.#links.add(link);
    this.#join(link, client, link.server, "toServer");
    this.#join(link, link.server, client, "toClient");
    if (this.#isHeld) for (const socket of [client, link.server]) socket.pause();
  }

  #join(link: Link, from: Socket, to: Socket, direction: Direction): void {
    from.setNoDelay(true);
    from.on("data", (bytes) => this.#pass(link, bytes, direction));
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => {
      to.destroy();
      this.#links.delete(link);
    });
  }

  #pass(link: Link, bytes: Buffer, direction: Direction): void {
    if (this.#dropped === direction || link.isSilenced) return;
    if (direction === "toServer" && this.#keepsBack(link, bytes)) return;
    if (direction === "toClient" && link.reader.isAnswered(bytes)) {
      this.#finish(link);
      return;
    }
    if (direction === "toClient" && link.reader.isAwaited) return;
    const to = direction === "toServer" ? link.server : link.client;
    if (this.delayMs > 0) setTimeout(() => to.writable && to.write(bytes), this.delayMs);
    else if (to.writable) to.write(bytes);
  }

  /** Looks for the statement that was picked out; whether it is not to reach the server. */
  #keepsBack(link: Link, bytes: Buffer): boolean {
    const statements = link.reader.read(bytes);
    const { interception } = this.#picked ?? {};
    const isHit = interception && statements.some(({ statement, earlier }) => interception.matches(statement, earlier));
    if (!isHit) return false;
    if (interception.when === "after") {
      link.reader.awaitAnswer();
      return false;
    }
    this.#finish(link);
    return true;
  }

  #finish(link: Link): void {
    const picked = this.#picked;
    this.#picked = undefined;
    link.isSilenced = true;
    if (picked?.interception.link === "cut") {
      link.client.resetAndDestroy();
      link.server.destroy();
    }
    picked?.done();
  }
}
