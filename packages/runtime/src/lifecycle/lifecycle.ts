/** Where a service process stands. */
export type Phase = 'starting' | 'ready' | 'draining' | 'stopped';

/** Everything the lifecycle knows. */
export type LifecycleState = {
  readonly phase: Phase;
  /** The service itself has been built. */
  readonly built: boolean;
  /** Every required service has answered, or the wait for them is over. */
  readonly waited: boolean;
  /** What still runs has been told to stop. */
  readonly aborted: boolean;
};

/** What happens to a process. */
export type LifecycleEvent =
  /** `start` has resolved. */
  | 'built'
  /** Every required service has answered. */
  | 'answered'
  /** 15 s have passed. */
  | 'waited'
  /** SIGTERM, SIGINT, or `drain` on the instance subject; a second one skips the patience. */
  | 'stop'
  /** 25 s of draining have passed. */
  | 'impatient'
  /** 30 s of draining have passed. */
  | 'give_up'
  /** Everything that ran has ended and everything held has been handed back. */
  | 'released';

/** What is to be done, in order. */
export type LifecycleAction = 'open' | 'drain' | 'abort' | 'close' | 'close_unfinished';

/** The state after an event, and what to do about it. */
export type LifecycleStep = { readonly state: LifecycleState; readonly actions: readonly LifecycleAction[] };

/** How long a service waits for those it requires, in ms. */
export const WAIT_FOR_REQUIRED_MS = 15_000;
/** After this much draining what still runs is aborted, in ms. */
export const ABORT_AFTER_MS = 25_000;
/** After this much draining the rest is given up, in ms. */
export const GIVE_UP_AFTER_MS = 30_000;

/** A process that has just begun. */
export const began: LifecycleState = { phase: 'starting', built: false, waited: false, aborted: false };

/**
 * `starting -> ready -> draining -> stopped`, never backwards. An event that does not belong to a state changes nothing.
 * `open` is done at most once, and never after `drain`; `close` or `close_unfinished` is done exactly once, at the end.
 */
export function lifecycleStep(state: LifecycleState, event: LifecycleEvent): LifecycleStep {
  if (state.phase === 'starting') return whileStarting(state, event);
  if (state.phase === 'ready') return event === 'stop' ? startDraining(state) : { state, actions: [] };
  if (state.phase === 'draining') return whileDraining(state, event);
  return { state, actions: [] };
}

function whileStarting(before: LifecycleState, event: LifecycleEvent): LifecycleStep {
  if (event === 'stop') return startDraining(before);
  const state = {
    ...before,
    built: before.built || event === 'built',
    waited: before.waited || event === 'answered' || event === 'waited',
  };
  return state.built && state.waited
    ? { state: { ...state, phase: 'ready' }, actions: ['open'] }
    : { state, actions: [] };
}

const startDraining = (state: LifecycleState): LifecycleStep => ({
  state: { ...state, phase: 'draining' },
  actions: ['drain'],
});

function whileDraining(state: LifecycleState, event: LifecycleEvent): LifecycleStep {
  if (event === 'released') return { state: { ...state, phase: 'stopped' }, actions: ['close'] };
  if (event === 'give_up') return { state: { ...state, phase: 'stopped' }, actions: ['close_unfinished'] };
  if ((event === 'impatient' || event === 'stop') && !state.aborted)
    return { state: { ...state, aborted: true }, actions: ['abort'] };
  return { state, actions: [] };
}
