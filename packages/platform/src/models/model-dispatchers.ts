import { Agent, type Dispatcher } from "undici";
import { egressPolicy } from "../egress/egress-policy.ts";
import { guardingConnector } from "../egress/guarding-connector.ts";

export interface ModelDispatchers extends AsyncDisposable {
  /** For providers of the operator, whose address may be private. */
  trusted: Dispatcher;
  untrusted: Dispatcher;
}

/** The connections to model providers; the address really dialled is checked. `allow`: private `host:port` that anybody may reach. */
export function modelDispatchers(allow: readonly string[]): ModelDispatchers {
  const open = (allowPrivate: boolean) =>
    new Agent({ connect: guardingConnector(egressPolicy({ allow, allowPrivate })), allowH2: false, keepAliveTimeout: 10_000 });
  const trusted = open(true);
  const untrusted = open(false);
  return {
    trusted,
    untrusted,
    // What is still open by now belongs to calls that nobody waits for.
    [Symbol.asyncDispose]: async () => {
      await Promise.all([trusted.destroy(), untrusted.destroy()]);
    },
  };
}
