import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { canonicalAddress } from "./client-network.ts";

/** Proxies whose `X-Forwarded-For` is believed: how many stand in front, or their addresses and networks. */
export type TrustedProxies = readonly string[] | number;

/** Whether an address is a proxy's own, `hop` proxies away from us. */
export type IsTrustedProxy = (address: string, hop: number) => boolean;

const NAMED_NETWORKS: Record<string, readonly string[]> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/** A number counts the proxies exactly: the address that connects is the first. None: the address that connects is the client's. */
export function trustProxies(proxies: TrustedProxies): IsTrustedProxy {
  if (typeof proxies === "number") return (_address, hop) => hop < proxies;
  const trusted = new BlockList();
  for (const entry of proxies.flatMap((one) => NAMED_NETWORKS[one] ?? one)) {
    const [address = "", length] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (length === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(length), family);
  }
  return (address) => {
    const canonical = canonicalAddress(address);
    return canonical !== null && trusted.check(canonical, isIP(canonical) === 6 ? "ipv6" : "ipv4");
  };
}

/** Who asks, as far as the proxies tell that are believed: the first address from our side that is none of them. */
export function clientAddress(request: Pick<IncomingMessage, "socket" | "headers">, isTrusted: IsTrustedProxy): string | undefined {
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const told = forwarded.map((one) => one.trim()).filter((one) => one !== "");
  const addresses = [request.socket.remoteAddress ?? "", ...told.reverse()];
  const ofClient = addresses.findIndex((address, hop) => !isTrusted(address, hop));
  return addresses.at(ofClient) || undefined;
}
