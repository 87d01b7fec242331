// Prints what each page of the built console loads before it can be used, and fails where that is too much.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 200;
const outDir = fileURLToPath(new URL("../apps/web/out", import.meta.url));

/** Scripts that a page names itself; those it loads later by import() are not among them. `nomodule` is for browsers without modules. */
function scriptsOf(html) {
  const tags = html.match(/<script[^>]*\ssrc="[^"]+"[^>]*>/g) ?? [];
  const sources = tags.filter((tag) => !/\snomodule/i.test(tag)).map((tag) => /\ssrc="([^"]+)"/.exec(tag)[1]);
  const preloads = [...html.matchAll(/<link[^>]*\srel="(?:modulepreload|preload)"[^>]*\sas="script"[^>]*\shref="([^"]+)"/g)].map(
    (match) => match[1],
  );
  return new Set([...sources, ...preloads]);
}

const sizes = new Map();
function gzipped(address) {
  const path = decodeURIComponent(address.split("?")[0]);
  if (!sizes.has(path)) sizes.set(path, gzipSync(readFileSync(join(outDir, path)), { level: 9 }).length);
  return sizes.get(path);
}

function pages() {
  try {
    return readdirSync(outDir, { recursive: true }).filter((name) => name.endsWith(".html"));
  } catch {
    return [];
  }
}

const rows = pages().map((name) => {
  const html = readFileSync(join(outDir, name), "utf8");
  const scripts = [...scriptsOf(html)];
  const styles = [...html.matchAll(/<link[^>]*\srel="stylesheet"[^>]*\shref="([^"]+)"/g)].map((match) => match[1]);
  const sum = (addresses) => addresses.reduce((total, address) => total + gzipped(address), 0) / 1000;
  const page = `/${name.replaceAll("\\", "/").replace(/(?:^|\/)index\.html$|\.html$/, "")}`;
  return { page, files: scripts.length, scriptKb: sum(scripts), styleKb: sum(styles), htmlKb: gzipSync(html).length / 1000 };
});

if (rows.length === 0) {
  console.error("apps/web/out holds no page. Run npm run build first.");
  process.exit(1);
}

console.log("page                 files  script kB  style kB  html kB   (gzipped)");
for (const row of rows.sort((a, b) => b.scriptKb - a.scriptKb)) {
  const mark = row.scriptKb > LIMIT_KB ? `  above ${LIMIT_KB} kB` : "";
  console.log(
    `${row.page.padEnd(20)} ${String(row.files).padStart(5)} ${row.scriptKb.toFixed(1).padStart(10)} ${row.styleKb.toFixed(1).padStart(9)} ${row.htmlKb.toFixed(1).padStart(8)}${mark}`,
  );
}
process.exit(rows.some((row) => row.scriptKb > LIMIT_KB) ? 1 : 0);
