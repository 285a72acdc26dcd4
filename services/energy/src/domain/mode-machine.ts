import type { Mode } from '@seedcore/contracts';

/** What a check saw: e calls for EMERGENCY, d for DEGRADED, c is clean. */
export type Seen = 'e' | 'd' | 'c';

/** One check. */
export type Check = {
  readonly seen: Seen;
  /** Something is not known yet: clean enough to recover, not to be NORMAL again. */
  readonly hold: boolean;
  /** ms since 1970. */
  readonly at: number;
};

/** How hard the organism may work, and since when. */
export type ModeState = {
  readonly mode: Mode;
  /** ms since 1970. */
  readonly since: number;
  /** Least time in RECOVERY before NORMAL, in s. */
  readonly dwellS: number;
  /** Clean checks since RECOVERY began. */
  readonly cleanChecks: number;
  /** Changes of mode so far. */
  readonly seq: number;
};

const shortestDwellS = 10;
const longestDwellS = 600;
const cleanChecksNeeded = 2;
const calmMs = 30 * 60_000;
const longestSilenceMs = 60_000;

/** The first state there ever is. */
export function firstState(now: number): ModeState {
  return { mode: 'RECOVERY', since: now, dwellS: shortestDwellS, cleanChecks: 0, seq: 0 };
}

/** What to go on from after nobody has checked since `checkedAt`: a NORMAL of more than a minute ago is not believed. */
export function resumed(state: ModeState, checkedAt: number, now: number): ModeState {
  return state.mode === 'NORMAL' && now - checkedAt > longestSilenceMs ? enter(state, 'RECOVERY', now) : state;
}

/**
 * The state after one more check.
 *
 * Invariants: EMERGENCY is never followed by NORMAL; a relapse out of RECOVERY doubles the dwell, up to 600 s; half an
 * hour of NORMAL brings it back to 10 s.
 */
export function step(state: ModeState, check: Check): ModeState {
  const relapsed = state.mode === 'RECOVERY' && check.seen !== 'c';
  const from = relapsed ? { ...state, dwellS: Math.min(longestDwellS, 2 * state.dwellS) } : state;
  if (check.seen === 'e') return enter(from, 'EMERGENCY', check.at);
  if (check.seen === 'd') return enter(from, 'DEGRADED', check.at);
  if (state.mode === 'NORMAL') return calmed(state, check.at);
  return state.mode === 'RECOVERY' ? recovering(state, check) : enter(state, 'RECOVERY', check.at);
}

function enter(state: ModeState, mode: Mode, now: number): ModeState {
  return state.mode === mode ? state : { ...state, mode, since: now, cleanChecks: 0, seq: state.seq + 1 };
}

function recovering(state: ModeState, { hold, at }: Check): ModeState {
  const cleanChecks = state.cleanChecks + 1;
  const dwelt = at - state.since >= state.dwellS * 1000;
  if (cleanChecks >= cleanChecksNeeded && dwelt && !hold) return enter(state, 'NORMAL', at);
  return { ...state, cleanChecks };
}

function calmed(state: ModeState, now: number): ModeState {
  return now - state.since >= calmMs ? { ...state, dwellS: shortestDwellS } : state;
}
