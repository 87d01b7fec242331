import type { SignInProvider } from "@crew/core/sessions/sign-in-provider";
import {
  askForJson,
  askProvider,
  authorizationParameters,
  codeIn,
  type OtherSignIn,
  OtherSignInError,
  type ProviderFetch,
  textIn,
} from "./other-sign-in.ts";

/** GitHub speaks OAuth2 without OpenID Connect: who somebody is comes from its API, their address from the list of verified ones. */
export function signInByGithub(provider: SignInProvider, fetch: ProviderFetch, api = "https://api.github.com"): OtherSignIn {
  return {
    async addressFor(flow, redirectUri) {
      const url = new URL("/login/oauth/authorize", provider.issuer);
      const parameters = { ...authorizationParameters(provider, flow, redirectUri), scope: "read:user user:email" };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
    async profileOf(callback, flow, redirectUri) {
      const { clientId: client_id, clientSecret: client_secret } = provider;
      const body = new URLSearchParams({
        client_id,
        client_secret,
        code: codeIn(callback),
        redirect_uri: redirectUri,
        code_verifier: flow.codeVerifier,
      });
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await askProvider(fetch, new URL("/login/oauth/access_token", provider.issuer).href, {
        method: "POST",
        headers,
        body: body.toString(),
      });
      const token = textIn(answer.access_token, 2_000);
      if (token === null) throw new OtherSignInError("GitHub gave no access token");
      const asPerson = { headers: { authorization: `Bearer ${token}` } };
      const user = await askProvider(fetch, `${api}/user`, asPerson);
      // Numbers stay with the person; names can be given up and taken by another.
      if (typeof user.id !== "number" || !Number.isSafeInteger(user.id)) throw new OtherSignInError("GitHub names nobody");
      const email = primaryOf(await askForJson(fetch, `${api}/user/emails`, asPerson));
      return { subject: String(user.id), email, isVerified: email !== null, name: textIn(user.name, 200) ?? textIn(user.login, 200) };
    },
  };
}

function primaryOf(list: object): string | null {
  if (!Array.isArray(list)) return null;
  const primary = list.find((one: { primary?: unknown; verified?: unknown } | null) => one?.primary === true && one.verified === true);
  return textIn((primary as { email?: unknown } | undefined)?.email);
}
