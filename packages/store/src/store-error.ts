/** Every way the store can refuse, apart from the broker being out of reach, and whether trying again can help. */
export const storeErrors = {
  conflict: { retryable: true },
  corrupt_record: { retryable: false },
  schema_newer: { retryable: false },
  invalid_key: { retryable: false },
  invalid_value: { retryable: false },
  lease_lost: { retryable: false },
  server_too_old: { retryable: false },
  destructive_change: { retryable: false },
  config_ignored: { retryable: false },
} as const satisfies Record<string, { readonly retryable: boolean }>;

/** A code of the table. */
export type StoreErrorCode = keyof typeof storeErrors;

/** The store refused; nothing was written. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  /** Bucket and key, lease or asset concerned. */
  readonly target: string;

  constructor(code: StoreErrorCode, target: string, message: string, options?: ErrorOptions) {
    super(`${target}: ${message}`, options);
    this.code = code;
    this.target = target;
  }

  get retryable(): boolean {
    return storeErrors[this.code].retryable;
  }
}
