import { accessSync, constants, existsSync, statSync } from "node:fs";
import { enableCompileCache, type ResolveFnOutput, registerHooks } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

// Types need not be stripped again at each start, which halves the time that loading takes. An installation that is only
// read starts without it, or with what was kept before it became so; NODE_COMPILE_CACHE names another folder.
const compiled = fileURLToPath(new URL("../../../node_modules/.cache/crew", import.meta.url));
if (existsSync(compiled) || canBeMade(compiled)) enableCompileCache(compiled);

/**
 * Node reads the description of a package anew for each file that imports it and for each file in it, and drizzle-orm's is
 * 180 kB: two thirds of what loading takes. So a name is looked up once for each package that uses it, and files of
 * drizzle-orm find each other by their addresses alone.
 */
const found = new Map<string, ResolveFnOutput>();
registerHooks({
  resolve(specifier, context, next) {
    const importer = context.parentURL && packageOf(context.parentURL);
    if (importer?.endsWith("/drizzle-orm/") && specifier.endsWith(".js")) {
      return { url: new URL(specifier, context.parentURL).href, format: "module", shortCircuit: true };
    }
    if (!importer || !/^[@a-z]/.test(specifier) || /^(node|file|data):/.test(specifier)) return next(specifier, context);
    const key = `${specifier} ${importer} ${context.conditions}`;
    const known = found.get(key) ?? next(specifier, context);
    found.set(key, known);
    return { ...known, shortCircuit: true };
  },
});

/** Asked of the nearest folder that is there: Node makes those in between. */
function canBeMade(folder: string): boolean {
  const parent = dirname(folder);
  if (parent !== folder && !existsSync(parent)) return canBeMade(parent);
  try {
    accessSync(parent, constants.W_OK);
    return statSync(parent).isDirectory();
  } catch {
    return false;
  }
}

/** Up to the folder that decides which copy of a package is meant. */
function packageOf(url: string): string | undefined {
  return /^.*\/(?:node_modules\/(?:@[^/]+\/)?|packages\/|apps\/)[^/]+\//.exec(url)?.[0];
}
