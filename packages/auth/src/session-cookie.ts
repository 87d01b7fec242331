import { createHmac, timingSafeEqual } from "node:crypto";

/** The lifetime of a session that nobody uses; use pushes it on. */
export const SESSION_SECONDS = 7 * 24 * 60 * 60;

/** Browsers cap it here. The row decides when a session ends, so the cookie may outlive it. */
const COOKIE_SECONDS = 400 * 24 * 60 * 60;

export interface SessionCookie {
  name: string;
  attributes: { secure: boolean; httpOnly: true; sameSite: "lax"; path: "/" };
  /** The session's token, when the header carries the cookie and its signature is ours. */
  read(cookieHeader: string | undefined): string | undefined;
  /** Value of a `Set-Cookie` header. Not remembered, the browser drops it with its window. */
  issue(token: string, options?: { isRemembered: boolean }): string;
  /** Value of a `Set-Cookie` header that takes the cookie away. */
  clear(): string;
}

/**
 * The token and its HMAC-SHA256 in base64, joined by a dot: what is not ours is told without asking the database. Over
 * HTTPS its name starts with `__Host-`, so that no other host of the domain can set it.
 */
export function sessionCookie(options: { secret: string; publicUrl: string }): SessionCookie {
  const secure = new URL(options.publicUrl).protocol === "https:";
  const name = secure ? "__Host-crew_session" : "crew_session";
  const sign = (token: string) => createHmac("sha256", options.secret).update(token).digest();
  const pattern = new RegExp(`(?:^|;)[ \\t]*${name}=([^;]{1,400})`);
  return {
    name,
    attributes: { secure, httpOnly: true, sameSite: "lax", path: "/" },
    read(cookieHeader) {
      if (!cookieHeader || cookieHeader.length > 8_192) return undefined;
      const value = decoded(pattern.exec(cookieHeader)?.[1]?.trim());
      const dot = value?.lastIndexOf(".") ?? -1;
      if (!value || dot < 1) return undefined;
      const token = value.slice(0, dot);
      const signature = Buffer.from(value.slice(dot + 1), "base64");
      const expected = sign(token);
      return signature.length === expected.length && timingSafeEqual(signature, expected) ? token : undefined;
    },
    issue(token, { isRemembered } = { isRemembered: true }) {
      const value = encodeURIComponent(`${token}.${sign(token).toString("base64")}`);
      const age = isRemembered ? ` Max-Age=${COOKIE_SECONDS};` : "";
      return `${name}=${value};${age} Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
    },
    clear() {
      return `${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
    },
  };
}

function decoded(value: string | undefined): string | undefined {
  try {
    return value && decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
