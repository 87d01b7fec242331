import type { RequestInfo, System } from "../system.ts";
import type { Actor } from "./actor.ts";

/** Where `acrossWorkspaces` finds the ports without a wall. */
const UNWALLED = Symbol("unwalled");

type Ports = Pick<System, "db" | "statements">;

/**
 * What a verb gets when somebody asks for something: the ports, behind the wall of the actor's workspace, and who asks.
 * The one way from a system to a `ctx`; what works across workspaces (claiming runs, signing in) uses the system itself.
 * Without an actor, as where a stranger asks for what is open to all, there is no workspace and no wall.
 */
export function actingFor<S extends Ports & Pick<System, "walls">>(
  system: S,
  actor: Actor,
  request?: RequestInfo,
): S & { actor: Actor; request?: RequestInfo } {
  const ctx = { ...system, actor, ...(request && { request }) };
  if (!actor) return ctx;
  const unwalled: Ports = { db: system.db, statements: system.statements };
  return Object.assign(ctx, system.walls.around(actor.workspaceId), { [UNWALLED]: unwalled });
}

/**
 * The same `ctx` without the wall, for what belongs to a person and not to a workspace: their memberships, their ways to
 * sign in, tickets. A test holds the list of its callers, since behind it only the query itself keeps tenants apart.
 */
export function acrossWorkspaces<C extends Partial<Ports>>(ctx: C): C {
  if (ctx.db && "rollback" in ctx.db) throw new Error("a transaction stays on the side of the wall where it began");
  const ports = (ctx as { [UNWALLED]?: Ports })[UNWALLED];
  return ports ? { ...ctx, ...ports } : ctx;
}
