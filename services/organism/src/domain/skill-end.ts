import type { KillKind } from '@seedcore/contracts';

/** Why a run is stopped: the reason of a skill's signal; `timeout` when its own time is over. */
export type StopKind = 'cancel' | 'deadline' | 'timeout' | 'drain' | 'fenced' | Exclude<KillKind, 'run'>;

/** How a run of a skill ended. */
export type SkillEnd =
  | {
      readonly end: 'ok';
      readonly output: unknown;
      readonly degraded?: string;
      /** What its checker says, 0 to 1. */
      readonly quality?: number;
      /** Events to be told if the run counts. */
      readonly emitted?: readonly Emitted[];
      /** What its agent is to keep if the run counts. */
      readonly remembered?: readonly Remembered[];
    }
  | { readonly end: 'failed'; readonly code: string; readonly message: string; readonly data: unknown }
  | {
      readonly end: 'defect';
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      readonly retryAfterMs?: number;
    }
  /** Whoever had it has it no more: it gave it back, or is gone. */
  | { readonly end: 'let_go'; readonly as: 'handed_back' | 'lost' }
  | {
      readonly end: 'stopped';
      readonly by: 'agent' | 'terminate' | 'fence';
      /** What it brought all the same, when it let go by itself: a value, or an answer that says no. */
      readonly late?: Late;
    };

/** What a run brought that was already over. */
export type Late = 'ok' | 'error';

/** What a run wants its agent to keep if it counts: a working item, or something it remembers for long. */
export type Remembered =
  | { readonly as: 'item'; readonly key: string; readonly value: unknown }
  | { readonly as: 'memory'; readonly text: string };

/** An event a run wants to be heard if it counts. */
export type Emitted = { readonly kind: string; readonly data: unknown };
