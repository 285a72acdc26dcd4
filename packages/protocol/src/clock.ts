/** A pending timer; cancelling one that has fired changes nothing. */
export interface Timer {
  cancel(): void;
}

/** Time, handed in: the core never asks the machine. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin; never runs backwards. */
  now(): number;
  /** Wall-clock milliseconds since 1970; may jump. */
  wallMs(): number;
  /** Runs `fire` once, `ms` milliseconds from now. */
  after(ms: number, fire: () => void): Timer;
}

/** Resolves `ms` milliseconds from now on `clock`; rejects with the signal's reason when it aborts first. */
export function delay(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
