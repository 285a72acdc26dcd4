import { exampleOf, headerNames, jsonCodec, subjects, ulid } from '@seedcore/protocol';
import type { ServiceControls } from '@seedcore/runtime/testing';
import type { Replied } from './honest-answer.ts';
import type { Subject } from './work.ts';

/** One call of an endpoint by its own example, with every reply that comes for it. */
export class Exchange {
  readonly replies: Replied[] = [];
  readonly call: string;
  readonly #service: ServiceControls;
  readonly #subject: Subject;
  readonly #inbox: string;

  constructor(service: ServiceControls, subject: Subject) {
    const { clock, random, transport } = service.mesh;
    this.call = ulid(clock, random);
    this.#service = service;
    this.#subject = subject;
    this.#inbox = `${transport.inbox}.exchange.${this.call}`;
    transport.subscribe(this.#inbox, ({ headers, data }) => this.replies.push({ headers, data }));
  }

  /** Sends the request; once more is what a network does that delivers twice. */
  send(headers: Readonly<Record<string, string>> = {}): void {
    const { transport, ns } = this.#service.mesh;
    const { service, name, endpoint } = this.#subject;
    transport.publish(subjects(ns).endpoint(service, name), jsonCodec.encode(exampleOf(endpoint.input)), {
      reply: this.#inbox,
      headers: Object.entries({ [headerNames.call]: this.call, ...headers }),
    });
  }

  /** Tells every instance that the caller has lost interest. */
  cancel(): void {
    const { transport, ns } = this.#service.mesh;
    transport.publish(subjects(ns).cancel(this.call), new Uint8Array(0));
  }
}
