import type { Clock, Timer } from '@seedcore/protocol';
import {
  ABORT_AFTER_MS,
  began,
  GIVE_UP_AFTER_MS,
  type LifecycleAction,
  type LifecycleEvent,
  type LifecycleState,
  lifecycleStep,
  type Phase,
  WAIT_FOR_REQUIRED_MS,
} from './lifecycle.ts';

/** What a lifecycle can do to its process. */
export type LifecyclePorts = {
  readonly clock: Clock;
  /** Takes requests. */
  open(): void;
  /** Takes no more, finishes what runs, hands back what is held; resolves when all of that is done. */
  drain(): Promise<void>;
  /** Stops what still runs. */
  abort(): void;
  /** Tells every change of phase. */
  changed(phase: Phase): void;
};

/** Keeps the clockwork of one process going: timers become events, decisions become deeds. */
export class RunningLifecycle {
  readonly #ports: LifecyclePorts;
  readonly #timers: Timer[] = [];
  readonly #stopped = Promise.withResolvers<boolean>();
  #state: LifecycleState = began;

  constructor(ports: LifecyclePorts) {
    this.#ports = ports;
    this.#later(WAIT_FOR_REQUIRED_MS, 'waited');
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  /** Resolves at the end: true when everything was finished, false when something was given up. */
  get stopped(): Promise<boolean> {
    return this.#stopped.promise;
  }

  /** Something has happened. */
  handle(event: LifecycleEvent): void {
    const before = this.#state.phase;
    const { state, actions } = lifecycleStep(this.#state, event);
    this.#state = state;
    if (state.phase !== before) this.#ports.changed(state.phase);
    for (const action of actions) this.#do(action);
  }

  #do(action: LifecycleAction): void {
    if (action === 'open') this.#ports.open();
    else if (action === 'abort') this.#abort();
    else if (action === 'drain') this.#drain();
    else this.#end(action === 'close');
  }

  #drain(): void {
    this.#later(ABORT_AFTER_MS, 'impatient');
    this.#ports.drain().then(
      () => this.handle('released'),
      // What could not be handed back is given up at once: waiting would not bring it back.
      () => this.handle('give_up'),
    );
  }

  /** Also after a second signal, long before the 25 s: what does not stop now is given up soon. */
  #abort(): void {
    this.#ports.abort();
    this.#later(GIVE_UP_AFTER_MS - ABORT_AFTER_MS, 'give_up');
  }

  #end(finished: boolean): void {
    for (const timer of this.#timers) timer.cancel();
    this.#stopped.resolve(finished);
  }

  #later(ms: number, event: LifecycleEvent): void {
    this.#timers.push(this.#ports.clock.after(ms, () => this.handle(event)));
  }
}
