import { isIP } from "node:net";

/** `::ffff:203.0.113.7` is 203.0.113.7, `2001:DB8:0::1` is `2001:db8::1`: one address has one spelling. Null for what is none. */
export function canonicalAddress(address: string | null | undefined): string | null {
  const bare = (address ?? "").split("%", 1)[0] ?? "";
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) !== 6) return null;
  // WHATWG URLs write IPv6 in the one way that RFC 5952 recommends.
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const groups = groupsOf(canonical);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return canonical;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/**
 * Who counts as one when requests are counted: an IPv4 address, or the /64 of an IPv6 one, since that is what one
 * customer gets and can move in at will.
 */
export function clientNetwork(address: string | null | undefined): string {
  const canonical = canonicalAddress(address);
  if (canonical === null) return "unknown";
  if (isIP(canonical) === 4) return canonical;
  return `${groupsOf(canonical)
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The eight numbers of an address as a URL writes it: hexadecimal, with at most one `::`. */
function groupsOf(canonical: string): number[] {
  const [head = "", tail] = canonical.split("::");
  const numbers = (text: string | undefined) => (text ? text.split(":").map((group) => Number.parseInt(group, 16)) : []);
  const [start, end] = [numbers(head), numbers(tail)];
  return [...start, ...Array<number>(8 - start.length - end.length).fill(0), ...end];
}
