/** Why a sign-in with an account elsewhere did not get in, as the address says it. */
const FAILURES: Record<string, string> = {
  account_disabled: "Your account here is disabled. Ask whoever runs this installation.",
  address_not_verified: "The other site has not verified your e-mail address. Verify it there, then try again.",
  address_taken:
    "There is an account with your e-mail address here, which has not verified it. Sign in with its password and verify the address; then both belong together.",
  sign_up_closed: "This installation takes nobody without an invitation. Ask for one.",
  link_over: "This sign-in took too long or was begun in another browser. Start over.",
  provider_failed: "The other site refused, or its answer cannot be trusted. Try again, or sign in another way.",
};

/** A sentence for the page; `null` for nothing, and for what is none of ours. */
export function explainProviderFailure(code: string | null): string | null {
  return code !== null && Object.hasOwn(FAILURES, code) ? (FAILURES[code] ?? null) : null;
}
