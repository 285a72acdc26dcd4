import {
  type Call,
  type CallOptions,
  type Clock,
  type Criticality,
  childBudget,
  childTrace,
  type Endpoint,
  isCall,
  isToken,
  MAX_DEADLINE_MS,
  MAX_HOPS,
  MeshError,
  type Random,
  type Trace,
  traceOfCall,
  type UlidSource,
} from '@seedcore/protocol';
import type { Decision, StackCall } from '@seedcore/resilience';
import { type AttemptTold, CallStory } from '../record/call-story.ts';
import type { Tracing } from '../trace/tracing.ts';

/** Who calls, and with what time and chance. */
export type CallerPorts = {
  readonly service: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: UlidSource;
  readonly tracing: Tracing;
};

/** The call it is made for, or its options. */
export type Given = Call | CallOptions | undefined;

/** What a call is about. */
export type CallPurpose = {
  readonly target: string;
  readonly endpoint: Pick<Endpoint, 'deadlineMs' | 'criticality'>;
  /** A client's own default in place of the contract's. */
  readonly deadlineMs: number | undefined;
  /** The only instance its client calls, where it has one. */
  readonly instance?: string | undefined;
};

/**
 * One call on its way out. It has an id of its own, also when made on behalf of another call: cancelling it must not
 * cancel its siblings. What belongs together is found by the trace.
 */
export class OutgoingCall implements StackCall {
  readonly id: string;
  readonly target: string;
  readonly deadlineAt: number;
  readonly criticality: Criticality;
  /** The attempt this call is part of; above 1 it is not retried itself. */
  readonly attempt: number;
  /** Where it was made within a trace; undefined when nobody began one for it. */
  readonly within: Trace | undefined;
  /** Its own place in that trace, or in one that begins here and is recorded. */
  readonly given: Trace | undefined;
  readonly chain: readonly string[];
  readonly idempotencyKey: string | undefined;
  readonly instance: string | undefined;
  /** What happened to it; undefined while there is nothing to tell. */
  story: CallStory | undefined;
  /** Calls with the same one prefer the same instance; known once the input is checked. */
  affinity: string | undefined;
  readonly #parent: Call | undefined;
  readonly #own: AbortSignal | undefined;
  #trace: Trace | undefined;
  #signal: AbortSignal | undefined;

  constructor(purpose: CallPurpose, given: Given, ports: CallerPorts) {
    const { target, endpoint } = purpose;
    const { parent, options } = parted(given);
    const { clock, random, ids, service, tracing } = ports;
    const limitMs = Math.min(options.deadlineMs ?? purpose.deadlineMs ?? endpoint.deadlineMs, MAX_DEADLINE_MS);
    this.id = ids.next();
    this.target = target;
    this.deadlineAt = clock.now() + (parent === undefined ? limitMs : childBudget(parent.left(), limitMs));
    this.criticality = options.criticality ?? parent?.criticality ?? endpoint.criticality;
    this.attempt = parent?.attempt ?? 1;
    this.within = parent?.trace ?? options.trace;
    this.given = this.within === undefined ? tracing.recordedRoot(this.id) : childTrace(this.within, random);
    this.chain = chainOf(target, parent, service);
    this.idempotencyKey = checked(target, 'idempotencyKey', options.idempotencyKey);
    this.instance = checked(target, 'instance', options.instance ?? purpose.instance);
    this.#parent = parent;
    this.#own = options.signal;
  }

  /** What joins it to others: the trace it was given, else its own id. */
  get trace(): Trace {
    this.#trace ??= this.given ?? traceOfCall(this.id);
    return this.#trace;
  }

  /** Keeps what was decided, and how attempts ended, for its record. */
  decided(what: Decision | AttemptTold, now: number): void {
    this.story ??= new CallStory();
    this.story.tell(what, now);
  }

  /** Aborts with the caller or with the call this one is made for; read late, because making it has a price. */
  get signal(): AbortSignal | undefined {
    if (this.#parent === undefined) return this.#own;
    const theirs = this.#parent.signal;
    this.#signal ??= this.#own === undefined ? theirs : AbortSignal.any([theirs, this.#own]);
    return this.#signal;
  }
}

function parted(given: Given): { parent: Call | undefined; options: CallOptions } {
  if (given === undefined) return NOTHING_GIVEN;
  return isCall(given) ? { parent: given, options: {} } : { parent: given.parent, options: given };
}

/** A service may be in a chain once; the callee sees to that, a chain too long to be written is refused here. */
function chainOf(target: string, parent: Call | undefined, service: string | undefined): readonly string[] {
  const chain = parent?.chain ?? [];
  if (service === undefined || chain.at(-1) === service) return chain;
  const longer = [...chain, service];
  if (longer.length <= MAX_HOPS) return longer;
  const traceId = parent?.trace.traceId;
  throw new MeshError('cycle_refused', { target, sent: false, started: false, traceId, details: { chain: longer } });
}

function checked(target: string, field: string, text: string | undefined): string | undefined {
  if (text === undefined || isToken(text)) return text;
  const message = `${field}: must be 1 to 64 of A-Z a-z 0-9 _ -`;
  throw new MeshError('bad_request', { target, message, sent: false, started: false, details: { field } });
}

const NOTHING_GIVEN = { parent: undefined, options: {} } as const;
