import type { Rule } from "./audit-rule.ts";
import { mountsOf } from "./stack-document.ts";

/** What a container may be: without rights that it does not need, within limits, and honest about its state. */

/** Properties that `docker stack deploy` drops without a word that anybody reads. */
const IGNORED =
  /^(build|cgroup_parent|cgroupns_mode|container_name|devices|domainname|external_links|ipc|links|mac_address|pid|privileged|restart|shm_size|tmpfs|userns_mode|env_file)$/;

/** An address of the container itself, or the server's own program for it. */
const ASKS_ITSELF = /localhost|127\.0\.0\.1|\[::1\]|pg_isready|redis-cli|valkey-cli|\bcrew\b.*\b(health|ready|alive)|health|ready/;

export const CONTAINER_RULES: readonly Rule[] = [
  {
    name: "image-digest",
    isForCompose: false,
    look: ({ service, options }) => {
      const image = service.image ?? "";
      if (/@sha256:[0-9a-f]{64}$/.test(image)) return [];
      return options.allowsLocalImages && image !== "" ? [] : [`image is ${image || "missing"}`];
    },
    fix: "Name it by digest, name@sha256:…: the roll-out does that for what it has pushed; a tag may be another image tomorrow.",
  },
  {
    name: "user",
    isForCompose: true,
    look: ({ service }) => {
      const user = String(service.user ?? "");
      return /^[1-9]\d*(:[1-9]\d*)?$/.test(user) ? [] : [`user is ${user || "not set"}`];
    },
    fix: "Set user to the number of an unprivileged user, such as 10001:10001: a name can be changed by the image.",
  },
  {
    name: "read-only",
    isForCompose: true,
    look: ({ service }) => (service.read_only === true ? [] : ["the root file system can be written"]),
    fix: "Set read_only: true, and give what must be written a tmpfs or a volume.",
  },
  {
    name: "tmpfs",
    isForCompose: true,
    look: ({ service, options }) => {
      const listed = options.kind === "compose" ? [service.tmpfs ?? []].flat() : [];
      const mounted = (service.volumes ?? []).filter((one) => typeof one === "object" && one.type === "tmpfs");
      return listed.length + mounted.length > 0 ? [] : ["nothing may be written, not even /tmp"];
    },
    fix: "Give it a volume of type tmpfs at /tmp: with a root that is read only, programs fail there in ways that are hard to read.",
  },
  {
    name: "cap-drop",
    isForCompose: true,
    look: ({ service }) => {
      const added = service.cap_add ?? [];
      const keeps = service.cap_drop?.includes("ALL") ? [] : ["cap_drop has no ALL"];
      return added.length > 0 ? [...keeps, `cap_add has ${added.join(", ")}`] : keeps;
    },
    fix: "Set cap_drop: [ALL] and add none: ports above 1024 and a server that starts as its own user need no capability.",
  },
  {
    name: "init",
    isForCompose: true,
    look: ({ service }) => (service.init === true ? [] : ["no init process"]),
    fix: "Set init: true: process 1 must hand signals on and bury children that have ended.",
  },
  {
    name: "docker-socket",
    isForCompose: true,
    look: ({ service }) =>
      mountsOf(service)
        .filter(({ source }) => /docker\.sock|containerd\.sock|^\/(var\/)?run\/?$/.test(source))
        .map(({ source }) => `mounts ${source}`),
    fix: "Take it out: whoever reaches the engine's socket is root on the host.",
  },
  {
    name: "host-path",
    isForCompose: true,
    look: ({ service }) =>
      mountsOf(service)
        .filter(({ kind }) => kind === "bind")
        .map(({ source }) => `mounts ${source}`),
    fix: "Use a named volume, a config or a secret: a path of the host ties the service to it, and its rights to the host's.",
  },
  {
    name: "host-network",
    isForCompose: true,
    look: ({ service, stack }) => {
      const mode = service.network_mode === undefined ? [] : [`network_mode is ${service.network_mode}`];
      const outside = Object.entries(stack.networks ?? {}).filter(([name, network]) => (network?.name ?? name) === "host");
      return [...mode, ...outside.map(([name]) => `(stack) the network ${name} is the host's`)];
    },
    fix: "Take it out: a container in the host's network reaches all that listens on loopback.",
  },
  {
    name: "limits",
    isForCompose: true,
    look: ({ service }) => {
      const { cpus, memory, pids } = service.deploy?.resources?.limits ?? {};
      const missing = Object.entries({ cpus, memory, pids }).filter(([, value]) => !value || String(value) === "0");
      return missing.length > 0 ? [`no limit of ${missing.map(([name]) => name).join(", ")}`] : [];
    },
    fix: "Set cpus, memory and pids under deploy.resources.limits: one service must not take the host from the others.",
  },
  {
    name: "log-limits",
    isForCompose: true,
    look: ({ service }) => {
      const { driver, options = {} } = service.logging ?? {};
      if (driver !== undefined && driver !== "json-file" && driver !== "local") return [];
      const missing = ["max-size", "max-file"].filter((name) => !options[name]);
      return missing.length > 0 ? [`no ${missing.join(", no ")}`] : [];
    },
    fix: "Set logging.options max-size and max-file: a log without limits fills the disk of the host.",
  },
  {
    name: "healthcheck",
    isForCompose: true,
    look: ({ name, service }) => {
      if (isTask(name)) return [];
      const test = [service.healthcheck?.test ?? []].flat().join(" ");
      if (test === "" || service.healthcheck?.disable || test.startsWith("NONE")) return ["no healthcheck"];
      return ASKS_ITSELF.test(test) ? [] : [`it asks ${test}`];
    },
    fix: "Let it ask the service itself, through its own port, whether it is ready: only then may the next one be replaced.",
  },
  {
    name: "security-opt",
    isForCompose: false,
    look: ({ service }) => (service.security_opt === undefined ? [] : [`security_opt is ${service.security_opt}`]),
    fix: 'Take it out: a stack ignores it. Set "no-new-privileges": true in the daemon.json of every node and start its engine anew.',
  },
  {
    name: "ignored-key",
    isForCompose: false,
    look: ({ service }) => Object.keys(service).filter((key) => IGNORED.test(key)),
    fix: "Take it out: a stack ignores it, so whoever reads the file believes what is not so.",
  },
];

/** Run once and ended: nobody sends it requests, and nothing waits for its readiness but its end. */
export const isTask = (name: string): boolean => name === "migrate";
