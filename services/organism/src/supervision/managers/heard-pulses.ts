import type { Pulse } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import { PULSE_STALE_MS } from './pulse-maker.ts';

/** Most managers of which pulses are remembered. */
const MAX_MANAGERS = 2000;

/** The newest pulse of a manager, and how old it is in ms. */
export type HeardPulse = { readonly pulse: Pulse; readonly ageMs: number };

/** The newest pulse of every manager; one of an older epoch means nothing, and one that is too old is no news. */
export class HeardPulses {
  readonly #clock: Clock;
  readonly #heard = new Map<string, { readonly pulse: Pulse; readonly at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  heard(pulse: Pulse): void {
    const known = this.#heard.get(pulse.manager_id);
    if (known !== undefined && known.pulse.mgr_epoch > pulse.mgr_epoch) return;
    this.#heard.delete(pulse.manager_id);
    this.#heard.set(pulse.manager_id, { pulse, at: this.#clock.now() });
    const oldest = this.#heard.size > MAX_MANAGERS ? this.#heard.keys().next().value : undefined;
    if (oldest !== undefined) this.#heard.delete(oldest);
  }

  /** The pulse of a manager that somebody holds; undefined when nothing is known. */
  of(managerId: string): HeardPulse | undefined {
    const known = this.#heard.get(managerId);
    if (known === undefined) return undefined;
    const ageMs = this.#clock.now() - known.at;
    return ageMs > Math.min(PULSE_STALE_MS, known.pulse.stale_after_ms) || known.pulse.stale_after_ms === 0
      ? undefined
      : { pulse: known.pulse, ageMs };
  }

  /** Those of an organ, by id. */
  ofOrgan(organId: string): HeardPulse[] {
    return [...this.#heard.values()]
      .filter(({ pulse }) => pulse.organ_id === organId)
      .flatMap(({ pulse }) => this.of(pulse.manager_id) ?? [])
      .sort((one, other) => (one.pulse.manager_id < other.pulse.manager_id ? -1 : 1));
  }
}
