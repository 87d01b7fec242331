import type { RequestInfo, System } from "../system.ts";
import type { Actor } from "./actor.ts";

/**
 * What a verb gets when somebody asks for something: the ports, behind the wall of the actor's workspace, and who asks.
 * The one way from a system to a `ctx`; what works across workspaces (claiming runs, signing in) uses the system itself.
 */
export function actingFor<S extends System>(system: S, actor: Actor, request?: RequestInfo): S & { actor: Actor; request?: RequestInfo } {
  return { ...system, actor, ...(request && { request }) };
}
