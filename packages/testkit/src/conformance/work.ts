import type { Endpoint } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import type { ServiceControls } from '@seedcore/runtime/testing';

/** The endpoint under test, by the name on the wire. */
export type Subject = { readonly service: string; readonly name: string; readonly endpoint: Endpoint };

/** One check of an endpoint of a service that was started for it; rejects with what is wrong. */
export type Work = (service: ServiceControls, subject: Subject) => Promise<void>;

/** Resolves `ms` milliseconds from now on the clock of the service. */
export const pass = (service: ServiceControls, ms: number): Promise<void> =>
  new Promise((resolve) => {
    service.mesh.clock.after(ms, resolve);
  });

/** Steps a virtual clock forward until `work` is done; on a real one it is simply awaited. */
export async function moved<T>(service: ServiceControls, work: Promise<T>): Promise<T> {
  const { clock } = service.mesh;
  if (!(clock instanceof VirtualClock)) return work;
  let done = false;
  const settled = work.finally(() => {
    done = true;
  });
  // The longest deadline a contract may name, in growing steps, so that short work costs few.
  for (let step = 0, ms = 0; !done && step < 1_000; step++, ms = Math.min(1_000, ms * 2 + 1)) await clock.advance(ms);
  if (!done) throw new Error('no answer in ten minutes of the test’s clock');
  return settled;
}
