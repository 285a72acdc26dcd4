import type { TransportState } from './transport.ts';

/** Where a connection stands; nothing may be sent unless it is `up`. */
export type GateState = 'idle' | 'connecting' | 'up' | 'down' | 'closed';
/** What happens to a connection. */
export type GateEvent = 'dial' | 'refused' | 'connected' | 'lost' | 'close';

const STEPS: Readonly<Record<GateState, Partial<Record<GateEvent, GateState>>>> = {
  idle: { dial: 'connecting', close: 'closed' },
  connecting: { connected: 'up', refused: 'idle', close: 'closed' },
  up: { lost: 'down', close: 'closed' },
  down: { connected: 'up', close: 'closed' },
  closed: {},
};

/** The state after `event`; an event that does not belong to a state changes nothing. */
export const gateStep = (state: GateState, event: GateEvent): GateState => STEPS[state][event] ?? state;

/** One connection's state and everybody who wants to hear of it. */
export class ConnectionGate {
  #state: GateState = 'idle';
  readonly #listeners = new Set<(state: TransportState) => void>();

  get state(): GateState {
    return this.#state;
  }

  /** The state as users of a transport see it: before the first connection it is simply down. */
  get transportState(): TransportState {
    return this.#state === 'up' || this.#state === 'closed' ? this.#state : 'down';
  }

  /** Takes an event and tells everybody when what they see has changed. */
  handle(event: GateEvent): void {
    const before = this.transportState;
    this.#state = gateStep(this.#state, event);
    if (this.transportState === before) return;
    for (const listener of [...this.#listeners]) listener(this.transportState);
  }

  /** Calls `listener` at every change until the returned function is called. */
  onState(listener: (state: TransportState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
