import { existsSync, readFileSync } from "node:fs";
import tls from "node:tls";
import type { Rollout } from "./rollout.ts";
import type { SmokeTarget } from "./smoke-check.ts";

const RUN_MS = 90_000;

/** The installation as browsers reach it, with what the operator has given to sign in. */
export function smokeTarget({ settings, print }: Pick<Rollout, "settings" | "print">): SmokeTarget {
  const { url, email, passwordFile, tokenFile, caFile } = settings.smoke;
  if (caFile) trust(caFile);
  const password = existsSync(passwordFile) ? readFileSync(passwordFile, "utf8").trim() : "";
  return {
    publicUrl: url,
    apiUrl: url,
    webUrl: url,
    socketUrl: `${url.replace(/^http/, "ws")}/ws`,
    token: tokenFile ? readFileSync(tokenFile, "utf8").trim() : null,
    account: email && password ? { email, password } : null,
    waitMs: RUN_MS,
    tell: (line) => print(`  ${line}`),
  };
}

/** For this process: a proxy with a certificate of its own is not to be reached without looking at it. */
function trust(file: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), readFileSync(file, "utf8")]);
}
