import type { Observation } from './contract.ts';

/** What is sent: nothing, one object of 300 bytes of JSON, or 16 KiB of such objects. */
export const payloadNames = ['0 B', '300 B', '16 KiB'] as const;
/** One of the payloads. */
export type PayloadName = (typeof payloadNames)[number];

/** Objects in 16 KiB. */
const MANY = 54;

const observation = (i: number): Observation => ({
  id: `observation-${String(i).padStart(6, '0')}`,
  kind: 'reading',
  at_ms: 1_700_000_000_000 + i,
  score: 0.123456 + i,
  active: i % 2 === 0,
  text: 'the left pump runs warmer than the right one, and has done so since the filter was changed on Tuesday by the night shift...',
  tags: ['pump', 'temperature', 'left'],
  position: { x: 12.5, y: -3.25 },
});

/** The value sent under each name; `undefined` is an empty body. */
export const payloads = {
  '0 B': undefined,
  '300 B': observation(1),
  '16 KiB': { observations: Array.from({ length: MANY }, (_, i) => observation(i)) },
} as const satisfies Record<PayloadName, unknown>;
