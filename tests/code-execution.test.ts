import { expect, test } from "vitest";
import { sourceFiles } from "./source-tree.ts";

/** What turns text into code, or into a command. */
const DOORS: [string, RegExp][] = [
  ["eval", /(?<![.\w])eval\s*\(/],
  ["Function", /(?<![.\w])(?:new\s+)?Function\s*\(/],
  ["a function's constructor", /\.constructor\s*(?:\(|\[|\.constructor)/],
  ["vm", /["'](?:node:)?vm["']/],
  ["child_process", /["'](?:node:)?child_process["']/],
  ["a shell", /\bshell:\s*(?!false)/],
  ["a worker from text", /new\s+Worker\s*\([^)]*eval\s*:/],
  ["a timer with text", /\bset(?:Timeout|Interval|Immediate)\s*\(\s*["'`]/],
  ["an import that is not a constant", /\bimport\s*\(\s*(?!["'][^"']+["']\s*\))/],
  ["WebAssembly", /\bWebAssembly\b/],
  ["v8 deserialization", /["'](?:node:)?v8["']/],
  ["a process binding", /\bprocess\.(?:binding|dlopen)\b/],
];

/** Where a door is needed; no text of a user comes near any of them, and none has a shell. */
const NEEDED: Record<string, string> = {
  "packages/platform/src/database/embedded-postgres/launch-server.ts": "starts the PostgreSQL server of an embedded installation",
  "packages/platform/src/database/embedded-postgres/initialize-cluster.ts": "runs initdb once",
  "packages/platform/src/database/embedded-postgres/server-account.ts": "looks up the account that PostgreSQL may run as",
  "packages/platform/src/database/embedded-postgres/process-table.ts": "tells whether a server that was left behind lives",
  "packages/platform/src/database/embedded-postgres/watch-parent-windows.ts": "ends the server with its parent on Windows",
};

const product = sourceFiles().filter(
  ({ path, isTest }) => !isTest && /^(apps|packages)\//.test(path) && !path.startsWith("packages/testing/"),
);

function doorsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/[^\n]*/g, "$1");
  return DOORS.filter(([, pattern]) => pattern.test(code)).map(([name]) => name);
}

test("T-08 no product code turns text into code, and only the embedded database's keeper starts processes [ASVS 1.3.2, 1.2.5]", () => {
  const found = product.flatMap(({ path, text }) => doorsOf(text).map((door) => ({ path, door })));
  const unexplained = found.filter(({ path, door }) => door !== "child_process" || !(path in NEEDED));
  expect(unexplained).toEqual([]);
  expect(product.length).toBeGreaterThan(300);
  // An exception that is not needed any more goes.
  expect(Object.keys(NEEDED).filter((path) => !found.some((one) => one.path === path))).toEqual([]);
});

test("the scan finds what it looks for", () => {
  const samples = [
    "eval(x)",
    "new Function('return 1')()",
    "Function('x')",
    '"".constructor.constructor("x")',
    'import vm from "node:vm"',
    'import { exec } from "child_process"',
    "spawn(a, { shell: true })",
    "setTimeout('x', 1)",
    "await import(name)",
  ];
  for (const sample of samples) expect(doorsOf(sample), sample).not.toEqual([]);
  for (const harmless of ["/** eval(x) */", "pattern.exec(text)", 'import("./page.ts")', "retrieval(x)"])
    expect(doorsOf(harmless), harmless).toEqual([]);
});
