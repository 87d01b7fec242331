/** Where the installation's own wrapped data keys are kept; `database/installation-data-keys.ts` in PostgreSQL. */
export interface InstallationKeys {
  /** Counts one more seal and returns the key for it; `undefined` when there is none, or a used up one. */
  take(): Promise<string | undefined>;
  find(keyId: string): Promise<string | undefined>;
  add(key: { id: string; wrapped: string }): Promise<void>;
}
