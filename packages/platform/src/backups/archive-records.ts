import { BackupProblem } from "./backup-problem.ts";
import type { ByteReader } from "./byte-reader.ts";

/** What a record is: the opening, a table's head, some of its rows, its figures, the manifest. */
export type RecordKind = "O" | "T" | "R" | "F" | "M";

const KINDS = "OTRFM";
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

export interface ArchiveRecord {
  kind: RecordKind;
  body: Buffer;
}

export function recordHead(kind: RecordKind, length: number): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, "latin1");
  head.writeUInt32BE(length, 1);
  return head;
}

export function jsonRecord(kind: RecordKind, value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value), "utf8");
  return Buffer.concat([recordHead(kind, body.length), body]);
}

/** Ends behind the manifest, behind which nothing may come. */
export async function* readRecords(bytes: ByteReader): AsyncGenerator<ArchiveRecord> {
  const cut = () => new BackupProblem("The archive ends before its manifest.");
  for (;;) {
    const head = await bytes.take(5, cut);
    const kind = head.toString("latin1", 0, 1);
    const length = head.readUInt32BE(1);
    if (!KINDS.includes(kind) || length > MAX_RECORD_BYTES)
      throw new BackupProblem("The archive holds something that this version does not know.");
    yield { kind: kind as RecordKind, body: await bytes.take(length, cut) };
    if (kind !== "M") continue;
    // Also reads the last chunk to its end, so that a cut one is found.
    if (await bytes.isMore()) throw new BackupProblem("Something follows the manifest of the archive.");
    return;
  }
}
