/**
 * The token of a link that was sent by mail. It is taken out of the address at once, so that neither the history nor a
 * picture of the window keeps it; a reload of this window still finds it.
 */
export function takeAddressToken(): string | null {
  const key = `token of ${location.pathname}`;
  const token = new URLSearchParams(location.search).get("token") ?? new URLSearchParams(location.hash.slice(1)).get("token");
  try {
    if (token === null) return sessionStorage.getItem(key);
    sessionStorage.setItem(key, token);
  } catch {
    return token;
  }
  history.replaceState(history.state, "", location.pathname);
  return token;
}

/** After it was used: it works once. */
export function forgetAddressToken(): void {
  try {
    sessionStorage.removeItem(`token of ${location.pathname}`);
  } catch {
    // Where nothing is kept, nothing is to be forgotten.
  }
}
