import type { System } from "../system.ts";
import { invitationLink } from "./invitation-link.ts";
import { findSealedInvitation, forgetSealedToken, tokenPlace } from "./invitation-repository.ts";

/**
 * Plain text without a word that the inviter could have chosen: neither names nor the workspace's are in it, so that
 * nobody has us mail strangers a sentence of theirs. The page behind the link shows them.
 */
export async function sendInvitationMail(
  system: Pick<System, "statements" | "secrets" | "mailer" | "installation" | "now">,
  { invitationId }: { invitationId: string },
): Promise<void> {
  const found = await findSealedInvitation(system.statements, invitationId, system.now());
  // Accepted, revoked or over meanwhile.
  if (!found) return;
  const place = { ...tokenPlace(invitationId), workspaceId: found.workspaceId };
  const token = await system.secrets.open(found.wrappedKey, place, found.tokenEncrypted);
  const { publicUrl } = system.installation;
  const paragraphs = [
    `${found.inviterEmail ?? "The owner"} invites you to a workspace at ${publicUrl}.`,
    "To see which, and to join it, open this address. It works once and for 7 days:",
    invitationLink(system, token),
    "If you do not know who invites you, do nothing.",
    `-- \n${publicUrl}`,
  ];
  await system.mailer.send({
    to: found.email,
    subject: `An invitation to ${new URL(publicUrl).host}`,
    text: `${paragraphs.join("\n\n")}\n`,
  });
  await forgetSealedToken(system.statements, invitationId, found.tokenEncrypted);
}
