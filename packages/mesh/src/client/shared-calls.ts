import { canonicalJson, MeshError, sha256, validate } from '@seedcore/protocol';
import { type Flight, type Member, SingleFlight, Timed } from '@seedcore/resilience';
import { cancelledBy } from '../mux/cancelled.ts';
import type { Answer } from './answer.ts';
import type { CallTarget } from './call-target.ts';
import { CallEnding, type Caller } from './caller.ts';
import type { CallerParts } from './caller-parts.ts';
import { detachedCall } from './detached-call.ts';
import { OutgoingCall } from './outgoing-call.ts';
import type { CallHow } from './prepared-call.ts';

/**
 * Equal calls of one endpoint that overlap, made as one request. Everybody has his own deadline and abort; whoever asked
 * first lends the request his deadline, trace and chain, and the last to leave cancels it. All get the same value object.
 *
 * Calls that name an instance or bring an idempotency key mean more than their input says, and go alone.
 */
export class SharedCalls {
  readonly #caller: Caller;
  readonly #parts: CallerParts;
  readonly #flights = new SingleFlight<Answer>();
  readonly #aborts = new WeakMap<Flight<Answer>, AbortController>();

  constructor(caller: Caller, parts: CallerParts) {
    this.#caller = caller;
    this.#parts = parts;
  }

  /** One call, shared with its equals where that is possible. */
  call(target: CallTarget, input: unknown, how: CallHow): Promise<Answer> {
    const { endpoint, name } = target;
    const checked = validate(endpoint.input, input);
    // A call that cannot be made fails by itself, in its own words.
    if (!checked.ok) return this.#caller.call(target, input, how);
    const { given, options } = how;
    const deadlineMs = target.deadlineMs ?? options.deadlineMs;
    const purpose = { target: name, endpoint, deadlineMs, instance: options.instance };
    return new Promise((resolve, reject) => {
      const ending = new CallEnding(target, this.#parts, { resolve, reject });
      ending.failures = how.failures;
      let call: OutgoingCall;
      try {
        call = new OutgoingCall(purpose, given, this.#parts);
        ending.call = call;
      } catch (error) {
        ending.reject(error);
        return;
      }
      const member = new SharedCall({ target, input, how, call, ending }, this, this.#parts);
      const alone = call.instance ?? call.idempotencyKey ?? call.signal?.aborted;
      if (alone) this.#caller.start(target, { input, how }, ending);
      else this.#join(member, `${call.criticality} ${call.attempt > 1} ${sha256(canonicalJson(checked.value))}`);
    });
  }

  /** Makes the request of a flight for whoever leads it now. */
  lead(flight: Flight<Answer>, { target, input, how, call }: SharedCallFacts): void {
    const abort = new AbortController();
    this.#aborts.set(flight, abort);
    const deadlineMs = call.deadlineAt - this.#parts.clock.now();
    const given = detachedCall(how.given, { deadlineMs, trace: call.given }, abort.signal);
    this.#caller.start(
      target,
      // The request has a record of its own: what stands in for its members' answers is theirs.
      { input, how: { options: how.options, given } },
      {
        resolve: (answer) => this.#flights.answered(flight, answer),
        reject: (error) => this.#failed(flight, error),
      },
    );
  }

  /** A member gives up; with the last one the request ends. */
  leave(flight: Flight<Answer>, member: SharedCall): void {
    if (!this.#flights.leave(flight, member)) return;
    this.#aborts.get(flight)?.abort(new MeshError('cancelled', { target: member.facts.target.name }));
  }

  #join(member: SharedCall, key: string): void {
    const { target, input, how, ending } = member.facts;
    const flight = this.#flights.join(key, member);
    if (flight === undefined) this.#caller.start(target, { input, how }, ending);
    else if (flight.leader === member) {
      member.joined(flight);
      this.lead(flight, member.facts);
    } else {
      const joined = { layer: 'single_flight', decision: 'joined' } as const;
      member.facts.call.decided(joined, this.#parts.clock.now());
      this.#parts.observers.decision(target.name, joined);
      member.follows(flight);
    }
  }

  /** A request that took too long took as long as its leader had: whoever had no longer is late as well. */
  #failed(flight: Flight<Answer>, error: unknown): void {
    const now = this.#parts.clock.now();
    const ofDeadline = isOverdue(error);
    this.#flights.failed(flight, { error, ofDeadline }, ofDeadline ? Math.max(now, flight.leader.deadlineAt) : now);
  }
}

/** One of those who wait for a shared request. */
class SharedCall extends Timed implements Member<Answer> {
  readonly facts: SharedCallFacts;
  readonly deadlineAt: number;
  readonly #shared: SharedCalls;
  readonly #parts: CallerParts;
  #flight: Flight<Answer> | undefined;

  constructor(facts: SharedCallFacts, shared: SharedCalls, parts: CallerParts) {
    super();
    this.facts = facts;
    this.deadlineAt = facts.call.deadlineAt;
    this.#shared = shared;
    this.#parts = parts;
  }

  joined(flight: Flight<Answer>): void {
    this.#flight = flight;
    this.facts.call.signal?.addEventListener('abort', this, { once: true });
  }

  /** The time of the leader is not this one's. */
  follows(flight: Flight<Answer>): void {
    this.joined(flight);
    this.#parts.wheel.add(this, this.deadlineAt);
  }

  lead(flight: Flight<Answer>): void {
    this.#parts.wheel.remove(this);
    this.#shared.lead(flight, this.facts);
  }

  answer(value: Answer): void {
    this.#stop();
    this.facts.ending.resolve(value);
  }

  /** Where the request goes on without this one, it is not the request that failed. */
  fail(error: unknown): void {
    this.#stop();
    const goesOn = (this.#flight?.leadings ?? 1) > 1 && isOverdue(error);
    this.facts.ending.reject(goesOn ? this.#late(error) : error);
  }

  due(): void {
    this.#leave(this.#late(undefined));
  }

  /** The caller left; the one event this listens to. */
  handleEvent(): void {
    this.#leave(cancelledBy(this.facts.call.signal?.reason, { target: this.facts.target.name, sent: true }));
  }

  #leave(reason: MeshError): void {
    this.#stop();
    if (this.#flight !== undefined) this.#shared.leave(this.#flight, this);
    this.facts.ending.reject(reason);
  }

  #stop(): void {
    this.#parts.wheel.remove(this);
    this.facts.call.signal?.removeEventListener('abort', this);
  }

  #late(cause: unknown): MeshError {
    const { target, call } = this.facts;
    return new MeshError('deadline_exceeded', { target: target.name, sent: true, traceId: call.trace.traceId, cause });
  }
}

/** One caller of a shared request: what it asks, how long it waits, and where it is told. */
type SharedCallFacts = {
  readonly target: CallTarget;
  readonly input: unknown;
  readonly how: CallHow;
  readonly call: OutgoingCall;
  readonly ending: CallEnding;
};

const isOverdue = (error: unknown): boolean =>
  error instanceof MeshError && (error.code === 'timeout' || error.code === 'deadline_exceeded');
