import type { Clock, Timer } from '../clock.ts';
import type { Criticality } from '../language/endpoint.ts';
import { MeshError } from '../mesh-error.ts';
import type { Random } from '../random.ts';
import type { Call } from './call.ts';
import type { StreamWriter } from './stream.ts';
import { childTrace, type Trace } from './trace.ts';

/** What a new call starts from. */
export type CallSeed = {
  readonly id: string;
  readonly target: string;
  readonly deadlineAt: number;
  /** Given, or made when somebody asks for it: most calls are never traced. */
  readonly trace: Trace | (() => Trace);
  readonly chain: readonly string[];
  readonly attempt: number;
  readonly criticality: Criticality;
  readonly idempotencyKey?: string | undefined;
};

/** Time and chance for a call. */
export type CallPorts = { readonly clock: Clock; readonly random: Random };

/** Whole ms a call made on behalf of another may take: never all that is left, so that there is time to answer. */
export function childBudget(leftMs: number, limitMs: number): number {
  const reserve = Math.min(100, Math.max(5, 0.02 * leftMs));
  return Math.max(0, Math.min(limitMs, Math.floor(leftMs - reserve)));
}

/**
 * Opens a call. Its AbortController and timer exist only once `signal` has been read: most calls never need them.
 * Whoever opens it ends it with {@link OpenCall.end}, which stops the timer.
 */
export class OpenCall implements Call {
  readonly id: string;
  readonly deadlineAt: number;
  readonly chain: readonly string[];
  readonly attempt: number;
  readonly criticality: Criticality;
  readonly idempotencyKey: string | undefined;
  /** Set by whoever serves the call when its caller asked for the stream. */
  stream: StreamWriter<unknown> | undefined;
  #trace: Trace | (() => Trace);
  readonly #target: string;
  readonly #ports: CallPorts;
  readonly #parent: OpenCall | undefined;
  #controller: AbortController | undefined;
  #timer: Timer | undefined;
  #reason: MeshError | undefined;
  #children: Set<OpenCall> | undefined;

  constructor(seed: CallSeed, ports: CallPorts, parent?: OpenCall) {
    this.id = seed.id;
    this.deadlineAt = seed.deadlineAt;
    this.#trace = seed.trace;
    this.chain = seed.chain;
    this.attempt = seed.attempt;
    this.criticality = seed.criticality;
    this.idempotencyKey = seed.idempotencyKey;
    this.#target = seed.target;
    this.#ports = ports;
    this.#parent = parent;
  }

  get trace(): Trace {
    if (typeof this.#trace === 'function') this.#trace = this.#trace();
    return this.#trace;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#startController();
    return this.#controller.signal;
  }

  /** True once the call was cancelled or its signal has fired. */
  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  left(): number {
    return Math.max(0, this.deadlineAt - this.#ports.clock.now());
  }

  child(limitMs = Number.POSITIVE_INFINITY): OpenCall {
    const deadlineAt = this.#ports.clock.now() + childBudget(this.left(), limitMs);
    const child = new OpenCall(
      { ...this, target: this.#target, deadlineAt, trace: childTrace(this.trace, this.#ports.random) },
      this.#ports,
      this,
    );
    this.#children ??= new Set();
    this.#children.add(child);
    if (this.#reason !== undefined) child.abort(this.#reason);
    return child;
  }

  /** Cancels the call and everything made on its behalf. */
  abort(reason: MeshError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#timer?.cancel();
    this.#controller?.abort(reason);
    for (const child of this.#children ?? []) child.abort(reason);
  }

  /** The call is over: stops its timers without aborting anything. */
  end(): void {
    this.#timer?.cancel();
    for (const child of this.#children ?? []) child.end();
    this.#parent?.forget(this);
  }

  private forget(child: OpenCall): void {
    this.#children?.delete(child);
  }

  #startController(): AbortController {
    const controller = new AbortController();
    if (this.#reason !== undefined) controller.abort(this.#reason);
    else this.#timer = this.#ports.clock.after(this.left(), () => this.abort(this.#late()));
    return controller;
  }

  #late(): MeshError {
    return new MeshError('deadline_exceeded', { target: this.#target, traceId: this.trace.traceId });
  }
}
