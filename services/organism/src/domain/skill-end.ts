/** Why a run is stopped: the reason of a skill's signal. */
export type StopKind = 'cancel' | 'deadline' | 'timeout' | 'drain' | 'fenced';

/** How a run of a skill ended. */
export type SkillEnd =
  | { readonly end: 'ok'; readonly output: unknown; readonly degraded?: string }
  | { readonly end: 'failed'; readonly code: string; readonly message: string; readonly data: unknown }
  | {
      readonly end: 'defect';
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      readonly retryAfterMs?: number;
    }
  | { readonly end: 'stopped'; readonly by: 'agent' | 'terminate' | 'fence' };
