/** Which hosts a request may name and which origins a browser may come from. */
export interface OriginPolicy {
  /** Anything else is somebody's domain that was pointed here (DNS rebinding) or a mistake of the proxy. */
  allowsHost(host: string | undefined): boolean;
  /** The page's own origin (its host is the request's, which was checked), the public one, or one that the operator trusts. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean;
}

/** Names of this machine that no foreign DNS entry can take. */
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

export function originPolicy(options: { publicUrl: string; trustedOrigins?: string[]; allowedHosts?: string[] }): OriginPolicy {
  const publicUrl = new URL(options.publicUrl);
  const origins = new Set([publicUrl.origin, ...(options.trustedOrigins ?? []).map((url) => new URL(url).origin)]);
  const hosts = new Set([publicUrl.host, ...(options.allowedHosts ?? [])].map((host) => host.toLowerCase()));
  const allowsHost = (host: string | undefined) => {
    if (!host) return false;
    const name = host.toLowerCase();
    return hosts.has(name) || LOOPBACK.test(name);
  };
  return {
    allowsHost,
    allowsOrigin(origin, host) {
      if (!origin || origin === "null") return false;
      if (origins.has(origin)) return true;
      if (!host || !allowsHost(host)) return false;
      // As a browser writes it, to the letter. The scheme counts: a page over http may be anybody's on the way.
      const own = host.toLowerCase();
      return origin === `${publicUrl.protocol}//${own}` || (LOOPBACK.test(own) && origin === `http://${own}`);
    },
  };
}
