import type { SignInProvider } from "@crew/core/sessions/sign-in-provider";
import { ConfigError, type Environment } from "./env.ts";

/** The providers of which the operator has set both id and secret; half of a pair is a mistake. */
export function readSignInProviders(env: Environment): SignInProvider[] {
  const found: SignInProvider[] = [];
  const google = pairOf(env, "CREW_GOOGLE_CLIENT_ID", "CREW_GOOGLE_CLIENT_SECRET");
  if (google) found.push({ id: "google", name: "Google", kind: "oidc", issuer: "https://accounts.google.com", ...google });
  const github = pairOf(env, "CREW_GITHUB_CLIENT_ID", "CREW_GITHUB_CLIENT_SECRET");
  if (github) found.push({ id: "github", name: "GitHub", kind: "github", issuer: "https://github.com", ...github });
  const oidc = pairOf(env, "CREW_OIDC_CLIENT_ID", "CREW_OIDC_CLIENT_SECRET");
  if (oidc) found.push({ id: "oidc", name: nameOf(env), kind: "oidc", issuer: issuerOf(env), ...oidc });
  else if (env.CREW_OIDC_ISSUER)
    throw new ConfigError("CREW_OIDC_ISSUER is set, and CREW_OIDC_CLIENT_ID and CREW_OIDC_CLIENT_SECRET are not: sign-in needs all three.");
  return found;
}

function pairOf(env: Environment, idName: keyof Environment, secretName: keyof Environment) {
  const [clientId, clientSecret] = [env[idName], env[secretName]];
  if (clientId && clientSecret) return { clientId, clientSecret };
  if (clientId || clientSecret) throw new ConfigError(`${idName} and ${secretName} belong together, and one of them is not set.`);
  return undefined;
}

/** As the issuer calls itself, to the letter: what its tokens say is compared with it. */
function issuerOf(env: Environment): string {
  const issuer = env.CREW_OIDC_ISSUER;
  const url = issuer ? URL.parse(issuer) : null;
  if (!issuer || !url || (url.protocol !== "https:" && !isLoopback(url)) || url.search || url.hash)
    throw new ConfigError("CREW_OIDC_ISSUER must be the issuer's https address, such as https://id.example.org/realms/team.");
  return issuer;
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}

function nameOf(env: Environment): string {
  const name = env.CREW_OIDC_NAME ?? "Single sign-on";
  if (name.length > 40) throw new ConfigError("CREW_OIDC_NAME must have at most 40 characters.");
  return name;
}
