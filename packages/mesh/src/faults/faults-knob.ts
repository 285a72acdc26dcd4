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
  others: [
    '{"kind":"drop","subject":"seedcore-dev.evt.>"} (duplicate and corrupt alike)',
    '{"kind":"reorder","target":"ml","ms":20}',
    '{"kind":"slow","factor":5} (its replies; one instance with "instance")',
    '{"kind":"partition","between":["coordinator","ml"]}',
    '{"kind":"disconnect","ms":3000} (once, when it is written)',
    '{"kind":"kill","instance":"ml-k3j2h1g0"}',
    '[…, …] for several at the same time',
  ],
} as const satisfies KnobSpec;
