import type { ModeRecord } from '@seedcore/contracts';
import { brownoutLevel } from './brownout.ts';
import { type Component, causesIn, healthOf, seenIn } from './component-watch.ts';
import { type ModeState, step } from './mode-machine.ts';

/** What is known after a check. */
export type ModeCheck = { readonly state: ModeState; readonly record: ModeRecord };

/** Judges the components and takes the step they call for; `epoch` is that of the lease of whoever checked. */
export function checkMode(
  before: ModeState,
  components: readonly Component[],
  at: { now: number; epoch: number },
): ModeCheck {
  const { now, epoch } = at;
  const hold = components.some((component) => healthOf(component, now) === 'unseen');
  const state = step(before, { seen: seenIn(components, now), hold, at: now });
  const record = {
    mode: state.mode,
    brownout_level: brownoutLevel(state.mode, state.seq),
    causes: causesIn(components, now),
    components: components.map((component) => ({
      component: component.name,
      critical: component.critical,
      health: healthOf(component, now),
      failures: component.failures,
    })),
    since: timeOf(state.since),
    dwell_s: state.dwellS,
    clean_checks: state.cleanChecks,
    epoch,
    seq: state.seq,
    checked_at: timeOf(now),
  };
  return { state, record };
}

/** The state a record was made of. */
export function stateOf(record: ModeRecord): ModeState {
  return {
    mode: record.mode,
    since: Date.parse(record.since),
    dwellS: record.dwell_s,
    cleanChecks: record.clean_checks,
    seq: record.seq,
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
