import type { StackDocument, StackService } from "./stack-document.ts";
import { environmentOf, networksOf } from "./stack-document.ts";

/** Where the services of a throw-away stack can be reached from outside. */
export interface Doors {
  api: number;
  chatbot: number;
  web: number;
}

export interface CheckStackOptions {
  /** Name of the throw-away stack. */
  stack: string;
  /** Its volumes and doors are on this one node, from where they are taken away again. */
  nodeId: string;
  doors: Doors;
  publicUrl: string;
  email: string;
}

/** Sends or keeps what is not its own: mails, copies of the database, traces. */
const LEFT_OUT = ["backup"];
const LEFT_OUT_ENVIRONMENT = /^(CREW_SMTP_URL|CREW_SMTP_URL_FILE|CREW_MAIL_FROM|OTEL_EXPORTER_.*|CREW_TRACES.*|CREW_BACKUP_.*)$/;
const OPEN_NETWORK = "door";

/** The same stack in small, beside the real one: one task a service, volumes of its own, and doors for the check in place of the proxy's. */
export function checkStackOf(document: StackDocument, options: CheckStackOptions): StackDocument {
  const services = Object.entries(document.services)
    .filter(([name]) => !LEFT_OUT.includes(name))
    .map(([name, service]): [string, StackService] => [name, small(name, service, options)]);
  return {
    ...document,
    services: Object.fromEntries(services),
    networks: { ...own(document.networks), [OPEN_NETWORK]: { driver: "overlay" } },
    // Empty ones: drivers and names would lead to the real data.
    ...(document.volumes && { volumes: Object.fromEntries(Object.keys(document.volumes).map((name) => [name, {}])) }),
    ...(document.secrets && {
      secrets: Object.fromEntries(
        Object.keys(document.secrets).map((name) => [name, { external: true, name: `${options.stack}_${name}` }]),
      ),
    }),
  };
}

function small(name: string, service: StackService, { nodeId, doors, publicUrl, email }: CheckStackOptions): StackService {
  const door = doors[name as keyof Doors];
  const { ports: _, deploy, ...rest } = service;
  const environment = Object.entries(environmentOf(service)).filter(([variable]) => !LEFT_OUT_ENVIRONMENT.test(variable));
  const replaced: Record<string, string> = { CREW_PUBLIC_URL: publicUrl, CREW_ADMIN_EMAIL: email };
  return {
    ...rest,
    environment: Object.fromEntries(environment.map(([variable, value]) => [variable, replaced[variable] ?? value])),
    deploy: {
      ...deploy,
      ...(deploy?.mode === undefined || deploy.mode === "replicated" ? { replicas: 1 } : {}),
      placement: { constraints: [`node.id == ${nodeId}`] },
      // A port of a host can be published without the engine's mesh, which not every kernel has.
      ...(door !== undefined && { endpoint_mode: "dnsrr" }),
    },
    ...(door !== undefined && {
      ports: [{ target: 3000, published: door, protocol: "tcp", mode: "host" }],
      networks: [...networksOf(service), OPEN_NETWORK],
    }),
  };
}

/** Made anew under the throw-away stack's own prefix. */
const own = (networks: StackDocument["networks"]) =>
  Object.fromEntries(
    Object.entries(networks ?? {}).map(([name, network]) => {
      const { name: _, external: __, ...rest } = network ?? {};
      return [name, rest];
    }),
  );
