import type { ClientFrame, ServerFrame } from "@crew/contracts/socket";

/** What this needs of a socket of `ws`. */
interface SocketLike {
  on(event: "message", listener: (data: Buffer) => void): unknown;
  on(event: "close", listener: (code: number) => void): unknown;
  on(event: "open", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  send(data: string): void;
  terminate(): void;
  close(): void;
}

type Kind = ServerFrame["type"];
type FrameOf<K extends Kind> = Extract<ServerFrame, { type: K }>;

/** A socket with all frames that it got, to wait for some of them. */
export class SocketReader {
  readonly socket: SocketLike;
  readonly frames: ServerFrame[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<number>;
  #watchers = new Set<() => void>();
  #isClosed = false;

  constructor(socket: SocketLike) {
    this.socket = socket;
    const { promise: closed, resolve: close } = Promise.withResolvers<number>();
    const { promise: opened, resolve: open, reject: fail } = Promise.withResolvers<void>();
    this.closed = closed;
    this.opened = opened;
    opened.catch(() => {});
    socket.on("open", () => open());
    socket.on("error", (error) => fail(error));
    socket.on("message", (data) => {
      this.frames.push(JSON.parse(data.toString("utf8")) as ServerFrame);
      this.#wake();
    });
    socket.on("close", (code) => {
      this.#isClosed = true;
      fail(new Error(`closed with ${code}`));
      close(code);
      this.#wake();
    });
  }

  send(frame: ClientFrame | { type: "subscribe"; topic: string }): void {
    this.socket.send(JSON.stringify(frame));
  }

  of<K extends Kind>(type: K): FrameOf<K>[] {
    return this.frames.filter((frame): frame is FrameOf<K> => frame.type === type);
  }

  /** The first frame of a type that fits, whether it came already or comes yet. */
  async next<K extends Kind>(type: K, fits: (frame: FrameOf<K>) => boolean = () => true): Promise<FrameOf<K>> {
    await this.until(() => this.of(type).some(fits), `${type} frame`);
    return this.of(type).find(fits) as FrameOf<K>;
  }

  async until(isThere: () => boolean, what = "what was waited for", timeoutMs = 10_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!isThere()) {
      if (this.#isClosed) throw new Error(`the socket closed before ${what} came`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no ${what} came; frames: ${JSON.stringify(this.frames.slice(-5)).slice(0, 500)}`);
      await this.#change(left);
    }
  }

  async #change(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    this.#watchers.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#watchers.delete(resolve);
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
