/**
 * Wraps and unwraps data keys; the seam for a key management service, which would do both on its own machines and never
 * hand out the key that wraps. `owner` is bound to the result: a workspace's id, or `installation`.
 */
export interface KeyProvider {
  wrap(dataKey: Buffer, owner: string): Promise<string>;
  /** Rejects with `SecretError` when no key at hand opens it. */
  unwrap(wrapped: string, owner: string): Promise<Buffer>;
  /** False for what a rotation has yet to wrap again. */
  isCurrent(wrapped: string): boolean;
}
