import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isExact } from "./version-ranges.ts";

export interface Pin {
  name: string;
  version: string;
  /** Manifests that have it, from the root. */
  manifests: string[];
}

interface Manifest {
  workspaces?: string[];
  [field: string]: unknown;
}

const FIELDS = ["dependencies", "devDependencies", "optionalDependencies", "overrides"];
/** Workspaces of this repository. */
const OWN = /^@crew\//;

/** Every exact pin of the root and its workspaces, one for each name and version. */
export function readPins(root: string): Pin[] {
  const pins = new Map<string, Pin>();
  for (const path of manifestsOf(root)) {
    const manifest = JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
    for (const field of FIELDS)
      for (const [name, version] of Object.entries((manifest[field] ?? {}) as Record<string, unknown>)) {
        if (OWN.test(name) || typeof version !== "string" || !isExact(version)) continue;
        const pin = pins.get(`${name} ${version}`) ?? { name, version, manifests: [] };
        if (!pin.manifests.includes(path)) pin.manifests.push(path);
        pins.set(`${name} ${version}`, pin);
      }
  }
  return [...pins.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function manifestsOf(root: string): string[] {
  const { workspaces = [] } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const folders = workspaces.flatMap((pattern) =>
    pattern.endsWith("/*") ? readdirSync(join(root, pattern.slice(0, -2))).map((name) => `${pattern.slice(0, -2)}/${name}`) : [pattern],
  );
  return ["package.json", ...folders.map((folder) => `${folder}/package.json`)].filter((path) => {
    try {
      return readFileSync(join(root, path)).length > 0;
    } catch {
      return false;
    }
  });
}

/** Replaces the pin where it stands, and nothing else of the file. */
export function writePin(root: string, { name, version, manifests }: Pin, to: string): void {
  for (const path of manifests) {
    const before = readFileSync(join(root, path), "utf8");
    writeFileSync(join(root, path), before.replaceAll(`"${name}": "${version}"`, `"${name}": "${to}"`));
  }
}
