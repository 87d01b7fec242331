import { z } from "zod";
import { endpoint } from "./endpoint.ts";

export const AccessToken = z
  .object({ token: z.string(), tokenType: z.literal("Bearer"), expiresAt: z.iso.datetime() })
  .meta({ id: "AccessToken" });
export type AccessToken = z.infer<typeof AccessToken>;

export const tokenEndpoints = {
  create: endpoint({
    method: "POST",
    path: "/v1/tokens",
    tag: "Session",
    summary: "Get a JWT for this session and workspace: 10 minutes, checked against /.well-known/jwks.json",
    body: z.strictObject({}).default({}),
    response: AccessToken,
    status: 201,
    auth: "session",
  }),
} as const;
