/** For answers that are data: a browser that is led to show one must not run, frame or guess anything. */
export const API_HEADERS = {
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** Whoever came over HTTPS once comes over HTTPS for two years. */
export const HTTPS_HEADERS = { "strict-transport-security": "max-age=63072000; includeSubDomains" } as const;
