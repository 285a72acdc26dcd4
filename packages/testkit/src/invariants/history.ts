import type { Criticality } from '@seedcore/protocol';

/** One thing that happened, on the one clock of the run. */
export type MeshEvent = { readonly at: number } & (
  | {
      readonly kind: 'call_started';
      /** One over all attempts, unique in the run. */
      readonly call: string;
      readonly caller: string;
      readonly target: string;
    }
  /** `outcome` is `ok`, the code of a declared failure or of a `MeshError`, or `defect` for anything else thrown. */
  | { readonly kind: 'call_ended'; readonly call: string; readonly outcome: string }
  /** One attempt is over; `code` is `answer` or a code of the error table. */
  | {
      readonly kind: 'attempt';
      readonly caller: string;
      readonly target: string;
      readonly n: number;
      readonly code: string;
      readonly startedAt: number;
    }
  | {
      readonly kind: 'breaker';
      readonly caller: string;
      readonly target: string;
      readonly to: 'open' | 'half_open' | 'closed';
    }
  /** A breaker let nothing through, and will not for so long. */
  | { readonly kind: 'breaker_refused'; readonly caller: string; readonly target: string; readonly untilAt: number }
  /** From now on everybody who serves a target is well. */
  | { readonly kind: 'recovered'; readonly target: string }
  | {
      readonly kind: 'handler_started';
      readonly run: number;
      readonly instance: string;
      readonly target: string;
      /** What the caller wants done: the same in every attempt. */
      readonly key: string;
      readonly idempotent: boolean;
      readonly deadlineAt: number;
      readonly trace: string;
      readonly hop: number;
    }
  | { readonly kind: 'handler_ended'; readonly run: number }
  /** A message on the bus, with its reply subject when it asks for one. */
  | { readonly kind: 'published'; readonly subject: string; readonly reply: string | undefined }
  | { readonly kind: 'accepted'; readonly instance: string }
  | { readonly kind: 'answered'; readonly instance: string }
  | { readonly kind: 'drained'; readonly instance: string }
  /** Something that is counted, at rest: slots, timers, listeners, bytes. */
  | { readonly kind: 'level'; readonly name: string; readonly phase: 'warm' | 'end'; readonly value: number }
  /** How a call of an overload ended for its caller. */
  | { readonly kind: 'served'; readonly criticality: Criticality; readonly inTime: boolean }
  | { readonly kind: 'shed'; readonly criticality: Criticality; readonly inTime: boolean }
);

/** Everything that happened, first to last. */
export type History = readonly MeshEvent[];

/** Events of one kind. */
export type EventOf<K extends MeshEvent['kind']> = Extract<MeshEvent, { readonly kind: K }>;

/** The events of one kind, in order. */
export function eventsOf<K extends MeshEvent['kind']>(history: History, kind: K): readonly EventOf<K>[] {
  return history.filter((event): event is EventOf<K> => event.kind === kind);
}

/** What a checker says: every violation in a sentence, and how often it saw what it looks for. */
export type Findings = { readonly violations: readonly string[]; readonly sometimes: number };

/** Judges a history by one invariant; a checker that saw nothing has proven nothing. */
export type Checker = (history: History) => Findings;
