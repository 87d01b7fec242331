import { createHash } from "node:crypto";
import { z } from "zod";
import { BackupProblem } from "./backup-problem.ts";

/**
 * An archive: `MAGIC`, the length of the header and the header in clear, then sealed chunks. Opened and inflated these are
 * records: an opening, then for each table its head, its rows as COPY wrote them and its figures, then the manifest.
 */
export const MAGIC = Buffer.from("CREWBAK\n", "latin1");
export const FORMAT = 1;
/** What one chunk holds at most, before it is sealed. */
export const CHUNK_BYTES = 256 * 1024;
export const MAX_HEADER_BYTES = 64 * 1024;

export const Header = z.object({
  format: z.int(),
  /** Of the backup. */
  id: z.string(),
  createdAt: z.string(),
  /** Names the key that this archive's own key is derived from. */
  keyId: z.string(),
  salt: z.string(),
  compression: z.enum(["deflate", "none"]),
});
export type Header = z.infer<typeof Header>;

const MigrationName = z.object({ name: z.string(), sha256: z.string() });

/** What must be known before the first row. */
export const Opening = z.object({
  backupId: z.string(),
  productVersion: z.string(),
  postgresVersion: z.string(),
  snapshotAt: z.string(),
  migrations: z.array(MigrationName),
  /** Which master keys have wrapped the data keys inside. */
  masterKeyIds: z.array(z.string()),
});
export type Opening = z.infer<typeof Opening>;

export const TableHead = z.object({ table: z.string(), columns: z.array(z.string()) });
export type TableHead = z.infer<typeof TableHead>;

export const TableFigures = z.object({
  table: z.string(),
  rows: z.int(),
  bytes: z.int(),
  /** Of the rows as they stand in the archive. */
  sha256: z.string(),
  /** Of the rows in whatever order: what is compared with a database. */
  digest: z.string(),
});
export type TableFigures = z.infer<typeof TableFigures>;

export const Manifest = Opening.extend({ endedAt: z.string(), tables: z.array(TableFigures) });
export type Manifest = z.infer<typeof Manifest>;

export function headerBytes(header: Header): Buffer {
  const text = Buffer.from(JSON.stringify(header), "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([MAGIC, length, text]);
}

export function parseHeader(text: Buffer): Header {
  const parsed = Header.safeParse(jsonIn(text));
  if (!parsed.success) throw new BackupProblem("The header of the archive is damaged.");
  if (parsed.data.format !== FORMAT)
    throw new BackupProblem(`The archive has the format ${parsed.data.format}, and this version reads ${FORMAT}. Use a newer version.`);
  return parsed.data;
}

/** Bound to every chunk, so that none fits under another header. */
export function headerHash(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

export function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
