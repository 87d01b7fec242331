import type { Audited, Rule } from "./audit-rule.ts";
import { isStateful } from "./rollout-rules.ts";
import { networksOf } from "./stack-document.ts";

/** Who may reach whom. One service faces outwards; the data is where what renders pages cannot go. */

const FACES_OUTWARDS = "proxy";
/** Have a way out, to certificates and to model providers; every other network is a closed one. */
const OPEN_NETWORKS = /^(edge|app)$/;
const NEVER_AT_DATA = ["web", "proxy"];

export const WALL_RULES: readonly Rule[] = [
  {
    name: "published-ports",
    isForCompose: true,
    look: ({ name, service }) =>
      name === FACES_OUTWARDS || (service.ports ?? []).length === 0 ? [] : [`publishes ${JSON.stringify(service.ports)}`],
    fix: "Only the proxy publishes ports: what is behind it believes what the proxy says about clients.",
  },
  {
    name: "back-networks",
    isForCompose: false,
    look: ({ stack }) =>
      Object.entries(stack.networks ?? {}).flatMap(([name, network]) => [
        ...(network?.internal === true || OPEN_NETWORKS.test(name) ? [] : [`(stack) the network ${name} is not internal`]),
        ...(String(network?.driver_opts?.encrypted) === "true" ? [] : [`(stack) the network ${name} is not encrypted`]),
      ]),
    fix: 'Set internal: true and driver_opts encrypted: "true": between hosts everything else is in clear.',
  },
  {
    name: "web-off-data",
    isForCompose: true,
    look: (audited) => {
      if (!NEVER_AT_DATA.includes(audited.name)) return [];
      const data = dataNetworks(audited);
      return networksOf(audited.service)
        .filter((network) => data.has(network))
        .map((network) => `is in the network ${network}, where the data is`);
    },
    fix: "Take it out of that network: it has no business with the database, and whoever takes it over must have none.",
  },
  {
    name: "data-inside",
    isForCompose: true,
    look: ({ name, service }) => {
      if (name === FACES_OUTWARDS || !isStateful({ name, service }) || name === "backup") return [];
      const open = networksOf(service).filter((network) => OPEN_NETWORKS.test(network) || network === "default");
      return open.map((network) => `is in the network ${network}`);
    },
    fix: "Keep what holds data in internal networks alone.",
  },
];

function dataNetworks({ stack }: Audited): Set<string> {
  return new Set(
    Object.entries(stack.services)
      .filter(([name, service]) => /^(postgres|redis)$/.test(name) && service)
      .flatMap(([, service]) => networksOf(service)),
  );
}
