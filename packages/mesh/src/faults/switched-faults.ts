import { readerOf } from '../config/knob-spec.ts';
import type { Mesh } from '../mesh.ts';
import type { Observers } from '../report/observer.ts';
import type { Fault } from './fault.ts';
import { faultPlan, faultText } from './fault-plan.ts';
import { faultsKnob } from './faults-knob.ts';
import type { FaultyTransport } from './faulty-transport.ts';

/** Faults of one process as operators write them into `<service>.faults` or `mesh.faults`; loud about it. */
export class SwitchedFaults {
  readonly #transport: FaultyTransport;
  readonly #observers: Observers;
  #texts: readonly string[] = [];

  constructor(transport: FaultyTransport, observers: Observers) {
    this.#transport = transport;
    this.#observers = observers;
  }

  /** In words for operators: what is wrong here is wrong on purpose. */
  troubles(): readonly string[] {
    return this.#texts.map((text) => `faults are on: ${text}`);
  }

  /** From now on they are followed. */
  follow({ config, ns, service, instance }: Pick<Mesh, 'config' | 'ns' | 'service' | 'instance'>): void {
    const knob = { service: service ?? 'client', name: 'faults', read: readerOf(faultsKnob) };
    config.watch(knob, (faults: readonly Fault[] = []) => {
      this.#texts = faults.map(faultText);
      // Said before it happens: a process that is killed says nothing any more.
      this.#observers.faults(this.#texts);
      this.#transport.suffer(faultPlan(faults, { ns, service, instance }));
    });
  }
}
