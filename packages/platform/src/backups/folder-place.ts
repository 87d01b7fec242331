import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ARCHIVE_NAME, type BackupPlace, type StoredArchive } from "./backup-place.ts";
import { BackupProblem } from "./backup-problem.ts";

const READ_BYTES = 1024 * 1024;

/** Archives as files that only their owner may read. */
export function folderPlace(folder: string): BackupPlace {
  return {
    kind: "folder",
    async write(name, bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = join(folder, `.${name}.partial`);
      try {
        const written = await writeSynced(draft, bytes);
        await rename(draft, join(folder, name));
        await syncFolder(folder);
        return written;
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    read: async (name) => openArchiveFile(resolve(folder, name)),
    remove: (name) => rm(join(folder, name), { force: true }),
    async list() {
      const names = (await readdir(folder).catch(() => [])).filter((name) => ARCHIVE_NAME.test(name)).toSorted();
      const found: StoredArchive[] = [];
      for (const name of names) found.push({ name, sizeBytes: (await stat(join(folder, name))).size });
      return found;
    },
    async [Symbol.asyncDispose]() {},
  };
}

export async function openArchiveFile(path: string): Promise<AsyncIterable<Buffer>> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new BackupProblem(`There is no file ${path}.`);
  return createReadStream(path, { highWaterMark: READ_BYTES });
}

async function writeSynced(path: string, bytes: AsyncIterable<Buffer>): Promise<number> {
  const file = await open(path, "w", 0o600);
  let written = 0;
  try {
    for await (const piece of bytes) {
      await file.writeFile(piece);
      written += piece.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return written;
}

/** A new name is on the disk when its folder is. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
