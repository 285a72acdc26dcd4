import type { Criticality, OpenCall, PayloadRef, Timer, Trace } from '@seedcore/protocol';
import type { Entrant, DropReason as GateDrop } from '@seedcore/resilience';
import type { Admitted } from '../admission/admit.ts';
import type { Arrival } from '../admission/arrival.ts';
import { replyCode, type ServerReply } from '../reply/reply.ts';
import { type HandlerEnd, replyOf } from '../reply/reply-of.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import { ReplyStream } from '../stream/reply-stream.ts';
import { answer } from './answer.ts';
import type { Tracked } from './in-flight.ts';
import { namingContracts } from './naming-contracts.ts';
import { openCall } from './open-call.ts';
import { protect } from './protect.ts';
import { readInput, readLargeInput } from './read-input.ts';
import { cancelled, notStarted, overdue, overloaded, shutDown } from './refusals.ts';
import type { ServePorts } from './serve-ports.ts';

/** A handler that runs this long past its deadline counts as leaked. */
const LEAKED_AFTER_MS = 30_000;

/** One admitted request on its way through gate, handler and reply; answered at most once. */
export class ServerCall implements Entrant, Tracked {
  readonly id: string;
  readonly criticality: Criticality;
  readonly deadlineAt: number;
  place = 0;
  readonly #endpoint: ServedEndpoint;
  readonly #arrival: Arrival;
  readonly #admitted: Admitted;
  readonly #ports: ServePorts;
  readonly #call: OpenCall;
  /** There when the caller asked for the stream of an endpoint that has one. */
  readonly #stream: ReplyStream | undefined;
  #phase: 'waiting' | 'running' | 'over' = 'waiting';
  #startedAt = 0;
  #answered = false;
  #cancelled = false;
  #queued = false;
  #leaked = false;
  #timer: Timer | undefined;

  constructor(
    endpoint: ServedEndpoint,
    arrival: Arrival,
    { admitted, ports }: { admitted: Admitted; ports: ServePorts },
  ) {
    const { headers, deadlineAt } = admitted;
    this.#endpoint = endpoint;
    this.#arrival = arrival;
    this.#admitted = admitted;
    this.#ports = ports;
    this.deadlineAt = deadlineAt;
    this.criticality = headers.criticality ?? endpoint.contract.criticality;
    this.#call = openCall(endpoint, admitted, ports);
    this.id = this.#call.id;
    this.#stream = headers.stream === undefined ? undefined : this.#openStream(headers.stream);
    this.#call.stream = this.#stream;
  }

  /** Asks for a slot; runs at once, waits, or is refused. */
  enter(): void {
    const { gate } = this.#endpoint;
    this.#ports.inFlight.add(this);
    const now = this.#now();
    if (gate.enter(this, now)) this.#run(now);
    else this.#askLine(now);
  }

  /** `service.endpoint`, as errors name it. */
  get target(): string {
    return this.#endpoint.target;
  }

  /** The trace it belongs to; made when somebody asks. */
  get trace(): Trace {
    return this.#call.trace;
  }

  /** Prefix of the inbox it is answered to: one per process that calls. */
  get caller(): string | undefined {
    const { reply } = this.#arrival.message;
    return reply?.slice(0, reply.lastIndexOf('.'));
  }

  /** The gate has a slot for a waiting call. */
  start(): void {
    this.#wait(-1);
    if (this.#tooLateToStart()) this.#notStarted();
    else this.#run(this.#now());
  }

  /** A waiting call loses its place. */
  drop(why: GateDrop, retryAfterMs: number): void {
    this.#wait(-1);
    const now = this.#now();
    this.#waited(now);
    this.#endpoint.gate.leave(this, now);
    this.#refuse(why, retryAfterMs);
  }

  /** The caller has lost interest: a waiter leaves, a handler sees its signal, nobody is answered. */
  cancel(): void {
    if (this.#phase === 'over') return;
    this.#silence();
    this.#call.abort(cancelled(this));
    if (this.#phase === 'waiting') this.#leaveLine();
  }

  /** The reader of its stream has room for `add` more items. */
  grant(add: number): void {
    this.#stream?.grant(add);
  }

  /** The process is about to end: the handler sees its signal, the caller learns whether repeating is safe. */
  shutDown(): void {
    if (this.#phase === 'over') return;
    const error = shutDown(this, this.#phase === 'waiting' || this.#endpoint.contract.idempotent);
    this.#answer({ kind: 'error', error });
    this.#call.abort(error);
    if (this.#phase === 'waiting') this.#leaveLine();
  }

  #run(now: number): void {
    this.#phase = 'running';
    this.#startedAt = now;
    this.#waited(now);
    this.#ports.observer.queued(this.#endpoint, now - this.#arrival.at);
    protect(
      () => this.#work(),
      (end) => this.#settle(end),
    );
    if (this.#phase === 'running') this.#timer = this.#ports.clock.after(this.#call.left(), () => this.#late());
  }

  /** While it waited the time ran that the work needs; as ever at most a fifth is refused by an estimate. */
  #tooLateToStart(): boolean {
    const { contract, latency, early } = this.#endpoint;
    const left = this.#call.left();
    if (contract.floorMs !== undefined) return left < contract.floorMs;
    return early.refuses(left, latency.quantile(0.5), this.#now());
  }

  #notStarted(): void {
    this.#waited(this.#now());
    this.#ports.observer.refused(this.#endpoint, 'deadline_exceeded');
    this.#answer({ kind: 'error', error: notStarted(this, this.#call.left()) });
    this.#close();
  }

  #work(): unknown {
    const { codec, headers } = this.#admitted;
    if (headers.ref !== undefined) return this.#workOnLarge(headers.ref);
    return this.#endpoint.handle(readInput(this.#arrival.message.data, codec, this.#endpoint), this.#call);
  }

  async #workOnLarge(ref: PayloadRef): Promise<unknown> {
    const { payloads } = this.#ports.large;
    const { codec } = this.#admitted;
    const { deadlineAt: until, signal } = this.#call;
    const input = await readLargeInput({ ref, codec, until, signal, payloads }, this.#endpoint);
    return this.#endpoint.handle(input, this.#call);
  }

  /** A reader that takes nothing any more is told why it gets nothing, and the handler stops. */
  #openStream(credit: number): ReplyStream | undefined {
    const { contract } = this.#endpoint;
    const to = this.#arrival.message.reply;
    if (contract.stream === undefined || to === undefined) return undefined;
    const { codec } = this.#admitted;
    const parts = { endpoint: this.#endpoint, schema: contract.stream, to, codec, credit };
    return new ReplyStream(parts, this.#ports, (error) => {
      this.#answer({ kind: 'error', error });
      this.#call.abort(error);
    });
  }

  #settle(end: HandlerEnd): void {
    const { target, contract, latency, outputs } = this.#endpoint;
    const reply = namingContracts(replyOf(end, { target, contract, outputs, traced: this.#call }), {
      theirs: this.#admitted.headers.contract,
      ours: this.#ports.contract,
    });
    const now = this.#now();
    const workMs = now - this.#startedAt;
    // A refused body says nothing about how long the work takes; a call answered before its end was measured then.
    // Nor does a stream, whose pace is its reader's.
    const worked = this.#stream === undefined && replyCode(reply) !== 'bad_request';
    if (!this.#answered && worked) latency.add(workMs);
    this.#endpoint.worked(workMs, now, worked && !this.#cancelled);
    if (this.#leaked) this.#endpoint.leaked -= 1;
    this.#answer(reply, now);
    this.#close(now);
  }

  /** The caller no longer waits: tell it so, stop the handler; its slot stays taken until it returns. */
  #late(): void {
    const error = overdue(this);
    if (!this.#answered && this.#stream === undefined) this.#endpoint.latency.add(this.#now() - this.#startedAt);
    this.#answer({ kind: 'error', error });
    this.#call.abort(error);
    this.#timer = this.#ports.clock.after(LEAKED_AFTER_MS, () => this.#leak());
  }

  #leak(): void {
    this.#leaked = true;
    this.#endpoint.leaked += 1;
  }

  #refuse(reason: GateDrop | 'full', retryAfterMs: number): void {
    this.#ports.observer.refused(this.#endpoint, reason);
    this.#answer({ kind: 'error', error: overloaded(this, { reason, retryAfterMs }) });
    this.#close();
  }

  #answer(reply: ServerReply, now = this.#now()): void {
    const to = this.#arrival.message.reply;
    if (this.#answered) return;
    this.#answered = true;
    const { codec, headers } = this.#admitted;
    const ms = now - this.#arrival.at;
    const traced = this.#call;
    const load = headers.call === undefined ? undefined : this.#loadOf(reply, ms, now);
    const frame = this.#stream?.end(reply.kind === 'value' ? 'end' : 'error');
    const sent =
      to === undefined
        ? reply
        : answer(
            reply,
            { to, codec, endpoint: this.#endpoint, traced, load, frame, endsAt: this.deadlineAt },
            this.#ports,
          );
    this.#endpoint.stats.request(ms);
    const received = { data: this.#arrival.message.data, codec, maxBytes: this.#endpoint.contract.maxBytes };
    const { id: call } = this;
    this.#ports.observer.replied({ endpoint: this.#endpoint, reply: sent, ms, call, traced, headers, received });
  }

  #loadOf(reply: ServerReply, workMs: number, now: number): string | undefined {
    const refusal = reply.kind === 'error' && reply.error.code === 'overloaded';
    return this.#ports.load.due(this.#endpoint, { now, workMs, refusal });
  }

  #silence(): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#cancelled = true;
    this.#stream?.close();
    const ended = { ms: this.#now() - this.#arrival.at, call: this.id, traced: this, headers: this.#admitted.headers };
    this.#endpoint.stats.request(ended.ms);
    this.#ports.observer.cancelled(this.#endpoint, ended);
  }

  #askLine(now: number): void {
    const { gate } = this.#endpoint;
    const verdict = gate.join(this, now, this.#p50());
    if (verdict === 'wait') this.#joinLine();
    else this.#refuse(verdict, gate.retryAfterMs(this.#p50()));
  }

  #joinLine(): void {
    this.#wait(1);
    this.#timer = this.#ports.clock.after(this.#call.left(), () => this.drop('late', 0));
  }

  #leaveLine(): void {
    this.#wait(-1);
    this.#close();
  }

  #close(now = this.#now()): void {
    this.#phase = 'over';
    this.#timer?.cancel();
    this.#call.end();
    this.#ports.inFlight.remove(this);
    this.#endpoint.gate.leave(this, now);
  }

  #wait(change: 1 | -1): void {
    if (this.#queued === (change === 1)) return;
    this.#queued = change === 1;
    this.#timer?.cancel();
    this.#ports.observer.waiting(this.#endpoint, this.criticality, change);
  }

  #waited(now: number): void {
    const { pressure, gate } = this.#endpoint;
    pressure.add(now - this.#arrival.at, now, gate.queued);
  }

  #now(): number {
    return this.#ports.clock.now();
  }

  #p50(): number {
    return this.#endpoint.latency.quantile(0.5) ?? 0;
  }
}
