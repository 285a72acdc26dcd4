import type { Emitted } from '../domain/skill-end.ts';

/** Most events of one run, and most bytes of all of them as JSON. */
export const MAX_EMITTED = 100;
export const MAX_EMITTED_BYTES = 49_152;
const KIND = /^[a-z][a-z0-9_-]{0,63}$/;

/** What a run has emitted so far; as JSON from the moment it is said, so that nothing changes it afterwards. */
export class EmittedEvents {
  readonly #events: Emitted[] = [];
  #bytes = 2;

  /** @throws TypeError when it is no event, or too many or too much of them */
  add(kind: string, data: unknown): void {
    if (!KIND.test(kind)) throw new TypeError(`emit: "${kind.slice(0, 64)}" is no kind of event`);
    const text = JSON.stringify(data ?? null);
    if (text === undefined) throw new TypeError(`emit ${kind}: its data is no JSON`);
    const event: Emitted = { kind, data: JSON.parse(text) };
    this.#bytes += Buffer.byteLength(JSON.stringify(event)) + 1;
    if (this.#events.length >= MAX_EMITTED) throw new TypeError(`emit: more than ${MAX_EMITTED} events`);
    if (this.#bytes > MAX_EMITTED_BYTES) throw new TypeError(`emit: more than ${MAX_EMITTED_BYTES} bytes`);
    this.#events.push(event);
  }

  /** All of them, in order. */
  get all(): readonly Emitted[] {
    return this.#events;
  }
}
