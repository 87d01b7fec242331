import { randomBytes } from "node:crypto";
import { pipeline } from "node:stream";
import { createDeflate } from "node:zlib";
import type pg from "pg";
import { copyOut, type TableShape } from "../database/copy-tables.ts";
import { keyIdOf } from "../secrets/sealing-key.ts";
import { FORMAT, type Header, headerBytes, headerHash, type Manifest, type Opening, type TableFigures } from "./archive-format.ts";
import { archiveKey } from "./archive-key.ts";
import { jsonRecord, recordHead } from "./archive-records.ts";
import { RowFigures } from "./row-figures.ts";
import { sealChunks } from "./sealed-chunks.ts";

/** Text shrinks to a third at the lowest level; higher ones cost the processor more than they spare the disk. */
const LEVEL = 1;

export interface ArchiveSource {
  /** In a transaction whose snapshot is what is saved. */
  client: pg.Client;
  opening: Opening;
  tables: readonly TableShape[];
  key: Buffer;
}

/** The bytes of an archive, as fast as they are taken. `onManifest` hears of what was written, once all of it was. */
export async function* writeArchive(source: ArchiveSource, onManifest: (manifest: Manifest) => void): AsyncGenerator<Buffer> {
  const header: Header = {
    format: FORMAT,
    id: source.opening.backupId,
    createdAt: source.opening.snapshotAt,
    keyId: keyIdOf(source.key),
    salt: randomBytes(32).toString("base64url"),
    compression: "deflate",
  };
  const bytes = headerBytes(header);
  yield bytes;
  const deflate = createDeflate({ level: LEVEL });
  // Its error comes out of the deflated stream.
  pipeline(records(source, onManifest), deflate, () => {});
  yield* sealChunks(deflate, { key: archiveKey(source.key, header.salt), headerHash: headerHash(bytes) });
}

async function* records({ client, opening, tables }: ArchiveSource, onManifest: (manifest: Manifest) => void): AsyncGenerator<Buffer> {
  yield jsonRecord("O", opening);
  const figures: TableFigures[] = [];
  for (const shape of tables) {
    yield jsonRecord("T", { table: shape.table, columns: shape.columns });
    const counted = new RowFigures();
    for await (const piece of copyOut(client, shape)) {
      counted.add(piece);
      yield recordHead("R", piece.length);
      yield piece;
    }
    const ended = counted.end(shape.table);
    figures.push(ended);
    yield jsonRecord("F", ended);
  }
  const manifest: Manifest = { ...opening, endedAt: new Date().toISOString(), tables: figures };
  yield jsonRecord("M", manifest);
  onManifest(manifest);
}
