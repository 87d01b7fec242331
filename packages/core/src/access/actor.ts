import type { RateClass } from "@crew/contracts/api-keys";
import type { MemberRole, Permission } from "@crew/contracts/permissions";

/** Who asks. Every verb has one; it names the workspace that every query carries. */
export interface Actor {
  /** `oauth_client`: an app of somebody else's that acts for the person. */
  kind: "user" | "api_key" | "oauth_client";
  userId: string;
  /** The API key, when one was used. */
  apiKeyId: string | null;
  /** Of the API key: which limit of requests counts for it. */
  rateClass?: RateClass;
  /** The OAuth app, when one acts. */
  oauthClientId?: string | null;
  /** What the person gave that app; null: it acts for its own maker. */
  oauthGrantId?: string | null;
  /** The session, when its cookie was shown: a token of it proves less, and is refused where a step-up is asked for. */
  sessionId?: string | null;
  /** The session that a person's own token was made for, when that was shown: it ends with it, and proves nothing more. */
  tokenSessionId?: string;
  /** The person's, the key's or the app's name, for events and the audit log. */
  name: string;
  workspaceId: string;
  role: MemberRole;
  permissions: readonly Permission[];
  /** The workspace asks for a second factor, and the person has none: `requirePermission` then grants nothing. */
  lacksSecondFactor?: boolean;
}
