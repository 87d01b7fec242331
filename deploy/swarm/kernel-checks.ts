import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Check, fail, ok, warn } from "./check-list.ts";

interface Part {
  name: string;
  /** In the kernel's configuration. */
  option: string;
  module: string;
  without(switches: Record<string, string | undefined>, nodes: number): Check["state"];
  fix: string;
}

/** What Swarm's networks are made of, and the switch of the stack that does without. */
const PARTS: readonly Part[] = [
  {
    name: "IPVS",
    option: "CONFIG_IP_VS",
    module: "ip_vs",
    without: (switches) => (switches.CREW_ENDPOINT_MODE === "dnsrr" && switches.CREW_PORT_MODE === "host" ? "ok" : "fail"),
    fix: "Load the module ip_vs, or set CREW_ENDPOINT_MODE=dnsrr and CREW_PORT_MODE=host",
  },
  {
    name: "ESP",
    option: "CONFIG_INET_ESP",
    module: "esp4",
    without: (_, nodes) => (nodes > 1 ? "fail" : "warn"),
    fix: "Load the module esp4 before a second node joins: between nodes the encrypted networks carry nothing without it",
  },
  {
    name: "VXLAN",
    option: "CONFIG_VXLAN",
    module: "vxlan",
    without: () => "fail",
    fix: "Load the module vxlan: Swarm's networks are made of it",
  },
  {
    name: "overlay files",
    option: "CONFIG_OVERLAY_FS",
    module: "overlay",
    without: () => "warn",
    fix: "Load the module overlay: other storage drivers are slow",
  },
];

/** What the kernel under `root` can do: told by its configuration, else by what is loaded or could be. `null`: unknown. */
export function kernelHas(root: string, release: string, part: Pick<Part, "option" | "module">): boolean | null {
  if (existsSync(join(root, "sys/module", part.module))) return true;
  const configuration = configurationOf(root, release);
  const state = configuration === null ? undefined : new RegExp(`^${part.option}=([ym])$`, "m").exec(configuration)?.[1];
  if (state === "y") return true;
  const modules = join(root, "lib/modules", release);
  const builtIn = textOf(join(modules, "modules.builtin"));
  if (builtIn?.includes(`/${part.module}.ko`)) return true;
  if (textOf(join(modules, "modules.dep"))?.includes(`/${part.module}.ko`)) return true;
  if (state === "m") return existsSync(modules) ? false : null;
  return configuration !== null || builtIn !== null ? false : null;
}

export function kernelChecks(root: string, release: string, switches: Record<string, string | undefined>, nodes: number): Check[] {
  return PARTS.map((part) => {
    const name = `kernel: ${part.name}`;
    const has = kernelHas(root, release, part);
    if (has) return ok(name, "it is there");
    if (has === null) return warn(name, "nothing tells whether it is there", `If services cannot reach each other: ${part.fix}.`);
    const state = part.without(switches, nodes);
    if (state === "ok") return ok(name, "it is not there, and the switches do without");
    return state === "fail" ? fail(name, "it is not there", `${part.fix}.`) : warn(name, "it is not there", `${part.fix}.`);
  });
}

function configurationOf(root: string, release: string): string | null {
  const packed = join(root, "proc/config.gz");
  try {
    if (existsSync(packed)) return gunzipSync(readFileSync(packed)).toString("utf8");
  } catch {
    // A kernel that does not show it is no reason to stop.
  }
  return textOf(join(root, "boot", `config-${release}`));
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** The release of the kernel whose modules lie here, for an engine that is this machine's. */
export function kernelRelease(root: string): string {
  const told = textOf(join(root, "proc/sys/kernel/osrelease"))?.trim();
  if (told) return told;
  const folder = join(root, "lib/modules");
  return existsSync(folder) ? (readdirSync(folder)[0] ?? "") : "";
}
