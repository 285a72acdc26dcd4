import type { HostNote, HostRequest, SkillHost } from '../skill/skill-host.ts';
import { type FromIsolate, fromPortError, type PortError } from './messages.ts';

/** The host as a thread sees it: requests go out numbered, answers come back in any order. */
export class PortHost {
  readonly #send: (message: FromIsolate) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 0;

  constructor(send: (message: FromIsolate) => void) {
    this.#send = send;
  }

  /** The host, for one run. */
  forRun(run: number): SkillHost {
    return {
      ask: (request) => this.#ask(run, request),
      tell: (note: HostNote) => this.#send({ say: 'note', run, note }),
    };
  }

  /** Hands an answer to whoever waits for it; one that nobody waits for is dropped. */
  answered(id: number, value: unknown): void {
    this.#take(id)?.resolve(value);
  }

  /** Hands a refusal to whoever waits for it. */
  refused(id: number, error: PortError): void {
    this.#take(id)?.reject(fromPortError(error));
  }

  #ask(run: number, request: HostRequest): Promise<unknown> {
    const id = this.#next++;
    const pending = Promise.withResolvers<unknown>();
    this.#waiting.set(id, pending);
    this.#send({ say: 'request', run, id, request });
    return pending.promise;
  }

  #take(id: number): PromiseWithResolvers<unknown> | undefined {
    const pending = this.#waiting.get(id);
    this.#waiting.delete(id);
    return pending;
  }
}
