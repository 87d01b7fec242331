/** How long a sign-in waits for its second factor. */
export const PENDING_SECONDS = 5 * 60;

/** Carries the token of a sign-in that owes its second factor. It is no session: nothing but `/api/auth/two-factor` reads it. */
export interface PendingCookie {
  read(cookieHeader: string | null | undefined): string | undefined;
  /** Values of `Set-Cookie` headers. */
  issue(token: string): string;
  clear(): string;
}

export function pendingCookie(publicUrl: string): PendingCookie {
  const secure = new URL(publicUrl).protocol === "https:";
  const name = secure ? "__Host-crew_pending" : "crew_pending";
  const rest = `Path=/; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
  const pattern = new RegExp(`(?:^|;)[ \\t]*${name}=([A-Za-z0-9_-]{43})[ \\t]*(?:;|$)`);
  return {
    read: (header) => (header && header.length <= 8_192 ? pattern.exec(header)?.[1] : undefined),
    issue: (token) => `${name}=${token}; Max-Age=${PENDING_SECONDS}; ${rest}`,
    clear: () => `${name}=; Max-Age=0; ${rest}`,
  };
}
