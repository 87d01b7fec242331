import { pipeline, Readable } from "node:stream";
import { constants, createInflate } from "node:zlib";
import type { z } from "zod";
import {
  type Header,
  headerHash,
  jsonIn,
  MAGIC,
  MAX_HEADER_BYTES,
  Manifest,
  Opening,
  parseHeader,
  TableFigures,
  TableHead,
} from "./archive-format.ts";
import { keyFor } from "./archive-key.ts";
import { type ArchiveRecord, readRecords } from "./archive-records.ts";
import { BackupProblem } from "./backup-problem.ts";
import { ByteReader } from "./byte-reader.ts";
import { differenceOf, RowFigures } from "./row-figures.ts";
import { openChunks } from "./sealed-chunks.ts";

/** Where what was read goes; each is waited for. */
export interface ArchiveSink {
  onOpening?(opening: Opening): Promise<void>;
  /** Takes all rows of a table, as COPY wrote them. */
  onTable?(head: TableHead, rows: AsyncIterable<Buffer>): Promise<void>;
  onManifest?(manifest: Manifest): Promise<void>;
}

const NOT_ONE = "This is not a backup of this platform, or its beginning was damaged.";

/**
 * Reads an archive to its end and checks every hash in it. Throws `BackupProblem` with what is wrong and where; by then the
 * sink may have been given rows, so who writes them does so in a transaction.
 */
export async function readArchive(source: AsyncIterable<Buffer>, keys: readonly Buffer[], sink: ArchiveSink = {}) {
  const raw = new ByteReader(source);
  let table: string | undefined;
  try {
    const { header, bound } = await readHeader(raw);
    const key = keyFor(header, keys);
    const chunks = openChunks(raw, { key, headerHash: bound });
    const plain = header.compression === "deflate" ? inflated(chunks) : chunks;
    const records = readRecords(new ByteReader(plain));
    const manifest = await readBody(records, sink, (name) => {
      table = name;
    });
    return { header, manifest };
  } catch (error) {
    throw table !== undefined && error instanceof BackupProblem && !error.message.includes(table)
      ? new BackupProblem(`${error.message} It was in the table ${table}.`, { cause: error })
      : error;
  } finally {
    await raw.close().catch(() => {});
  }
}

async function readHeader(raw: ByteReader): Promise<{ header: Header; bound: Buffer }> {
  const short = () => new BackupProblem(NOT_ONE);
  const begin = await raw.take(MAGIC.length + 4, short);
  const length = begin.readUInt32BE(MAGIC.length);
  if (!begin.subarray(0, MAGIC.length).equals(MAGIC) || length > MAX_HEADER_BYTES) throw short();
  const text = await raw.take(length, short);
  return { header: parseHeader(text), bound: headerHash(Buffer.concat([begin, text])) };
}

/** What the chunks give before one does not open comes out first, so that it is known where in the archive that one was. */
async function* inflated(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
  let fault: unknown;
  async function* untilFault(): AsyncGenerator<Buffer> {
    try {
      yield* chunks;
    } catch (error) {
      fault = error;
    }
  }
  pipeline(Readable.from(untilFault()), inflate, () => {});
  yield* inflate;
  if (fault !== undefined) throw fault;
}

async function readBody(records: AsyncGenerator<ArchiveRecord>, sink: ArchiveSink, at: (table?: string) => void): Promise<Manifest> {
  const opening = parse(Opening, await next(records, "O"));
  await sink.onOpening?.(opening);
  const tables: TableFigures[] = [];
  for (let record = await next(records); ; record = await next(records)) {
    if (record.kind === "M") {
      at();
      const manifest = parse(Manifest, record);
      if (JSON.stringify(manifest.tables) !== JSON.stringify(tables))
        throw new BackupProblem("The manifest does not tell of the tables that the archive holds.");
      if (!(await records.next()).done) throw new BackupProblem("Something follows the manifest of the archive.");
      await sink.onManifest?.(manifest);
      return manifest;
    }
    const head = parse(TableHead, record, "T");
    at(head.table);
    tables.push(await readTable(records, head, sink));
  }
}

async function readTable(records: AsyncGenerator<ArchiveRecord>, head: TableHead, sink: ArchiveSink): Promise<TableFigures> {
  const counted = new RowFigures();
  let told: TableFigures | undefined;
  async function* rows(): AsyncGenerator<Buffer> {
    for (;;) {
      const record = await next(records);
      if (record.kind !== "R") {
        told = parse(TableFigures, record, "F");
        return;
      }
      counted.add(record.body);
      yield record.body;
    }
  }
  const all = rows();
  if (sink.onTable) await sink.onTable(head, all);
  else for await (const _ of all);
  const found = counted.end(head.table);
  if (!told || told.sha256 !== found.sha256 || told.bytes !== found.bytes || differenceOf(told, found))
    throw new BackupProblem(`The rows of the table ${head.table} are not those that were saved.`);
  return told;
}

async function next(records: AsyncGenerator<ArchiveRecord>, kind?: ArchiveRecord["kind"]): Promise<ArchiveRecord> {
  const { done, value } = await records.next();
  if (done || (kind && value.kind !== kind)) throw new BackupProblem("The parts of the archive are not in their order.");
  return value;
}

function parse<T>(schema: z.ZodType<T>, { kind, body }: ArchiveRecord, wanted = kind): T {
  const parsed = schema.safeParse(jsonIn(body));
  if (kind !== wanted || !parsed.success) throw new BackupProblem("The parts of the archive are not in their order.");
  return parsed.data;
}
