const FIRST_ROWS = 4;
const LEAST_ROWS = 4;
const MOST_ROWS = 200;
const PAGE_BYTES = 256 * 1024;

/** How many stored events are read at a time: a reader who does not read keeps a whole page in memory, whatever its size. */
export class PageSize {
  rows = FIRST_ROWS;

  /** So much was the last page. */
  note(rows: number, bytes: number): void {
    if (rows > 0) this.rows = Math.min(Math.max(Math.floor((PAGE_BYTES * rows) / Math.max(bytes, 1)), LEAST_ROWS), MOST_ROWS);
  }
}
