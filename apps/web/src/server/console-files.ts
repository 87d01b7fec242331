import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { ConsoleFile } from "./console-file.ts";

/** What the build calls the one page that stands for every id: `/runs/_` for `/runs/<id>`. */
const PLACEHOLDER = "_";

/**
 * The static console by address. Only files that were there when it was opened can be asked for: a request is looked up
 * in a table and never becomes a path on disk, so it cannot leave the folder.
 */
export class ConsoleFiles {
  readonly #files: ReadonlyMap<string, ConsoleFile>;
  /** Nouns whose pages are addressed by id, such as `runs`. */
  readonly #nouns: ReadonlySet<string>;

  private constructor(files: ReadonlyMap<string, ConsoleFile>) {
    this.#files = files;
    this.#nouns = new Set(
      [...files.keys()].filter((path) => path.endsWith(`/${PLACEHOLDER}.html`)).map((path) => path.split("/")[1] ?? ""),
    );
  }

  /** Opens the output of the web build; `undefined` where there is none. */
  static async open(outDir: string): Promise<ConsoleFiles | undefined> {
    const entries = await readdir(outDir, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = new Map<string, ConsoleFile>();
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const onDisk = join(entry.parentPath, entry.name);
      const path = `/${relative(outDir, onDisk).split(sep).join("/")}`;
      files.set(path, await ConsoleFile.read(onDisk, path));
    }
    return files.has("/index.html") ? new ConsoleFiles(files) : undefined;
  }

  /** The file that answers a request path, already decoded; `undefined`: there is none. */
  find(path: string): ConsoleFile | undefined {
    return this.#exact(path) ?? this.#exact(this.#withPlaceholder(path));
  }

  get notFoundPage(): ConsoleFile | undefined {
    return this.#files.get("/404.html");
  }

  #exact(path: string | undefined): ConsoleFile | undefined {
    if (path === undefined) return undefined;
    if (path === "/") return this.#files.get("/index.html");
    return this.#files.get(path) ?? this.#files.get(`${path.replace(/\/$/, "")}.html`);
  }

  /** `/runs/run_1`, `/runs/run_1.txt` and `/runs/run_1/__next._tree.txt` → the same of `/runs/_`. */
  #withPlaceholder(path: string): string | undefined {
    const [, noun = "", id = "", ...rest] = path.split("/");
    if (id === "" || !this.#nouns.has(noun)) return undefined;
    const ending = rest.length === 0 && id.endsWith(".txt") ? ".txt" : "";
    return ["", noun, PLACEHOLDER + ending, ...rest].join("/");
  }
}
