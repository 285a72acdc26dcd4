import type { Clock } from '@seedcore/protocol';

/** What may end a wait early, and the error it then ends with. */
export type Bounds = {
  readonly clock: Clock;
  readonly ms: number;
  readonly late: () => Error;
  readonly signal: AbortSignal | undefined;
  readonly aborted: (reason: unknown) => Error;
};

/** Settles like `work`, but after `ms` at the latest and at once when the signal aborts; later results are dropped. */
export function bounded<T>(work: Promise<T>, { clock, ms, late, signal, aborted }: Bounds): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => end(() => reject(aborted(signal?.reason)));
    const timer = clock.after(ms, () => end(() => reject(late())));
    const end = (settle: () => void) => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    work.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    );
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
