export interface SentStatement {
  /** Of a prepared statement; empty otherwise. */
  name: string;
  text: string;
}

const QUERY = 0x51;
const PARSE = 0x50;
const BIND = 0x42;
const COMMAND_COMPLETE = 0x43;

/**
 * Reads what a client of PostgreSQL sends on one connection (protocol 3.0, without TLS): which statements are executed,
 * and when the server has done the one that is waited for.
 */
export class StatementReader {
  readonly #texts = new Map<string, string>();
  #earlier: string[] = [];
  #sent: Buffer = Buffer.alloc(0);
  #hasStarted = false;
  #answer: Buffer | undefined;

  /** The statements whose execution begins with these bytes, each with what was sent before it since the last BEGIN. */
  read(bytes: Buffer): { statement: SentStatement; earlier: readonly string[] }[] {
    this.#sent = Buffer.concat([this.#sent, bytes]);
    const found: { statement: SentStatement; earlier: readonly string[] }[] = [];
    for (;;) {
      // Only the first message has no type.
      const header = this.#hasStarted ? 1 : 0;
      if (this.#sent.length < header + 4) return found;
      const length = header + this.#sent.readInt32BE(header);
      if (this.#sent.length < length) return found;
      const type = this.#sent[0];
      const body = this.#sent.subarray(header + 4, length);
      this.#sent = this.#sent.subarray(length);
      const statement = this.#hasStarted ? this.#statementOf(type, body) : undefined;
      this.#hasStarted = true;
      if (!statement) continue;
      if (/^begin/i.test(statement.text)) this.#earlier = [];
      found.push({ statement, earlier: [...this.#earlier] });
      this.#earlier.push(statement.text);
      if (this.#earlier.length > 200) this.#earlier.shift();
    }
  }

  /** From now on the server's bytes are kept here until it has completed what it does. */
  awaitAnswer(): void {
    this.#answer = Buffer.alloc(0);
  }

  get isAwaited(): boolean {
    return this.#answer !== undefined;
  }

  /** Whether the server has completed the statement that is waited for. */
  isAnswered(bytes: Buffer): boolean {
    if (!this.#answer) return false;
    this.#answer = Buffer.concat([this.#answer, bytes]);
    for (let at = 0; at + 5 <= this.#answer.length; at += 1 + this.#answer.readInt32BE(at + 1))
      if (this.#answer[at] === COMMAND_COMPLETE) return true;
    return false;
  }

  #statementOf(type: number | undefined, body: Buffer): SentStatement | undefined {
    const [first = "", second = ""] = body.toString("utf8").split("\0", 2);
    if (type === QUERY) return { name: "", text: first };
    if (type === PARSE) this.#texts.set(first, second);
    // Of a Bind the second text is the statement's name; the first is the portal's.
    if (type === BIND) return { name: second, text: this.#texts.get(second) ?? "" };
  }
}
