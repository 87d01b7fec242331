import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { CHUNK_BYTES } from "./archive-format.ts";
import { BackupProblem } from "./backup-problem.ts";
import type { ByteReader } from "./byte-reader.ts";

const TAG_BYTES = 16;
/** Of a chunk's length field. */
const LAST = 0x8000_0000;
/** When a chunk does not open, so many that should come later are tried in its place: it may be missing. */
const LOOK_AHEAD = 8;
const MOST_CHUNKS = 2 ** 32 - 1;

export interface ChunkSeal {
  key: KeyObject;
  /** Bound to each chunk, with its number and whether it is the last. */
  headerHash: Buffer;
}

/** The chunk's number and whether it is the last are its nonce: no two chunks of a key share one. */
function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt8(isLast ? 1 : 0, 7);
  nonce.writeUInt32BE(number, 8);
  return nonce;
}

function boundTo(headerHash: Buffer, number: number, isLast: boolean): Buffer {
  return Buffer.concat([headerHash, nonceOf(number, isLast)]);
}

/** Cuts what comes into chunks and seals each; the last one says that it is the last. */
export async function* sealChunks(source: AsyncIterable<Buffer>, seal: ChunkSeal): AsyncGenerator<Buffer> {
  let number = 0;
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    waiting.push(piece);
    size += piece.length;
    if (size <= CHUNK_BYTES) continue;
    let whole = Buffer.concat(waiting, size);
    // The last byte stays back: a chunk is sealed as one that others follow only when it is known that they do.
    for (; whole.length > CHUNK_BYTES; whole = whole.subarray(CHUNK_BYTES)) {
      if (number === MOST_CHUNKS) throw new BackupProblem("The database is too large for one archive.");
      yield sealOne(seal, number++, whole.subarray(0, CHUNK_BYTES), false);
    }
    waiting = [whole];
    size = whole.length;
  }
  yield sealOne(seal, number, Buffer.concat(waiting, size), true);
}

function sealOne({ key, headerHash }: ChunkSeal, number: number, plain: Buffer, isLast: boolean): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(number, isLast), { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(headerHash, number, isLast));
  const length = Buffer.alloc(4);
  length.writeUInt32BE((plain.length | (isLast ? LAST : 0)) >>> 0);
  return Buffer.concat([length, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The contents of the chunks, in order. Throws `BackupProblem`, with the number of the chunk at which it is not whole. */
export async function* openChunks(bytes: ByteReader, seal: ChunkSeal): AsyncGenerator<Buffer> {
  for (let number = 0; ; number++) {
    const cut = () => new BackupProblem(`The archive ends within chunk ${number}: it was cut off, or is still being written.`);
    const field = (await bytes.take(4, cut)).readUInt32BE();
    const isLast = field >= LAST;
    const length = isLast ? field - LAST : field;
    if (length > CHUNK_BYTES) throw new BackupProblem(`Chunk ${number} of the archive was changed: it cannot be so long.`);
    const sealed = await bytes.take(length + TAG_BYTES, cut);
    const plain = openOne(seal, number, sealed, isLast);
    if (!plain) throw new BackupProblem(whatIsWrong(seal, number, sealed, isLast));
    if (plain.length > 0) yield plain;
    if (!isLast) continue;
    if (await bytes.isMore()) throw new BackupProblem(`Something follows the last chunk of the archive, which is chunk ${number}.`);
    return;
  }
}

function openOne({ key, headerHash }: ChunkSeal, number: number, sealed: Buffer, isLast: boolean): Buffer | undefined {
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(number, isLast), { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(headerHash, number, isLast)).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function whatIsWrong(seal: ChunkSeal, number: number, sealed: Buffer, isLast: boolean): string {
  for (let ahead = 1; ahead <= LOOK_AHEAD; ahead++)
    if (openOne(seal, number + ahead, sealed, isLast))
      return `Chunk ${number} of the archive is missing: in its place stands chunk ${number + ahead}.`;
  return `Chunk ${number} of the archive was changed${number === 0 ? ", or the header before it was" : ""}.`;
}
