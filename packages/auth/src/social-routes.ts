import { AppError } from "@crew/core/app-error";
import { noteSecurityEvent } from "@crew/core/security/note-security-event";
import type { SignInProvider } from "@crew/core/sessions/sign-in-provider";
import { type AuthCall, type AuthParts, type AuthRoutes, answerJson } from "./auth-call.ts";
import type { AuthSystem } from "./auth-system.ts";
import { type OtherSignIn, OtherSignInError } from "./other-sign-in.ts";
import { passFirstFactor } from "./pass-first-factor.ts";
import { personOfProfile, type Refusal } from "./person-of-profile.ts";
import { readSocialSignIn } from "./read-auth-body.ts";
import { beginFlow, FLOW_SECONDS, randomText, takeFlow } from "./sign-in-flow-rows.ts";

type Failure = Refusal | "link_over" | "provider_failed";

/** Sign-in with another's account: where to go, and where one comes back. */
export function socialRoutes(system: AuthSystem, parts: AuthParts): AuthRoutes {
  const { publicUrl } = system.installation;
  const browsers = browserCookie(publicUrl);
  const ways = new Map(system.signIn.providers.map((provider) => [provider.id, { provider, way: wayOf(provider, system) }]));
  const redirectUri = (id: string) => `${publicUrl}/api/auth/callback/${id}`;

  async function begin({ request, body }: AuthCall): Promise<Response> {
    const { provider: id, callbackURL } = readSocialSignIn(body);
    const found = ways.get(id);
    if (!found) throw new AppError("not_found", "People cannot sign in with this provider here.");
    const callbackPath = ownPath(callbackURL, publicUrl);
    const browser = browsers.read(request) ?? randomText();
    const flow = await beginFlow(system, { browser, providerId: id, callbackPath });
    try {
      const url = await (await found.way()).addressFor(flow, redirectUri(id));
      return answerJson({ url }, [browsers.issue(browser)]);
    } catch (error) {
      if (!(error instanceof OtherSignInError)) throw error;
      system.log.warn({ provider: id, reason: error.message }, "another's sign-in cannot be used");
      throw new AppError("unavailable", `${found.provider.name} cannot be reached right now. Try again, or sign in another way.`);
    }
  }

  async function comeBack(id: string, call: AuthCall): Promise<Response> {
    const found = ways.get(id);
    const callback = new URL(call.request.url).searchParams;
    const [state, ...more] = callback.getAll("state");
    const browser = browsers.read(call.request);
    const flow = found && state && more.length === 0 && browser ? await takeFlow(system, { state, browser, providerId: id }) : undefined;
    if (!found || !flow) return failed("link_over");
    const { client } = call;
    try {
      const profile = await (await found.way()).profileOf(callback, flow, redirectUri(id));
      const person = await personOfProfile(system, identityOf(found.provider), profile);
      if ("refusal" in person) {
        noteSecurityEvent(system, { kind: "sign_in.failed", address: client.address, detail: { provider: id, because: person.refusal } });
        return failed(person.refusal);
      }
      const { setCookie, twoFactorRequired } = await passFirstFactor(system, parts.cookie, person.userId, client, { by: id });
      const to = twoFactorRequired ? `/sign-in/?second-factor=1&next=${encodeURIComponent(flow.callbackPath)}` : flow.callbackPath;
      return leadTo(to, [setCookie]);
    } catch (error) {
      if (!(error instanceof OtherSignInError)) throw error;
      noteSecurityEvent(system, { kind: "sign_in.failed", address: client.address, detail: { provider: id, because: error.message } });
      return failed("provider_failed");
    }
  }

  return {
    "POST /sign-in/social": begin,
    ...Object.fromEntries([...ways.keys()].map((id) => [`GET /callback/${id}`, (call: AuthCall) => comeBack(id, call)])),
  };
}

/** Code for each kind is loaded when somebody uses it. */
function wayOf(provider: SignInProvider, system: AuthSystem): () => Promise<OtherSignIn> {
  let loading: Promise<OtherSignIn> | undefined;
  const load = async () =>
    provider.kind === "github"
      ? (await import("./sign-in-by-github.ts")).signInByGithub(provider, system.signIn.fetch)
      : (await import("./sign-in-by-oidc.ts")).signInByOidc(provider, system.signIn.fetch);
  return () => {
    loading ??= load();
    return loading;
  };
}

/** Subjects mean something at their issuer alone: another issuer under the same name is another's people. */
function identityOf({ id, issuer }: SignInProvider): string {
  return id === "oidc" ? `oidc:${issuer}` : id;
}

/** A page of ours, said as a path: anything that a browser could read as another site's address is refused. */
function ownPath(callbackURL: string, publicUrl: string): string {
  const url = callbackURL.startsWith("/") && !/[\\\s\p{C}]/u.test(callbackURL) ? URL.parse(callbackURL, publicUrl) : null;
  if (!url || url.origin !== new URL(publicUrl).origin || url.pathname.startsWith("//"))
    throw new AppError("invalid", "callbackURL must be a path of this installation, such as /.", {
      issues: [{ path: "callbackURL", message: "must be a path of this installation" }],
    });
  return url.pathname + url.search + url.hash;
}

function failed(because: Failure): Response {
  return leadTo(`/sign-in/?failed=${because}`, []);
}

function leadTo(location: string, cookies: string[]): Response {
  const answer = new Response(null, { status: 302, headers: { location } });
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  return answer;
}

/** Tells the browser that went from any other, so that nobody can finish their sign-in in somebody else's. */
function browserCookie(publicUrl: string) {
  const secure = new URL(publicUrl).protocol === "https:";
  const name = secure ? "__Host-crew_flow" : "crew_flow";
  const pattern = new RegExp(`(?:^|;)[ \\t]*${name}=([A-Za-z0-9_-]{43})[ \\t]*(?:;|$)`);
  return {
    read(request: Request): string | undefined {
      const header = request.headers.get("cookie");
      return header && header.length <= 8_192 ? pattern.exec(header)?.[1] : undefined;
    },
    // Lax: the way back begins on the provider's page.
    issue: (value: string) => `${name}=${value}; Max-Age=${FLOW_SECONDS}; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`,
  };
}
