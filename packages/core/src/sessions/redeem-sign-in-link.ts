import { typeIdFromUuid } from "@crew/contracts/ids";
import { AppError } from "../app-error.ts";
import type { System } from "../system.ts";
import { hashOneTimeToken } from "./one-time-token.ts";
import { takeSignInLink } from "./one-time-token-repository.ts";

/** Whom the link signs in: the local owner, once. Throws `unauthenticated` for a link that is unknown, used or over. */
export async function redeemSignInLink(ctx: Pick<System, "statements" | "now">, token: string): Promise<{ userId: string }> {
  const uuid = await takeSignInLink(ctx.statements, hashOneTimeToken(token), ctx.now());
  if (!uuid) throw new AppError("unauthenticated", "This link was used already or is older than ten minutes. Ask for a new one.");
  return { userId: typeIdFromUuid("user", uuid) };
}
