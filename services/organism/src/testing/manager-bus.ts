import type { AttemptWarned, Pulse } from '@seedcore/contracts';
import type { ManagerWire, RunEnded, RunStarted } from '../supervision/managers/manager-ports.ts';

type Kind = keyof Pulse['interventions'];

/** What managers of several replicas tell and hear, at once, and all of it remembered. */
export class ManagerBus {
  readonly pulses: Pulse[] = [];
  readonly warned: AttemptWarned[] = [];
  readonly #pulse: ((pulse: Pulse) => void)[] = [];
  readonly #started: ((run: RunStarted) => void)[] = [];
  readonly #ended: ((run: RunEnded) => void)[] = [];
  readonly #intervened: ((agentId: string, kind: Kind) => void)[] = [];

  /** The end of one replica; a `mute` one says nothing any more. */
  wire(mute: () => boolean): ManagerWire {
    return {
      warned: (event) => void this.warned.push(event),
      pulse: (pulse) => {
        if (mute()) return;
        this.pulses.push(pulse);
        for (const listener of this.#pulse) listener(pulse);
      },
      onPulse: (listener) => void this.#pulse.push(listener),
      onStarted: (listener) => void this.#started.push(listener),
      onEnded: (listener) => void this.#ended.push(listener),
      onIntervened: (listener) => void this.#intervened.push(listener),
    };
  }

  started(run: RunStarted): void {
    for (const listener of this.#started) listener(run);
  }

  ended(run: RunEnded): void {
    for (const listener of this.#ended) listener(run);
  }

  intervened(agentId: string, kind: Kind): void {
    for (const listener of this.#intervened) listener(agentId, kind);
  }

  /** The newest pulse of a manager. */
  last(managerId: string): Pulse | undefined {
    return this.pulses.findLast(({ manager_id }) => manager_id === managerId);
  }
}
