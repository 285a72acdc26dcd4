import type { WebRequest } from '../web/web.ts';

/** What a running skill may ask of its host; everything it cannot do by itself. */
export type HostRequest =
  | { readonly op: 'call'; readonly service: string; readonly endpoint: string; readonly input: unknown }
  | { readonly op: 'survey'; readonly names: readonly string[] | undefined; readonly timeoutMs: number }
  | { readonly op: 'fetch'; readonly request: WebRequest }
  | { readonly op: 'memory_item'; readonly key: string }
  | { readonly op: 'memory_search'; readonly query: string; readonly k: number }
  | { readonly op: 'step_begin'; readonly name: string }
  | { readonly op: 'step_end'; readonly name: string; readonly value: unknown }
  | { readonly op: 'step_failed'; readonly name: string; readonly message: string }
  | EffectRequest;

/** How an effect goes back and forth between a skill, which does it, and its host, which remembers it. */
export type EffectRequest =
  | { readonly op: 'effect_begin'; readonly name: string; readonly findable: boolean }
  /** What looking for it came to: its value, certainly not done, or nobody knows. */
  | {
      readonly op: 'effect_found';
      readonly name: string;
      readonly found: { readonly value: unknown } | 'absent' | 'unknown';
    }
  | { readonly op: 'effect_end'; readonly name: string; readonly value: unknown }
  /** `refused`: whoever should have done it says that nothing was done. */
  | { readonly op: 'effect_failed'; readonly name: string; readonly message: string; readonly refused: boolean };

/** The answer to `step_begin`: run the effect under this key, or take the value somebody stored. */
export type StepStart = { readonly key: string } | { readonly value: unknown };

/** The answer to `effect_begin` and `effect_found`: the same, or look first whether it was done under this key. */
export type EffectStart = StepStart | { readonly find: string };

/** What a running skill tells its host without waiting. */
export type HostNote =
  | {
      readonly note: 'progress';
      readonly text: string;
      readonly pct: number | undefined;
      /** The tool it called, with what, and what that brought; too large a value stands there as its hash. */
      readonly tool?: string;
      readonly args?: unknown;
      readonly result?: unknown;
    }
  | {
      readonly note: 'log';
      readonly level: 'info' | 'warn';
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };

/** The other side of a running skill: direct for inline skills, over a message port for threads. */
export interface SkillHost {
  ask(request: HostRequest): Promise<unknown>;
  tell(note: HostNote): void;
}

/** One run of a skill, as data. */
export type RunOrder = {
  readonly skill: string;
  readonly input: unknown;
  readonly leftMs: number;
  readonly taskId: string;
  readonly attempt: number;
  readonly epoch: number;
  readonly idempotencyKey: string;
  /** What the run before did wrong, when somebody ended it. */
  readonly correction?: unknown;
  /** True when a task record tells of it. */
  readonly durable?: boolean;
  /** Modules of skills that came from files, by name. */
  readonly sources?: Readonly<Record<string, string>>;
};
