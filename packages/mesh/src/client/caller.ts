import {
  badInput,
  type Call,
  type CallOptions,
  type Clock,
  codecs,
  delay,
  headerNames,
  MeshError,
  type Random,
  type Subjects,
  validate,
  writeCallHeaders,
} from '@seedcore/protocol';
import { type Attempt, sendBudget } from '@seedcore/resilience';
import type { Directory } from '../directory/directory.ts';
import { cancelledBy } from '../mux/cancelled.ts';
import type { Mux } from '../mux/mux.ts';
import type { RequestFacts } from '../mux/waiting.ts';
import { inlineLimit, referenceHeader } from '../payload/large-body.ts';
import type { Payloads } from '../payload/payloads.ts';
import { peerReconnecting } from '../report/blameless.ts';
import type { Observers } from '../report/observer.ts';
import type { HeaderPairs } from '../transport/outgoing.ts';
import type { Transport, WireMessage } from '../transport/transport.ts';
import { type Answer, readAnswer } from './answer.ts';
import type { CallTarget, ClientOptions } from './call-target.ts';
import { LargeCalls } from './large-calls.ts';
import { readLoad } from './load-report.ts';
import type { Outage } from './outage.ts';
import { OutgoingCall } from './outgoing-call.ts';
import type { Prepared, Stored } from './prepared.ts';

/** Everything a call passes through. */
export type CallerParts = {
  readonly service: string | undefined;
  readonly subjects: Subjects;
  readonly transport: Transport;
  readonly mux: Mux;
  readonly directory: Directory;
  readonly outage: Outage;
  readonly payloads: Payloads;
  readonly observers: Observers;
  readonly clock: Clock;
  readonly random: Random;
};

/** Makes typed calls out of targets and inputs. */
export class Caller {
  readonly large: LargeCalls;
  readonly #parts: CallerParts;
  /** Wall clock less monotonic clock, so that a jump of the wall clock reorders nothing. */
  readonly #epochMs: number;

  constructor(parts: CallerParts) {
    this.#parts = parts;
    this.large = new LargeCalls(parts);
    this.#epochMs = parts.clock.wallMs() - parts.clock.now();
  }

  /** One call with all its attempts. */
  async call(target: CallTarget, input: unknown, how: CallHow): Promise<Answer> {
    const startedAt = this.#parts.clock.now();
    const end = (outcome: string, answered: boolean) => {
      target.tally.add(answered);
      this.#parts.observers.call({ target: target.name, outcome, ms: this.#parts.clock.now() - startedAt });
    };
    try {
      const prepared = this.prepare(target, input, how);
      const answer =
        prepared.body.length > inlineLimit(this.#parts.transport)
          ? await this.large.send(prepared, (stored) => this.#runLarge(target, prepared, stored))
          : await this.#run(target, prepared);
      end(answer.ok ? 'ok' : answer.failure.code, true);
      return answer;
    } catch (error) {
      end(error instanceof MeshError ? error.code : 'internal', false);
      throw error;
    }
  }

  #run(target: CallTarget, prepared: Prepared): Promise<Answer> {
    return target.stack.run((attempt) => this.#attempt(target, prepared, attempt), prepared.call);
  }

  #runLarge(target: CallTarget, { call }: Prepared, stored: Stored): Promise<Answer> {
    return target.stack.run(async (attempt) => this.#attempt(target, await stored(), attempt), call);
  }

  /** Checks and encodes a call. @throws MeshError with `sent: false` */
  prepare(target: CallTarget, input: unknown, { given, options }: CallHow): Prepared {
    const { endpoint, name, service, wire } = target;
    const call = new OutgoingCall({ target: name, endpoint, deadlineMs: options.deadlineMs }, given, this.#parts);
    const checked = validate(endpoint.input, input);
    if (!checked.ok) throw unsent(badInput(name, checked.problems));
    const instance = call.instance ?? options.instance;
    const codec = this.#parts.directory.codecFor(service, instance);
    const body = codec.encode(input);
    if (body.length > endpoint.maxBytes) throw tooLarge(name, body.length, endpoint.maxBytes);
    const { subjects } = this.#parts;
    const subject =
      instance === undefined ? subjects.endpoint(service, wire) : subjects.instance(service, instance, wire);
    return { call, codec, body, subject, instance, ref: undefined };
  }

  async #attempt(target: CallTarget, prepared: Prepared, attempt: Attempt): Promise<Answer> {
    const { clock, observers } = this.#parts;
    const startedAt = clock.now();
    const end = (code: MeshError['code'] | 'answer') =>
      observers.attempt({ target: target.name, attempt: attempt.n, code, ms: clock.now() - startedAt });
    try {
      const answer = await this.#exchange(target, prepared, attempt);
      end('answer');
      return answer;
    } catch (error) {
      end(error instanceof MeshError ? error.code : 'internal');
      throw error;
    }
  }

  async #exchange(target: CallTarget, prepared: Prepared, attempt: Attempt): Promise<Answer> {
    const { call, codec, instance } = prepared;
    const { clock } = this.#parts;
    const endsAt = Math.min(call.deadlineAt, clock.now() + attempt.budgetMs);
    for (;;) {
      const facts = { target: target.name, attempt: attempt.n, traceId: call.trace.traceId, instance };
      const sentAt = clock.now();
      try {
        const message = await this.#request(target, prepared, { facts, leftMs: endsAt - sentAt });
        const whole =
          message.headers.get(headerNames.ref) === undefined
            ? message
            : await this.large.fetch(message, target.endpoint.maxBytes, { call, facts });
        return readAnswer(whole, { target, codec, facts: { ...facts, ...this.#measure(message, target, sentAt) } });
      } catch (error) {
        await this.#peerReturns(this.#failed(error, target, call), { facts, call, endsAt });
      }
    }
  }

  #request(target: CallTarget, prepared: Prepared, { facts, leftMs }: Try): Promise<WireMessage> {
    const { subject, body, call } = prepared;
    const headers = this.headers(target, prepared, { n: facts.attempt, leftMs });
    return this.#parts.mux.request({ subject, data: body, headers, timeoutMs: leftMs, signal: call.signal, facts });
  }

  /** After a broker restart everybody comes back at their own pace: who is missing then is waited for, not accused. */
  async #peerReturns(error: unknown, { facts, call, endsAt }: Returning): Promise<void> {
    const { clock, outage } = this.#parts;
    if (!(error instanceof MeshError) || error.code !== 'no_responder' || !outage.settling) throw error;
    if (clock.now() + ASK_AGAIN_MS >= endsAt) throw peerReconnecting(facts);
    await delay(clock, ASK_AGAIN_MS, call.signal).catch((reason: unknown) => {
      throw cancelledBy(reason, { ...facts, sent: false });
    });
  }

  /** The headers of attempt `n`. @throws MeshError `deadline_exceeded` when there is no time left for it */
  headers(
    target: CallTarget,
    { call, codec, ref }: Prepared,
    { n, leftMs }: { n: number; leftMs: number },
  ): HeaderPairs {
    const deadlineMs = sendBudget(leftMs, target.overhead.ms());
    if (deadlineMs < 1)
      throw new MeshError('deadline_exceeded', { target: target.name, attempt: n, sent: false, started: false });
    const { criticality } = call;
    // A key of the call's own makes its attempts one: that is what the endpoint keeps replies for.
    const idempotencyKey = call.idempotencyKey ?? (target.endpoint.replays ? call.id : undefined);
    const pairs = writeCallHeaders({
      deadlineMs,
      sentMs: Math.floor(this.#epochMs + this.#parts.clock.now()),
      call: call.id,
      chain: call.chain,
      // The children of a retry are part of it, however deep: nobody retries inside a retry.
      attempt: Math.max(n, call.attempt),
      contract: target.contract,
      trace: call.trace,
      ...(criticality === target.endpoint.criticality ? {} : { criticality }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    if (ref !== undefined) pairs.push(referenceHeader(ref));
    return codec === codecs[0] ? pairs : [[headerNames.contentType, codec.type], ...pairs];
  }

  #measure(message: WireMessage, target: CallTarget, sentAt: number): { readonly instance?: string } {
    const load = readLoad(message.headers);
    if (load === undefined) return {};
    target.overhead.add(this.#parts.clock.now() - sentAt, load.workMs);
    return { instance: load.instance };
  }

  #failed(error: unknown, target: CallTarget, call: OutgoingCall): unknown {
    if (!(error instanceof MeshError)) return error;
    if (error.sent && call.signal?.aborted) this.#cancel(call);
    if (error.code === 'no_responder' && error.instance !== undefined)
      this.#parts.directory.noResponder(target.service, error.instance);
    return error;
  }

  /** Tells whoever runs the call to stop; a callee sees its own deadline without being told. */
  #cancel(call: OutgoingCall): void {
    const { transport, subjects } = this.#parts;
    const { signal } = call;
    if (signal?.reason instanceof MeshError && signal.reason.code === 'deadline_exceeded') return;
    if (transport.state !== 'up') return;
    transport.publish(subjects.cancel(call.id), EMPTY_OBJECT, { headers: [[headerNames.call, call.id]] });
  }
}

type Try = { readonly facts: RequestFacts & { readonly attempt: number }; readonly leftMs: number };
type Returning = { readonly facts: RequestFacts; readonly call: OutgoingCall; readonly endsAt: number };

/** Pause before somebody who is missing after a reconnect is asked again, in ms. */
const ASK_AGAIN_MS = 100;

/** Whose call it is, and how its client was made. */
export type CallHow = { readonly given: Call | CallOptions | undefined; readonly options: ClientOptions };

const EMPTY_OBJECT = new TextEncoder().encode('{}');

function unsent({ target, message, details }: MeshError): MeshError {
  return new MeshError('bad_request', { target, message, details, sent: false, started: false });
}

function tooLarge(target: string, bytes: number, limit: number): MeshError {
  const message = `request of ${bytes} bytes is larger than the endpoint's ${limit}`;
  return new MeshError('bad_request', {
    target,
    message,
    details: { field: '', bytes, limit },
    sent: false,
    started: false,
  });
}
