import type { PayloadRef } from '@seedcore/protocol';
import { cancelledBy } from '../mux/cancelled.ts';
import type { RequestFacts } from '../mux/receiver.ts';
import { fetchReply, type LargeBodyPorts, nowhereToPut, referenceBody, travelsInline } from '../payload/large-body.ts';
import type { Observers } from '../report/observer.ts';
import type { WireMessage } from '../transport/transport.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import type { PreparedCall, Stored } from './prepared-call.ts';

/** What large calls go through. */
export type LargeCallPorts = LargeBodyPorts & { readonly observers: Observers };

/** Calls whose body, or whose reply, is too large for a message. */
export class LargeCalls {
  readonly #ports: LargeCallPorts;

  constructor(ports: LargeCallPorts) {
    this.#ports = ports;
  }

  /**
   * Runs a call with `stored`, which puts its body away, once, when the first attempt needs it: a call that is refused
   * stores nothing. What was stored is deleted when the call ends.
   */
  async send<T>(prepared: PreparedCall, run: (stored: Stored) => Promise<T>): Promise<T> {
    const { body, call, codec } = prepared;
    const { payloads } = this.#ports;
    if (travelsInline(body.length, this.#ports)) return run(async () => prepared);
    if (!payloads.available) throw nowhereToPut(call.target, body.length, this.#ports);
    let putting: Promise<PayloadRef> | undefined;
    const put = () =>
      payloads.put(body, { until: call.deadlineAt, signal: call.signal }).catch((error: unknown) => {
        putting = undefined;
        throw error;
      });
    try {
      return await run(async () => {
        if (call.signal?.aborted) throw cancelledBy(call.signal.reason, { target: call.target, sent: false });
        putting ??= put();
        const ref = await putting;
        return { ...prepared, body: codec.encode(referenceBody(ref)), ref };
      });
    } finally {
      // One that is still under way fails with the call, or is deleted once it is there.
      putting?.then(
        (ref) => this.#release(ref),
        () => undefined,
      );
    }
  }

  /** The reply itself, where a message only says where it is. */
  fetch(message: WireMessage, maxBytes: number, { call, facts }: Fetched): Promise<WireMessage> {
    const { deadlineAt: until, signal } = call;
    const release = (ref: PayloadRef) => this.#release(ref);
    return fetchReply(message, this.#ports.payloads, { facts, maxBytes, until, signal, release });
  }

  /** Nobody waits for a deletion: what cannot be deleted goes by its age. */
  #release(ref: PayloadRef): void {
    const { payloads, observers } = this.#ports;
    payloads.delete(ref).catch((error: unknown) => observers.defect(payloads.bucket, error));
  }
}

type Fetched = { readonly call: OutgoingCall; readonly facts: RequestFacts };
