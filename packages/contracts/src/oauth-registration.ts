import { z } from "zod";

const uri = z.string().min(1).max(2_000);

/** What an app says of itself when it registers (RFC 7591); fields that we do not use are passed over, as the RFC asks. */
export const RegisterOAuthClient = z.object({
  // Shown to people who decide: nothing invisible, nothing that turns text around.
  client_name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u)
    .default("An app without a name"),
  redirect_uris: z.array(uri).min(1).max(10),
  grant_types: z
    .array(z.enum(["authorization_code", "refresh_token"]))
    .max(2)
    .optional(),
  response_types: z.array(z.literal("code")).max(1).optional(),
  token_endpoint_auth_method: z.enum(["none", "client_secret_basic", "client_secret_post"]).default("client_secret_basic"),
});
export type RegisterOAuthClient = z.infer<typeof RegisterOAuthClient>;
