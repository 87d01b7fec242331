import { createHash, hash } from "node:crypto";
import type { TableFigures } from "./archive-format.ts";

const LINE_END = 10;
const LANES = 8;

/**
 * Counts the rows of a COPY in text format and sums them up: once in their order, once whatever it is. A table that was
 * restored may be read in another order, so the sum of the rows' hashes is what a database is compared by. In this format a
 * line end stands between rows and nowhere else.
 */
export class RowFigures {
  readonly #ordered = createHash("sha256");
  readonly #sum = new Uint32Array(LANES);
  #begun: Buffer[] = [];
  #rows = 0;
  #bytes = 0;

  add(piece: Buffer): void {
    this.#ordered.update(piece);
    this.#bytes += piece.length;
    let from = 0;
    for (let end = piece.indexOf(LINE_END); end >= 0; end = piece.indexOf(LINE_END, from)) {
      const tail = piece.subarray(from, end);
      this.#addRow(this.#begun.length === 0 ? tail : Buffer.concat([...this.#begun, tail]));
      this.#begun = [];
      from = end + 1;
    }
    // A copy: the piece itself may be a view of something larger that is used again.
    if (from < piece.length) this.#begun.push(Buffer.from(piece.subarray(from)));
  }

  end(table: string): TableFigures {
    const digest = Buffer.alloc(LANES * 4);
    this.#sum.forEach((lane, index) => void digest.writeUInt32BE(lane, index * 4));
    return { table, rows: this.#rows, bytes: this.#bytes, sha256: this.#ordered.digest("hex"), digest: digest.toString("hex") };
  }

  #addRow(row: Buffer): void {
    this.#rows += 1;
    const hashed = hash("sha256", row, "buffer");
    for (let lane = 0; lane < LANES; lane++) this.#sum[lane] = ((this.#sum[lane] ?? 0) + hashed.readUInt32BE(lane * 4)) >>> 0;
  }
}

/** What differs, as a sentence; `undefined`: nothing. */
export function differenceOf(wanted: TableFigures, found: TableFigures | undefined): string | undefined {
  if (!found) return `The table ${wanted.table} is missing.`;
  if (found.rows !== wanted.rows) return `The table ${wanted.table} has ${found.rows} rows instead of ${wanted.rows}.`;
  if (found.digest !== wanted.digest) return `The rows of the table ${wanted.table} are not those that were saved.`;
  return undefined;
}
