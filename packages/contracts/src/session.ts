import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { UserId, WorkspaceId } from "./ids.ts";
import { listOf } from "./page.ts";
import { MemberRole, Permission } from "./permissions.ts";

export const Workspace = z
  .object({ id: WorkspaceId, name: z.string().min(1).max(80), role: MemberRole, createdAt: z.iso.datetime() })
  .meta({ id: "Workspace" });
export type Workspace = z.infer<typeof Workspace>;

export const Me = z
  .object({
    userId: UserId.nullable(),
    name: z.string(),
    email: z.string().nullable(),
    /** The owner that an embedded installation made by itself, who has not chosen e-mail and password yet. */
    isLocalOwner: z.boolean(),
    workspace: Workspace,
    permissions: z.array(Permission),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof Me>;

/** What the console must know before anybody has signed in. */
export const Installation = z
  .object({
    mode: z.enum(["embedded", "distributed"]),
    version: z.string(),
    /** Whether the sign-up form takes a stranger now. */
    signUpOpen: z.boolean(),
    /** Origin of the WebSocket; empty: the page's own. */
    socketPath: z.string(),
  })
  .meta({ id: "Installation" });
export type Installation = z.infer<typeof Installation>;

export const SocketTicket = z.object({ ticket: z.string(), expiresAt: z.iso.datetime() }).meta({ id: "SocketTicket" });
export type SocketTicket = z.infer<typeof SocketTicket>;

export const SetCredentials = z
  .strictObject({ name: z.string().trim().min(1).max(80), email: z.email().max(254), password: z.string().min(12).max(200) })
  .meta({ id: "SetCredentials" });
export type SetCredentials = z.infer<typeof SetCredentials>;

export const sessionEndpoints = {
  installation: endpoint({
    method: "GET",
    path: "/v1/installation",
    tag: "Session",
    summary: "What this installation is and whether it takes sign-ups",
    response: Installation,
    status: 200,
    auth: "none",
  }),
  me: endpoint({
    method: "GET",
    path: "/v1/me",
    tag: "Session",
    summary: "Who is asking, in which workspace, and what they may do",
    response: Me,
    status: 200,
  }),
  setCredentials: endpoint({
    method: "PUT",
    path: "/v1/me/credentials",
    tag: "Session",
    summary: "Give the local owner an e-mail address and a password",
    body: SetCredentials,
    response: Me,
    status: 200,
    auth: "session",
  }),
  workspaces: endpoint({
    method: "GET",
    path: "/v1/workspaces",
    tag: "Session",
    summary: "List your workspaces",
    response: listOf(Workspace),
    status: 200,
  }),
  socketTicket: endpoint({
    method: "POST",
    path: "/v1/socket-tickets",
    tag: "Session",
    summary: "Get a ticket for one socket: single use, 30 seconds",
    body: z.strictObject({}).default({}),
    response: SocketTicket,
    status: 201,
  }),
} as const;
