import { type ResolvedModel, resolveModel } from "../../model-providers/resolve-model.ts";
import type { ExecutionSystem } from "./execution-system.ts";

/** How long a worker goes on with a provider as it was: a replaced or removed key counts for every call after that. */
const LIFETIME_MS = 5_000;
const MOST = 500;

interface Known {
  route: Promise<ResolvedModel>;
  until: number;
}

/** The ways to models that one worker has found lately, so that not every run asks the database for the same one. */
export class ModelRoutes {
  readonly #system: ExecutionSystem;
  readonly #known = new Map<string, Known>();

  constructor(system: ExecutionSystem) {
    this.#system = system;
  }

  find(workspaceId: string, model: string): Promise<ResolvedModel> {
    const name = `${workspaceId} ${model}`;
    const now = this.#system.now().getTime();
    const known = this.#known.get(name);
    if (known && known.until > now) return known.route;
    const route = resolveModel(this.#system, workspaceId, model);
    route.catch(() => this.#known.delete(name));
    this.#known.delete(name);
    this.#known.set(name, { route, until: now + LIFETIME_MS });
    this.#forgetOldest();
    return route;
  }

  #forgetOldest(): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
  }
}
