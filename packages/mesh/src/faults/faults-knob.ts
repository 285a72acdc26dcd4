import type { KnobSpec } from '../config/knob-spec.ts';
import { faultList } from './fault.ts';

/** What is said of the knob where a process was not started for it. */
export const FAULTS_OFF = 'faults are off: start with SEEDCORE_FAULTS=1';

/** Faults of a running system. */
export const faultsKnob = {
  readBy: 'service',
  of: 'service',
  values: 'JSON; needs SEEDCORE_FAULTS=1',
  schema: faultList,
  doc: 'Drop, delay, duplicate, reorder or corrupt its messages, slow it, cut it off, kill an instance: for trying, not for use.',
  example: `'{"kind":"delay","target":"ml.chat","ms":300,"share":0.5}'`,
} as const satisfies KnobSpec;
