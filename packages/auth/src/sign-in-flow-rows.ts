import { createHash, randomBytes } from "node:crypto";
import type { Statement, System } from "@crew/core/system";

/** How long somebody may take at another's sign-in page. */
export const FLOW_SECONDS = 600;

/** A browser that was sent to another's sign-in page. */
export interface SignInFlow {
  nonce: string;
  codeVerifier: string;
  callbackPath: string;
}

/** Also sweeps the ended ones, so that the table stays small without a job. */
const INSERT: Statement = {
  name: "insert_sign_in_flow",
  text: `WITH swept AS (DELETE FROM sign_in_flows WHERE expires_at < now())
    INSERT INTO sign_in_flows (state_hash, browser_hash, provider_id, nonce, code_verifier, callback_path, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))`,
};

/** Gone with its first use, whatever comes of it; and only for the browser and the provider that it was made for. */
const TAKE: Statement = {
  name: "take_sign_in_flow",
  text: `WITH taken AS (DELETE FROM sign_in_flows WHERE state_hash = $1 RETURNING *)
    SELECT nonce, code_verifier AS "codeVerifier", callback_path AS "callbackPath" FROM taken
    WHERE browser_hash = $2 AND provider_id = $3 AND expires_at > now()`,
};

type Needs = Pick<System, "statements">;

export async function beginFlow(
  system: Needs,
  { browser, providerId, callbackPath }: { browser: string; providerId: string; callbackPath: string },
): Promise<SignInFlow & { state: string }> {
  const [state, nonce, codeVerifier] = [randomText(), randomText(), randomText()];
  await system.statements.run(INSERT, [hashOf(state), hashOf(browser), providerId, nonce, codeVerifier, callbackPath, FLOW_SECONDS]);
  return { state, nonce, codeVerifier, callbackPath };
}

export async function takeFlow(
  system: Needs,
  { state, browser, providerId }: { state: string; browser: string; providerId: string },
): Promise<SignInFlow | undefined> {
  const [row] = await system.statements.run<SignInFlow>(TAKE, [hashOf(state), hashOf(browser), providerId]);
  return row;
}

/** 256 random bits. */
export function randomText(): string {
  return randomBytes(32).toString("base64url");
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
