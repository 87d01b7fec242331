import { networkInterfaces } from "node:os";
import { isLoopback } from "./open-front-door.ts";

/** The origin to print and to put into links, when `CREW_PUBLIC_URL` does not say. */
export function publicAddress(host: string, port: number): string {
  return `http://${nameOf(host)}:${port}`;
}

function nameOf(host: string): string {
  if (isLoopback(host)) return "localhost";
  if (host !== "0.0.0.0" && host !== "::") return host.includes(":") ? `[${host}]` : host;
  const outward = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4");
  return outward?.address ?? "localhost";
}
