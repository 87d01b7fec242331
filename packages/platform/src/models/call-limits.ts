/** What one attempt may take; tests shorten the times. */
export interface CallLimits {
  /** From sending to the first byte of the body. Models may think before they speak. */
  firstByteMs: number;
  /** Between two pieces of the body. */
  idleMs: number;
  /** After the end mark, for the connection to become free again. */
  lingerMs: number;
  bodyBytes: number;
  lineBytes: number;
  /** Of an answer that is not a success. */
  errorBodyBytes: number;
}

export const CALL_LIMITS: CallLimits = {
  firstByteMs: 60_000,
  idleMs: 30_000,
  lingerMs: 1_000,
  bodyBytes: 20 * 1024 * 1024,
  lineBytes: 1024 * 1024,
  errorBodyBytes: 64 * 1024,
};
