import { type ApiOptions, buildApi } from "@crew/api/app";
import { openAuth } from "@crew/auth/open-auth";
import { PERMISSIONS, type Role } from "@crew/contracts/permissions";
import type { Actor } from "@crew/core/access/actor";
import { createApiKey } from "@crew/core/api-keys/create-api-key";
import { createActor } from "./actors.ts";
import { openTestSystem, type TestSystem } from "./open-test-system.ts";

type Api = Awaited<ReturnType<typeof buildApi>>;

/** A person with a workspace, an API key and a session. */
export interface TestPerson {
  actor: Actor;
  key: string;
  cookie: string;
}

export interface TestCall {
  /** Whose API key is shown; absent: nobody's. */
  as?: TestPerson;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface TestAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes.
  json: any;
  text: string;
  headers: Record<string, string | string[] | number | undefined>;
}

export interface TestApi extends AsyncDisposable {
  system: TestSystem;
  api: Api;
  /** The owner of a workspace of their own; or, with `workspaceId`, somebody in that one. */
  person(role?: Role, workspaceId?: string): Promise<TestPerson>;
  call(method: string, path: string, options?: TestCall): Promise<TestAnswer>;
}

/** The whole API on a system and database of its own; requests are injected, nothing listens until told to. */
export async function openTestApi(options: { api?: ApiOptions; system?: Parameters<typeof openTestSystem>[0] } = {}): Promise<TestApi> {
  await using stack = new AsyncDisposableStack();
  const system = stack.use(await openTestSystem(options.system));
  const auth = openAuth(system, options.api);
  const generous = { perActor: 100_000, perStranger: 100_000, perSignIn: 100_000, passwordsPerSecond: 100_000 };
  const api = stack.use(await buildApi(system, { auth, ...options.api, rateLimits: { ...generous, ...options.api?.rateLimits } }));
  await api.ready();
  const disposable = stack.move();
  return {
    system,
    api,
    async person(role, workspaceId) {
      const actor = await createActor(system, { role, workspaceId });
      // Whatever the role, so that each role's key can be tried; a key never may more than its owner.
      const maker: Actor = { ...actor, permissions: PERMISSIONS };
      const { key } = await createApiKey({ ...system, actor: maker }, { name: "test", expiresAt: null });
      const cookie = await auth.startSession(actor.userId, { address: null, userAgent: null });
      return { actor, key, cookie: cookie.split(";", 1)[0] ?? "" };
    },
    async call(method, path, { as, body, headers } = {}) {
      const response = await api.inject({
        method: method as "GET",
        url: path,
        headers: {
          host: "localhost:3000",
          ...(as && { authorization: `Bearer ${as.key}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { payload: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const isJson = response.body !== "" && /^application\/(problem\+)?json/.test(String(response.headers["content-type"]));
      return { status: response.statusCode, json: isJson ? response.json() : undefined, text: response.body, headers: response.headers };
    },
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}
