import type { ClientOptions } from '@seedcore/mesh';
import { type Call, type Clock, delay } from '@seedcore/protocol';
import type { MemoryBus, ServiceControls } from '@seedcore/testkit';
import { back } from './contracts.ts';

/** What a run is made of, each the product's own unless a test puts a broken one in its place. */
export type Parts = {
  /** The contract callers believe in. */
  readonly promised: typeof back;
  /** The time of the callers. */
  readonly callerClock: (clock: Clock) => Clock;
  readonly client: ClientOptions;
  /** What an application puts around each of its calls. */
  readonly around: (call: () => Promise<unknown>) => Promise<unknown>;
  /** The work of a handler; `running` handlers share its process. */
  readonly work: (ms: number, call: Call, at: { readonly clock: Clock; readonly running: number }) => Promise<void>;
  /** How an instance leaves. */
  readonly leave: (service: ServiceControls) => Promise<void>;
  /** Somebody else on the bus. */
  readonly guest: (bus: MemoryBus) => void;
  /** Handlers of one endpoint at once in one instance. */
  readonly slots: number;
};

/** Everything as it is meant to be. */
export const sound: Parts = {
  promised: back,
  callerClock: (clock) => clock,
  client: {},
  around: (call) => call(),
  work: (ms, call, { clock }) => delay(clock, ms, call.signal),
  leave: (service) => service.stop(),
  guest: () => undefined,
  slots: 64,
};
