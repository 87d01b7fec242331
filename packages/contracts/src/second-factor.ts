import { z } from "zod";

/** Bodies and answers of `/api/auth/two-factor/*`. */

const password = z.string().min(1).max(200);
/** Six digits of the app, or a recovery code; spaces and dashes do not matter. */
const code = z.string().min(6).max(64);

export const PasswordProof = z.strictObject({ password });
export const CodeProof = z.strictObject({ code });
export const PasswordAndCodeProof = z.strictObject({ password, code });

/** Shown once; the seed in `totpUri` counts from the first code that is verified. */
export const BegunSecondFactor = z.object({ totpUri: z.string(), recoveryCodes: z.array(z.string()) });
export type BegunSecondFactor = z.infer<typeof BegunSecondFactor>;

/** `signedIn`: a sign-in was waiting for it. */
export const VerifiedSecondFactor = z.object({ enabled: z.literal(true), signedIn: z.boolean() });
export type VerifiedSecondFactor = z.infer<typeof VerifiedSecondFactor>;

export const FreshRecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type FreshRecoveryCodes = z.infer<typeof FreshRecoveryCodes>;
