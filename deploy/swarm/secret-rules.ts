import type { Rule } from "./audit-rule.ts";
import { environmentOf } from "./stack-document.ts";

/** Secrets are files in memory: what stands in the environment is in `docker inspect`, in crash reports and in children. */

/** What our own and other programs call secrets. */
const SECRET_NAME =
  /(SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|MASTER_KEYS?(_OLD)?|ACCESS_KEY|(DATABASE|REDIS|SMTP)_URL|_DSN|_KEY)$/;
/** Names of what is no secret although it ends like one. */
const NO_SECRET = /^(CREW_BACKUP_S3_ACCESS_KEY_ID|.*_PUBLIC_KEY|.*_MAX_.*)$/;

const SECRET_VALUES: readonly RegExp[] = [
  /:\/\/[^\s/:@]*:[^\s/@]+@/,
  /\b(sk|pk|rk|ghp|gho|xox[abp]|AKIA|whsec)[-_][A-Za-z0-9_-]{12,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^[0-9a-f]{32,}$/i,
  /^[A-Za-z0-9+/]{40,}={0,2}$/,
];

export const SECRET_RULES: readonly Rule[] = [
  {
    name: "secret-file",
    isForCompose: true,
    look: ({ service }) => {
      const values = Object.entries(environmentOf(service));
      const bare = values.filter(([name, value]) => SECRET_NAME.test(name) && !NO_SECRET.test(name) && value !== "");
      const elsewhere = values.filter(
        ([name, value]) =>
          name.endsWith("_FILE") && SECRET_NAME.test(name.slice(0, -5)) && value !== "" && !value.startsWith("/run/secrets/"),
      );
      return [...bare.map(([name]) => `${name} is in the environment`), ...elsewhere.map(([name, value]) => `${name} is ${value}`)];
    },
    fix: "Name a secret by file instead: NAME_FILE: /run/secrets/…, and the secret in the service's list.",
  },
  {
    name: "secret-value",
    isForCompose: true,
    look: ({ service }) =>
      Object.entries(environmentOf(service))
        .filter(([, value]) => SECRET_VALUES.some((pattern) => pattern.test(value)))
        .map(([name]) => `the value of ${name} looks like a secret`),
    fix: "Put it into a secret: it can be read by everybody who may ask the engine.",
  },
  {
    name: "secret-external",
    isForCompose: false,
    look: ({ stack }) =>
      Object.entries(stack.secrets ?? {})
        .filter(([, secret]) => secret.external !== true)
        .map(([name]) => `(stack) the secret ${name} is not external`),
    fix: "Set external: true; the roll-out's command secrets makes what is missing, and no file with it lies beside the stack.",
  },
  {
    name: "secret-known",
    isForCompose: true,
    look: ({ service, stack }) => {
      const used = (service.secrets ?? []).map((one) => (typeof one === "string" ? one : (one.source ?? "")));
      const targets = (service.secrets ?? []).map((one) => (typeof one === "string" ? one : (one.target ?? one.source ?? "")));
      const paths = Object.values(environmentOf(service)).flatMap((value) => /^\/run\/secrets\/(.+)$/.exec(value)?.[1] ?? []);
      return [
        ...used.filter((name) => !(name in (stack.secrets ?? {}))).map((name) => `the secret ${name} is declared nowhere`),
        ...paths
          .filter((name) => !targets.some((target) => target.replace(/^\/run\/secrets\//, "") === name))
          .map((name) => `reads /run/secrets/${name}, which it is not given`),
      ];
    },
    fix: "Declare it at the end of the file and list it in the service; a process without its secret refuses to start.",
  },
];
