import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { UserId } from "./ids.ts";
import { Permission } from "./permissions.ts";
import { Workspace } from "./workspaces.ts";

export const Me = z
  .object({
    userId: UserId.nullable(),
    name: z.string(),
    email: z.string().nullable(),
    /** The owner that an embedded installation made by itself, who has not chosen e-mail and password yet. */
    isLocalOwner: z.boolean(),
    /** What concerns the whole installation, such as its backups, is theirs; no role of a workspace makes one. */
    isOperator: z.boolean(),
    workspace: Workspace,
    permissions: z.array(Permission),
    secondFactor: z.object({
      enabled: z.boolean(),
      recoveryCodesLeft: z.int(),
      /** The workspace lets nobody in without one. */
      required: z.boolean(),
    }),
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
    /** Whose accounts people may sign in with: `POST /api/auth/sign-in/social {provider: id}` answers where to go. */
    signInProviders: z.array(z.object({ id: z.string(), name: z.string() })),
    /** Whether mails leave this installation; otherwise the operator finds them in a folder. */
    sendsMail: z.boolean(),
  })
  .meta({ id: "Installation" });
export type Installation = z.infer<typeof Installation>;

export const SocketTicket = z.object({ ticket: z.string(), expiresAt: z.iso.datetime() }).meta({ id: "SocketTicket" });
export type SocketTicket = z.infer<typeof SocketTicket>;

export const SetCredentials = z
  .strictObject({ name: z.string().trim().min(1).max(80), email: z.email().max(254), password: z.string().min(12).max(200) })
  .meta({ id: "SetCredentials" });
export type SetCredentials = z.infer<typeof SetCredentials>;

export const UpdateMe = z.strictObject({ name: z.string().trim().min(1).max(80) }).meta({ id: "UpdateMe" });
export type UpdateMe = z.infer<typeof UpdateMe>;

/** A code of the second factor (or a recovery code) by whoever has one, else the password. */
export const StepUp = z
  .strictObject({ password: z.string().min(1).max(200).optional(), code: z.string().min(6).max(64).optional() })
  .refine(({ password, code }) => (password === undefined) !== (code === undefined), "send either the password or a code")
  .meta({ id: "StepUp" });
export type StepUp = z.infer<typeof StepUp>;

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
    cache: { marks: ["person", "workspace"] },
    status: 200,
    worksWithoutSecondFactor: true,
  }),
  updateMe: endpoint({
    method: "PATCH",
    path: "/v1/me",
    tag: "Session",
    summary: "Change the name that others see",
    body: UpdateMe,
    response: Me,
    status: 200,
    auth: "session",
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
    worksWithoutSecondFactor: true,
  }),
  stepUp: endpoint({
    method: "POST",
    path: "/v1/me/step-up",
    tag: "Session",
    summary: "Prove again who you are, for the next ten minutes: with a code by whoever has a second factor, else with the password",
    body: StepUp,
    response: z.null(),
    status: 204,
    auth: "session",
  }),
  socketTicket: endpoint({
    method: "POST",
    path: "/v1/socket-tickets",
    tag: "Session",
    summary: "Get a ticket for one socket: single use, 30 seconds",
    body: z.strictObject({}).default({}),
    response: SocketTicket,
    status: 201,
    needs: "workspace:read",
  }),
} as const;
