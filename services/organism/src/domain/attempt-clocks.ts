/** Silence is not held against a run before it is this old, where nobody says otherwise, in ms. */
export const WARM_UP_MS = 30_000;
/** Longest silence of a skill that names none of its own, in ms. */
export const SILENT_MS = 40_000;
/** Longest time without a segment, whatever is open, in ms. */
export const IDLE_MS = 120_000;
/** Longest start of a thread or process, in ms; it is not the time of its skill. */
export const START_MS = 30_000;

/** How long a run may be silent, without a segment, and under way, in ms. */
export type ClockLimits = { readonly silentMs: number; readonly idleMs: number; readonly runMs: number };

/** What the clocks of one run have seen, in ms of the clock of its host. */
export type ClockState = {
  /** When it was given to its thread. */
  readonly givenAt: number;
  /** Silence is not held against it before it is this old, in ms. */
  readonly warmUpMs: number;
  /** When its skill began; undefined before. */
  readonly begunAt: number | undefined;
  readonly lastSegmentAt: number;
  /** Calls made through `ctx` that have no answer yet, and since when there are any. */
  readonly open: number;
  readonly openSince: number;
  /** Time since the last segment for which silence stood still. */
  readonly stoodMs: number;
};

/** Milliseconds each clock has left, negative when it has run out; absent: it does not run. */
export type Due = {
  readonly silent?: number;
  readonly idle?: number;
  readonly run: number;
  readonly deadline?: number;
};

/** One of the clocks. */
export type ClockName = keyof Due;

/** The clocks of a run that was given to its thread now. */
export const givenNow = (now: number, warmUpMs = WARM_UP_MS): ClockState => ({
  givenAt: now,
  warmUpMs,
  begunAt: undefined,
  lastSegmentAt: now,
  open: 0,
  openSince: now,
  stoodMs: 0,
});

/** Its skill begins. */
export const begun = (state: ClockState, now: number): ClockState => ({ ...state, begunAt: now, lastSegmentAt: now });

/** A sign of life: silence is counted anew. */
export const segment = (state: ClockState, now: number): ClockState => ({ ...state, lastSegmentAt: now, stoodMs: 0 });

/** A call of the skill goes out. */
export const callOpened = (state: ClockState, now: number): ClockState => ({
  ...state,
  open: state.open + 1,
  openSince: state.open === 0 ? now : state.openSince,
});

/** Its answer is there. */
export function callClosed(state: ClockState, now: number): ClockState {
  const open = Math.max(0, state.open - 1);
  if (open > 0 || state.open === 0) return { ...state, open };
  return { ...state, open, stoodMs: state.stoodMs + Math.max(0, now - Math.max(state.openSince, silenceFrom(state))) };
}

/** Silence counts from the later of the last segment and the end of the warm-up. */
function silenceFrom({ givenAt, begunAt, lastSegmentAt, warmUpMs }: ClockState): number {
  return Math.max(lastSegmentAt, (begunAt ?? givenAt) + warmUpMs);
}

/**
 * How long each clock of a run has left.
 *
 * @param deadlineAt of its task, on the same clock
 */
export function dueIn(state: ClockState, limits: ClockLimits, at: { now: number; deadlineAt?: number }): Due {
  const { begunAt, givenAt, lastSegmentAt, open, stoodMs } = state;
  const deadline = at.deadlineAt === undefined ? {} : { deadline: at.deadlineAt - at.now };
  if (begunAt === undefined) return { run: givenAt + START_MS - at.now, ...deadline };
  const silent = open > 0 ? {} : { silent: silenceFrom(state) + stoodMs + limits.silentMs - at.now };
  return {
    ...silent,
    idle: lastSegmentAt + limits.idleMs - at.now,
    run: begunAt + limits.runMs - at.now,
    ...deadline,
  };
}

/** Clocks that judge how a run goes on, and not whether its host can be heard. */
const TIMES: readonly ClockName[] = ['deadline', 'run'];
const SIGNS: readonly ClockName[] = ['idle', 'silent'];

/** The clock that ran out first and since when, in ms; undefined while all run. */
export function ranOut(
  due: Due,
  { judgeSilence }: { readonly judgeSilence: boolean },
): { readonly clock: ClockName; readonly sinceMs: number } | undefined {
  const judged = judgeSilence ? [...TIMES, ...SIGNS] : TIMES;
  let first: { clock: ClockName; sinceMs: number } | undefined;
  for (const clock of judged) {
    const sinceMs = 0 - (due[clock] ?? Number.POSITIVE_INFINITY);
    if (sinceMs >= 0 && (first === undefined || sinceMs > first.sinceMs)) first = { clock, sinceMs };
  }
  return first;
}

/** How long a skill may be silent when it names a time of its own: that replaces both, where it is longer. */
export const limitsOf = (limits: {
  readonly timeoutMs: number;
  readonly silentMs?: number | undefined;
}): ClockLimits => ({
  silentMs: limits.silentMs ?? SILENT_MS,
  idleMs: Math.max(IDLE_MS, limits.silentMs ?? 0),
  runMs: limits.timeoutMs,
});
