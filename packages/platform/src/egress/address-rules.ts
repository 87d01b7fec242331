import ipaddr from "ipaddr.js";

/** `public`: only what the whole internet can reach. `private`: also the operator's own networks. */
export type Reach = "public" | "private";

/** Beyond what the library calls other than `unicast`: ranges that hold an IPv4 address inside, and reserved ones. */
const NEVER_PUBLIC = [
  "0.0.0.0/8",
  "100.64.0.0/10",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96",
  "::ffff:0:0/96",
  "::ffff:0:0:0/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
].map((range) => ipaddr.parseCIDR(range));

/** Where clouds hand out credentials to whoever asks: denied even where private addresses are allowed. */
const METADATA = [
  "169.254.0.0/16",
  "100.100.100.200/32",
  "168.63.129.16/32",
  "192.0.0.192/32",
  "fd00:ec2::254/128",
  "fd20:ce::254/128",
  "fe80::/10",
].map((range) => ipaddr.parseCIDR(range));

const OPERATORS_OWN = new Set(["private", "loopback", "uniqueLocal", "carrierGradeNat"]);

/** Whether an address may be dialled. Anything that does not parse may not. */
export function isAddressAllowed(address: string, reach: Reach): boolean {
  const withoutZone = address.split("%")[0] ?? "";
  if (!ipaddr.isValid(withoutZone)) return false;
  // `::ffff:10.0.0.1` is dialled as 10.0.0.1 and judged as such.
  const ip = ipaddr.process(withoutZone);
  if (lies(ip, METADATA)) return false;
  if (reach === "private" && OPERATORS_OWN.has(ip.range())) return true;
  return ip.range() === "unicast" && !lies(ip, NEVER_PUBLIC);
}

function lies(ip: ipaddr.IPv4 | ipaddr.IPv6, ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][]): boolean {
  return ranges.some(([range, bits]) => range.kind() === ip.kind() && ip.match([range, bits] as never));
}
