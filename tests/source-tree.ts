import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** What is installed or generated is nobody's source. */
const NOT_OURS = new Set(["node_modules", ".next", ".data", ".git", ".tmp", "coverage", "out"]);

/** Every file of the repository as a path with forward slashes, read from the disk: a copy need not be a git clone. */
export function filesIn(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [relative(root, path).replaceAll(sep, "/")];
  });
}

export const read = (path: string): string => readFileSync(join(root, path), "utf8");

export interface SourceFile {
  path: string;
  text: string;
  lines: string[];
  isTest: boolean;
}

/** TypeScript and scripts. */
export function sourceFiles(paths = filesIn()): SourceFile[] {
  return paths
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith(".d.ts"))
    .map((path) => {
      const text = read(path);
      return { path, text, lines: text.split("\n"), isTest: /\.test\.tsx?$/.test(path) };
    });
}

export interface OwnPackage {
  /** Without the scope: `core`. */
  name: string;
  /** `packages/core` */
  folder: string;
  dependencies: string[];
}

export function ownPackages(paths = filesIn()): OwnPackage[] {
  return paths
    .filter((path) => /^(packages\/[^/]+|apps\/[^/]+|deploy|tests)\/package\.json$/.test(path))
    .map((path) => {
      const manifest = JSON.parse(read(path)) as { name: string; dependencies?: Record<string, string> };
      return {
        name: manifest.name.replace("@crew/", ""),
        folder: path.replace("/package.json", ""),
        dependencies: Object.keys(manifest.dependencies ?? {}),
      };
    });
}

/** Own packages that a file imports, as `core/crews/create-crew`. */
export function ownImports(text: string): string[] {
  return [...text.matchAll(/(?:from|import\s*\(?)\s*["']@crew\/([^"']+)["']/g)].map((match) => match[1] ?? "");
}
