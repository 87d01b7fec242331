import { existsSync, readFileSync } from "node:fs";
import tls from "node:tls";
import { fullName, type Rollout, type RolloutSettings } from "./rollout.ts";
import type { SmokeTarget } from "./smoke-check.ts";

const RUN_MS = 90_000;
/** Where the proxy keeps the authority that it makes for names which no public one certifies. */
const OWN_AUTHORITY = "/data/caddy/pki/authorities/local/root.crt";

interface SmokeRollout extends Pick<Rollout, "docker" | "print"> {
  settings: Pick<RolloutSettings, "stack" | "variables" | "smoke">;
}

/** The installation as browsers reach it, with what the operator has given to sign in. */
export async function smokeTarget(rollout: SmokeRollout): Promise<SmokeTarget> {
  const { settings, print } = rollout;
  const { url, email, passwordFile, tokenFile, caFile } = settings.smoke;
  const authority = caFile ? readFileSync(caFile, "utf8") : await ownAuthority(rollout);
  // For this process, which talks to nobody else.
  if (authority) tls.setDefaultCACertificates([...tls.getCACertificates("default"), authority]);
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

async function ownAuthority({ settings, docker }: SmokeRollout): Promise<string | null> {
  const isOwn = /^https:\/\/localhost\b/.test(settings.smoke.url) || /\binternal\b/.test(settings.variables.CREW_TLS ?? "");
  if (!isOwn) return null;
  const label = `label=com.docker.swarm.service.name=${fullName(settings.stack, "proxy")}`;
  const [task] = (await docker(["ps", "--quiet", "--filter", label]).catch(() => "")).split("\n");
  return task ? docker(["exec", task, "cat", OWN_AUTHORITY]).catch(() => null) : null;
}
