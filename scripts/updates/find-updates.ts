import type { Pin } from "./read-pins.ts";
import { compareVersions, isBreaking, isExact, isPrerelease } from "./version-ranges.ts";
import { type Advisory, advisoriesOf, mayBeUsed, mayHaveInstallScript } from "./what-may-be-installed.ts";

/** What the registry says; `npmRegistry` asks it by npm. */
export interface Registry {
  /** When each version came out, by version. */
  times(name: string): Promise<Record<string, string>>;
  manifest(name: string, version: string): Promise<VersionFacts>;
}

export interface VersionFacts {
  license?: string;
  scripts?: Record<string, string>;
  deprecated?: string;
}

export interface Proposal {
  pin: Pin;
  group: string;
  to: string;
  kind: "update" | "breaking";
  ageDays: number;
  license: string;
}

export interface Findings {
  proposals: Proposal[];
  /** Newer versions that were left out, with the reason. */
  passedOver: { name: string; version: string; why: string }[];
  /** What is pinned now and must not be. */
  alarms: { name: string; version: string; advisory: Advisory }[];
  unanswered: { name: string; why: string }[];
}

/** So long a version is left to others: most that were bad were found within days. */
export const RELEASE_AGE_DAYS = 7;
const DAY_MS = 86_400_000;
/** Of those that are refused for what they are, so many are looked at before a package is left as it is. */
const TRIES = 3;
const AT_ONCE = 4;
/** They are one thing in several packages. */
const TOGETHER = [
  ["react", "react-dom", "@types/react", "@types/react-dom"],
  ["pg", "@types/pg"],
];

export async function findUpdates(pins: Pin[], registry: Registry, advisories: Advisory[], now: Date): Promise<Findings> {
  const findings: Findings = { proposals: [], passedOver: [], alarms: [], unanswered: [] };
  const queue = [...pins];
  const worker = async () => {
    for (let pin = queue.shift(); pin; pin = queue.shift()) {
      for (const advisory of advisoriesOf(pin.name, pin.version, advisories)) findings.alarms.push({ ...pin, advisory });
      try {
        await lookAt(pin, registry, advisories, now, findings);
      } catch (error) {
        findings.unanswered.push({ name: pin.name, why: (error as Error).message });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const byGroup = (a: Proposal, b: Proposal) =>
    `${a.kind === "breaking"} ${a.group} ${a.pin.name}` < `${b.kind === "breaking"} ${b.group} ${b.pin.name}` ? -1 : 1;
  findings.proposals.sort(byGroup);
  for (const list of [findings.passedOver, findings.unanswered]) list.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  return findings;
}

/** The newest that may be taken without breaking, and the newest beyond it. */
async function lookAt(pin: Pin, registry: Registry, advisories: Advisory[], now: Date, findings: Findings): Promise<void> {
  const times = await registry.times(pin.name);
  const newer = Object.keys(times)
    .filter((version) => isExact(version) && compareVersions(version, pin.version) > 0)
    .filter((version) => !isPrerelease(version) || isPrerelease(pin.version))
    .toSorted((a, b) => compareVersions(b, a));
  for (const kind of ["update", "breaking"] as const) {
    let tries = 0;
    for (const version of newer.filter((one) => isBreaking(pin.version, one) === (kind === "breaking"))) {
      const ageDays = Math.floor((now.getTime() - Date.parse(times[version] ?? "")) / DAY_MS);
      const passOver = (why: string) => findings.passedOver.push({ name: pin.name, version, why });
      if (!(ageDays >= RELEASE_AGE_DAYS)) {
        passOver(`${ageDays} days old`);
        continue;
      }
      if (++tries > TRIES) break;
      const facts = await registry.manifest(pin.name, version);
      const problem = problemOf(pin.name, version, facts, advisories);
      if (problem) passOver(problem);
      else {
        findings.proposals.push({ pin, group: groupOf(pin.name), to: version, kind, ageDays, license: facts.license ?? "" });
        break;
      }
    }
  }
}

function problemOf(name: string, version: string, facts: VersionFacts, advisories: Advisory[]): string | undefined {
  const advisory = advisoriesOf(name, version, advisories)[0];
  if (advisory) return `${advisory.id}: ${advisory.summary}`;
  if (facts.deprecated) return `deprecated: ${facts.deprecated.slice(0, 80)}`;
  if (!mayBeUsed(name, facts.license)) return `its licence is ${facts.license ?? "not said"}`;
  const script = ["preinstall", "install", "postinstall"].find((one) => facts.scripts?.[one] !== undefined);
  if (script && !mayHaveInstallScript(name)) return `it has a script for ${script}`;
  return undefined;
}

export function groupOf(name: string): string {
  const known = TOGETHER.find((names) => names.includes(name));
  if (known) return known[0] ?? name;
  return /^(@[^/]+)\//.exec(name)?.[1] ?? /^(node)-(?:linux|darwin|win)-/.exec(name)?.[1] ?? name;
}
