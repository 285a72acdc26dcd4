import { z } from 'zod';
import { faultsKnob } from '../faults/faults-knob.ts';
import { type KnobSpec, oneOf } from './knob-spec.ts';

/** What a line of a log is for, from chatter to the end of the process. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const MAX_LIMIT = 10_000;
const limited = (value: unknown): value is number | 'adaptive' =>
  value === 'adaptive' || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_LIMIT);

/** What a service lets operators change in itself. Without a value what it was started with holds. */
export const hostKnobs = {
  limit: {
    readBy: 'service',
    of: 'endpoint',
    values: `1 to ${MAX_LIMIT}, or adaptive`,
    schema: z.custom<number | 'adaptive'>(limited, `must be 1 to ${MAX_LIMIT}, or adaptive`),
    doc: 'Handlers of one instance that run at the same time.',
    example: '4',
  },
  check_output: {
    readBy: 'service',
    of: 'endpoint',
    ...oneOf(['always', 'sampled']),
    doc: 'Whether every reply is checked against its contract, or one in a hundred.',
    example: 'always',
  },
  log_level: {
    readBy: 'service',
    of: 'service',
    ...oneOf(logLevels),
    doc: 'The least level of lines in its log.',
    example: 'debug',
  },
  faults: faultsKnob,
} as const satisfies Record<string, KnobSpec>;
