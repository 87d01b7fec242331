/** Whose accounts people may sign in with, as the operator set it; it holds a secret and never leaves the process. */
export interface SignInProvider {
  /** In addresses and rows: `google`, `github` or `oidc`. */
  id: string;
  name: string;
  /** GitHub speaks OAuth2 alone; the others OpenID Connect. */
  kind: "oidc" | "github";
  /** Of OpenID Connect; with GitHub the origin of its pages. */
  issuer: string;
  clientId: string;
  clientSecret: string;
}
