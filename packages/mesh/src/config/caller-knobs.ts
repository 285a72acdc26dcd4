import { MAX_DEADLINE_MS } from '@seedcore/protocol';
import type { z } from 'zod';
import { type KnobSpec, numberFrom, oneOf } from './knob-spec.ts';

const switched = () => oneOf(['on', 'off']);
const read = { readBy: 'callers', of: 'endpoint' } as const;

/** What callers of a target let operators change. Without a value what the client was made with holds. */
export const callerKnobs = {
  override: {
    ...read,
    ...oneOf(['isolate', 'hold']),
    doc: 'Refuse every call here at once, or let every call pass, whatever the breaker says; `nats req` and `seedcore call` ask past it.',
    example: 'isolate',
  },
  deadline_ms: {
    ...read,
    ...numberFrom(1, MAX_DEADLINE_MS),
    doc: 'Time of a call that brings none of its own.',
    example: '2000',
  },
  attempts: {
    ...read,
    ...numberFrom(1, 10),
    doc: 'Attempts of a call, the first included; 1 ends retries.',
    example: '1',
  },
  hedge: {
    ...read,
    ...switched(),
    doc: 'A second attempt at another instance when the first stays silent, of idempotent calls.',
    example: 'on',
  },
  bulkhead: {
    ...read,
    ...numberFrom(1, 10_000),
    doc: 'Calls of one process on their way at the same time.',
    example: '50',
  },
  bulkhead_queue: {
    ...read,
    ...numberFrom(0, 10_000),
    doc: 'Calls of one process that may wait for such a place.',
    example: '200',
  },
  breaker_run: {
    ...read,
    ...numberFrom(1, 1_000),
    doc: 'Failures in a row that open the breaker, of the endpoint and of each instance.',
    example: '10',
  },
  breaker_failed_share: {
    ...read,
    ...numberFrom(0.01, 1, 'any'),
    doc: 'Share of failures in ten seconds that opens it, once ten calls have ended.',
    example: '0.8',
  },
  breaker_open_ms: {
    ...read,
    ...numberFrom(100, 600_000),
    doc: 'How long it stays open the first time; then twice as long, and so on.',
    example: '1000',
  },
  throttle: {
    ...read,
    ...switched(),
    doc: 'Holding calls back from a target that refuses most of them.',
    example: 'off',
  },
} as const satisfies Record<string, KnobSpec>;

/** What operators set for the callers of one endpoint. */
export type CallerKnobValues = {
  readonly [K in keyof typeof callerKnobs]?: z.output<(typeof callerKnobs)[K]['schema']>;
};
