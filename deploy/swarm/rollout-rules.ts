import type { Audited, Rule } from "./audit-rule.ts";
import { isTask } from "./container-rules.ts";
import { mountsOf, type StackService, seconds, type UpdateSettings } from "./stack-document.ts";

/** How services are replaced: without a gap, back again by themselves when it goes wrong, and with time to end their work. */

/** Seconds in which each ends what it has begun; 2 where nothing lasts. The worker's is `drainMs` of apps/worker. */
const DRAIN_SECONDS: Record<string, number> = { worker: 10, api: 10, chatbot: 5, postgres: 30, redis: 10, backup: 30 };
const DRAIN_OTHERWISE = 2;
const MORE_THAN_DRAIN = 10;

/** Holds what is nowhere else: two of them on the same data would destroy it. */
export const isStateful = ({ name, service }: Pick<Audited, "name" | "service">): boolean =>
  /^(postgres|redis)$/.test(name) || mountsOf(service).some(({ kind }) => kind === "volume");

const holdsHostPort = (service: StackService) => (service.ports ?? []).some((port) => typeof port === "object" && port.mode === "host");

export const ROLLOUT_RULES: readonly Rule[] = [
  {
    name: "stop-grace",
    isForCompose: true,
    look: ({ name, service }) => {
      const least = (DRAIN_SECONDS[name] ?? DRAIN_OTHERWISE) + MORE_THAN_DRAIN;
      const given = seconds(service.stop_grace_period);
      return given !== null && given >= least
        ? []
        : [`stop_grace_period is ${service.stop_grace_period ?? "not set"}, and ${least} s the least`];
    },
    fix: "Give it the time that it needs to end its work, and ten seconds: after that it is killed.",
  },
  {
    name: "update-order",
    isForCompose: false,
    look: ({ name, service }) => {
      if (isTask(name)) return [];
      // A port of the host is taken until its holder has ended.
      const wanted = isStateful({ name, service }) || holdsHostPort(service) ? "stop-first" : "start-first";
      const order = service.deploy?.update_config?.order;
      return order === wanted ? [] : [`update_config.order is ${order ?? "not set"}, and ${wanted} is needed`];
    },
    fix: "start-first leaves no gap; what holds data or a port of the host must stop first.",
  },
  {
    name: "failure-action",
    isForCompose: false,
    look: ({ name, service }) => {
      const action = service.deploy?.update_config?.failure_action;
      return isTask(name) || action === "rollback" ? [] : [`update_config.failure_action is ${action ?? "not set"}`];
    },
    fix: "Set it to rollback: an update that fails at night must not wait for somebody.",
  },
  {
    name: "monitor",
    isForCompose: false,
    look: ({ name, service }) => {
      if (isTask(name)) return [];
      const start = seconds(service.healthcheck?.start_period) ?? 0;
      return watched(service.deploy?.update_config, start).map((found) => `update_config.${found}`);
    },
    fix: "Set monitor to at least twice the healthcheck's start_period: what fails after it counts as a success.",
  },
  {
    name: "failure-ratio",
    isForCompose: false,
    look: ({ name, service }) => {
      const ratio = service.deploy?.update_config?.max_failure_ratio;
      return isTask(name) || (ratio !== undefined && Number(ratio) === 0)
        ? []
        : [`update_config.max_failure_ratio is ${ratio ?? "not set"}`];
    },
    fix: "Set it to 0: one task that fails is enough to go back.",
  },
  {
    name: "rollback-config",
    isForCompose: false,
    look: ({ name, service }) => {
      if (isTask(name)) return [];
      const { order } = service.deploy?.rollback_config ?? {};
      const wanted = isStateful({ name, service }) || holdsHostPort(service) ? "stop-first" : "start-first";
      return order === wanted ? [] : [`rollback_config.order is ${order ?? "not set"}, and ${wanted} is needed`];
    },
    fix: "Say how it goes back, too: the engine's own way stops all first.",
  },
  {
    name: "placement",
    isForCompose: false,
    look: ({ name, service }) => {
      const constraints = service.deploy?.placement?.constraints ?? [];
      return isStateful({ name, service }) && constraints.length === 0 ? ["no placement constraint"] : [];
    },
    fix: "Tie it to the node that has its volume, such as node.labels.crew.data == true: elsewhere it would start empty.",
  },
  {
    name: "depends-on",
    isForCompose: false,
    look: ({ service }) => (service.depends_on === undefined ? [] : [`depends_on is ${JSON.stringify(service.depends_on)}`]),
    fix: "Take it out: a stack ignores it. Every process starts in any order and waits for what it needs.",
  },
];

function watched(settings: UpdateSettings | undefined, startSeconds: number): string[] {
  const monitor = seconds(settings?.monitor);
  if (monitor === null) return ["monitor is not set"];
  return monitor >= 2 * startSeconds && monitor > 0 ? [] : [`monitor is ${settings?.monitor}, and start_period ${startSeconds} s`];
}
