import { isIP, isIPv6 } from "node:net";
import { isAddressAllowed, type Reach } from "./address-rules.ts";

export interface EgressRules {
  /** `host:port` that may be reached although private; IPv6 in brackets. */
  allow: readonly string[];
  /** For addresses that the operator chose: private ones and any port. Metadata addresses stay denied. */
  allowPrivate: boolean;
}

export interface Destination {
  hostname: string;
  /** Empty: the protocol's own. */
  port: string;
  protocol: string;
}

/** How far a destination may reach, or `undefined` where it may not be asked at all. */
export type EgressPolicy = (destination: Destination) => Reach | undefined;

const PORTS: Record<string, string> = { "http:": "80", "https:": "443" };

/** No name in DNS is longer. */
const MOST_HOST_CHARACTERS = 255;

/** Names that only mean something inside a network, whatever they resolve to. */
const INSIDE_NAME = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|svc|arpa)$|^tasks\./;
const METADATA_NAME = /(^|\.)metadata\.google\.internal$|^metadata$|^instance-data(\.ec2\.internal)?$|^metadata\.goog$/;

export function egressPolicy({ allow, allowPrivate }: EgressRules): EgressPolicy {
  const allowed = new Set(allow.map(canonicalEntry));
  return ({ hostname, port, protocol }) => {
    const usualPort = PORTS[protocol];
    if (usualPort === undefined || hostname.length > MOST_HOST_CHARACTERS) return undefined;
    const host = canonicalHost(hostname);
    const dialled = port || usualPort;
    const reach: Reach = allowPrivate || allowed.has(`${host}:${dialled}`) ? "private" : "public";
    if (reach === "public" && dialled !== "80" && dialled !== "443") return undefined;
    const literal = host.startsWith("[") ? host.slice(1, -1) : host;
    if (isIP(literal)) return isAddressAllowed(literal, reach) ? reach : undefined;
    if (METADATA_NAME.test(host)) return undefined;
    if (reach === "public" && (!host.includes(".") || INSIDE_NAME.test(host))) return undefined;
    return reach;
  };
}

function canonicalHost(hostname: string): string {
  const host = hostname.toLowerCase().replace(/\.+$/, "");
  return isIPv6(host) ? `[${host}]` : host;
}

function canonicalEntry(entry: string): string {
  const match = /^(.+):(\d{1,5})$/.exec(entry.trim());
  const url = match && URL.parse(`http://${match[1]}`);
  if (!match || !url) throw new Error(`not a host:port that egress can allow: ${entry}`);
  return `${canonicalHost(url.hostname)}:${Number(match[2])}`;
}
