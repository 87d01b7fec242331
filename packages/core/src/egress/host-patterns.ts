/** Whether a list of hosts (`api.example.org`, `*.example.org`, `*`; a port where it is not the protocol's own) names an address's. */
export function namesHost(patterns: readonly string[], address: string | URL): boolean {
  const url = typeof address === "string" ? URL.parse(address) : address;
  if (!url) return false;
  const host = canonicalHost(url);
  return patterns.some((pattern) => covers(pattern, host));
}

/** Whether everything that `inner` names is named by `outer` too. */
export function covers(outer: string, inner: string): boolean {
  if (outer === "*" || outer === inner) return true;
  if (!outer.startsWith("*.")) return false;
  return inner !== "*" && inner.replace(/^\*/, "").endsWith(outer.slice(1)) && inner !== outer.slice(2);
}

/** Host with its port where that is not the protocol's own; a trailing dot names the same host. */
export function canonicalHost(url: URL): string {
  const name = url.hostname.toLowerCase().replace(/\.$/, "");
  return url.port === "" ? name : `${name}:${url.port}`;
}
