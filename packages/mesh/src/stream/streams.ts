import { DEFAULT_CREDIT, type Endpoint, MeshError, type Trace } from '@seedcore/protocol';
import type { Attempt, StackCall } from '@seedcore/resilience';
import type { Answer } from '../client/answer.ts';
import { attemptHeaders } from '../client/attempt-headers.ts';
import type { CallTarget } from '../client/call-target.ts';
import type { Caller } from '../client/caller.ts';
import type { CallerParts } from '../client/caller-parts.ts';
import type { OutgoingCall } from '../client/outgoing-call.ts';
import type { CallHow, PreparedCall, Stored } from '../client/prepared-call.ts';
import { inlineLimit } from '../payload/large-body.ts';
import { AttemptSpan } from '../trace/attempt-span.ts';
import { StreamReader } from './stream-reader.ts';
import { StreamedReply } from './streamed-reply.ts';

/** A target that streams. */
export type StreamTarget = { readonly target: CallTarget; readonly schema: NonNullable<Endpoint['stream']> };

/** Opens streams: calls that are retried like any other until their first frame is here, never after. */
export class Streams {
  readonly #caller: Caller;
  readonly #parts: CallerParts;

  constructor(caller: Caller, parts: CallerParts) {
    this.#caller = caller;
    this.#parts = parts;
  }

  /** Asks at once; items wait for their reader, as many as the credit says. */
  open(from: StreamTarget, input: unknown, how: CallHow): StreamedReply {
    const left = new AbortController();
    const reader = Promise.withResolvers<StreamReader>();
    const reply = this.#call(from, input, { how, reader, left: left.signal });
    return new StreamedReply(reader.promise, reply, () =>
      left.abort(new MeshError('cancelled', { target: from.target.name })),
    );
  }

  async #call(from: StreamTarget, input: unknown, opening: Opening): Promise<Answer> {
    const { clock, observers, recorder } = this.#parts;
    const { target } = from;
    const startedAt = clock.now();
    let call: OutgoingCall | undefined;
    let prepared: PreparedCall | undefined;
    const end = (outcome: string, answered: boolean) => {
      target.tally.add(answered);
      observers.call({ target: target.name, outcome, ms: clock.now() - startedAt });
    };
    try {
      call = this.#caller.outgoing(target, opening.how);
      const ready = this.#caller.prepare(target, { input, call, options: opening.how.options });
      prepared = ready;
      const run = (stored?: Stored) => this.#run(from, ready, { ...opening, stored });
      const large = ready.body.length > inlineLimit(this.#parts.transport);
      const answer = await (large ? this.#caller.large.send(ready, run) : run());
      end(answer.ok ? 'ok' : answer.failure.code, true);
      recorder.answered({ target, startedAt, call, prepared }, answer);
      return answer;
    } catch (error) {
      end(error instanceof MeshError ? error.code : 'internal', false);
      opening.reader.reject(error);
      recorder.failed({ target, startedAt, call, prepared }, error);
      throw error;
    }
  }

  /** The stack sees the way to the first frame; from there on the pace is the reader's, and says nothing of the callee. */
  async #run(from: StreamTarget, prepared: PreparedCall, { reader: opened, left, stored }: Running): Promise<Answer> {
    const { id, deadlineAt, criticality, attempt, instance, affinity, trace, signal: given } = prepared.call;
    const decided: StackCall['decided'] = (decision, now) => prepared.call.decided(decision, now);
    const signal = given === undefined ? left : AbortSignal.any([given, left]);
    const work = async (attempt: Attempt<StreamReader>) =>
      this.#attempt(from, stored === undefined ? prepared : await stored(), { attempt, signal });
    const reader = await from.target.stack.run(work, {
      id,
      deadlineAt,
      criticality,
      attempt,
      instance,
      affinity,
      trace,
      signal,
      decided,
    });
    opened.resolve(reader);
    return reader.ended;
  }

  async #attempt(from: StreamTarget, prepared: PreparedCall, { attempt, signal }: Attempting): Promise<StreamReader> {
    const { clock, observers, directory } = this.#parts;
    const { target } = from;
    const startedAt = clock.now();
    const span = AttemptSpan.begin(prepared, this.#parts);
    const end = (code: MeshError['code'] | 'answer', error?: unknown) => {
      const now = clock.now();
      const [ms, instance] = [now - startedAt, prepared.instance ?? attempt.instance];
      observers.attempt({ target: target.name, attempt: attempt.n, code, ms });
      const decision = error === undefined ? 'answered' : 'failed';
      prepared.call.decided({ layer: 'attempt', decision, attempt: attempt.n, instance, ms, error }, now);
      span?.end({ attempt: attempt.n, instance, code, startedAt, endedAt: now });
    };
    try {
      const reader = this.#ask(from, prepared, { attempt, signal, trace: span?.trace });
      await reader.opened;
      end('answer');
      return reader;
    } catch (error) {
      end(error instanceof MeshError ? error.code : 'internal', error);
      const instance = prepared.instance ?? attempt.instance;
      if (error instanceof MeshError && error.code === 'no_responder' && instance !== undefined)
        directory.noResponder(target.service, instance);
      throw error;
    }
  }

  #ask({ target, schema }: StreamTarget, prepared: PreparedCall, { attempt, signal, trace }: Asked): StreamReader {
    const { clock, transport, subjects, mux, observers } = this.#parts;
    const { call, codec, body } = prepared;
    const { n } = attempt;
    const at = clock.now();
    const leftMs = call.deadlineAt - at;
    const block = attemptHeaders(prepared, { n, at, leftMs, credit: DEFAULT_CREDIT, trace });
    const instance = prepared.instance ?? attempt.instance;
    const subject = (instance === undefined ? undefined : target.subjectOf(instance)) ?? prepared.subject;
    const facts = { target: target.name, attempt: n, traceId: call.trace.traceId, instance };
    const reader = new StreamReader({
      target,
      schema,
      codec,
      facts,
      call: call.id,
      clock,
      transport,
      subjects,
      misfit: (error) => observers.defect(target.name, error),
      whole: (message) => this.#caller.large.fetch(message, target.endpoint.maxBytes, { call, facts }),
    });
    // The stack gives up on an attempt that stays silent; once the first frame is here it has let go.
    attempt.signal.addEventListener('abort', () => reader.reject(attempt.signal.reason), { once: true });
    reader.closes(mux.listen({ subject, data: body, block, timeoutMs: leftMs, signal, facts }, reader));
    return reader;
  }
}

type Opening = {
  readonly how: CallHow;
  readonly reader: PromiseWithResolvers<StreamReader>;
  /** Aborts when the reader leaves. */
  readonly left: AbortSignal;
};
type Running = Opening & { readonly stored: Stored | undefined };
type Attempting = { readonly attempt: Attempt<StreamReader>; readonly signal: AbortSignal };
type Asked = Attempting & { readonly trace: Trace | undefined };
