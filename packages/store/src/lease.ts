/** A singleton's right to act: held by at most one process that believes in it. */
export interface Lease {
  readonly name: string;
  /** Revision of the write that took it; grows with every holder of the name. */
  readonly epoch: number;
  /** Aborts when the lease can no longer be believed in; its reason is a `StoreError` `lease_lost`. */
  readonly signal: AbortSignal;
  /** Milliseconds for which it may be believed in without another renewal. */
  leftMs(): number;
  /** @throws StoreError `lease_lost` once it is over */
  check(): void;
  /** Gives it up at once, so that the next holder need not wait. */
  release(): Promise<void>;
}

/** A standing candidacy. */
export interface Candidacy {
  /** Gives up the lease, if held, once `run` has returned. */
  stop(): Promise<void>;
}
