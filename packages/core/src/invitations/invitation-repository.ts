import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Invitation, InvitationQuery, InvitationState } from "@crew/contracts/invitations";
import type { Page } from "@crew/contracts/page";
import type { MemberRole, Permission } from "@crew/contracts/permissions";
import { customRolesTable as roles } from "@crew/db/custom-roles-table";
import { invitationsTable as invitations } from "@crew/db/invitations-table";
import { usersTable as users } from "@crew/db/users-table";
import { workspaceMembersTable as members } from "@crew/db/workspace-members-table";
import { and, count, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db, Statement, Statements } from "../system.ts";

/** Where the token of an invitation is sealed for. */
export function tokenPlace(invitationId: string): { table: string; column: string; rowId: string } {
  return { table: "invitations", column: "token_encrypted", rowId: invitationId };
}

export async function insertInvitation(db: Db, invitation: typeof invitations.$inferInsert): Promise<void> {
  await db.insert(invitations).values(invitation);
}

function isOpen(now: string) {
  return and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, now));
}

function stateAt(now: string) {
  return sql<InvitationState>`CASE WHEN ${invitations.acceptedAt} IS NOT NULL THEN 'accepted' WHEN ${invitations.revokedAt} IS NOT NULL THEN 'revoked'
    WHEN ${invitations.expiresAt} <= ${now}::timestamptz THEN 'expired' ELSE 'open' END`;
}

function selectShown(db: Db, now: string) {
  return db
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      customRoleId: invitations.customRoleId,
      customRoleName: roles.name,
      state: stateAt(now),
      invitedBy: users.name,
      expiresAt: invitations.expiresAt,
      createdAt: invitations.createdAt,
      acceptedAt: invitations.acceptedAt,
    })
    .from(invitations)
    .leftJoin(roles, eq(roles.id, invitations.customRoleId))
    .leftJoin(users, eq(users.id, invitations.invitedBy))
    .$dynamic();
}

export async function findShownInvitation(db: Db, workspaceId: string, invitationId: string, now: string): Promise<Invitation | undefined> {
  const [row] = await selectShown(db, now).where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, invitationId)));
  return row;
}

export async function listInvitationPage(db: Db, workspaceId: string, query: InvitationQuery, now: string): Promise<Page<Invitation>> {
  const [after] = decodeCursor(query.cursor, 1);
  const rows = await selectShown(db, now)
    .where(
      and(
        eq(invitations.workspaceId, workspaceId),
        query.state === undefined ? undefined : sql`${stateAt(now)} = ${query.state}`,
        after === undefined ? undefined : lt(invitations.id, after),
      ),
    )
    .orderBy(desc(invitations.id))
    .limit(query.limit + 1);
  return pageFrom(rows, query.limit, ({ id }) => [id]);
}

export async function countOpenInvitations(db: Db, workspaceId: string, now: string): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspaceId), isOpen(now)));
  return row?.count ?? 0;
}

export async function hasOpenInvitation(db: Db, workspaceId: string, email: string, now: string): Promise<boolean> {
  const rows = await db
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.email, email), isOpen(now)))
    .limit(1);
  return rows.length > 0;
}

export async function isMemberByEmail(db: Db, workspaceId: string, email: string): Promise<boolean> {
  const rows = await db
    .select({ userId: members.userId })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), eq(users.email, email)));
  return rows.length > 0;
}

/** False when it is not open any more. */
export async function revokeInvitationRow(db: Db, workspaceId: string, invitationId: string, now: string): Promise<boolean> {
  const rows = await db
    .update(invitations)
    .set({ revokedAt: now, tokenEncrypted: null })
    .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, invitationId), isOpen(now)))
    .returning({ id: invitations.id });
  return rows.length === 1;
}

/** A fresh token for one that was neither accepted nor revoked; false otherwise. */
export async function renewInvitation(
  db: Db,
  workspaceId: string,
  invitationId: string,
  fresh: { tokenHash: Buffer; tokenEncrypted: string; expiresAt: string; invitedBy: string },
): Promise<boolean> {
  const isRenewable = and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt));
  const rows = await db
    .update(invitations)
    .set(fresh)
    .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, invitationId), isRenewable))
    .returning({ id: invitations.id });
  return rows.length === 1;
}

/** Of many that accept the same invitation at once one gets it. */
export async function takeInvitation(db: Db, tokenHash: Buffer, userId: string, now: string): Promise<boolean> {
  const rows = await db
    .update(invitations)
    .set({ acceptedAt: now, acceptedBy: userId, tokenEncrypted: null })
    .where(and(eq(invitations.tokenHash, tokenHash), isOpen(now)))
    .returning({ id: invitations.id });
  return rows.length === 1;
}

/** Whoever holds the address has shown that they read its mail. */
export async function markEmailVerified(db: Db, userId: string): Promise<void> {
  await db
    .update(users)
    .set({ emailVerified: true })
    .where(and(eq(users.id, userId), eq(users.emailVerified, false)));
}

/** Those that ended so long ago: the audit log keeps what was done with them. */
export async function removeOldInvitations(db: Db, days: number): Promise<void> {
  const endedAt = sql`coalesce(${invitations.acceptedAt}, ${invitations.revokedAt}, ${invitations.expiresAt})`;
  await db.delete(invitations).where(sql`${endedAt} < now() - make_interval(days => ${days})`);
}

export interface FoundInvitation {
  id: string;
  /** What taking it asks for; no answer holds it. */
  tokenHash: Buffer;
  workspaceId: string;
  workspaceName: string;
  email: string;
  role: MemberRole;
  customRoleId: string | null;
  customRoleName: string | null;
  /** What the custom role allows, when it is one. */
  customPermissions: Permission[] | null;
  invitedBy: { userId: string; name: string; role: MemberRole; customPermissions: Permission[] | null } | null;
  hasAccount: boolean;
  expiresAt: string;
}

const OPEN = `SELECT i.id, i.token_hash, i.workspace_id, w.name AS workspace_name, i.email, i.role, i.custom_role_id, r.name AS custom_role_name,
      r.permissions AS custom_permissions, i.expires_at, u.id AS inviter_id, u.name AS inviter_name, m.role AS inviter_role,
      mr.permissions AS inviter_permissions, EXISTS (SELECT FROM users a WHERE a.email = i.email) AS has_account
    FROM invitations i JOIN workspaces w ON w.id = i.workspace_id LEFT JOIN custom_roles r ON r.id = i.custom_role_id
      LEFT JOIN workspace_members m ON m.workspace_id = i.workspace_id AND m.user_id = i.invited_by
      LEFT JOIN users u ON u.id = m.user_id LEFT JOIN custom_roles mr ON mr.id = m.custom_role_id
    WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $2`;

/** By its token, which is all that a stranger shows: the workspace is what is looked for. */
const FIND_OPEN: Statement = { name: "find_open_invitation", text: `${OPEN} AND i.token_hash = $1` };
/** By an address that was proven to be theirs, oldest first. */
const FIND_OPEN_OF_ADDRESS: Statement = {
  name: "find_open_invitations_of_address",
  text: `${OPEN} AND i.email = $1 ORDER BY i.id LIMIT 20`,
};

interface OpenRow {
  id: string;
  token_hash: Buffer;
  workspace_id: string;
  workspace_name: string;
  email: string;
  role: MemberRole;
  custom_role_id: string | null;
  custom_role_name: string | null;
  custom_permissions: Permission[] | null;
  expires_at: string;
  inviter_id: string | null;
  inviter_name: string;
  inviter_role: MemberRole;
  inviter_permissions: Permission[] | null;
  has_account: boolean;
}

export async function findInvitationByToken(statements: Statements, tokenHash: Buffer, now: Date): Promise<FoundInvitation | undefined> {
  const [row] = await statements.run<OpenRow>(FIND_OPEN, [tokenHash, now.toISOString()]);
  return row && invitationOf(row);
}

export async function findInvitationsByAddress(statements: Statements, email: string, now: Date): Promise<FoundInvitation[]> {
  return (await statements.run<OpenRow>(FIND_OPEN_OF_ADDRESS, [email.toLowerCase(), now.toISOString()])).map(invitationOf);
}

function invitationOf(row: OpenRow): FoundInvitation {
  const { inviter_id, inviter_name: name, inviter_role: role, inviter_permissions: customPermissions } = row;
  return {
    id: typeIdFromUuid("invitation", row.id),
    tokenHash: row.token_hash,
    workspaceId: typeIdFromUuid("workspace", row.workspace_id),
    workspaceName: row.workspace_name,
    email: row.email,
    role: row.role,
    customRoleId: row.custom_role_id && typeIdFromUuid("role", row.custom_role_id),
    customRoleName: row.custom_role_name,
    customPermissions: row.custom_permissions,
    invitedBy: inviter_id === null ? null : { userId: typeIdFromUuid("user", inviter_id), name, role, customPermissions },
    hasAccount: row.has_account,
    expiresAt: new Date(row.expires_at).toISOString(),
  };
}

/** What the mail needs: the sealed token with what opens it, while the invitation is open. */
const FIND_SEALED: Statement = {
  name: "find_sealed_invitation",
  text: `SELECT i.workspace_id, i.email, i.token_encrypted, k.wrapped_key, u.email AS inviter_email, u.is_local_owner
    FROM invitations i JOIN data_keys k ON k.workspace_id = i.workspace_id AND k.key_id = split_part(i.token_encrypted, '.', 2)
      LEFT JOIN users u ON u.id = i.invited_by
    WHERE i.id = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $2`,
};

export interface SealedInvitation {
  workspaceId: string;
  email: string;
  tokenEncrypted: string;
  wrappedKey: string;
  inviterEmail: string | null;
}

export async function findSealedInvitation(statements: Statements, invitationId: string, now: Date): Promise<SealedInvitation | undefined> {
  type Row = {
    workspace_id: string;
    email: string;
    token_encrypted: string;
    wrapped_key: string;
    inviter_email: string | null;
    is_local_owner: boolean | null;
  };
  const [row] = await statements.run<Row>(FIND_SEALED, [uuidFromTypeId(invitationId), now.toISOString()]);
  return (
    row && {
      workspaceId: typeIdFromUuid("workspace", row.workspace_id),
      email: row.email,
      tokenEncrypted: row.token_encrypted,
      wrappedKey: row.wrapped_key,
      inviterEmail: row.is_local_owner ? null : row.inviter_email,
    }
  );
}

const FORGET_TOKEN: Statement = {
  name: "forget_invitation_token",
  text: "UPDATE invitations SET token_encrypted = NULL WHERE id = $1 AND token_encrypted = $2",
};

/** Once the mail is out only the hash is left, unless a fresh token was made meanwhile. */
export async function forgetSealedToken(statements: Statements, invitationId: string, tokenEncrypted: string): Promise<void> {
  await statements.run(FORGET_TOKEN, [uuidFromTypeId(invitationId), tokenEncrypted]);
}
