import type { Clock } from '@seedcore/protocol';
import type { Roster } from '../domain/roster.ts';

/** Lets somebody wait until the record of an agent is as it should be. */
export class Awaited {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(roster: Pick<Roster, 'onAgent'>, clock: Clock) {
    this.#clock = clock;
    roster.onAgent((agentId) => {
      for (const look of this.#waiting.get(agentId) ?? []) look();
    });
  }

  /** What `look` sees first; undefined when it has seen nothing `ms` later. Rejects when `signal` aborts. */
  async until<T>(agentId: string, look: () => T | undefined, { ms, signal }: Patience): Promise<T | undefined> {
    const seen = Promise.withResolvers<T | undefined>();
    const again = () => {
      const value = look();
      if (value !== undefined) seen.resolve(value);
    };
    const over = this.#clock.after(ms, () => seen.resolve(undefined));
    const onAbort = () => seen.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const waiting = this.#waiting.get(agentId) ?? new Set();
    this.#waiting.set(agentId, waiting.add(again));
    if (signal.aborted) onAbort();
    again();
    try {
      return await seen.promise;
    } finally {
      over.cancel();
      signal.removeEventListener('abort', onAbort);
      waiting.delete(again);
      if (waiting.size === 0 && this.#waiting.get(agentId) === waiting) this.#waiting.delete(agentId);
    }
  }
}

/** How long somebody waits, and what ends it before. */
export type Patience = { readonly ms: number; readonly signal: AbortSignal };
