import type { MeshErrorCode } from '@seedcore/protocol';
import type { Decision } from '@seedcore/resilience';
import type { RunningFaultKind } from '../faults/fault-plan.ts';
import type { TransportState } from '../transport/transport.ts';

/** A call is over; `target` is `service.endpoint`, `outcome` is `ok`, a declared failure's code, or a mesh error's. */
export type CallEnded = { readonly target: string; readonly outcome: string; readonly ms: number };
/** One attempt of a call is over; `answer` covers values and declared failures. */
export type AttemptEnded = {
  readonly target: string;
  readonly attempt: number;
  readonly code: MeshErrorCode | 'answer';
  readonly ms: number;
};
/**
 * An event was published or received, or was not; `event` is `source.kind`. Out: `ok` was sent or kept, `dropped` found no
 * connection (of a durable event: its copy for listeners without a group), `failed` could not be kept. In: `failed` was
 * thrown by a handler, `invalid` does not fit the contract, `dropped` found no room, `dead` was given up by its group.
 */
export type EventSeen = {
  readonly event: string;
  readonly direction: 'in' | 'out';
  readonly outcome: 'ok' | 'dropped' | 'invalid' | 'failed' | 'dead';
};

/** What counts and explains what a mesh does; whoever implements it must not throw. */
export interface MeshObserver {
  call?(ended: CallEnded): void;
  attempt?(ended: AttemptEnded): void;
  /** Retries, local refusals, changes of breakers, shared requests, and what stood in for an answer. */
  decision?(target: string, decision: Decision): void;
  event?(seen: EventSeen): void;
  /** A reply came after its request was given up. */
  lateReply?(): void;
  /** A call has no record, because there were too many in its second. */
  recordDropped?(): void;
  state?(state: TransportState): void;
  /** JetStream does not answer on this server; `left` when the connection goes to another one because of that. */
  jsUnreachable?(server: string, left: boolean): void;
  /** A setting in `<ns>_config` is not used; the last good one holds. */
  configRejected?(key: string, reason: string): void;
  /** These faults are on, on purpose, and no others; none: all is as it should be. */
  faults?(texts: readonly string[]): void;
  /** A fault that is on befell a message or the connection. */
  befallen?(kind: RunningFaultKind): void;
  /** Something failed where nobody waits for an answer, as in an event handler. */
  defect?(where: string, error: unknown): void;
}

/** Everybody who observes one mesh, as one observer. */
export class Observers implements Required<MeshObserver> {
  readonly #all = new Set<MeshObserver>();
  readonly #unheard: (where: string, error: unknown) => void;

  /** `unheard` takes the defects nobody else observes. */
  constructor(unheard: (where: string, error: unknown) => void = () => {}) {
    this.#unheard = unheard;
  }

  /** Adds an observer until the returned function is called. */
  add(observer: MeshObserver): () => void {
    this.#all.add(observer);
    return () => this.#all.delete(observer);
  }

  call(ended: CallEnded): void {
    for (const one of this.#all) one.call?.(ended);
  }

  attempt(ended: AttemptEnded): void {
    for (const one of this.#all) one.attempt?.(ended);
  }

  decision(target: string, decision: Decision): void {
    for (const one of this.#all) one.decision?.(target, decision);
  }

  event(seen: EventSeen): void {
    for (const one of this.#all) one.event?.(seen);
  }

  lateReply(): void {
    for (const one of this.#all) one.lateReply?.();
  }

  recordDropped(): void {
    for (const one of this.#all) one.recordDropped?.();
  }

  state(state: TransportState): void {
    for (const one of this.#all) one.state?.(state);
  }

  jsUnreachable(server: string, left: boolean): void {
    for (const one of this.#all) one.jsUnreachable?.(server, left);
  }

  configRejected(key: string, reason: string): void {
    for (const one of this.#all) one.configRejected?.(key, reason);
  }

  faults(texts: readonly string[]): void {
    for (const one of this.#all) one.faults?.(texts);
  }

  befallen(kind: RunningFaultKind): void {
    for (const one of this.#all) one.befallen?.(kind);
  }

  defect(where: string, error: unknown): void {
    const heard = [...this.#all].filter((one) => one.defect !== undefined);
    for (const one of heard) one.defect?.(where, error);
    if (heard.length === 0) this.#unheard(where, error);
  }
}
