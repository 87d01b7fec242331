const NEWLINE = 10;

/**
 * Reads server-sent events from bytes that break anywhere and hands over the data of each. Bytes are decoded only up to
 * a line's end, so that a character split between two packets needs no decoder with a memory. Whoever feeds it limits
 * the length of a line.
 */
export class EventStreamReader {
  private readonly onData: (data: string) => void;
  /** Bytes of the line that has not ended yet; joined once, or a line that comes byte by byte would cost its square. */
  private held: Buffer[] = [];
  private data: string | undefined;
  private hasField = false;

  constructor(onData: (data: string) => void) {
    this.onData = onData;
  }

  /** Whether anything that belongs to the protocol was read, a comment too. */
  get sawEvents(): boolean {
    return this.hasField;
  }

  push(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.held.push(chunk);
      return;
    }
    let text: string;
    if (this.held.length === 0) {
      text = chunk.toString("utf8", 0, end);
    } else {
      text = Buffer.concat([...this.held, chunk.subarray(0, end)]).toString();
      this.held = [];
    }
    if (end < chunk.length) this.held.push(chunk.subarray(end));
    let at = 0;
    for (let newline = text.indexOf("\n"); newline !== -1; newline = text.indexOf("\n", at)) {
      this.line(text, at, newline > at && text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline);
      at = newline + 1;
    }
  }

  /** Servers exist that leave out the blank line after their last event. */
  end(): void {
    if (this.held.length > 0) this.push(Buffer.from("\n"));
    this.dispatch();
  }

  private line(text: string, from: number, to: number): void {
    if (from === to) {
      this.dispatch();
    } else if (text.startsWith("data:", from)) {
      this.hasField = true;
      const value = text.slice(text.charCodeAt(from + 5) === 32 ? from + 6 : from + 5, to);
      this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    } else if (text.startsWith(":", from) || text.startsWith("event:", from) || text.startsWith("id:", from)) {
      this.hasField = true;
    }
  }

  private dispatch(): void {
    const data = this.data;
    if (data === undefined) return;
    this.data = undefined;
    this.onData(data);
  }
}
