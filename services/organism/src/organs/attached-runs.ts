import { type Call, MeshError } from '@seedcore/protocol';
import { stoppableCall } from './stoppable-call.ts';

/** Runs that live with their caller, by organ, so that an organ that stops can end them. */
export class AttachedRuns {
  readonly #running = new Map<string, Set<AbortController>>();

  /** Does `work` on behalf of a call that the organ may end early. */
  async run<T>(organId: string, call: Call, work: (call: Call) => Promise<T>): Promise<T> {
    const own = new AbortController();
    const onAbort = () => own.abort(call.signal.reason);
    if (call.signal.aborted) onAbort();
    call.signal.addEventListener('abort', onAbort, { once: true });
    const running = this.#running.get(organId) ?? new Set();
    this.#running.set(organId, running.add(own));
    try {
      return await work(stoppableCall(call, own.signal));
    } finally {
      running.delete(own);
      call.signal.removeEventListener('abort', onAbort);
    }
  }

  /** Ends every run of an organ; their callers are told that it is draining. */
  stop(organId: string): void {
    for (const own of this.#running.get(organId) ?? [])
      own.abort(new MeshError('draining', { target: `organ ${organId}`, started: true }));
  }
}
