import { z } from "zod";

/** `queued → running ⇄ waiting → succeeded | failed | cancelled`; exactly one terminal state, reached once. */
export const RunState = z.enum(["queued", "running", "waiting", "succeeded", "failed", "cancelled"]);
export type RunState = z.infer<typeof RunState>;

export const TERMINAL_STATES: readonly RunState[] = ["succeeded", "failed", "cancelled"];

/** Why a run waits. */
export const WaitReason = z.enum(["human_input", "approval", "needs_attention", "budget", "provider_limit", "timer", "paused"]);
export type WaitReason = z.infer<typeof WaitReason>;

export const RunKind = z.enum(["crew", "chat"]);
export type RunKind = z.infer<typeof RunKind>;
